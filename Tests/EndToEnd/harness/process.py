"""Running programs and keeping what they said."""

import os
import signal
import subprocess
from dataclasses import dataclass


@dataclass
class Result:
    """What a finished program left: its exit code (negative: the signal that ended it) and its two outputs."""

    code: int
    out: str
    err: str

    @property
    def said(self):
        """Both outputs, for searching."""
        return self.out + self.err

    def __str__(self):
        return f"exit {self.code}\n--- standard output\n{self.out}\n--- standard error\n{self.err}"


def run(command, *, input=None, env=None, cwd=None, timeout=120, umask=-1, watch=None):
    """Runs `command` in a session of its own and waits; at the time limit the whole group is killed.

    `watch` is the `secrecy.Watch` that follows it.
    """
    stdin = subprocess.PIPE if input is not None else subprocess.DEVNULL
    words = watch.launch(command) if watch else [str(word) for word in command]
    process = subprocess.Popen(
        words, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=cwd, start_new_session=True,
        umask=umask)
    if watch:
        watch.follow(process, words)
    data = input.encode() if isinstance(input, str) else input
    try:
        out, err = process.communicate(data, timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        text = Result(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
        raise TimeoutError(f"{command} ran longer than {timeout} s: {text}") from None
    return Result(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


def children(pid):
    """The process ids of a process's children."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except FileNotFoundError:
        return []

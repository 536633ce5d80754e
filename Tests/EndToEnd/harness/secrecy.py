"""Watches everything that runs on a throw-away machine for secrets in places where they must not be.

Each program that a test starts inside is followed by strace with all that it starts, daemons included, and so is a booted
machine's init. When the machine ends, the record of every execve and every write is searched, and so is every file that
another user could read. `Root` does all of that by itself: a test needs to do nothing, and none can forget it.
"""

import base64
import itertools
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from . import product

# The calls by which a secret would get into a process list, a file, a terminal or a log.
TRACED = "trace=execve,execveat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg"
STRACE = ("/usr/bin/strace", "-f", "-y", "-qq", "-s", "32768", "-e", TRACED)
# Stops itself until the tracer is there. The shell becomes the program, so the process number stays.
LAUNCH = ("/bin/sh", "-c", 'kill -STOP $$; exec "$@"', "launch")

# Where secrets have to go: private settings (also while they are staged), connections, which -y calls sockets or TCP, and
# the master of a terminal, on which sudo types for us. A record looks like `12 write(5</var/opt/p/conf/.x>, "…", 17) = 17`.
ALLOWED = re.compile(rb"\d+ +\w+\(\d+<(?:socket:|TCP|/dev/(?:pts/)?ptmx>|[^>]*/conf/)")

_secrets = {product.TOKEN, product.PROXY_PASSWORD}


def add(secret):
    """Makes another text a secret from now on, in this process; a short one is found everywhere and isn't taken."""
    if secret and len(secret) >= 8:
        _secrets.add(secret)


def add_credentials(user, password):
    """Makes a proxy's password a secret, and what goes over the wire in its place."""
    add(password)
    add(base64.b64encode(f"{user}:{password}".encode()).decode())


def found_in(text):
    """The secrets in a text or in bytes."""
    data = text if isinstance(text, bytes) else text.encode(errors="replace")
    return sorted(secret for secret in _secrets if secret.encode() in data)


class Watch:
    """The tracers of one machine and what they wrote down."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="agentpack-watch-"))
        self._numbers = itertools.count()
        self._tracers = []

    @staticmethod
    def launch(command):
        """The command line that starts `command` for `follow`; one that brings its own tracer can't have two."""
        words = [str(word) for word in command]
        return words if any(Path(word).name == "strace" for word in words) else [*LAUNCH, *words]

    def follow(self, process, command):
        """Traces a started process from its first call on; `command` is what `launch` gave."""
        if command[:len(LAUNCH)] != list(LAUNCH):
            return
        _wait(lambda: _state(process.pid) in "TZ")
        tracer = subprocess.Popen(
            [*STRACE, "-o", self._record(), "-p", str(process.pid)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        _wait(lambda: _tracer(process.pid) == tracer.pid or tracer.poll() is not None)
        if tracer.poll() is not None:
            raise RuntimeError(f"strace could not follow {command}")
        self._tracers.append(tracer.pid)
        os.kill(process.pid, signal.SIGCONT)

    def tracer(self):
        """The words before a command that run it with a tracer of its own, much faster than `follow` is.

        They give up the right to new privileges: nothing below may be `sudo`.
        """
        return [*STRACE, "--seccomp-bpf", "-D", "-o", str(self._record())]

    def expect(self, pid):
        """Makes sure that a process is traced, as `tracer` has it, and that the record is complete before it is read."""
        number = _tracer(pid)
        if not number:
            raise RuntimeError(f"process {pid} runs without its tracer")
        self._tracers.append(number)

    def _record(self):
        return self.folder / f"{next(self._numbers)}.trace"

    def records(self):
        """The files of what the tracers wrote down."""
        return sorted(self.folder.glob("*.trace"))

    def findings(self):
        """Every secret that was written or passed on where it must not be, a line each."""
        return [line for record in self.records() for line in self._in_record(record)]

    def _in_record(self, record):
        data = record.read_bytes()
        for secret in _secrets:
            at = data.find(secret.encode())
            while at >= 0:
                start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
                line = data[start:end if end >= 0 else len(data)]
                if not ALLOWED.match(line):
                    yield f"{secret} in {line[:200].decode(errors='replace')}"
                at = data.find(secret.encode(), start + len(line))

    def end(self):
        """Waits until the tracers have written everything down; the processes that they traced have ended."""
        _wait(lambda: all(_state(number) in "Z?" for number in self._tracers))

    def forget(self):
        """Removes the records."""
        shutil.rmtree(self.folder, ignore_errors=True)


def in_files(root):
    """The secrets in the files below a directory that others may read, and in core files, a line each."""
    for folder, directories, names in os.walk(root):
        directories[:] = [name for name in directories if _is_open(os.path.join(folder, name))]
        for name in names:
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
                if not stat.S_ISREG(status.st_mode) or status.st_size > 64 << 20:
                    continue
                if status.st_mode & 0o044 or name.startswith("core"):
                    with open(path, "rb") as file:
                        found = found_in(file.read())
                    yield from (f"{secret} in the file {path}" for secret in found)
            except FileNotFoundError:
                continue


def _is_open(directory):
    """Whether another user can get below a directory."""
    try:
        return bool(os.lstat(directory).st_mode & 0o011)
    except FileNotFoundError:
        return False


def _state(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "?"


def _tracer(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            return int(re.search(r"^TracerPid:\s+(\d+)", file.read(), re.MULTILINE)[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _wait(condition):
    limit = time.monotonic() + 60
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError("a program to be watched did not start")
        time.sleep(0.001)

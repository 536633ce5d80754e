"""The kernel of an old host: every system call that Linux got after 3.10 answers ENOSYS, and uname says 2.6."""

import re
import subprocess
import tempfile

from . import process, throwaway

# The numbers of x86-64 above finit_module (313), the last that Linux 3.10 has. Those between 334 and 424 don't exist.
# 450 is the last that strace 6.1 knows; `Trace.passed` has a call above it.
LAST_OLD = 313
NEWER = [*range(LAST_OLD + 1, 335), *range(424, 451)]
# What a file system may lack though the kernel has it, and flags of older calls that came after 3.10.
OPTIONAL = {"fallocate", "setxattr", "lsetxattr", "fsetxattr", "name_to_handle_at", "io_setup"}
NEW_FLAGS = re.compile(
    r"\b(O_TMPFILE|MAP_FIXED_NOREPLACE|MAP_SYNC|MADV_FREE|MADV_WIPEONFORK|F_OFD_\w+|CLONE_PIDFD|PR_SET_VMA|MSG_ZEROCOPY"
    r"|TCP_FASTOPEN_CONNECT|SO_INCOMING_CPU|SO_ATTACH_BPF|F_SEAL_\w+)\b")
_LINE = re.compile(r"\d+ +\[ *(\d+)\] (\w+)\(")


def tracer(log):
    """What to start a program with: all calls of it and of what it starts are written to the file `log`.

    The tracer stands aside, in a session of its own: a daemon that is started so is followed for as long as it lives,
    and the caller doesn't wait for it.
    """
    answers = f"inject={','.join(map(str, NEWER))}:error=ENOSYS"
    strace = ["/usr/bin/strace", "-DDD", "--follow-forks", "--syscall-number", "-qq", "--output", str(log)]
    return [*strace, "-e", "trace=all", "-e", answers, "/usr/bin/setarch", "x86_64", "--uname-2.6"]


def run(root, command, log, *, input="", timeout=120):
    """Runs a program in a root on the old kernel; returns the result."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        # Files, because the tracer keeps the two open for as long as a daemon runs.
        code = subprocess.run(
            root.command(command, before=tracer(log)), input=input.encode(), stdout=out, stderr=err,
            env=throwaway.ENVIRONMENT, timeout=timeout, start_new_session=True).returncode
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
        return process.Result(code, *texts)


class Trace:
    """What a program that was started with `tracer` called.

    `refused` are the names of the calls that answered ENOSYS; `passed` those newer than Linux 3.10 that did not, which
    no run may have; `optional` those that some file systems refuse, or that had a newer flag; `count` is the number of
    all calls.
    """

    def __init__(self, log):
        self.refused, self.passed, self.optional, self.count = set(), set(), set(), 0
        with open(log, errors="replace") as lines:
            for line in lines:
                call = _LINE.match(line)
                if not call:
                    continue
                self.count += 1
                flag = NEW_FLAGS.search(line)
                if call[2] in OPTIONAL or flag:
                    self.optional.add(call[2] + (f" with {flag[1]}" if flag else ""))
                if int(call[1]) > LAST_OLD:
                    # A call during which another thread's was written says so in its second half, after `resumed`.
                    refused = int(call[1]) in NEWER and ("(INJECTED)" in line or "<unfinished ...>" in line)
                    (self.refused if refused else self.passed).add(call[2])

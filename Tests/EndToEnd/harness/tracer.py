"""Follows a program call by call with ptrace(2), and kills it before one of those that change something.

strace can kill, too, but it counts apart for each name and thread, and it stays with every daemon that a program leaves
behind. Here the calls of all threads of one program have one numbering, and the programs that it starts go free.
"""

import ctypes
import os
import re
import signal
import struct
import tempfile
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

# What changes nothing that outlives the program. Whatever isn't listed here counts: a call that nobody thought of
# becomes one more place to be killed at, never a gap.
HARMLESS = frozenset("""
    access alarm arch_prctl brk capget chdir clock_getres clock_gettime clock_nanosleep close close_range connect
    dup dup2 dup3 epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd2 faccessat faccessat2 fadvise64 fchdir
    fcntl flock fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getgroups getpeername getpgid getpgrp
    getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid getsockname getsockopt
    gettid gettimeofday getuid getxattr ioctl lgetxattr lseek lstat madvise membarrier mincore mmap mprotect mremap
    munmap nanosleep newfstatat pipe2 poll ppoll prctl pread64 preadv prlimit64 pselect6 read readahead readlink
    readlinkat readv recvfrom recvmsg restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn
    rt_sigsuspend rt_sigtimedwait sched_getaffinity sched_getparam sched_getscheduler sched_yield select sendmsg
    sendto set_robust_list set_tid_address setitimer setrlimit setsockopt shutdown sigaltstack socket socketpair
    stat statfs statx sysinfo tgkill time times umask uname
    """.split())
# Where the paths or descriptors of the others are among their arguments, to name them in reports.
PATHS = {"mkdirat": (1,), "openat": (1,), "unlinkat": (1,), "symlinkat": (0, 2), "renameat": (1, 3),
         "renameat2": (1, 3), "linkat": (1, 3), "fchownat": (1,), "fchmodat": (1,), "utimensat": (1,), "execve": (0,),
         "open": (0,), "mkdir": (0,), "unlink": (0,), "rename": (0, 1), "symlink": (0, 1), "rmdir": (0,), "chmod": (0,),
         "chown": (0,), "link": (0, 1)}
DESCRIPTORS = frozenset("mkdirat openat unlinkat write writev pwrite64 pwritev pwritev2 fchmod fchown fsync "
                        "fdatasync syncfs ftruncate fallocate fchmodat fchownat utimensat copy_file_range sendfile "
                        "renameat renameat2 linkat".split())
# The programs before the one that is meant.
WAY_IN = ("nsenter", "chroot")

# What needs room on a disk; those of them that open a file only where they create it.
NEEDS_ROOM = frozenset("copy_file_range fallocate ftruncate linkat mkdirat openat pwrite64 pwritev pwritev2 renameat "
                       "renameat2 sendfile symlinkat write writev creat link mkdir open rename symlink".split())
ENOSPC = 28

SEIZE, DETACH, CONTINUE_TO_CALL, EVENT_MESSAGE, CALL_INFORMATION = 0x4206, 17, 24, 0x4201, 0x420E
GET_REGISTERS, SET_REGISTERS = 12, 13
# Where user_regs_struct has a call's answer and its number.
ANSWER, NUMBER = 10, 15
Registers = ctypes.c_ulonglong * 27
# SYSGOOD, FORK, VFORK, CLONE, EXEC, EXITKILL: a walk that is interrupted leaves nothing running.
OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x100000
CLONE, EXEC, STOP = 3, 4, 128
CALL_STOP = signal.SIGTRAP | 0x80
ALL_CHILDREN = 0x40000000  # __WALL
CREATES = os.O_CREAT | os.O_TRUNC | 0o20000000  # the last: O_TMPFILE without O_DIRECTORY

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


@dataclass
class Traced:
    """What a followed program left: how it ended, its words, and its calls that count, in their order."""

    code: int
    said: str
    killed: bool
    calls: list = field(default_factory=list)

    def __str__(self):
        return f"exit {self.code}{' (killed)' if self.killed else ''}\n{self.said}"


@dataclass(frozen=True)
class Call:
    """A call that changes something: its name, what it was about as far as that can be told, and whether the program's
    first thread makes it."""

    name: str
    about: str
    is_first: bool = True

    @property
    def needs_room(self):
        """Whether it fails on a disk that is full: what is written to another program needs none."""
        return self.name in NEEDS_ROOM and not self.about.startswith(("pipe:", "socket:", "anon_inode:"))

    def __str__(self):
        return f"{self.name}({self.about})"


def run(command, *, env, kill_at=None, full_at=None, timeout=120):
    """Runs `command` (as `Root.command` makes it) and follows it; kills it before its call number `kill_at`, from 1 on.
    From call number `full_at` on the disk is full: whatever needs room fails.

    Only the program at the end of the command line is followed, with its threads. What it executes goes on by itself,
    also when the program is killed.
    """
    with tempfile.TemporaryFile() as output:
        tracer = _Tracer([str(word) for word in command], env, output, kill_at, full_at)
        clock = threading.Timer(timeout, tracer.give_up)
        clock.start()
        try:
            code = tracer.follow()
        finally:
            clock.cancel()
        output.seek(0)
        return Traced(code, output.read().decode(errors="replace"), tracer.killed, tracer.calls)


class _Tracer:
    def __init__(self, command, env, output, kill_at, full_at):
        self.kill_at, self.full_at = kill_at, full_at
        self.refused = set()    # threads in a call that fails
        self.killed = False
        self.is_late = False
        self.calls = []
        self.command = command
        self.target = None      # the process that counts
        self.threads = set()    # its threads
        self.followed = set()   # whatever is attached to this process
        self.inside = set()     # threads between the entry and the exit of a call
        self.first = self._start(command, env, output)

    def _start(self, command, env, output):
        child = os.fork()
        if child == 0:
            try:
                os.setsid()
                null = os.open("/dev/null", os.O_RDONLY)
                for number, source in ((0, null), (1, output.fileno()), (2, output.fileno())):
                    os.dup2(source, number)
                os.closerange(3, 256)
                signal.pthread_sigmask(signal.SIG_SETMASK, [])
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
                    signal.signal(number, signal.SIG_DFL)
                os.kill(os.getpid(), signal.SIGSTOP)
                os.execve(command[0], command, env)
            finally:
                os._exit(127)
        os.waitpid(child, os.WUNTRACED)
        _ptrace(SEIZE, child, OPTIONS)
        self.followed.add(child)
        os.kill(child, signal.SIGCONT)
        return child

    def follow(self):
        """Until nothing is left to follow; returns how the command ended, as `process.Result.code` does."""
        code = None
        try:
            while self.followed:
                thread, status = self._wait()
                if os.WIFEXITED(status) or os.WIFSIGNALED(status):
                    self.followed.discard(thread)
                    self.inside.discard(thread)
                    if thread == self.first:
                        code = os.waitstatus_to_exitcode(status)
                    continue
                self.followed.add(thread)
                self._stopped(thread, status)
        except BaseException:
            self._kill_all()
            raise
        if self.is_late:
            raise TimeoutError(f"{self.command} ran too long; its last calls: {self.calls[-3:]}")
        return code

    def give_up(self):
        """Ends whatever is followed, from another thread."""
        self.is_late = True
        self._kill_all()

    def _kill_all(self):
        for thread in list(self.followed):
            _signal(thread, signal.SIGKILL)

    def _wait(self):
        while True:
            thread, status = os.waitpid(-1, ALL_CHILDREN)
            if thread in self.followed or os.WIFSTOPPED(status):
                return thread, status

    def _stopped(self, thread, status):
        number, event = os.WSTOPSIG(status), status >> 16
        if number == CALL_STOP:
            if thread in self.inside:
                self.inside.discard(thread)
                if thread in self.refused:
                    self.refused.discard(thread)
                    _set(thread, ANSWER, -ENOSPC)
            else:
                self.inside.add(thread)
                if thread in self.threads:
                    self._enters(thread)
            return self._go_on(thread)
        if event == CLONE and thread in self.threads:
            new = ctypes.c_ulong()
            _ptrace(EVENT_MESSAGE, thread, ctypes.addressof(new))
            self.threads.add(new.value)
        if event == EXEC:
            self.inside.add(thread)  # the call's exit is still to come
            name = os.path.basename(_link(f"/proc/{thread}/exe"))
            if self.target is None and name not in WAY_IN:
                self.target = thread
                self.threads.add(thread)
            elif self.target is not None and thread != self.target:
                self.followed.discard(thread)
                self.inside.discard(thread)
                return _ptrace(DETACH, thread, 0, missing_ok=True)
        if event == STOP and number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
            return self._go_on(thread)
        self._go_on(thread, 0 if event or number == signal.SIGTRAP else number)

    def _go_on(self, thread, number=0):
        _ptrace(CONTINUE_TO_CALL, thread, number, missing_ok=True)

    def _enters(self, thread):
        if self.killed:
            return
        buffer = ctypes.create_string_buffer(96)
        if _ptrace(CALL_INFORMATION, thread, ctypes.addressof(buffer), size=96, missing_ok=True) <= 0:
            return
        number, *arguments = struct.unpack_from("=7Q", buffer.raw, 24)
        name = _names().get(number, f"call-{number}")
        if name in HARMLESS or (name in ("openat", "open") and not arguments[2 if name == "openat" else 1] & CREATES):
            return
        if name in ("write", "writev") and arguments[0] <= 2:
            return  # words
        if name == "exit" and len(self.threads) > 1:
            return  # the end of a thread
        call = Call(name, _about(thread, name, arguments), thread == self.target)
        self.calls.append(call)
        if len(self.calls) == self.kill_at:
            self.killed = True
            _signal(self.target, signal.SIGKILL)
        elif self.full_at and len(self.calls) >= self.full_at and call.needs_room:
            # No call has this number: the kernel does nothing.
            _set(thread, NUMBER, -1)
            self.refused.add(thread)


def _ptrace(request, thread, data, *, size=0, missing_ok=False):
    """One request; a thread that was killed meanwhile may be gone."""
    result = _libc.ptrace(request, thread, size, data)
    if result == -1:
        number = ctypes.get_errno()
        if not (missing_ok and number == 3):  # ESRCH
            raise OSError(number, f"ptrace {request:#x} of {thread}: {os.strerror(number)}")
    return result


def _set(thread, register, value):
    registers = Registers()
    _ptrace(GET_REGISTERS, thread, ctypes.addressof(registers), missing_ok=True)
    registers[register] = value & (1 << 64) - 1
    _ptrace(SET_REGISTERS, thread, ctypes.addressof(registers), missing_ok=True)


def _signal(thread, number):
    try:
        os.kill(thread, number)
    except ProcessLookupError:
        pass


def _about(thread, name, arguments):
    parts = []
    if name in DESCRIPTORS and arguments[0] < 1 << 20:
        parts.append(_link(f"/proc/{thread}/fd/{arguments[0]}"))
    parts += [_text(thread, arguments[index]) for index in PATHS.get(name, ())]
    return ", ".join(part for part in parts if part)


def _link(path):
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _text(thread, address):
    try:
        with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:
            memory.seek(address)
            return memory.read(256).split(b"\0")[0].decode(errors="replace")
    except (OSError, ValueError, OverflowError):
        return ""


@cache
def _names():
    """The names of this machine's calls, by number."""
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text()
    return {int(number): name for name, number in re.findall(r"#define __NR_(\w+) (\d+)", header)}

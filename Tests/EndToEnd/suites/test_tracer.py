"""The tracer of the crash walk: a call that it doesn't see is a place where nothing is ever killed."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

from harness import tracer

# Makes each call by its number, so that no library puts another one in its place. Ends before call number LIMIT.
PROGRAM = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
numbers = dict(pair.split("=") for pair in sys.argv[3:])
os.chdir(sys.argv[1])
limit = int(sys.argv[2])
made = 0

def call(name, *arguments):
    words = [ctypes.c_char_p(word) if isinstance(word, bytes) else
             ctypes.c_long(word) if isinstance(word, int) else ctypes.byref(word) for word in arguments]
    result = libc.syscall(ctypes.c_long(int(numbers[name])), *words)
    if result < 0:
        os.write(2, f"{name}: {ctypes.get_errno()}".encode())
        os._exit(3)
    return result

def change(name, *arguments):
    global made
    made += 1
    if made == limit:
        os._exit(4)
    return call(name, *arguments)

class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]

class Times(ctypes.Structure):
    _fields_ = [("values", ctypes.c_long * 4)]

HERE, CREATE, WRITE = -100, os.O_CREAT | os.O_RDWR, os.O_WRONLY
change("mkdir", b"top", 0o755)
change("mkdirat", HERE, b"second", 0o755)
one = change("openat", HERE, b"one", CREATE, 0o644)
two = change("open", b"two", CREATE, 0o644)
change("creat", b"three", 0o644)
change("openat", HERE, b"one", os.O_TRUNC | WRITE, 0)
change("openat", HERE, b"top", 0o20200000 | os.O_RDWR, 0o644)
change("write", one, b"written", 7)
change("writev", one, Vector(b"vector", 6), 1)
change("pwrite64", one, b"placed", 6, 40)
change("pwritev", one, Vector(b"vector", 6), 1, 60, 0)
change("pwritev2", one, Vector(b"vector", 6), 1, 80, 0, 0)
call("lseek", one, 0, 0)
change("copy_file_range", one, 0, two, 0, 20, 0)
call("pread64", one, ctypes.create_string_buffer(8), 8, 0)
change("sendfile", two, one, 0, 10)
change("fallocate", two, 0, 0, 5000)
change("ftruncate", two, 3000)
change("truncate", b"two", 2000)
change("fchmod", one, 0o600)
change("chmod", b"one", 0o640)
change("fchmodat", HERE, b"two", 0o600)
change("utimensat", HERE, b"one", Times((ctypes.c_long * 4)(1, 0, 1, 0)), 0)
change("fsync", one)
change("fdatasync", two)
change("syncfs", one)
call("openat", HERE, b"one", os.O_RDONLY, 0)
change("link", b"one", b"top/first")
change("linkat", HERE, b"one", HERE, b"top/next", 0)
change("symlink", b"one", b"top/link")
change("symlinkat", b"one", HERE, b"top/other", 0)
change("rename", b"top/first", b"top/a")
change("renameat", HERE, b"top/a", HERE, b"top/b")
change("renameat2", HERE, b"top/b", HERE, b"top/next", 2)
change("unlink", b"top/b")
change("unlinkat", HERE, b"top/next", 0)
change("rmdir", b"second")
change("unlinkat", HERE, b"top/link", 0)
os._exit(0)
"""
CHANGES = """mkdir mkdirat openat open creat openat openat write writev pwrite64 pwritev pwritev2 copy_file_range
    sendfile fallocate ftruncate truncate fchmod chmod fchmodat utimensat fsync fdatasync syncfs link linkat symlink
    symlinkat rename renameat renameat2 unlink unlinkat rmdir unlinkat""".split()
NO_ROOM = set(CHANGES) - set("""truncate fchmod chmod fchmodat utimensat fsync fdatasync syncfs unlink unlinkat
    rmdir""".split())


class Calls(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_program(self, name, *, limit=0, **options):
        """Runs it in a new directory; returns what the tracer says from its first call on, and that directory."""
        folder = Path(self.folder.name) / name
        folder.mkdir()
        numbers = [f"{name}={number}" for number, name in tracer._names().items()]
        command = [sys.executable, "-BIS", "-c", PROGRAM, folder, limit, *numbers]
        return tracer.run(command, env={"PATH": os.environ["PATH"]}, **options), folder

    def first(self):
        """The number of the program's first call: Python has some of its own."""
        result, _ = self.run_program("all")
        self.assertEqual(result.code, 0, result)
        first = next(number for number, call in enumerate(result.calls, 1) if call.about == "top")
        self.assertEqual([call.name for call in result.calls[first - 1:]], [*CHANGES, "exit_group"])
        self.assertEqual({call.is_first for call in result.calls}, {True})
        return first

    def test_a_kill_comes_before_the_call(self):
        first = self.first()
        for number, name in enumerate(CHANGES):
            killed, folder = self.run_program(f"killed-{number}", kill_at=first + number)
            self.assertTrue(killed.killed, killed)
            self.assertEqual((killed.code, killed.calls[-1].name), (-9, name))
            ended, other = self.run_program(f"ended-{number}", limit=number + 1)
            self.assertEqual(ended.code, 4, ended)
            self.assertEqual(content(folder), content(other), f"before {name}, call {number}")

    def test_a_full_disk_refuses_what_needs_room(self):
        first = self.first()
        for number, name in enumerate(CHANGES):
            result, _ = self.run_program(f"full-{number}", full_at=first + number)
            following = next((call for call in CHANGES[number:] if call in NO_ROOM), None)
            expected = (3, f"{following}: 28") if following else (0, "")
            self.assertEqual((result.code, result.said), expected, f"{name}, call {number}")


def content(folder):
    """What kind of thing each name is, its mode and links, and what is in it."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        data = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else ""
        is_old = int(status.st_mtime) == 1
        found[str(path.relative_to(folder))] = (status.st_mode, status.st_nlink, status.st_size, is_old, data)
    return found

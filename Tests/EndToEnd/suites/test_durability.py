"""What is on disk before what: the order of writes, syncs and renames in the traces of real runs.

A kill leaves everything that a program wrote; a power failure leaves what it synced. So in a model where nothing but a
sync makes anything last, neither content nor names, the switch must find all that it leads to on disk already.
"""

import re
import unittest
from pathlib import PurePosixPath

from harness import acme, crash, process, product, throwaway, tracer
from harness.throwaway import MOUNTPOINT, Root

CALL = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\w+)")
WORD = re.compile(r'AT_FDCWD<([^>]*)>|-?\d+<([^>]*)>|"((?:[^"\\]|\\.)*)"')
ROOT = str(acme.ROOT)
CONFIGURATION = str(acme.CONFIGURATION)
# Each of them might be a file system of its own.
TOPS = ("/opt", "/var/opt", "/etc/opt", "/etc")
# Logs tell of what happened; nothing hangs on them.
LOGS = re.compile(r"/var/opt/acme-agent/logs(/.*)?|/var/log/.*|/(dev|tmp|run|proc)/.*|(pipe|socket):.*")


class Disk:
    """What a power failure would lose, as a trace goes on: contents and names that no sync covers yet."""

    def __init__(self):
        self.content = set()    # files with unsynced bytes or attributes
        self.names = set()      # paths that were made, and whose directory wasn't synced since
        self.renames = []       # (old, new, what would have been lost)

    def call(self, name, words):
        """Takes one successful call; `words` are its paths, descriptors among them."""
        paths = [word for word in words if word]
        if name in ("write", "pwrite64", "ftruncate", "fallocate", "fchmod", "fchown"):
            self.content.add(paths[0])
        elif name in ("fchownat", "utimensat", "fchmodat"):
            self.content.add(_join(paths[:2]))
        elif name == "openat":
            self.names.add(_join(paths[:2]))
            self.content.add(_join(paths[:2]))
        elif name == "mkdirat":
            self.names.add(_join(paths[:2]))
        elif name == "symlinkat":
            self.names.add(_join(paths[1:3]))
        elif name == "unlinkat":
            self.names.discard(_join(paths[:2]))
            self.content.discard(_join(paths[:2]))
        elif name in ("fsync", "fdatasync"):
            self.content.discard(paths[0])
            self.names = {path for path in self.names if str(PurePosixPath(path).parent) != paths[0]}
        elif name == "syncfs":
            top = _top(paths[0])
            self.content = {path for path in self.content if _top(path) != top}
            self.names = {path for path in self.names if _top(path) != top}
        elif name in ("renameat", "renameat2"):
            self._rename(_join(paths[:2]), _join(paths[2:4]))

    def _rename(self, old, new):
        self.renames.append((old, new, self.unsynced()))
        for paths in (self.content, self.names):
            for path in [path for path in paths if path == old or path.startswith(old + "/")]:
                paths.discard(path)
                paths.add(new + path[len(old):])
        self.names.add(new)

    def unsynced(self):
        """Everything that would be lost now, but logs."""
        return sorted(path for path in self.content | self.names if not LOGS.fullmatch(path))


def _join(paths):
    return str(PurePosixPath(*paths))


def _top(path):
    return next((top for top in TOPS if path.startswith(top + "/") or path == top), "/")


def disk(root, *command):
    """Runs a command under strace and returns what its trace made of the disk."""
    log = product.scratch() / "durability.trace"
    strace = ["/usr/bin/strace", "-f", "-qq", "-y", "-s", "4096", "-e", "trace=file,desc", "-o", log]
    result = process.run(root.command(command, before=strace), env=throwaway.ENVIRONMENT)
    if result.code != 0:
        raise AssertionError(f"{command}: {result}")
    found = Disk()
    for line in log.read_text(errors="replace").splitlines():
        call = CALL.match(line)
        if not call or call[3].startswith("-"):
            continue
        if call[1] == "openat" and "O_CREAT" not in call[2]:
            continue
        words = [next(filter(None, word), "").replace(f"{MOUNTPOINT}/root", "") for word in WORD.findall(call[2])]
        if words:
            found.call(call[1], words)
    return found


class AMachineThatLosesItsPower(unittest.TestCase):
    """What each kind of run has on disk when it matters."""

    def test_a_switch_finds_the_new_version_on_disk(self):
        for phase in ("install", "update"):
            with self.subTest(phase), Root.of("bookworm-minimal") as root:
                if phase == "update":
                    acme.install(root, installer=crash.installer("1.0.0"))
                acme.put(root, crash.installer("1.1.0"))
                root.write("/tmp/answers", crash.CHANGED, mode=0o600)
                found = disk(root, *crash.INSTALL)
                [lost] = [lost for _, new, lost in found.renames if new == f"{ROOT}/current"]
                self.assertEqual(lost, [f"{ROOT}/.current.new"])
                [lost] = [lost for _, new, lost in found.renames if new == f"{ROOT}/versions/1.1.0-1"]
                self.assertEqual([path for path in lost if "/.staging-1.1.0-1/" in path], [])
                self.assertEqual(found.unsynced(), [])

    def test_a_service_is_on_disk_in_the_end(self):
        with Root.of("bookworm-systemd") as root:
            acme.put(root, crash.installer("1.0.0"))
            root.write("/tmp/answers", crash.CHANGED, mode=0o600)
            found = disk(root, *crash.INSTALL)
            self.assertTrue(root.exists("/etc/systemd/system/multi-user.target.wants/acme-agent.service"))
            self.assertEqual(found.unsynced(), [])

    def test_a_repaired_file_is_on_disk_before_it_has_its_name(self):
        with Root.of("bookworm-minimal") as root:
            acme.install(root, installer=crash.installer("1.0.0"))
            acme.put(root, crash.installer("1.0.0"))
            crash.damage(root)
            found = disk(root, *crash.INSTALL)
            repaired = [(old, lost) for old, new, lost in found.renames if "/.staging-" in old]
            self.assertGreater(len(repaired), 2)
            for old, lost in repaired:
                self.assertNotIn(old, lost)
            self.assertEqual(found.unsynced(), [])

    def test_a_replaced_file_is_on_disk_before_it_has_its_name(self):
        with Root.of("bookworm-minimal") as root:
            acme.install(root, installer=crash.installer("1.0.0"))
            root.write("/tmp/token", "another-token-123\n", mode=0o600)
            found = disk(root, acme.CONFIG_TOOL, "set", "token", "--from", "/tmp/token")
            [lost] = [lost for _, new, lost in found.renames if new == CONFIGURATION]
            # Its temporary name may be lost; its bytes may not. The lock says who held it, which is for people only.
            self.assertEqual(
                lost, [str(acme.ROOT / ".lock"), str(acme.CONFIGURATION.with_name(".agent.properties.new"))])
            self.assertEqual(found.unsynced(), [str(acme.ROOT / ".lock")])


class TheTracer(unittest.TestCase):
    """What the crash walk counts, beside what strace shows."""

    def test_counts_the_calls_that_strace_shows(self):
        log = product.scratch() / "tracer.trace"
        strace = ["/usr/bin/strace", "-f", "-qq", "-o", log]
        names = []
        for tracing in (True, False):
            with Root.of("bookworm-minimal") as root:
                acme.install(root, installer=crash.installer("1.0.0"))
                acme.put(root, crash.installer("1.1.0"))
                if tracing:
                    result = tracer.run(root.command(crash.INSTALL), env=throwaway.ENVIRONMENT)
                    self.assertEqual(result.code, 0, result)
                    names.append(sorted(call.name for call in result.calls))
                else:
                    result = process.run(root.command(crash.INSTALL, before=strace), env=throwaway.ENVIRONMENT)
                    self.assertEqual(result.code, 0, result)
                    names.append(sorted(_counted(log.read_text(errors="replace"))))
        self.assertEqual(*names)

    def test_kills_before_the_call_takes_effect(self):
        with Root.of("bookworm-minimal") as root:
            command = ["/usr/bin/mkdir", "/first", "/second"]
            whole = tracer.run(root.command(command), env=throwaway.ENVIRONMENT)
            self.assertEqual([call.name for call in whole.calls], ["mkdir", "mkdir", "exit_group"])
            root.inside("/first").rmdir()
            root.inside("/second").rmdir()
            killed = tracer.run(root.command(command), env=throwaway.ENVIRONMENT, kill_at=2)
            self.assertEqual((killed.code, killed.killed, str(killed.calls[-1])), (-9, True, "mkdir(/second)"))
            self.assertTrue(root.exists("/first"))
            self.assertFalse(root.exists("/second"))

    def test_says_when_there_was_no_such_call(self):
        with Root.of("bookworm-minimal") as root:
            result = tracer.run(root.command(["/usr/bin/true"]), env=throwaway.ENVIRONMENT, kill_at=9)
            self.assertEqual((result.code, result.killed), (0, False))


def _counted(trace):
    """The names in a trace of strace that the tracer counts, too."""
    started = False
    for line in trace.splitlines():
        call = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not call:
            continue
        # Between the start of chroot and that of the program.
        if not started:
            started = call[2] == "execve" and '"/tmp/acme-agent.bin", [' in call[3]
            continue
        name, arguments = call[2], call[3]
        if name in tracer.HARMLESS or (name == "openat" and not re.search("O_CREAT|O_TRUNC|O_TMPFILE", arguments)):
            continue
        if (name == "write" and re.match("[012],", arguments)) or name == "exit":
            continue
        yield name

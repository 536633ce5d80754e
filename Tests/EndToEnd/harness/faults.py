"""Faults at chosen system calls of a program in a throw-away root: errors and signals, by strace."""

import collections
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import process, product, throwaway

# The calls by which the runtime changes a file system.
CHANGES = ("openat write pwrite64 mkdirat symlinkat linkat renameat unlinkat fchmod fchown fchownat utimensat fsync "
           "syncfs ftruncate").split()


@dataclass(frozen=True)
class Point:
    """The number-th call of a name in a thread."""

    call: str
    number: int
    text: str

    def __str__(self):
        return f"{self.call} #{self.number} ({self.text[:120]})"


def traced(root, command, *options, timeout=120):
    """Runs a command of the root under strace."""
    strace = ["/usr/bin/strace", "-qq", "-f", *options]
    return process.run(root.command(command, before=strace), env=throwaway.ENVIRONMENT, timeout=timeout)


def points(root, command, calls=CHANGES):
    """Runs a command unharmed; returns its result, and each of its calls that changes a file, in their order."""
    with tempfile.NamedTemporaryFile(dir=product.scratch(), suffix=".trace") as file:
        result = traced(root, command, "-y", "-o", file.name, "-e", "trace=" + ",".join(calls))
        text = Path(file.name).read_text(errors="replace")
    counts = collections.Counter()
    found = {}
    for line in text.splitlines():
        call = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not call:
            continue
        counts[call[1], call[2]] += 1
        if _changes_a_file(call[2], call[3]):
            found.setdefault((call[2], counts[call[1], call[2]]), Point(call[2], counts[call[1], call[2]], call[3]))
    return result, list(found.values())


def _changes_a_file(call, arguments):
    if call == "openat":
        return "O_CREAT" in arguments
    if call == "write":
        descriptor = re.match(r"(\d+)<([^>]*)", arguments)
        return bool(descriptor) and int(descriptor[1]) > 2 and descriptor[2].startswith("/")
    return True


def run(root, command, point, fault):
    """Runs a command; at the point `fault` happens: `error=ENOSPC` or `signal=INT`."""
    options = ["-e", f"trace={point.call}", "-e", f"inject={point.call}:{fault}:when={point.number}"]
    return traced(root, command, "-o", "/dev/null", *options)

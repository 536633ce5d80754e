"""Things that can be wrong with a published repository, each to be planted in a tree: what `repo verify` must find.

A fault has a name; a function that damages a tree and returns the path that a report must name, below the repository's
top; a pattern that the fault's id has to match; and the severity of the report. Where the signature isn't what is wrong, the tree is hashed and
signed anew, so that nothing else is. Trees without the thing in question say so: Absent.

The faults are in planted_apt, planted_yum and planted_site.
"""

import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import Callable


class Absent(Exception):
    """The tree doesn't have what was to be damaged."""


@dataclass(frozen=True)
class Fault:
    name: str
    plant: Callable
    id: str
    # Anything else works today, and a report of it doesn't make the command fail.
    severity: str = "error"


def date(days):
    """A date that many days from now, as Release has it."""
    return formatdate(time.time() + days * 86_400, usegmt=True).replace("GMT", "UTC")


def there(path):
    if not path.exists():
        raise Absent(path)
    return path


def of(get):
    """A fault that is about one file: `get` finds it in a tree. What is left to do is `damage`."""
    def made(damage):
        def plant(tree):
            path = there(get(tree))
            damage(path)
            return tree.relative(path)
        return plant
    return made


def removed(path):
    path.unlink()


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def unreadable(path):
    path.chmod(0o600)

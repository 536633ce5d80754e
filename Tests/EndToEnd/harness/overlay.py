"""Reads an overlay's upper directory: the exact list of what was changed over the base."""

import hashlib
import os
import stat
from pathlib import Path


def changes(upper, base):
    """A dictionary from absolute path to a description of what is there now; None where the base's file is gone.

    Directories that were only copied up because something below them changed don't count, nor do time stamps.
    """
    found = {}
    _walk(Path(upper), Path(base), "", found, hidden=False)
    return found


def describe(path):
    """Kind, mode, owner and content of what is at `path`."""
    status = os.lstat(path)
    kind = stat.S_IFMT(status.st_mode)
    owner = (status.st_uid, status.st_gid)
    if kind == stat.S_IFLNK:
        return ("link", os.readlink(path))
    if kind == stat.S_IFREG:
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return ("file", oct(stat.S_IMODE(status.st_mode)), owner, digest)
    if kind == stat.S_IFDIR:
        return ("directory", oct(stat.S_IMODE(status.st_mode)), owner)
    return ("special", oct(status.st_mode), owner, status.st_rdev)


def _walk(upper, base, path, found, hidden):
    here = upper / path.lstrip("/")
    hidden = hidden or _is_opaque(here)
    names = sorted(os.listdir(here))
    for name in names:
        below = f"{path}/{name}"
        new, old = upper / below.lstrip("/"), base / below.lstrip("/")
        was_there = not hidden and os.path.lexists(old)
        description = describe(new)
        if description[0] == "special" and description[3] == 0:
            if was_there:
                found[below] = None
            continue
        if not was_there or describe(old) != description:
            found[below] = description
        if description[0] == "directory":
            _walk(upper, base, below, found, hidden or not was_there)
    if _is_opaque(here) and (base / path.lstrip("/")).is_dir():
        for name in sorted(set(os.listdir(base / path.lstrip("/"))) - set(names)):
            found[f"{path}/{name}"] = None


def _is_opaque(directory):
    try:
        return os.getxattr(directory, "trusted.overlay.opaque") == b"y"
    except OSError:
        return False

"""What the crash walk does to `agentpack repo publish`: a site before it, a kill or a full disk, and what comes after.

The site has two codenames and one YUM repository, and a version of the product; another is published. Whatever happens,
`repo verify` must find nothing wrong, all repositories show the same state, which is the old or the new one, and the
next publish, of the same packages or of others, ends as an unharmed one does, with nothing lost and nothing left over.
"""

import copy
import os
import re
import stat
import subprocess
from collections import Counter

from . import product, site, tracer
from .crash import Point

OLD, NEW, OTHER = "1.0.0-1", "1.1.0-1", "1.2.0-1"
PHASES = ("publish", "publish-full")
# Of the calls that need room every so manyth meets a full disk.
EVERY = 10
# So that modes have to be set: they must be right wherever a kill comes.
UMASK = 0o077
MODES = {stat.S_IFDIR: 0o755, stat.S_IFREG: 0o644, stat.S_IFLNK: 0o777}
# Calls that change no file: what gpg is run with.
ELSEWHERE = ("clone", "clone3", "vfork", "wait4", "kill", "exit_group")
# Parts of names that are others in each run.
VARIABLE = ((r"[0-9a-f]{64}", "HASH"), (r"agentpack-gpg\.\w{6}", "HOME"), (r"\.new-[0-9a-f]+", ".new-N"),
            (r"\b\d{10}\b", "TIME"), (r"^generations/\d+", "generations/N"))

_site = _files = _others = _after = None


def prepare():
    """Publishes the old version."""
    global _site, _files, _others
    _site = site.Site(codenames=("bullseye", "bookworm"))
    _site.publish(*site.small(OLD))
    # One with a directory of its own in the store.
    _files = _site.signed([*site.small(NEW), site.small(NEW, f"{site.NAME}-jre")[0]])
    _others = _site.signed(site.small(OTHER))


def another():
    """A copy of the site, with its links as they are."""
    found = copy.copy(_site)
    found.folder = product.public_folder() / "site"
    subprocess.run(["cp", "--archive", _site.folder, found.folder], check=True)
    (found.folder.parent / "tmp").mkdir()
    return found


def traced(where, **options):
    environment = {"PATH": os.environ["PATH"], "HOME": str(product.scratch()), "LC_ALL": "C.UTF-8",
                   "TMPDIR": str(where.folder.parent / "tmp")}
    command = [product.PROGRAMS / "agentpack", "repo", "publish", *where.place, *where.signing, *_files]
    before = os.umask(UMASK)
    try:
        return tracer.run(command, env=environment, **options)
    finally:
        os.umask(before)


def points(name):
    """The calls of an unharmed publish, which also shows what a site is to be in the end."""
    global _after
    where = another()
    result = traced(where)
    if result.code != 0:
        raise SystemExit(f"publish fails without being killed: {result}")
    _after = names(where)
    calls = [(number, call) for number, call in enumerate(result.calls, 1)
             if call.name not in ELSEWHERE and not call.about.startswith(("pipe:", "socket:"))]
    elsewhere = [call for _, call in calls if not call.is_first]
    if elsewhere:
        raise SystemExit(f"another thread than the first changes files, so numbers mean nothing: {elsewhere[:3]}")
    if name == "publish-full":
        calls = [call for call in calls if call[1].needs_room][::EVERY]
    remove(where)
    return [Point(name, number, call.name, shape(where, call.about), deep=is_deep(call)) for number, call in calls]


def is_deep(call):
    """Whether other packages are published next: what was begun with these ones may lie where nobody looks again."""
    return any(part in call.about for part in ("/store", ".public.new", "/generations, 0"))


def shape(where, about):
    """What a call is about, without what is another in each run."""
    about = about.replace(f"{where.folder.parent}/", "")
    for pattern, word in VARIABLE:
        about = re.sub(pattern, word, about)
    return about


def visit(point):
    """Kills at a point, or lets the disk be full from there on; returns 1 and the complaints."""
    where = another()
    full = point.phase == "publish-full"
    result = traced(where, **{"full_at" if full else "kill_at": point.number})
    complaints = list(aftermath(where, result, point, full))
    remove(where)
    text = str(point).replace("killed before", "a full disk from") if full else str(point)
    return 1, [f"{text}: {complaint}" for complaint in complaints]


def aftermath(where, result, point, full):
    """What is wrong with a site after a publish that didn't come to its end."""
    if full:
        if result.code <= 0:
            yield f"it must fail, and not by a signal: {result}"
        if "No space left on device" not in result.said:
            yield f"it doesn't say why: {result}"
        # The switch may be half done, but room is what there's least of.
        yield from unfinished(where, "store/")
    elif not result.killed:
        yield f"it was not killed: {result}"
    call = result.calls[point.number - 1:][:1]
    if not call or (call[0].name, shape(where, call[0].about)) != (point.call, point.about):
        yield f"that number is another call this time: {call}"
    yield from state(where, ({OLD}, {OLD, NEW}))
    if point.deep:
        yield from published(where, _others, ({OLD, OTHER}, {OLD, NEW, OTHER}))
        yield from published(where, _files, ({OLD, NEW, OTHER},))
        yield from wrong_modes(where)
        return
    yield from published(where, _files, ({OLD, NEW},))
    yield from wrong_modes(where)
    now = names(where)
    for difference, word in ((_after - now, "lost"), (now - _after, "left over")):
        if difference:
            yield f"then again: {difference.total()} names are {word}: {', '.join(sorted(difference)[:3])}"


def published(where, files, allowed):
    """What is wrong with the next publish."""
    again = where.agentpack("publish", *where.place, *where.signing, *files, umask=UMASK)
    if again.code != 0:
        yield f"then again: {again}"
    yield from state(where, allowed)
    yield from unfinished(where)


def state(where, allowed):
    found = where.verify()
    if found.code != 0:
        yield f"repo verify: {found}"
    versions = [tree.versions() for tree in where.trees()]
    if versions[0] not in allowed or any(other != versions[0] for other in versions):
        yield f"the repositories have {versions}"


def unfinished(where, below=""):
    """Names of what a publisher hasn't finished."""
    found = [path for path in paths(where) if path.startswith(below) and re.search(r"(^|/)\.|\.new", path)]
    if found:
        yield f"unfinished things are left: {', '.join(sorted(found)[:3])}"
    if below:
        return
    behind = [number for number in os.listdir(where.folder / "generations")
              if number > os.path.basename(os.readlink(where.public))]
    if behind:
        yield f"generations that were never served are left: {behind}"


def wrong_modes(where):
    """What not everybody can read, or others can change."""
    for path in paths(where):
        mode = (where.folder / path).lstat().st_mode
        if stat.S_IMODE(mode) != MODES[stat.S_IFMT(mode)]:
            yield f"then again: {path} has the mode {stat.filemode(mode)}"


def paths(where):
    """All files and directories of the site."""
    for folder, directories, files in os.walk(where.folder):
        for name in directories + files:
            yield f"{folder}/{name}"[len(str(where.folder)) + 1:]


def names(where):
    """How often each name is there, without what is another in each run."""
    return Counter(shape(where, path) for path in paths(where))


def remove(where):
    subprocess.run(["rm", "-rf", where.folder.parent], check=True)

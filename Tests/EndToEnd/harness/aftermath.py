"""What is looked at after a kill: a machine's files, service and words, beside what they were and are to be."""

import json
import os
import re
import time

from . import acme, overlay
from .systemd_host import SystemdHost

SCRIPT = "/etc/init.d/acme-agent"
PID_FILE = "/run/acme-agent.pid"
RECORD = "/opt/acme-agent/versions/install.json"
UNIT = "acme-agent.service"
OLD, NEW = "1.0.0-1", "1.1.0-1"
# How long a service may take to settle after the command that restarted it was killed.
PATIENCE = 20

# Files whose content is the agent's, a log's, or the number of a process.
LIVE = re.compile(r"/var/opt/acme-agent/(logs|state)/.*|/opt/acme-agent/\.lock")
# What a booted machine writes by itself, and where the tests put their files.
ELSEWHERE = ("/tmp/", "/run/", "/root/", "/dev/", "/var/log/", "/var/tmp/", "/var/lib/systemd/", "/etc/machine-id")
# What a run may leave lying about until the next one.
STAGED = re.compile(r"(/opt/acme-agent/versions/\.staging-[^/]*(/.*)?|/opt/acme-agent/\.current\.new|.*/\.[^/]+\.new)")


def snapshot(root):
    """What differs from the base root: a dictionary from path to what is there (None: removed)."""
    layer = root.layer
    names = set(_names(root.upper)) | (set(_names(layer)) if layer else set())
    found = {}
    for name in names:
        now, before = _described(root.mounted / name), _described(root.base / name)
        path = f"/{name}"
        if LIVE.fullmatch(path) and now:
            now = now[:1]
        if now != before and not path.startswith(ELSEWHERE):
            found[path] = now
    return found


def _names(top):
    for folder, directories, files in os.walk(top):
        for name in directories + files:
            yield f"{folder}/{name}"[len(str(top)) + 1:]


def _described(path):
    try:
        return overlay.describe(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def in_between(root, phase, before, after):
    """What is wrong with a machine right after a kill; `before` and `after` are snapshots around an unharmed run."""
    now = snapshot(root)
    for path in sorted(set(before) | set(after) | set(now)):
        if now.get(path) in (before.get(path), after.get(path)) or STAGED.fullmatch(path) or LIVE.fullmatch(path):
            continue
        if path == RECORD:
            continue  # has states of its own; it is read below
        if path == str(acme.UNINSTALL) and phase.removes and now.get(path, [""])[0] == "file":
            continue  # the uninstaller by itself, the last to go
        yield f"{path} is {now.get(path)}, neither {before.get(path)} nor {after.get(path)}"
    active = now.get(str(acme.ROOT / "current"))
    if not phase.removes and (active or before.get(str(acme.ROOT / "current"))):
        yield from _verified(root, phase, active)
    yield from _record(root)
    yield from (_stopped_clearly(root, phase) if phase.removes or not phase.runs else running(root, (OLD, NEW)))


def _verified(root, phase, active):
    if active not in (("link", f"versions/{OLD}"), ("link", f"versions/{NEW}")):
        yield f"current is {active}"
        return
    found = root.run(acme.CONFIG_TOOL, "verify")
    if found.code != 0 and phase.name != "repair":
        yield f"verify says {found}"


def _record(root):
    if root.exists(RECORD):
        record = json.loads(root.read(RECORD))
        if record["version"] not in (OLD, NEW):
            yield f"the record names {record['version']}"


def _stopped_clearly(root, phase):
    """An agent that isn't to run can be started, or words say what to do."""
    if phase.systemd:
        if root.failed_units():
            yield f"failed: {root.failed_units()}"
        return
    if not root.exists(SCRIPT):
        return
    status = root.run("service", acme.NAME, "status")
    if status.code == 0:
        if not phase.runs:
            yield f"the service was started by nobody: {status}"
        return
    start = root.run("service", acme.NAME, "start")
    if start.code == 0 and phase.removes:
        yield from running(root, (OLD, NEW))
    elif start.code == 0:
        yield from running(root, (OLD, NEW))
        stop = root.run("service", acme.NAME, "stop")
        if stop.code != 0:
            yield f"service stop: {stop}"
    elif start.code != 6 or "acme-config interactive" not in start.said:
        yield f"service start says {start}"


def running(root, versions):
    """Whether the agent runs, in one of these versions, once things have settled."""
    limit = time.monotonic() + PATIENCE
    while True:
        problem = _agent(root, versions)
        if not problem:
            return
        if time.monotonic() > limit:
            yield problem
            return
        time.sleep(0.05)


def _agent(root, versions):
    if isinstance(root, SystemdHost):
        state = root.run("systemctl", "is-active", UNIT)
    else:
        state = root.run("service", acme.NAME, "status")
    if state.code != 0:
        return f"the agent does not run: {state}"
    paths = [line for line in processes(root) if "/bin/acme-agent" in line]
    if len(paths) != 1:
        return f"expected one agent, found {processes(root)}"
    if not any(f"/versions/{version}/bin/acme-agent" in paths[0] for version in versions):
        return f"the agent is {paths}, expected one of {versions}"
    return None


def processes(root):
    """The command lines of the product's processes."""
    listing = root.run("ps", "-e", "-o", "args=").out
    return [line for line in listing.splitlines() if "/opt/acme-agent/" in line and "defunct" not in line]


def settled(root, *, runs):
    """Waits until the agent runs, or doesn't."""
    for problem in running(root, (OLD, NEW)) if runs else nothing_runs(root):
        raise AssertionError(problem)


def nothing_runs(root):
    """What runs of the product, after a while, and what it left."""
    limit = time.monotonic() + PATIENCE
    while processes(root):
        if time.monotonic() > limit:
            yield f"something runs: {processes(root)}"
            return
        time.sleep(0.05)
    if root.exists(PID_FILE):
        yield f"{PID_FILE} is left: {root.read(PID_FILE)}"


def at_the_end(root, phase, after, again):
    """What is wrong with a machine after the same command was run again (None: its program is gone)."""
    if again is None:
        left = {path: what for path, what in snapshot(root).items() if path not in after}
        if left.keys() - {str(acme.ROOT)}:
            yield f"the uninstaller is gone, and this is left: {sorted(left)}"
        return
    if again.code != 0:
        yield str(again)
        return
    yield from same(snapshot(root), after)
    if phase.ends_running:
        yield from running(root, (OLD if phase.version == "1.0.0" else NEW,))
    else:
        yield from nothing_runs(root)
    if not phase.removes:
        yield from well(root)


def well(root):
    """What is wrong with an installation by its own account, and what lies about."""
    found = root.run(acme.CONFIG_TOOL, "verify")
    if found.code != 0:
        yield f"verify says {found}"
    left = [path for path in snapshot(root) if STAGED.fullmatch(path)]
    if left:
        yield f"left over: {left}"


def same(now, expected, ignoring=()):
    """What differs between two snapshots; what the agent wrote may, unless nothing of it was to stay."""
    stays = str(acme.STATE) in expected
    for path in sorted(set(now) | set(expected)):
        if now.get(path) != expected.get(path) and path not in ignoring and not (stays and LIVE.fullmatch(path)):
            yield f"{path} is {now.get(path)}, after an unharmed run {expected.get(path)}"


def rebooted(root, phase):
    """What is wrong with a machine that is switched off after a kill and on again."""
    state = root.reboot()
    if state != "running" or root.failed_units():
        yield f"after a reboot: {state}, failed: {root.failed_units()}"
    is_enabled = root.run("systemctl", "is-enabled", UNIT).out.strip() == "enabled"
    if is_enabled and root.exists(acme.ROOT / "current/bin/start-agent"):
        yield from running(root, (OLD, NEW))
    elif phase.runs and not phase.removes:
        yield "after a reboot: the service is not enabled any more"

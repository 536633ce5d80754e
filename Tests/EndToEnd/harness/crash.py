"""What the crash walk does at one point: a machine before a command, a kill, and what comes after it."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass

from . import acme, product, secrecy, throwaway, tracer
from .aftermath import (
    NEW, OLD, RECORD, SCRIPT, at_the_end, in_between, nothing_runs, rebooted, running, same, settled, snapshot, well)
from .systemd_host import SystemdHost
from .throwaway import Root

BIN = "/tmp/acme-agent.bin"
INSTALL = [BIN, "--silent", "--accept-eula", "--answers", "/tmp/answers"]
REMOVE = [str(acme.UNINSTALL), "--yes"]
PURGE = [str(acme.UNINSTALL), "--purge", "--yes"]
NEW_TOKEN = "another-token-that-nobody-may-see"
SET = [str(acme.CONFIG_TOOL), "set", "token", "--from", "/tmp/token", "proxy_host=proxy.example", "auto_update=yes",
       "--restart"]
# The call that comes before the switch itself.
SWITCH = "versions/1.1.0-1, .current.new"


def newer(folder):
    """1.1.0 has other files than 1.0.0, also at the top: links come and go with the switch."""
    (folder / "agent/lib/empty").unlink()
    (folder / "agent/share/deep").mkdir(parents=True)
    (folder / "agent/share/deep/guide.txt").write_text("new in 1.1.0\n")
    manifest = folder / "product.yaml"
    manifest.write_text(manifest.read_text().replace("to: plugins", "to: extensions"))


def installer(version):
    return product.installer(version, newer if version == "1.1.0" else None)


def damage(root):
    """What `repair` is for: a file changed, one gone, a link bent, modes, a directory gone, top links gone."""
    version = acme.ROOT / "versions" / OLD
    root.write(version / "lib/data.bin", "somebody was here\n")
    root.inside(version / "lib/two words.txt").unlink()
    root.inside(version / "lib/noise.bin").chmod(0o666)
    root.inside(version / "plugins").rmdir()
    root.inside(version / "data").unlink()
    root.inside(version / "data").symlink_to("/etc/passwd")
    for name in ("data", "lib"):
        root.inside(acme.ROOT / name).unlink()
    root.write(SCRIPT, "#!/bin/sh\nexit 0\n", mode=0o755)


def disable(root):
    """As an administrator does."""
    result = root.run("update-rc.d", acme.NAME, "disable")
    if result.code != 0:
        raise AssertionError(f"update-rc.d: {result}")


@dataclass(frozen=True)
class Phase:
    """A command that changes a machine, and the machine before."""

    name: str
    command: list
    layer: str | None = "installed"
    version: str = "1.0.0"
    runs: bool = True
    prepare: object = None
    answers: str = product.ANSWERS
    systemd: bool = False
    # Only the calls from about the one on whose text holds this, and up to the one whose text holds that.
    since: str | None = None
    until: str | None = None

    @property
    def removes(self):
        return self.command[0] == str(acme.UNINSTALL)

    @property
    def ends_running(self):
        """Whether the agent runs at the end: as it did before, and after an installation where there is an init."""
        return not self.removes and (self.runs or (self.systemd and not self.layer))


CHANGED = product.ANSWERS.replace("auto_update=no", "auto_update=yes")
PHASES = {phase.name: phase for phase in (
    Phase("install", INSTALL, layer=None, runs=False),
    Phase("update", INSTALL, version="1.1.0", answers=CHANGED),
    Phase("update-disabled", INSTALL, version="1.1.0", runs=False, prepare=disable, since=SWITCH),
    Phase("repair", INSTALL, prepare=damage),
    Phase("set", SET),
    Phase("downgrade", [*INSTALL, "--allow-downgrade"], layer="updated"),
    Phase("uninstall", REMOVE, layer="updated"),
    Phase("purge", PURGE),
    Phase("systemd-update", INSTALL, version="1.1.0", layer="systemd", systemd=True, since=SWITCH),
    Phase("systemd-install", INSTALL, layer=None, runs=False, systemd=True, since=SWITCH.replace(NEW, OLD)),
    Phase("systemd-purge", PURGE, layer="systemd", systemd=True, until="uninstall"),
)}


@dataclass(frozen=True)
class Point:
    """A call of a phase to be killed before."""

    phase: str
    number: int
    call: str
    about: str
    # Whether the run after it is killed, too, and whether other commands follow it.
    deep: bool

    def __str__(self):
        return f"{self.phase}: killed before call {self.number}, {self.call}({self.about})"


# The machines before and after an unharmed run of each phase.
_before, _after = {}, {}


def prepare():
    """Builds the installers and the machines that commands start from."""
    secrecy.add(NEW_TOKEN)
    for version in ("1.0.0", "1.1.0"):
        installer(version)
    with Root.of("bookworm-minimal") as root:
        _install(root, "1.0.0")
        _keep(root, "installed")
        _install(root, "1.1.0")
        _keep(root, "updated")
        updated = snapshot(root)
    with Root.of("bookworm-systemd") as root:
        _install(root, "1.0.0")
        _keep(root, "systemd")
    _after["updated"] = updated
    for name, version in (("fresh-new", "1.1.0"), ("fresh-old", "1.0.0")):
        with Root.of("bookworm-minimal") as root:
            _install(root, version)
            _after[name] = snapshot(root)


def _install(root, version):
    result = acme.install(root, installer=installer(version))
    if result.code != 0:
        raise SystemExit(f"the installation to start from: {result}")


def _keep(root, name):
    folder = _layer(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    root.save_layer(folder)


def _layer(name):
    return product.scratch() / f"layer-{name}" if name else None


@contextmanager
def machine(phase):
    """A machine as it is before the phase's command; the agent runs there where it should."""
    layer = _layer(phase.layer)
    with SystemdHost(layer=layer) if phase.systemd else Root.of("bookworm-minimal", layer=layer, watched=False) as root:
        _put_files(root, phase)
        if phase.runs and not phase.systemd:
            result = root.run("service", acme.NAME, "start")
            if result.code != 0:
                raise AssertionError(f"service start: {result}")
        if phase.prepare:
            phase.prepare(root)
        settled(root, runs=phase.runs)
        yield root


def _put_files(root, phase):
    acme.put(root, installer(phase.version))
    root.write("/tmp/answers", phase.answers, mode=0o600)
    root.write("/tmp/token", NEW_TOKEN + "\n", mode=0o600)


def traced(root, command, **options):
    return tracer.run(root.command(command), env=throwaway.ENVIRONMENT, **options)


def points(name):
    """The calls of an unharmed run, which also shows how the machine is to be in the end."""
    phase = PHASES[name]
    with machine(phase) as root:
        _before[name] = snapshot(root)
        result = traced(root, phase.command)
        if result.code != 0:
            raise SystemExit(f"{name} fails without being killed: {result}")
        settled(root, runs=phase.ends_running)
        _after[name] = snapshot(root)
    first = 1
    if phase.since:
        first = max(1, min(index for index, call in enumerate(result.calls, 1) if phase.since in call.about) - 3)
    last = len(result.calls)
    if phase.until:
        last = min(index for index, call in enumerate(result.calls, 1) if phase.until in call.about)
    step = max(1, (last - first) // 8)
    return [Point(name, number, call.name, call.about, deep=not phase.systemd and (number - first) % step == step - 1)
            for number, call in enumerate(result.calls[:last], 1) if number >= first]


def visit(point):
    """Kills at a point and looks at what becomes of it; returns the number of kills and the complaints."""
    kills, complaints = 1, []
    phase = PHASES[point.phase]
    calls = []
    with machine(phase) as root:
        if not _kill(root, phase, point, complaints):
            return kills, complaints
        complaints += [f"{point}: {text}" for text in in_between(root, phase, *_around(phase))]
        if phase.systemd:
            complaints += [f"{point}: {text}" for text in rebooted(root, phase)]
            _put_files(root, phase)
        again = _again(root, phase, traced if point.deep else None)
        calls = again.calls if point.deep and again else []
        complaints += [f"{point}, then again: {text}" for text in at_the_end(root, phase, _after[phase.name], again)]
    if not point.deep:
        return kills, complaints
    for number in sorted({max(1, len(calls) * part // 4) for part in (1, 2, 3)}) if calls else ():
        kills += 1
        place = f"{point}, then again, killed before call {number}, {calls[number - 1]}"
        with machine(phase) as root:
            if not _kill(root, phase, point, complaints):
                continue
            second = traced(root, phase.command, kill_at=number)
            if not second.killed:
                complaints.append(f"{place}: it wasn't: {second}")
            complaints += [f"{place}: {text}" for text in in_between(root, phase, *_around(phase))]
            found = at_the_end(root, phase, _after[phase.name], _again(root, phase))
            complaints += [f"{place}, then again: {text}" for text in found]
    for other in OTHERS.get(point.phase, ()):
        kills += 1
        with machine(phase) as root:
            if _kill(root, phase, point, complaints):
                complaints += [f"{point}, then {other.__name__}: {text}" for text in other(root)]
    return kills, complaints


def _around(phase):
    return _before[phase.name], _after[phase.name]


def _kill(root, phase, point, complaints):
    result = traced(root, phase.command, kill_at=point.number)
    if not result.killed or result.code != -9:
        complaints.append(f"{point}: it was not killed: {result}")
    return result.killed


def _again(root, phase, runner=None):
    """The same command once more; None where the program for it is gone, as it is after a removal."""
    if phase.removes and not root.exists(acme.UNINSTALL):
        return None
    return runner(root, phase.command) if runner else root.run(*phase.command)


# Other commands after a kill.


def newer_installer(root):
    """A version that was active for a moment is kept as the one before; one that never was goes."""
    active = root.exists(acme.ROOT / "current")
    acme.put(root, installer("1.1.0"))
    result = root.run(*INSTALL)
    if result.code != 0:
        yield str(result)
        return
    expected = _after["updated" if active else "fresh-new"]
    yield from same(snapshot(root), expected, ignoring=_damaged(expected))
    yield from well(root)


def _damaged(paths):
    """What `damage` did to the version that an update leaves as it is."""
    return [path for path in paths if path.startswith(f"/opt/acme-agent/versions/{OLD}/")]


def uninstaller(root):
    """Where an installation was cut off before its first switch, it has to be completed to be removed."""
    if root.run("/usr/bin/test", "-x", acme.UNINSTALL).code != 0:
        result = root.run(*INSTALL)
        if result.code != 0:
            yield str(result)
    result = root.run(*PURGE)
    if result.code != 0:
        yield str(result)
        return
    yield from same(snapshot(root), {})
    yield from nothing_runs(root)


def older_installer(root):
    acme.put(root, installer("1.0.0"))
    result = root.run(*INSTALL)
    if result.code == 5 and "--allow-downgrade" in result.said:
        result = root.run(*INSTALL, "--allow-downgrade")
    if result.code != 0:
        yield str(result)
        return
    yield from running(root, (OLD,))
    yield from well(root)


def installer_again(root):
    acme.put(root, installer("1.0.0"))
    root.write("/tmp/answers", product.ANSWERS, mode=0o600)
    result = root.run(*INSTALL)
    if result.code == 5 and "--allow-downgrade" in result.said:
        result = root.run(*INSTALL, "--allow-downgrade")
    if result.code != 0:
        yield str(result)
        return
    # The newer version, where it was still active, is now the one before.
    kept = root.exists(acme.ROOT / "versions" / NEW)
    newer_one = f"{acme.ROOT}/versions/{NEW}"
    now = {path: what for path, what in snapshot(root).items() if not path.startswith(newer_one)}
    yield from same(now, _after["fresh-old"], ignoring=[RECORD] if kept else [])
    yield from well(root)


OTHERS = {
    "install": (newer_installer, uninstaller),
    "update": (uninstaller, older_installer),
    "repair": (uninstaller, newer_installer),
    "downgrade": (uninstaller,),
    "uninstall": (installer_again,),
    "purge": (installer_again,),
}

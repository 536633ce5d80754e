#!/usr/bin/python3
"""Kills an installation, an update and a removal before each system call that changes something: crash_walk.py [PHASE...].

After each kill the machine must be in a state from which the same command, run again, ends well; and an update that was
killed leaves an installation that still works. The calls are those of a first, unharmed run; `when=` of strace counts
per call name and thread, so the walk goes name by name.
"""

import collections
import multiprocessing
import re
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from harness import acme, process, product, throwaway  # noqa: E402 (the path comes first)
from harness.throwaway import Root  # noqa: E402

CALLS = ("mkdirat renameat renameat2 linkat symlinkat unlinkat fchmod fchmodat fchown fchownat write pwrite64 fsync "
         "fdatasync ftruncate utimensat fallocate openat mkdir rename link symlink unlink rmdir chmod chown").split()
INSTALL = ["/tmp/acme-agent.bin", "--silent", "--accept-eula", "--answers", "/tmp/answers"]
PHASES = {
    "install": {"version": "1.0.0", "command": INSTALL, "installed": False},
    "update": {"version": "1.1.0", "command": INSTALL, "installed": True},
    "uninstall": {"version": "1.0.0", "command": [str(acme.UNINSTALL), "--purge", "--yes"], "installed": True},
}


def machine(phase):
    """A root in the state in which the phase starts."""
    root = Root.of("bookworm-minimal", layer=product.scratch() / "layer" if PHASES[phase]["installed"] else None)
    acme.put(root, product.installer(PHASES[phase]["version"]))
    root.write("/tmp/answers", product.ANSWERS, mode=0o600)
    return root


def traced(root, phase, *options):
    strace = ["/usr/bin/strace", "-qq", "-f", *options]
    return process.run(root.command(PHASES[phase]["command"], before=strace), env=throwaway.ENVIRONMENT)


def points(phase):
    """(name, number) of each call of an unharmed run."""
    log = product.scratch() / f"{phase}.trace"
    with machine(phase) as root:
        result = traced(root, phase, "-o", str(log), "-e", "trace=" + ",".join("?" + name for name in CALLS))
        if result.code != 0:
            raise SystemExit(f"{phase} fails without being killed: {result}")
    counts = collections.Counter()
    found = set()
    for line in log.read_text(errors="replace").splitlines():
        call = re.match(r"(\d+) +(\w+)\(", line)
        if call:
            counts[call[1], call[2]] += 1
            if call[2] != "openat" or "O_CREAT" in line:
                found.add((phase, call[2], counts[call[1], call[2]]))
    return sorted(found)


def kill(point):
    """Kills one run at one point, then looks at what is left; returns a complaint or None."""
    phase, name, number = point
    with machine(phase) as root:
        traced(root, phase, "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={number}")
        if phase == "update":
            if acme.active_version(root) not in ("1.0.0-1", "1.1.0-1"):
                return f"{phase}: killed before {name} #{number}: no version is active"
            found = root.run(acme.CONFIG_TOOL, "verify")
            if found.code != 0:
                return f"{phase}: killed before {name} #{number}: verify says {found}"
        commands = [PHASES[phase]["command"]]
        if phase == "uninstall" and not root.exists(acme.UNINSTALL):
            commands = [INSTALL, *commands]
        for command in commands:
            again = root.run(*command)
            if again.code != 0:
                return f"{phase}: killed before {name} #{number}, then {command}: {again}"
        if phase == "uninstall":
            left = sorted(path for path in root.changes() if acme.NAME in path)
            return f"{phase}: killed before {name} #{number}: left {left[:5]}" if left else None
        found = root.run(acme.CONFIG_TOOL, "verify")
        return None if found.code == 0 else f"{phase}: killed before {name} #{number}, run again, verify: {found}"


def main():
    began = time.monotonic()
    phases = sys.argv[1:] or list(PHASES)
    layer = product.scratch() / "layer"
    shutil.rmtree(layer, ignore_errors=True)
    layer.mkdir()
    with Root.of("bookworm-minimal") as root:
        result = acme.install(root)
        if result.code != 0:
            raise SystemExit(f"the installation to start from: {result}")
        root.save_layer(layer)
    for version in {settings["version"] for settings in PHASES.values()}:
        product.installer(version)
    walk = [point for phase in phases for point in points(phase)]
    with multiprocessing.Pool(2) as pool:
        complaints = [complaint for complaint in pool.imap_unordered(kill, walk, chunksize=4) if complaint]
    for complaint in complaints:
        print(complaint)
    print(f"{len(walk)} kill points, {len(complaints)} left broken ({time.monotonic() - began:.0f} s)")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

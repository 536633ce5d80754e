#!/usr/bin/python3
"""Cuts the power of a virtual machine at points of an update, then boots the same disk again: power_cuts.py [POINT...].

After each cut the machine must boot without a failed unit, with the old or the new version whole and running, and the
old or the new configuration; and the same installer, run again, must complete the update. The machine is killed, so
what was not made durable is lost; it commits metadata each second and keeps data in memory, which is the worst that
ext4 can do to a program that doesn't ask for more.
"""

import concurrent.futures
import re
import shlex
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from harness import acme, product  # noqa: E402 (the path comes first)
from harness.virtual_machine import VirtualMachine  # noqa: E402

OLD, NEW = "1.0.0-1", "1.1.0-1"
UPDATE = ["/srv/new.bin", "--silent", "--accept-eula", "--answers", "/srv/new-answers"]
# The calls that the points are chosen from.
TRACED = "mkdirat,pwrite64,renameat,syncfs,execve"


@dataclass(frozen=True)
class Point:
    """Where the power is cut.

    `edge` says when: before or after the first call whose text has the pattern, where the installer stands still; at
    it, without a halt; or at the installer's end. For `seconds` the machine goes on and may write what it likes.
    """

    name: str
    edge: str
    call: str
    pattern: str
    seconds: float = 0


POINTS = [
    Point("the staging directory is made", "after", "mkdirat", rf'"[^"]*{NEW}"'),
    Point("a part of a file is written", "after", "pwrite64", r"", 3),
    Point("the files are written, not synced", "before", "syncfs", r"", 3),
    Point("the version is about to get its name", "before", "renameat", rf'\d+, "{NEW}"'),
    Point("the version has its name", "after", "renameat", rf'\d+, "{NEW}"', 3),
    Point("the configuration is written", "after", "renameat", r'\d+, "agent\.properties"'),
    Point("about to switch", "before", "renameat", r'\d+, "current"', 3),
    Point("switched", "after", "renameat", r'\d+, "current"'),
    Point("switched, a moment later", "after", "renameat", r'\d+, "current"', 3),
    Point("the service is being restarted", "at", "execve", r"systemctl.*try-restart"),
    Point("done", "end", "", ""),
    Point("done a moment ago", "end", "", "", 3),
]
# What `look` asks the machine; every answer is one line.
QUESTIONS = {
    "state": "systemctl is-system-running --wait",
    "failed": "systemctl list-units --failed --plain --no-legend",
    "current": f"readlink {acme.ROOT}/current",
    "versions": f"ls -A {acme.ROOT}/versions",
    "verify": f"{acme.CONFIG_TOOL} verify 2>&1; echo code $?",
    "configuration": f"cat {acme.CONFIGURATION}",
    "active": f"systemctl is-active {acme.NAME}",
    "main": f"systemctl show --value --property=MainPID {acme.NAME}",
    "starts": f"tail -n 1 {acme.STATE}/state/starts",
}


class PowerCuts:
    """A machine on which the old version runs, kept as it is at that moment; each trial goes on from there."""

    def __init__(self):
        self.folder = product.scratch() / "power-cuts"
        shutil.rmtree(self.folder, ignore_errors=True)
        drive = self.folder / "drive"
        drive.mkdir(parents=True)
        shutil.copy(product.installer("1.0.0"), drive / "old.bin")
        shutil.copy(product.installer("1.1.0"), drive / "new.bin")
        (drive / "answers").write_text(product.ANSWERS)
        (drive / "new-answers").write_text("auto_update=yes\n")
        self.saved = self.folder / "saved"
        with VirtualMachine(drive=drive) as machine:
            machine.boot()
            result = machine.run("/srv/old.bin", "--silent", "--accept-eula", "--answers", "/srv/answers")
            assert result.code == 0, result
            machine.run("sync")
            before = self.look(machine)
            assert before["current"].endswith(OLD), before
            machine.save(self.saved)
        with VirtualMachine.resume(self.saved) as machine:
            began = time.monotonic()
            result = machine.shell(self.script(f"strace -f -o /run/trace -e trace={TRACED}"))
            assert result.code == 0, result
            self.seconds = time.monotonic() - began
            self.trace = machine.read("/run/trace").splitlines()
            after = self.look(machine)
        assert after["current"].endswith(NEW), after
        self.configurations = {before["configuration"], after["configuration"]}
        assert len(self.configurations) == 2, "the update is to change the configuration"

    @staticmethod
    def script(before):
        return f"{before} {shlex.join(UPDATE)} > /run/said 2>&1"

    @staticmethod
    def wait(point):
        """A script that waits until the update that was just started is at the point; it fails when that can't be."""
        if point.edge == "end":
            return "wait $! || { cat /run/said; exit 9; }"
        text = rf"{point.call}\(.*{point.pattern}" + (r".* = " if point.edge == "after" else "")
        seen = f"grep -qsP {shlex.quote(text)} /run/trace"
        return f"until {seen}; do kill -0 $! || {seen} || {{ cat /run/said; exit 9; }}; sleep 0.02; done"

    def number(self, point):
        """The how-manieth of its calls a point is, as strace counts: for each thread."""
        main = self.trace[0].split()[0]
        calls = [line for line in self.trace if line.split()[0] == main and f" {point.call}(" in line]
        for number, line in enumerate(calls, 1):
            if re.search(point.pattern, line):
                return number
        raise LookupError(f"the update has no {point.call} with {point.pattern}: {self.trace}")

    def cut(self, point, *, inject=""):
        """Updates, cuts the power at a point and boots again; returns what is wrong then, nothing when all is well.

        `inject` is given to strace, to break something.
        """
        with VirtualMachine.resume(self.saved) as machine:
            strace = f"strace -f -o /run/trace -e trace={TRACED}"
            if point.edge in ("before", "after"):
                number = self.number(point)
                edge = {"before": "enter", "after": "exit"}[point.edge]
                strace += f" -e inject={point.call}:delay_{edge}=1000000000:when={number}"
            if inject:
                strace += f" -e inject={inject}"
            reached = machine.shell(f"{self.script(strace)} & {self.wait(point)}; sleep {point.seconds}")
            machine.cut_power()
            if reached.code != 0:
                return [f"the point was not reached: {reached}"]
            machine.boot()
            # What the installer said to be done is.
            allowed = {NEW} if point.edge == "end" else {OLD, NEW}
            complaints = self.complaints(self.look(machine), allowed, self.configurations)
            again = machine.run(*UPDATE)
            if again.code != 0:
                return [*complaints, f"the same command again: {again}"]
            machine.run("sync")
            found = self.look(machine)
            for complaint in self.complaints(found, {NEW}, self.configurations):
                complaints.append(f"after the same command again: {complaint}")
            if "true" not in found["configuration"]:
                complaints.append(f"after the same command again: {found['configuration']}")
            if sorted(found["versions"].split()) != [OLD, NEW, "install.json"]:
                complaints.append(f"after the same command again: versions/ has {found['versions']}")
            return complaints

    @staticmethod
    def look(machine):
        """What is on the machine; waits until the agent, when it runs, has written down its start."""
        limit = time.monotonic() + 120
        while True:
            script = "\n".join(f"echo {name}=$({question})" for name, question in QUESTIONS.items())
            result = machine.shell(script)
            found = dict(line.split("=", 1) for line in result.out.splitlines())
            if found["active"] != "active" or found["starts"].startswith(found["main"] + " "):
                return found
            if time.monotonic() > limit:
                return found
            time.sleep(0.2)

    @staticmethod
    def complaints(found, versions, configurations):
        """What is wrong with what was found."""
        wrong = []
        version = found["current"].rpartition("/")[2]
        if found["state"] != "running" or found["failed"]:
            wrong.append(f"the machine is {found['state']}: {found['failed']}")
        if version not in versions:
            wrong.append(f"the active version is {version!r}")
        if not found["verify"].endswith("code 0"):
            wrong.append(f"verify says {found['verify']}")
        if found["active"] != "active" or not found["starts"].startswith(found["main"] + " "):
            wrong.append(f"the service is {found['active']}, process {found['main']}, last start {found['starts']}")
        elif f"/{version}/" not in found["starts"]:
            wrong.append(f"{version} is active, but {found['starts']} runs")
        if found["configuration"] not in configurations:
            wrong.append(f"the configuration is {found['configuration']!r}")
        return wrong


def main():
    began = time.monotonic()
    points = [point for point in POINTS if not sys.argv[1:] or any(word in point.name for word in sys.argv[1:])]
    cuts = PowerCuts()
    print(f"an update, unharmed and traced, takes the machine {cuts.seconds:.1f} s", flush=True)

    def trial(point):
        complaints = cuts.cut(point)
        head = f"{'BROKEN' if complaints else 'ok':6} {point.edge} {point.call}: {point.name}"
        print(head, *complaints, sep="\n       ", flush=True)
        return complaints

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        broken = [complaints for complaints in pool.map(trial, points) if complaints]
    print(f"{len(points)} power cuts, {len(broken)} left broken ({time.monotonic() - began:.0f} s)")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

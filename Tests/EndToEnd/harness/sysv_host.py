"""A machine with Debian's SysV init as process 1."""

import re
from pathlib import Path

from .booted_host import BootedHost

# What boot and shutdown of this container print whether a product is installed or not: it has no kernel log, no clock,
# and mounts that are its host's.
NOISE = re.compile(
    r"(dmesg: )?read kernel buffer failed|hwclock: |umount: /run/|failed\.$|Unmounting (temporary|local) filesystems|"
    r"Creating compatibility symlink from /etc/mtab|Attempted to remove disk file system")
TROUBLE = re.compile(r"\b(fail(ed|ure)?|error|warning|cannot|can't|not found|no such|unable)\b", re.IGNORECASE)

# A line of inittab that init comes to after it has waited for the scripts of the runlevel.
READY = "e2e:2345:once:/bin/touch /run/e2e-ready\n"


class SysVHost(BootedHost):
    """A machine that SysV init runs, in runlevel 2. `console` has what boot and shutdown printed."""

    BASE = "bookworm-sysv"
    # A terminal that nobody types on: init and its scripts write to /dev/console, which "pipe" doesn't make.
    CONSOLE = "read-only"

    def __init__(self, base=None, **options):
        super().__init__(base, **options)
        # A container has no virtual terminals; init would complain about each getty.
        lines = self.read("/etc/inittab").splitlines(keepends=True)
        self.write("/etc/inittab", "".join(line for line in lines if "getty" not in line) + READY)

    def _is_up(self, leader):
        return Path(f"/proc/{leader}/root/run/e2e-ready").exists()

    def _settle(self):
        return "failed" if self.failures() else "running"

    def _shut_down(self):
        result = self.run("init", "0")
        if result.code != 0:
            raise RuntimeError(f"init 0: {result}")

    def is_enabled(self, service):
        # The runlevel that the machine comes up with.
        return any(re.fullmatch(rf"S\d\d{re.escape(service)}", link.name)
                   for link in self.inside("/etc/rc2.d").iterdir())

    def disable(self, service):
        return self.run("update-rc.d", service, "disable")

    def enable(self, service):
        return self.run("update-rc.d", service, "enable")

    def supervisor(self, service):
        """The process number in the pid file, 0 when there is no such process."""
        file = self.inside(f"/run/{service}.pid")
        number = int(file.read_text().split()[0]) if file.exists() else 0
        return number if self.exists(f"/proc/{number}") else 0

    def main_process(self, service, state):
        supervisor = self.supervisor(service)
        if not supervisor:
            return 0
        children = self.inside(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
        return int(children[0]) if children else 0

    def words(self, service, state):
        log = self.inside(f"{state}/logs/console.log")
        return log.read_text(errors="replace") if log.exists() else ""

    def failures(self):
        """The lines of the console, since the boot, that speak of something that went wrong."""
        return [line for line in self.console.splitlines() if TROUBLE.search(line) and not NOISE.match(line)]

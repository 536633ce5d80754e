"""A machine with systemd as process 1."""

import os
import signal
from pathlib import Path

from .booted_host import BootedHost


class SystemdHost(BootedHost):
    """A machine that systemd runs: of the release in `base`, bookworm where none is named."""

    BASE = "bookworm-systemd"
    ENVIRONMENT = {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}

    def _is_up(self, leader):
        return Path(f"/proc/{leader}/root/run/dbus/system_bus_socket").exists()

    def _settle(self):
        return self.run("systemctl", "is-system-running", "--wait").out.strip()

    def _shut_down(self):
        # systemd's signal for poweroff.target.
        os.kill(self.leader, signal.SIGRTMIN + 4)

    def is_enabled(self, service):
        return self.run("systemctl", "is-enabled", f"{service}.service").out.strip() == "enabled"

    def disable(self, service):
        return self.run("systemctl", "disable", service)

    def enable(self, service):
        return self.run("systemctl", "enable", service)

    def main_process(self, service, state):
        return int(self.property(f"{service}.service", "MainPID") or 0)

    def words(self, service, state):
        return self.journal(f"{service}.service")

    def failures(self):
        return self.failed_units()

    def journal(self, unit=None):
        """The journal's text, of one unit or of all."""
        selection = ["--unit", unit] if unit else []
        return self.run("journalctl", "--no-pager", "--output=short-monotonic", *selection).out

    def property(self, unit, name):
        """One property of a unit, as `systemctl show` prints it."""
        return self.run("systemctl", "show", "--value", "--property", name, unit).out.strip()

    def failed_units(self):
        """The units that failed."""
        listing = self.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").out
        return [line.split()[0] for line in listing.splitlines()]

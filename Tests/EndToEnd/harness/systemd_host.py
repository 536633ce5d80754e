"""A machine with systemd as process 1: systemd-nspawn over a throw-away root, in the root's network."""

import itertools
import os
import signal
import subprocess
import time
from pathlib import Path

from . import process, roots
from .throwaway import MOUNTPOINT, Root

_numbers = itertools.count()

# Joins a control group of its own, so that machines side by side don't share one, then enters the root's namespaces.
BOOT = r"""
for group in $1; do echo $BASHPID > "$group/cgroup.procs"; done
shift
exec "$@"
"""


class SystemdHost(Root):
    """A booted machine; a context manager. The network has only a loopback, and outlives a reboot."""

    def __init__(self, base=None, *, size="2g"):
        self.leader = None
        super().__init__(base or roots.base("bookworm-systemd"), size=size, mounts="none")
        self.name = f"agentpack-e2e-{os.getpid()}-{next(_numbers)}"
        self._groups = [hierarchy / self.name for hierarchy in _hierarchies()]
        self._nspawn = None

    def __enter__(self):
        try:
            self.boot()
        except BaseException:
            self.close()
            raise
        return self

    def boot(self):
        """Starts systemd and waits until all is started; returns its state, `running` when no unit failed."""
        _remove_stale_groups()
        for group in self._groups:
            group.mkdir(exist_ok=True)
        self._log = open(f"/tmp/{self.name}.console", "wb")
        os.unlink(self._log.name)
        enter = ["/usr/bin/nsenter", f"--target={self.keeper}", "--mount", "--pid"]
        nspawn = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--console=pipe", "--boot"]
        nspawn += ["--network-namespace-path=/proc/1/ns/net", f"--machine={self.name}"]
        nspawn += [f"--directory={MOUNTPOINT}/root"]
        self._nspawn = subprocess.Popen(
            ["bash", "-c", BOOT, "boot", " ".join(map(str, self._groups)), *enter, *nspawn], stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log, start_new_session=True,
            env=dict(os.environ, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1"))
        self.leader = self._find_leader()
        return self.run("systemctl", "is-system-running", "--wait").out.strip()

    def _find_leader(self):
        limit = time.monotonic() + 30
        while time.monotonic() < limit and self._nspawn.poll() is None:
            for nspawn in process.children(self._nspawn.pid):
                for leader in process.children(nspawn):
                    if Path(f"/proc/{leader}/root/run/dbus/system_bus_socket").exists():
                        return leader
            time.sleep(0.05)
        raise RuntimeError("systemd did not come up")

    @property
    def path(self):
        """The machine's files, with what it mounted itself while it runs."""
        return Path(f"/proc/{self.leader}/root") if self.leader else self.mounted

    def command(self, command, before=()):
        """The host's command line that runs `command` on the booted machine."""
        enter = ["/usr/bin/nsenter", f"--target={self.leader}", "--mount", "--pid", "--uts", "--ipc", "--net"]
        return [*enter, "--root", "--wdns=/root", *before, *[str(word) for word in command]]

    def power_off(self):
        """A clean shutdown."""
        if self._nspawn is None:
            return
        os.kill(self.leader, signal.SIGRTMIN + 4)
        try:
            self._nspawn.wait(60)
        finally:
            self._forget()

    def reboot(self):
        """Power off and boot again with the same disk; returns systemd's state."""
        self.power_off()
        return self.boot()

    def close(self):
        """Ends the machine at once, as a power loss would."""
        if self._nspawn is not None and self.leader is not None:
            try:
                os.kill(self.leader, signal.SIGKILL)
            except ProcessLookupError:
                pass
            try:
                self._nspawn.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._nspawn.pid, signal.SIGKILL)
        super().close()
        self._forget()

    def _forget(self):
        if self._nspawn is not None:
            self._nspawn.wait()
            self._log.close()
        self._nspawn = self.leader = None
        for group in self._groups:
            _remove(group)

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


def _hierarchies():
    """The control group trees that systemd-nspawn looks at: two on a hybrid host, one on a unified one."""
    hybrid = [Path("/sys/fs/cgroup/systemd"), Path("/sys/fs/cgroup/unified")]
    return [tree for tree in hybrid if tree.is_dir()] or [Path("/sys/fs/cgroup")]


def _remove_stale_groups():
    """Removes what runs left that were killed; everything else of theirs went with their namespaces."""
    for tree in _hierarchies():
        for group in tree.glob("agentpack-e2e-*"):
            if not Path("/proc", group.name.split("-")[2]).exists():
                _remove(group)


def _remove(group):
    for _ in range(50):
        try:
            for directory, _, _ in os.walk(group, topdown=False):
                os.rmdir(directory)
            return
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.05)

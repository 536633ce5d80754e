"""A machine with a real init as process 1: systemd-nspawn over a throw-away root, in the root's network.

`SystemdHost` and `SysVHost` say which init. What a test does with either is here: boot, reboot, power off, and ask for
a service in the words that both kinds of init have an answer to.
"""

import itertools
import os
import re
import signal
import subprocess
import tempfile
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


class BootedHost(Root):
    """A machine that can be booted; a context manager that boots it. The network has only a loopback, and outlives a
    reboot, as the disk does; /run and /tmp are new at each boot.

    `base` is the name of a base root, or the directory of one.
    """

    # The base root where none is named; how nspawn connects the console, and what it needs in its environment.
    BASE = None
    CONSOLE = "pipe"
    ENVIRONMENT = {}

    def __init__(self, base=None, *, size="2g", layer=None, watched=True):
        self.leader = None
        base = base or self.BASE
        super().__init__(
            roots.base(base) if isinstance(base, str) else base, size=size, mounts="none", layer=layer, watched=watched)
        self.name = f"agentpack-e2e-{os.getpid()}-{next(_numbers)}"
        self._groups = [hierarchy / self.name for hierarchy in _hierarchies()]
        self._nspawn = None
        self._console = tempfile.TemporaryFile()

    def __enter__(self):
        try:
            self.boot()
        except BaseException:
            self.close()
            raise
        return self

    def boot(self):
        """Starts the init and waits until all is started; returns `running` when nothing failed on the way."""
        _remove_stale_groups()
        for group in self._groups:
            group.mkdir(exist_ok=True)
        self._console.seek(0)
        self._console.truncate()
        enter = ["/usr/bin/nsenter", f"--target={self.keeper}", "--mount", "--pid"]
        nspawn = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--console={self.CONSOLE}", "--boot"]
        nspawn += ["--network-namespace-path=/proc/1/ns/net", f"--machine={self.name}"]
        nspawn += [f"--directory={MOUNTPOINT}/root"]
        tracer = self.watch.tracer() if self.watch else []
        self._nspawn = subprocess.Popen(
            ["bash", "-c", BOOT, "boot", " ".join(map(str, self._groups)), *tracer, *enter, *nspawn],
            stdin=subprocess.DEVNULL, stdout=self._console, stderr=self._console, start_new_session=True,
            env=os.environ | {"SYSTEMD_COLORS": "0"} | self.ENVIRONMENT)
        self.leader = self._find_leader()
        if self.watch:
            self.watch.expect(self.leader)
        return self._settle()

    def _is_up(self, leader):
        """Whether the init, process `leader` of this machine, has come so far that it can be asked."""
        raise NotImplementedError

    def _settle(self):
        """Waits until all is started; returns what `boot` returns."""
        raise NotImplementedError

    def _shut_down(self):
        """Asks the init for a clean shutdown."""
        raise NotImplementedError

    def _find_leader(self):
        limit = time.monotonic() + 60
        while time.monotonic() < limit and self._nspawn.poll() is None:
            for nspawn in process.children(self._nspawn.pid):
                for leader in process.children(nspawn):
                    if self._is_up(leader):
                        return leader
            time.sleep(0.05)
        raise RuntimeError(f"the machine did not come up; its console says:\n{self.console}")

    @property
    def console(self):
        """What was printed on the machine's console since it was booted the last time, its shutdown included."""
        size = os.fstat(self._console.fileno()).st_size
        text = os.pread(self._console.fileno(), size, 0).decode(errors="replace")
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text.replace("\r\n", "\n").replace("\0", ""))

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
        self._shut_down()
        try:
            self._nspawn.wait(60)
        finally:
            self._forget()

    def reboot(self):
        """Power off and boot again with the same disk; returns what `boot` does."""
        self.power_off()
        return self.boot()

    def close(self):
        """Ends the machine at once, as a power loss would."""
        try:
            super().close()
        finally:
            self._forget()
            self._console.close()

    def _end(self):
        if self._nspawn is not None and self.leader is not None:
            try:
                os.kill(self.leader, signal.SIGKILL)
            except ProcessLookupError:
                pass
            try:
                self._nspawn.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._nspawn.pid, signal.SIGKILL)

    def _forget(self):
        if self._nspawn is not None:
            self._nspawn.wait()
        self._nspawn = self.leader = None
        for group in self._groups:
            _remove(group)

    def is_active(self, service):
        """Whether a service runs, as the machine's own command says."""
        return self.run("service", service, "status").code == 0

    def is_enabled(self, service):
        """Whether a service is started at boot."""
        raise NotImplementedError

    def disable(self, service):
        """Does what an administrator does against a service's start at boot; returns the result."""
        raise NotImplementedError

    def enable(self, service):
        """Takes `disable` back; returns the result."""
        raise NotImplementedError

    def main_process(self, service, state):
        """The agent's process number on the machine, 0 when it doesn't run; `state` is the product's state directory."""
        raise NotImplementedError

    def words(self, service, state):
        """What the agent and its supervisor said on standard output and error; `state` as above."""
        raise NotImplementedError

    def failures(self):
        """What failed since the boot, by name: nothing may on a healthy machine."""
        raise NotImplementedError

    def arguments(self, number):
        """The command line of one of the machine's processes."""
        return self.inside(f"/proc/{number}/cmdline").read_bytes().decode().split("\0")[:-1]


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

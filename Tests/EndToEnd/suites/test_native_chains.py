"""Upgrades of native packages, and what interrupts them: scripts that fail, a full disk, kill -9; older vendors'
packages, and the self-extracting installer beside them.

What holds after each: configured as before, running exactly when it ran before, no file left over, no setting lost.
"""

import functools
import os
import time
import unittest

from harness import acme, chain, network_agent, product, throwaway, tracer, vendor
from harness.acme import NAME
from harness.chain import FAILURES, NAMES, VERSIONS
from harness.systemd_host import SystemdHost
from harness.throwaway import Root
from harness.walkthrough import Walkthrough

V1, V2, V3 = VERSIONS
UNIT = f"{NAME}.service"
# How many points of an upgrade are killed at, evenly, beside the boundaries of its scripts.
POINTS = 20
# What starts a script, or another program.
FORKS = ("clone", "clone3", "fork", "vfork")


class Format:
    """One kind of packages, and the words for it."""

    def __init__(self, suffix, base, install, downgrade, erase, recover):
        self.suffix, self.base = suffix, base
        self.install, self.downgrade, self.erase, self.recover = install, downgrade, erase, recover


# What puts an interrupted machine right is the last: each command in its turn, `{}` stands for the files.
DEB = Format(".deb", "bookworm-systemd", ["dpkg", "--install"], ["dpkg", "--install"], ["dpkg", "--purge"],
             [["dpkg", "--configure", "-a"], ["dpkg", "--install", "{}"]])
RPM = Format(".rpm", "bookworm-rpm", ["rpm", "--upgrade"], ["rpm", "--upgrade", "--oldpackage"], ["rpm", "--erase"],
             [["rpm", "--upgrade", "--force", "{}"]])
# rpm 4.20 instead of 4.18.
NEWER_RPM = Format(".rpm", "trixie-rpm", RPM.install, RPM.downgrade, RPM.erase, RPM.recover)


class Chains:
    """A booted machine with the first version, configured and running; subclasses say with which packages."""

    FORMAT = None

    @classmethod
    def setUpClass(cls):
        # Not watched for secrets, as others are: hundreds of runs of package managers would take minutes longer.
        cls.host = SystemdHost(cls.FORMAT.base, watched=False).__enter__()
        cls.addClassCleanup(cls.host.close)
        for version in VERSIONS:
            for file in chain.artifacts(version).packages(cls.FORMAT.suffix):
                cls.host.copy_in(file, f"/srv/{version}/{file.name}")
        cls.host.inside(FAILURES).mkdir()
        cls.must(*cls.FORMAT.install, *cls.files(V1))
        cls.host.write("/srv/token", product.TOKEN, mode=0o600)
        proxy = ["proxy_host=proxy.example", "proxy_port=3128"]
        cls.must(acme.CONFIG_TOOL, "set", "token", "--from", "/srv/token", *proxy)
        cls.must("service", NAME, "start")
        cls.settings = cls.host.read(acme.CONFIGURATION)
        assert product.TOKEN in cls.settings and "proxy.example" in cls.settings, cls.settings
        # What an unharmed installation of each version looks like, reached by single steps.
        cls.states = {V1: chain.state(cls.host)}
        for version in (V2, V3):
            cls.must(*cls.FORMAT.install, *cls.files(version))
            cls.states[version] = chain.state(cls.host)
        cls.begin()

    @classmethod
    def files(cls, version):
        """Where the packages of a version are on the machine."""
        folder = cls.host.inside(f"/srv/{version}")
        return sorted((f"/srv/{version}/{path.name}" for path in folder.iterdir()), key=len)

    @classmethod
    def must(cls, *command):
        result = cls.host.run(*command)
        assert result.code == 0, f"{command}: {result}"
        return result

    @classmethod
    def begin(cls, *, running=True):
        """Goes back to the first version, with the service as said."""
        cls.must(*cls.FORMAT.downgrade, *(["--replacepkgs"] if cls.FORMAT is not DEB else []), *cls.files(V1))
        # Tests start it more often than systemd allows in ten seconds.
        cls.host.run("systemctl", "reset-failed", UNIT)
        cls.must("systemctl", "start" if running else "stop", UNIT)

    def main(self):
        return self.host.property(UNIT, "MainPID")

    def complaints(self, version, *, running=True):
        """What is wrong with a machine that is to have a version."""
        if self.host.read(acme.CONFIGURATION) != self.settings:
            yield "settings were changed"
        yield from chain.differences(chain.state(self.host), self.states[version])
        state = self.host.property(UNIT, "ActiveState")
        if state != ("active" if running else "inactive"):
            yield f"the service is {state}: {self.host.journal(UNIT)[-2000:]}"
        if running and self.host.read(acme.STATE / "state/version").strip() != version:
            yield f"the agent that runs is of version {self.host.read(acme.STATE / 'state/version')}"
        if not self.host.is_enabled(NAME):
            yield "the service is not enabled"
        if self.host.failed_units():
            yield f"failed: {self.host.failed_units()}"
        for name in NAMES:
            if self.version_of(name) != [version]:
                yield f"{name} is {self.version_of(name)}, expected {version}"
        if self.host.run("pgrep", "-c", "-f", f"{acme.ROOT}/bin/acme-agent").out.strip() != str(int(running)):
            yield f"agents: {self.host.run('pgrep', '-a', '-f', str(acme.ROOT)).out}"

    def version_of(self, name):
        if self.FORMAT is DEB:
            out = self.host.run("dpkg-query", "-W", "-f", "${Version} ${db:Status-Status}\\n", name).out
            return [line.split("-")[0] for line in out.splitlines() if line.endswith(" installed")]
        result = self.host.run("rpm", "-q", "--qf", "%{VERSION}\\n", name)
        return result.out.split() if result.code == 0 else []

    def check(self, version, **state):
        self.assertEqual(list(self.complaints(version, **state)), [])

    def recover(self, version):
        """Does what an administrator does after an accident; returns the last result."""
        for command in self.FORMAT.recover:
            words = [word for part in command for word in (self.files(version) if part == "{}" else [part])]
            result = self.host.run(*words)
        return result

    def test_1_chains(self):
        """Step by step and in one, up and down: one restart each."""
        self.begin()
        self.check(V1)
        for action, version in (("install", V2), ("install", V3), ("downgrade", V1), ("install", V3), ("downgrade", V2),
                                ("install", V3), ("downgrade", V1)):
            with self.subTest(f"{action} {version}"):
                before = self.main()
                result = self.must(*getattr(self.FORMAT, action), *self.files(version))
                self.assertNotEqual(self.main(), before)
                self.check(version)
                self.assertNotIn("rror", result.err)

    def test_2_failing_scripts(self):
        """A product's own script fails at each step of an upgrade: the old version or the new one goes on."""
        failed = 0
        for step in chain.STEPS:
            for running in (True, False):
                with self.subTest(step, running=running):
                    self.begin(running=running)
                    self.host.write(f"{FAILURES}/{step}", "")
                    try:
                        result = self.host.run(*self.FORMAT.install, *self.files(V2))
                    finally:
                        self.host.inside(f"{FAILURES}/{step}").unlink()
                    failed += result.code != 0
                    if f"{step} fails as it shall" in result.said:
                        self.assertEqual(self.host.property(UNIT, "ActiveState") == "active", running, result)
                    self.assertEqual(self.host.read(acme.CONFIGURATION), self.settings)
                    again = self.recover(V2)
                    self.assertEqual(again.code, 0, again)
                    self.check(V2, running=running)
        self.assertGreater(failed, 0)

    def test_3_full_disk(self):
        """The disk fills up while files are unpacked: the old version goes on; with room the new one comes."""
        failed = 0
        for room in (300_000, 4_000_000, 9_000_000):
            with self.subTest(room=room):
                self.begin()
                self.fill(room)
                try:
                    # rpm looks at the room before; here it is to meet the end of it.
                    late = ["--ignoresize"] if self.FORMAT is not DEB else []
                    result = self.host.run(*self.FORMAT.install, *late, *self.files(V2))
                    failed += result.code != 0
                    self.assertEqual(self.host.property(UNIT, "ActiveState"), "active", result)
                    self.assertEqual(self.host.read(acme.CONFIGURATION), self.settings)
                    if result.code != 0:
                        # rpm 4.18 says that writing failed, and gives the reason of another call.
                        self.assertRegex(result.said, "No space left on device|write failed")
                        if self.FORMAT is DEB:
                            self.assertEqual(self.version_of(NAME), [V1], result)
                finally:
                    self.host.run("rm", "/srv/fill")
                again = self.recover(V2)
                self.assertEqual(again.code, 0, again)
                self.check(V2)
        self.assertGreaterEqual(failed, 2)

    def fill(self, room):
        """Leaves so many bytes of the machine's disk."""
        disk = os.statvfs(self.host.inside("/"))
        self.must("fallocate", "--length", disk.f_bavail * disk.f_frsize - room, "/srv/fill")

    def test_4_killed(self):
        """dpkg and rpm, killed at points of an upgrade; their orphaned scripts run to their end."""
        self.begin()
        upgrade = self.host.command([*self.FORMAT.install, *self.files(V2)])
        whole = tracer.run(upgrade, env=throwaway.ENVIRONMENT)
        self.assertEqual(whole.code, 0, whole)
        self.check(V2)
        complaints = []
        points = self.points(whole.calls)
        self.assertGreater(len(points), POINTS)
        for index, number in enumerate(points):
            running = index % 3 != 2
            place = f"killed before call {number} of {len(whole.calls)}, {whole.calls[number - 1]}"
            self.begin(running=running)
            result = tracer.run(upgrade, env=throwaway.ENVIRONMENT, kill_at=number)
            if not result.killed:
                complaints.append(f"{place}: it wasn't: {result}")
            self.wait_for_orphans()
            if self.FORMAT is not DEB:
                # rpm names unfinished files by the second in which it was started (lib/rpmts.c), and keeps others'.
                time.sleep(1.1 - time.time() % 1)
            again = self.recover(V2)
            if again.code != 0:
                complaints.append(f"{place}, then again: {again}")
            complaints += [f"{place}: {text}" for text in self.complaints(V2, running=running)]
        self.assertEqual(complaints, [], "\n".join(complaints))

    @staticmethod
    def points(calls):
        """The numbers of the calls to be killed before: POINTS evenly, and both sides of whatever is executed."""
        even = {1 + len(calls) * index // POINTS for index in range(POINTS)}
        forks = [number for number, call in enumerate(calls, 1) if call.name in FORKS]
        around = {number + side for number in forks for side in (0, 2)}
        return sorted(number for number in even | around if number <= len(calls))

    def wait_for_orphans(self):
        """Waits until nothing runs of what a killed package manager started."""
        limit = time.monotonic() + 60
        pattern = "dpkg|/var/tmp/rpm-tmp|^rpm "
        while self.host.run("pgrep", "-f", pattern).code == 0:
            self.assertLess(time.monotonic(), limit, self.host.run("ps", "axf").out)
            time.sleep(0.05)

    def test_5_removal(self):
        """A script fails while packages are removed; the second try removes all."""
        self.begin()
        for step in ("before_remove", "after_remove"):
            with self.subTest(step):
                self.begin()
                self.host.write(f"{FAILURES}/{step}", "")
                result = self.host.run(*self.FORMAT.erase, *NAMES)
                self.host.inside(f"{FAILURES}/{step}").unlink()
                self.assertIn(f"{step} fails as it shall", result.said)
        if any(self.version_of(name) for name in NAMES) or self.FORMAT is DEB:
            self.must(*self.FORMAT.erase, *NAMES)
        left = chain.state(self.host)
        if self.FORMAT is not DEB:
            self.assertEqual(self.host.read(acme.CONFIGURATION), self.settings)
            left = [path for path in left if not path.startswith((str(acme.STATE), str(acme.OPTIONS)))]
        self.assertEqual(list(left), [])
        self.assertEqual(self.host.failed_units(), [])
        self.assertEqual(self.host.reboot(), "running")


class DebChains(Chains, unittest.TestCase):
    FORMAT = DEB


class RpmChains(Chains, unittest.TestCase):
    FORMAT = RPM

    def test_6_first_installation_cut_off(self):
        """Registered, but killed before its %post: installed again, it starts at boot as any first installation does."""
        if self.version_of(NAME):
            self.must(*RPM.erase, *NAMES)
        self.must("rm", "-rf", acme.STATE, acme.OPTIONS)
        self.must(*RPM.install, "--noscripts", *self.files(V2))
        self.assertFalse(self.host.is_enabled(NAME))
        again = self.recover(V2)
        self.assertEqual(again.code, 0, again)
        self.assertTrue(self.host.is_enabled(NAME))
        # From then on it is the administrator's wish that counts.
        self.must("systemctl", "disable", UNIT)
        self.assertEqual(self.recover(V2).code, 0)
        self.assertFalse(self.host.is_enabled(NAME))


class NewerRpmChains(RpmChains):
    FORMAT = NEWER_RPM


@functools.cache
def with_legacy():
    """The network agent's packages, which know what older ones owned."""
    class Agent(network_agent.ReferenceAgent):
        def define(self, folder):
            folder = super().define(folder)
            with open(folder / "product.yaml", "a") as manifest:
                manifest.write(f"\nlegacy:\n  paths: [{network_agent.CONFIGURATION}]\n")
            return folder
    return Agent().packages({"new": network_agent.VERSIONS[1]})["new"]


class Legacy:
    """From an older vendor's package that owns its configuration, and stops and disables the service without asking."""

    FORMAT = None
    OLDER = None

    def test_upgrade(self):
        walk = Walkthrough(machine=self.MACHINE)
        self.addCleanup(walk.__exit__)
        walk.start_machine()
        host = walk.host

        def must(*command):
            result = host.run(*command)
            self.assertEqual(result.code, 0, result)
            return result
        must(*self.FORMAT.install, host.copy_in(type(self).OLDER(), f"/srv/vendor{self.FORMAT.suffix}"))
        settings = f"# mine\nagent.token={walk.new_token()}\nserver.url=https://localhost\nagent.heartbeat=1\n"
        host.write(network_agent.CONFIGURATION, settings, mode=0o600)
        must("systemctl", "restart", network_agent.NAME)
        walk.wait_for("Connected")
        [file] = with_legacy().packages(self.FORMAT.suffix)
        must(*self.FORMAT.install, host.copy_in(file, f"/srv/{file.name}"))
        self.assertEqual(walk.settings(), settings)
        walk.wait_for("Connected", network_agent.VERSIONS[1])
        self.assertTrue(host.is_enabled(network_agent.NAME))
        self.assertEqual(host.failures(), [])
        self.assertFalse(host.exists(f"{network_agent.ROOT}/agent"), "the old program is gone")
        left = [path for path in host.changes() if chain.UNFINISHED.fullmatch(path)]
        self.assertEqual(left, [])
        self.assertEqual(host.reboot(), "running")
        walk.wait_for("Connected", network_agent.VERSIONS[1])
        # Installed again, as an upgrade from itself, it goes on; removed, the settings stay.
        must(*[f"/srv/{file.name}" if part == "{}" else part for part in self.FORMAT.recover[-1]])
        walk.wait_for("Connected", network_agent.VERSIONS[1])
        must(*("dpkg --remove" if self.FORMAT is DEB else "rpm --erase").split(), network_agent.NAME)
        self.assertEqual(walk.settings(), settings)
        self.assertEqual(host.main_process(network_agent.NAME, network_agent.STATE), 0)


class DebLegacy(Legacy, unittest.TestCase):
    FORMAT, MACHINE, OLDER = DEB, "bookworm", vendor.deb


class RpmLegacy(Legacy, unittest.TestCase):
    FORMAT, MACHINE, OLDER = RPM, "bookworm-rpm", vendor.rpm


class Mixed(unittest.TestCase):
    """Packages and the self-extracting installer don't touch each other's installation."""

    BASES = {DEB: "bookworm-minimal", RPM: "bookworm-rpm"}

    def registered(self, root, form):
        command = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n"] if form is DEB else ["rpm", "-qa"]
        return [line for line in root.run(*command).out.splitlines() if "acme-agent" in line]

    def test_packages_over_an_installer(self):
        """Refused, each package for itself and all together, with a sentence that says what to do."""
        for form, base in self.BASES.items():
            with Root.of(base) as root:
                result = acme.install(root, installer=chain.artifacts(V1).bin)
                self.assertEqual(result.code, 0, result)
                before = chain.tree(root), chain.tree(root, "/var/opt"), chain.tree(root, "/etc/opt")
                files = [root.copy_in(file, f"/srv/{file.name}") for file in chain.artifacts(V2).packages(form.suffix)]
                for chosen in (files, files[::-1], files[:1], files[1:]):
                    with self.subTest(form.suffix, chosen=chosen):
                        alone = "--nodeps" if form is RPM else "--force-depends"
                        result = root.run(*form.install, alone, *chosen)
                        self.assertNotEqual(result.code, 0, result)
                        self.assertIn(str(acme.UNINSTALL), result.said)
                        now = chain.tree(root), chain.tree(root, "/var/opt"), chain.tree(root, "/etc/opt")
                        self.assertEqual(now, before)
                        self.assertEqual(self.registered(root, form), [])
                # Once it is uninstalled as the sentence says, they can be installed, and know the settings.
                self.assertEqual(root.run(acme.UNINSTALL, "--yes").code, 0)
                result = root.run(*form.install, *files)
                self.assertEqual(result.code, 0, result)
                self.assertEqual(acme.configuration(root)["agent.token"], product.TOKEN)

    def test_an_installer_over_packages(self):
        for form, base in self.BASES.items():
            with self.subTest(form.suffix), Root.of(base) as root:
                files = [root.copy_in(file, f"/srv/{file.name}") for file in chain.artifacts(V1).packages(form.suffix)]
                result = root.run(*form.install, *files)
                self.assertEqual(result.code, 0, result)
                before = chain.tree(root)
                for version in (V1, V2):
                    result = acme.install(root, installer=chain.artifacts(version).bin)
                    self.assertEqual(result.code, 5, result)
                    self.assertIn(NAME, result.err)
                    self.assertRegex(result.err, r"apt|dpkg" if form is DEB else r"dnf|yum|rpm")
                    self.assertEqual(chain.tree(root), before)

    def test_purge_spares_an_installer(self):
        """What is left of a removed package is purged, while the installer's installation stands."""
        with Root.of(self.BASES[DEB]) as root:
            files = [root.copy_in(file, f"/srv/{file.name}") for file in chain.artifacts(V1).packages(".deb")]
            self.assertEqual(root.run(*DEB.install, *files).code, 0)
            self.assertEqual(root.run("dpkg", "--remove", *NAMES).code, 0)
            result = acme.install(root, installer=chain.artifacts(V1).bin)
            self.assertEqual(result.code, 0, result)
            before = chain.tree(root), chain.tree(root, "/var/opt"), chain.tree(root, "/etc/opt")
            result = root.run("dpkg", "--purge", *NAMES)
            self.assertEqual(result.code, 0, result)
            self.assertEqual((chain.tree(root), chain.tree(root, "/var/opt"), chain.tree(root, "/etc/opt")), before)

"""The service on every machine: what its verbs answer, how it ends, what it says when it can't be started.

One boot serves a class; each test begins with the product installed, configured and running.
"""

import time
import unittest

from harness import acme, product
from harness.machines import MACHINES, machine

UNIT = f"{acme.NAME}.service"
SCRIPT = f"/etc/init.d/{acme.NAME}"
PIDFILE = f"/run/{acme.NAME}.pid"
LOCKFILE = f"/run/{acme.NAME}.lock"
STARTS = acme.STATE / "state/starts"
OPTIONS_FILE = acme.OPTIONS / "start-agent.ini"
PROGRAM = acme.ROOT / "versions/1.0.0-1/bin/acme-agent"
# The command that an unconfigured product's user is told to run.
CONFIGURE = f"{acme.CONFIG_TOOL} interactive"
# The shell of an agent that notes its start, then does what a test wants.
NOTING = f"#!/bin/sh\necho started >> {STARTS}\n"


def other_stop_timeout(folder):
    """A version whose unit isn't the installed one's."""
    manifest = folder / "product.yaml"
    text = manifest.read_text()
    assert text.count("stop_timeout: 5s") == 1
    manifest.write_text(text.replace("stop_timeout: 5s", "stop_timeout: 6s"))


class Machine:
    """A machine with the product; subclasses say which."""

    MACHINE = None

    @classmethod
    def setUpClass(cls):
        cls.host = machine(cls.MACHINE).__enter__()
        cls.addClassCleanup(cls.host.close)
        result = acme.install(cls.host)
        if result.code != 0:
            raise AssertionError(result)
        cls.program = cls.host.read(PROGRAM)
        cls.settings = cls.host.read(acme.CONFIGURATION)

    @property
    def is_systemd(self):
        return self.MACHINE != "sysv"

    def setUp(self):
        self.host.run("rm", "-f", OPTIONS_FILE, STARTS, acme.STATE / "state/stops")
        self.host.write(PROGRAM, self.program, mode=0o755)
        self.host.write(acme.CONFIGURATION, self.settings, mode=0o600)
        if self.is_systemd:
            self.host.run("systemctl", "reset-failed")
        self.service("restart")
        self.wait_for(lambda: self.starts() == 1)

    def service(self, verb, code=0):
        result = self.host.run("service", acme.NAME, verb)
        if code is not None:
            self.assertEqual(result.code, code, result)
        return result

    def agent(self, text):
        """Puts another agent in the place of the product's, and starts it with a clean slate."""
        self.service("stop")
        self.host.run("rm", "-f", STARTS)
        self.host.write(PROGRAM, NOTING + text, mode=0o755)
        return self.service("start")

    def starts(self):
        file = self.host.inside(STARTS)
        return len(file.read_text().splitlines()) if file.exists() else 0

    def process(self):
        return self.host.main_process(acme.NAME, acme.STATE)

    def words(self):
        return self.host.words(acme.NAME, acme.STATE)

    def wait_for(self, condition, seconds=30):
        limit = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), limit, self.words())
            time.sleep(0.05)

    def is_over(self):
        """Whether the agent ended and nothing will start it again."""
        if self.is_systemd:
            return self.host.property(UNIT, "ActiveState") in ("inactive", "failed")
        return self.host.supervisor(acme.NAME) == 0

    def test_verbs(self):
        for verb, code in (("status", 0), ("start", 0), ("stop", 0), ("status", 3), ("stop", 0), ("try-restart", 0),
                           ("status", 3), ("restart", 0), ("status", 0), ("try-restart", 0), ("force-reload", 0)):
            if verb == "force-reload" and self.is_systemd:
                # `service` has other ideas of it there; the script itself answers below.
                continue
            with self.subTest(verb):
                self.service(verb, code)
        for words, code in ((["status"], 0), (["force-reload"], 0), (["reload"], 3), (["explode"], 2), ([], 2),
                            (["start", "now"], 2)):
            with self.subTest(words):
                result = self.host.run(SCRIPT, *words)
                self.assertEqual(result.code, code, result)

    def test_stop_is_a_good_end(self):
        self.service("stop")
        self.assertIn("acme-agent stopped", self.host.read(acme.STATE / "state/stops"))
        self.assertEqual(self.host.failures(), [])
        self.service("status", 3)

    def test_ends_that_stay(self):
        """143 is a JVM's answer to SIGTERM, 78 says that there is nothing to do yet, 64 that trying again is no use."""
        for code, is_failure in ((0, False), (143, False), (78, False), (64, True)):
            with self.subTest(code):
                self.agent(f"exit {code}\n")
                self.wait_for(self.is_over)
                self.assertEqual(self.starts(), 1)
                if self.is_systemd:
                    self.assertEqual(self.host.failures(), [UNIT] if is_failure else [])
                    self.host.run("systemctl", "reset-failed", UNIT)
                self.service("status", (1 if is_failure else 3) if not self.is_systemd else 3)

    def test_failures_are_started_again(self):
        for end in ("exit 1\n",) if self.is_systemd else ("exit 1\n", "kill -SEGV $$\n"):
            with self.subTest(end):
                # Only its first life is short.
                self.agent(f'[ "$(wc -l < {STARTS})" = 1 ] && {end}exec sleep 1000\n')
                self.wait_for(lambda: self.starts() == 2 and self.process() != 0)
                self.service("status")

    def test_an_agent_that_ignores_SIGTERM(self):
        """It is killed when its time is over, and what it started with it."""
        self.agent("trap '' TERM\n(trap '' TERM; while :; do sleep 1; done) &\nwhile :; do sleep 1; done\n")
        self.wait_for(lambda: self.starts() == 1)
        began = time.monotonic()
        self.service("stop")
        self.assertGreater(time.monotonic() - began, 4.5)
        self.assertTrue(self.is_over())
        self.assertNotIn("acme-agent", self.host.run("ps", "-ef").out)

    def test_unconfigured(self):
        """The machine boots clean; who starts the service is told what to do."""
        self.service("stop")
        self.host.run("rm", acme.CONFIGURATION)
        self.host.reboot()
        # SysV init knows the exit code 6 for this.
        skipped = f"startpar: service(s) skipped, program is not configured: {acme.NAME} ... (warning)."
        failures = [line for line in self.host.failures() if "not configured yet" not in line]
        self.assertEqual(failures, [] if self.is_systemd else [skipped])
        self.assertEqual(self.starts(), 1)
        self.assertIn(CONFIGURE, self.words() if self.is_systemd else self.host.console)
        result = self.service("start", code=1 if self.is_systemd else 6)
        if self.is_systemd:
            # systemctl never shows a service's own words; it names the command that does.
            self.assertIn(f'See "systemctl status {UNIT}"', result.err)
            told = self.host.run("systemctl", "status", UNIT).out
        else:
            told = result.err
        self.assertIn("not configured yet", told)
        self.assertIn(CONFIGURE, told)
        self.assertTrue(self.is_over())
        self.host.write(acme.CONFIGURATION, self.settings, mode=0o600)
        self.service("start")
        self.service("status")
        if self.is_systemd:
            self.assertEqual(self.host.failures(), [])

    def test_options_that_make_no_sense(self):
        """Who starts the service is told so, and it isn't tried again and again."""
        self.host.write(OPTIONS_FILE, "-Dx=1\n-Dy=\"\n")
        result = self.service("restart", code=1)
        self.wait_for(self.is_over)
        told = self.host.run("systemctl", "status", UNIT).out if self.is_systemd else result.err
        self.assertIn("start-agent.ini, line 2", told)
        self.assertEqual(self.starts(), 1)
        if self.is_systemd:
            self.assertEqual(self.host.property(UNIT, "NRestarts"), "0")

    def test_z_an_older_version_that_was_removed_by_hand(self):
        """What the documented removal leaves is the product's own for the next version, although its text differs."""
        self.service("stop")
        self.host.run("rm", "-r", SCRIPT, acme.ROOT)
        result = acme.install(self.host, installer=product.installer("1.1.0", edit=other_stop_timeout))
        self.assertEqual(result.code, 0, result)
        self.service("status")
        if self.is_systemd:
            self.assertEqual(self.host.property(UNIT, "TimeoutStopUSec"), "6s")
        result = self.host.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertEqual([path for path in self.host.changes() if acme.NAME in path], [])


class SystemdMachine(Machine):
    """What only systemd has."""

    def test_the_unit_is_well_formed(self):
        # As a service of its own: systemd 247 looks for its control group.
        verify = ["systemd-run", "--quiet", "--wait", "--pipe", "systemd-analyze", "verify"]
        result = self.host.run(*verify, f"/etc/systemd/system/{UNIT}")
        self.assertEqual((result.code, result.said), (0, ""))
        text = self.host.read(f"/etc/systemd/system/{UNIT}")
        self.host.write("/root/wrong.service", text.replace("KillMode=mixed", "KillMoode=mixed"))
        self.assertIn("KillMoode", self.host.run(*verify, "/root/wrong.service").said)

    def test_its_admin_may_disable_it(self):
        for verb, state in (("disable", "disabled"), ("enable", "enabled")):
            result = self.host.run("systemctl", verb, UNIT)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(self.host.run("systemctl", "is-enabled", UNIT).out.strip(), state)


class Sysv(Machine, unittest.TestCase):
    """Real SysV init as process 1, and our own supervisor under it."""

    MACHINE = "sysv"

    def status_of(self, number):
        text = self.host.read(f"/proc/{number}/stat")
        return text.rpartition(")")[2].split()

    def test_the_supervisor_is_a_daemon(self):
        with self.host.spawn(SCRIPT, "restart") as terminal:
            self.assertEqual(terminal.wait(), 0, terminal.transcript)
        number, started = map(int, self.host.read(PIDFILE).split())
        state, parent, group, session, tty = self.status_of(number)[:5]
        self.assertEqual(int(self.status_of(number)[19]), started, "the time it was started: field 22")
        self.assertEqual(int(parent), 1)
        self.assertNotEqual(int(session), number, "it leads no session, so it never gets a terminal")
        self.assertEqual(int(tty), 0)
        self.assertEqual(str(self.host.inside(f"/proc/{number}/cwd").readlink()), "/")
        standard = {"0": "/dev/null", "1": self.log(), "2": self.log()}
        self.assertEqual(self.descriptors(number, upto=2), standard)
        others = [name for name in self.descriptors(number).values() if name not in standard.values()]
        self.assertEqual(others, [LOCKFILE])
        agent = self.process()
        self.assertEqual(int(self.status_of(agent)[4]), 0)
        self.assertEqual(self.descriptors(agent, upto=2), standard)
        # Descriptor 10 is its script's, which the shell keeps open.
        self.assertEqual(set(self.descriptors(agent).values()) - set(standard.values()), {str(PROGRAM)})

    def log(self):
        return str(acme.STATE / "logs/console.log")

    def descriptors(self, number, upto=99):
        """Descriptor to file name."""
        folder = self.host.inside(f"/proc/{number}/fd")
        return {link.name: str(link.readlink()) for link in folder.iterdir() if int(link.name) <= upto}

    def test_a_recycled_number_is_never_killed(self):
        self.service("stop")
        self.addCleanup(self.host.spawn("sleep", "1234").close)
        self.wait_for(lambda: self.host.run("pgrep", "-fx", "sleep 1234").code == 0)
        number = int(self.host.run("pgrep", "-fx", "sleep 1234").out)
        started = int(self.status_of(number)[19])
        for text in (f"{number}\n{started - 1}\n", f"{number}\n", "1\n1\n", "-1\n1\n", "rubbish\n"):
            with self.subTest(text):
                self.host.write(PIDFILE, text)
                self.service("status", 1)
                self.service("stop")
                self.assertTrue(self.host.exists(f"/proc/{number}"))
                self.assertFalse(self.host.exists(PIDFILE))
        self.host.write(PIDFILE, f"{number}\n{started - 1}\n")
        self.service("start")
        self.service("status")
        self.service("stop")
        self.assertTrue(self.host.exists(f"/proc/{number}"))

    def test_a_supervisor_that_was_killed_leaves_no_agent(self):
        supervisor, agent = self.host.supervisor(acme.NAME), self.process()
        self.host.run("kill", "-KILL", supervisor)
        self.wait_for(lambda: not self.host.exists(f"/proc/{agent}"))
        self.service("status", 1)
        self.service("start")
        self.service("status")

    def test_only_root_may(self):
        for verb, code in (("status", 0), ("start", 4), ("stop", 4), ("restart", 4)):
            result = self.host.run("runuser", "-u", "nobody", "--", SCRIPT, verb)
            self.assertEqual(result.code, code, result)
        self.service("status")

    def test_a_missing_agent(self):
        self.service("stop")
        self.host.run("rm", PROGRAM)
        self.assertIn("is not installed", self.service("start", 5).err)

    def test_the_links_go_with_a_command(self):
        """After a removal by hand SysV init complains of the script until its links are removed, as documented."""
        self.service("stop")
        script = self.host.read(SCRIPT)
        self.host.run("rm", SCRIPT)
        known = self.host.failures()
        self.assertEqual(self.host.run("update-rc.d", acme.NAME, "remove").code, 0)
        self.host.power_off()
        self.assertEqual(self.host.failures(), known)
        self.assertEqual(self.host.boot(), "running", self.host.console)
        self.host.write(SCRIPT, script, mode=0o755)
        self.assertEqual(self.host.run("update-rc.d", acme.NAME, "defaults").code, 0)


for name in MACHINES:
    if name != "sysv":
        globals()[name.capitalize()] = type(name.capitalize(), (SystemdMachine, unittest.TestCase), {"MACHINE": name})

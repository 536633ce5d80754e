"""The service's corners on a booted machine: the administrator's tools, the init script itself, other accounts."""

import time
import unittest

from harness import acme, product
from harness.systemd_host import SystemdHost

UNIT = f"{acme.NAME}.service"
SCRIPT = f"/etc/init.d/{acme.NAME}"


class Case(unittest.TestCase):
    def setUp(self):
        self.host = SystemdHost().__enter__()
        self.addCleanup(self.host.close)
        result = acme.install(self.host)
        self.assertEqual(result.code, 0, result)

    def state(self):
        return self.host.property(UNIT, "ActiveState")


class Administration(Case):
    def links(self):
        return [path for path in self.host.changes() if "/rc" in path and path.endswith(acme.NAME)]

    def test_disable_and_enable(self):
        for verb, expected in (("disable", "disabled"), ("enable", "enabled")):
            result = self.host.run("systemctl", verb, UNIT)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(self.host.run("systemctl", "is-enabled", UNIT).out.strip(), expected)
            self.assertEqual(self.state(), "active")
        self.assertNotEqual(self.links(), [], "systemctl keeps the runlevels in step")
        result = self.host.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.links(), [])
        self.assertEqual([path for path in self.host.changes() if acme.NAME in path], [])

    def test_the_init_script_asks_systemd(self):
        main = self.host.property(UNIT, "MainPID")
        self.assertEqual(self.host.run(SCRIPT, "start").code, 0)
        self.assertEqual(self.host.property(UNIT, "MainPID"), main)
        self.assertEqual(self.host.run(SCRIPT, "status").code, 0)
        self.assertEqual(self.host.run(SCRIPT, "restart").code, 0)
        self.assertNotEqual(self.host.property(UNIT, "MainPID"), main)
        self.assertEqual(self.host.run(SCRIPT, "stop").code, 0)
        self.assertEqual(self.state(), "inactive")
        self.assertEqual(self.host.run(SCRIPT, "status").code, 3)
        self.assertEqual(self.host.run(SCRIPT, "force-reload").code, 0)
        self.assertEqual(self.state(), "inactive")
        self.assertEqual(self.host.run(SCRIPT, "reload").code, 3)
        self.assertEqual(self.host.run(SCRIPT, "explode").code, 2)
        self.assertEqual(self.host.run(SCRIPT, "start", "now").code, 2)

    def test_a_failed_service_is_forgotten(self):
        self.host.run("systemctl", "stop", UNIT)
        self.host.write(acme.OPTIONS / "start-agent.ini", "a\x01b\n")
        self.host.run("systemctl", "start", UNIT)
        limit = time.monotonic() + 10
        while "line 1" not in self.host.journal(UNIT):
            self.assertLess(time.monotonic(), limit, self.host.journal(UNIT))
            time.sleep(0.05)
        self.assertEqual(self.host.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
        self.assertEqual(self.host.failed_units(), [])
        self.assertEqual(self.host.property(UNIT, "LoadState"), "not-found")


class Accounts(unittest.TestCase):
    """The account that the service runs as changes with a version."""

    def test_state_follows_the_account(self):
        """From root to another account, what the agent kept is handed over; from that to a third, only by the admin."""
        with SystemdHost() as host:
            self.host = host
            self.install("1.0.0", run_as_root)
            state = acme.STATE / "state"
            host.write(state / "kept/registration", "mine\n", mode=0o600)
            host.write("/root/elsewhere", "root's\n", mode=0o600)
            host.run("ln", "/root/elsewhere", state / "second-name")
            host.run("ln", "-s", "/root/elsewhere", state / "link")
            self.install("1.1.0", run_as_daemon)
            self.wait_until_running_as("daemon")
            owners = host.run("stat", "-c", "%U %n", state, state / "kept", state / "kept/registration",
                              acme.CONFIGURATION, acme.STATE / "logs").out
            self.assertEqual([line.split()[0] for line in owners.splitlines()], ["daemon"] * 5, owners)
            owners = host.run("stat", "-c", "%U %n", "/root/elsewhere", acme.STATE / "logs/install.log").out
            self.assertEqual([line.split()[0] for line in owners.splitlines()], ["root"] * 2, owners)

            result = self.install("1.2.0", run_as_games, code=5)
            self.assertIn("chown -R 5:60 ", result.err)
            self.wait_until_running_as("daemon")
            self.assertEqual(acme.active_version(host), "1.1.0-1")
            host.run("service", acme.NAME, "stop")
            for folder in ("conf", "logs", "state"):
                self.assertEqual(host.run("chown", "-R", "games:games", acme.STATE / folder).code, 0)
            self.install("1.2.0", run_as_games)
            host.run("service", acme.NAME, "start")
            self.wait_until_running_as("games")

    def install(self, version, edit, code=0):
        result = acme.install(self.host, installer=product.installer(version, edit=edit))
        self.assertEqual(result.code, code, result)
        return result

    def wait_until_running_as(self, user):
        limit = time.monotonic() + 20
        while True:
            number = self.host.main_process(acme.NAME, acme.STATE)
            if number and self.host.run("ps", "-o", "user=", "-p", number).out.strip() == user:
                return
            self.assertLess(time.monotonic(), limit, self.host.journal(UNIT))
            time.sleep(0.05)


def _run_as(folder, user):
    manifest = folder / "product.yaml"
    text = manifest.read_text()
    assert text.count("user: root") == 1
    manifest.write_text(text.replace("user: root", f"user: {user}"))


def run_as_root(folder):
    _run_as(folder, "root")


def run_as_daemon(folder):
    _run_as(folder, "daemon")


def run_as_games(folder):
    _run_as(folder, "games")

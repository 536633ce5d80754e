"""The service's corners on a booted machine: the administrator's tools, the init script itself, other accounts."""

import time
import unittest

from harness import acme
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

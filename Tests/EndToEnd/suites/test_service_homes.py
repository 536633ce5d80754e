"""Where the service's files have a home: hosts that lack a part of what Debian's systemd has."""

import unittest

from harness import acme
from harness.systemd_host import SystemdHost

UNIT = f"{acme.NAME}.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
SCRIPT = f"/etc/init.d/{acme.NAME}"


class Homes(unittest.TestCase):
    """One machine, on which each test installs and uninstalls; the later lack what the earlier took away."""

    @classmethod
    def setUpClass(cls):
        cls.host = SystemdHost().__enter__()
        cls.addClassCleanup(cls.host.close)

    def install(self, *options):
        result = acme.install(self.host, *options)
        self.assertEqual(result.code, 0, result)
        return result

    def manage(self):
        """Everything by systemd's own command, as on a host that never had an init script."""
        for verb, state, activity in (("disable", "disabled", "active"), ("enable", "enabled", "active"),
                                      ("stop", "enabled", "inactive"), ("start", "enabled", "active")):
            result = self.host.run("systemctl", verb, UNIT)
            self.assertEqual(result.code, 0, result)
            self.assertNotIn("sysv", result.said)
            self.assertEqual(self.host.run("systemctl", "is-enabled", UNIT).out.strip(), state)
            self.assertEqual(self.host.property(UNIT, "ActiveState"), activity)

    def uninstall(self):
        result = self.host.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        after = [path for path in self.host.changes() if acme.NAME in path]
        self.assertEqual(after, [])

    def test_1_systemd_with_its_program_for_init_scripts(self):
        self.install()
        self.assertTrue(self.host.exists(UNIT_FILE) and self.host.exists(SCRIPT))
        self.assertIn("sysv", self.host.run("systemctl", "disable", UNIT).said)
        self.uninstall()

    def test_2_systemd_without_it(self):
        """With an init script there, `systemctl enable` would fail and enable nothing: so there is none."""
        self.host.run("rm", "/lib/systemd/systemd-sysv-install")
        self.install()
        self.assertTrue(self.host.exists(UNIT_FILE))
        self.assertFalse(self.host.exists(SCRIPT))
        self.assertEqual([path for path in self.host.changes() if "/rc" in path and acme.NAME in path], [])
        self.manage()
        for verb, code in (("status", 0), ("stop", 0), ("status", 3), ("start", 0)):
            self.assertEqual(self.host.run("service", acme.NAME, verb).code, code)
        # What such a host says when a script is there all the same; the test would not notice otherwise.
        self.host.write(SCRIPT, "#!/bin/sh\n", mode=0o755)
        self.assertNotEqual(self.host.run("systemctl", "enable", UNIT).code, 0)
        self.host.run("rm", SCRIPT)
        self.uninstall()

    def test_3_without_the_service_command(self):
        self.host.run("rm", "/usr/sbin/service")
        result = self.install("--no-start")
        self.assertIn(f"`systemctl start {acme.NAME}`", result.err)
        self.assertEqual(self.host.run("systemctl", "start", UNIT).code, 0)
        self.manage()
        result = self.host.run(acme.CONFIG_TOOL, "set", "auto_update=yes")
        self.assertEqual(result.code, 0, result)
        self.assertIn(f"`systemctl restart {acme.NAME}`", result.err)
        self.uninstall()

    def test_4_without_a_directory_for_init_scripts(self):
        self.host.run("rm", "-r", "/etc/init.d")
        self.install()
        self.assertFalse(self.host.exists("/etc/init.d"))
        self.manage()
        self.assertEqual(self.host.reboot(), "running")
        self.assertEqual(self.host.property(UNIT, "ActiveState"), "active")
        self.uninstall()
        self.assertFalse(self.host.exists("/etc/init.d"))

"""Clocks that are years off."""

from harness import acme
from harness.old_machine import AGENT, INSTALL, SERVER_URL, OldMachineCase


class Clocks(OldMachineCase):
    """A machine that was booted in 2040, then set to 2001 and 2107."""

    CLOCK = "2040-06-01"

    def set(self, date):
        self.succeed("date", "-s", date)

    def test_life_across_the_centuries(self):
        past, soon, late = "2001-01-01", "2040-06-01", "2107-01-01"
        for first, second, third in ((soon, past, late), (past, late, soon)):
            with self.subTest(installed=first, updated=second, removed=third):
                self.set(first)
                self.install("old")
                self.status()
                self.set(second)
                self.install("new")
                self.status()
                self.succeed("service", acme.NAME, "restart")
                self.set(third)
                self.status()
                self.succeed(acme.CONFIG_TOOL, "verify")
                self.remove()

    def test_certificates(self):
        self.machine.shell(
            "openssl s_server -accept 8443 -cert /srv/server.pem -key /srv/server.key -www > /dev/null 2>&1 &")
        for date in ("2040-06-01", "2001-01-01"):
            with self.subTest(date=date):
                self.set(date)
                command = ["/srv/agent.bin", *INSTALL, f"--server-url={SERVER_URL}", "--ca-file=/srv/ca.pem",
                           "--no-start", "--answers", "/srv/answers"]
                result = self.machine.run(*command)
                self.assertEqual(result.code, 3, result)
                self.assertIn("certificate", result.err)
                self.assertIn("clock", result.err)
                self.assertFalse(self.machine.exists(f"/opt/{AGENT}"))
        self.succeed(*command, "--waive", result.err.split("--waive ")[1].split()[0])
        self.succeed(f"/opt/{AGENT}/uninstall", "--purge", "--yes")

"""Clocks that are wrong by decades: only time stamps and certificates depend on them, whose errors name the clock."""

import calendar
import sys
import unittest
from pathlib import Path

from harness import acme, agents, process, product, server, throwaway
from harness.throwaway import Root

OTHER_CLOCK = Path(__file__).resolve().parents[1] / "harness/other_clock.py"
# 32 bits of seconds end on 2038-01-19, signed, and on 2106-02-07, unsigned.
DATES = ((2001, 9, 9), (2038, 1, 20), (2106, 2, 8))


def run_at(root, date, *command):
    """Runs a command in a root on a day that isn't today."""
    seconds = calendar.timegm((*date, 12, 0, 0))
    before = [sys.executable, OTHER_CLOCK, seconds]
    return process.run(root.command(command, before=before), env=throwaway.ENVIRONMENT)


class OtherYears(unittest.TestCase):
    def test_whole_life(self):
        for date in DATES:
            day = "-".join(f"{number:02}" for number in date)
            with self.subTest(day=day), Root.of("bookworm-minimal") as root:
                self.assertEqual(run_at(root, date, "date", "-u", "+%F").out.strip(), day)
                for version in ("1.0.0", "1.1.0"):
                    result = run_at(root, date, *acme.silent(root, installer=product.installer(version)))
                    self.assertEqual(result.code, 0, result)
                log = root.read(acme.STATE / "logs/install.log").splitlines()
                self.assertGreater(len(log), 10)
                for line in log:
                    self.assertRegex(line, rf"^{day}T12:\d\d:\d\dZ ")
                self.assertEqual(run_at(root, date, acme.CONFIG_TOOL, "verify").code, 0)
                self.assertEqual(run_at(root, date, acme.CONFIG_TOOL, "set", "auto_update=yes").code, 0)
                # Start times of processes are counted from the boot: a service started on another day is known.
                self.assertEqual(root.run("service", acme.NAME, "start").code, 0)
                self.assertEqual(run_at(root, date, acme.ROOT / "bin/start-agent", "service", "status").code, 0)
                result = run_at(root, date, acme.UNINSTALL, "--purge", "--yes")
                self.assertEqual(result.code, 0, result)
                self.assertEqual([path for path in root.changes() if acme.NAME in path and root.exists(path)], [])

    def test_files_have_the_time_of_the_product(self):
        """Not that of the machine: two machines get the same files."""
        with Root.of("bookworm-minimal") as root:
            self.assertEqual(run_at(root, DATES[-1], *acme.silent(root)).code, 0)
            times = {path.lstat().st_mtime for path in root.inside(acme.ROOT / "versions/1.0.0-1/lib").iterdir()}
            self.assertEqual(times, {946684800.0})


class Certificates(unittest.TestCase):
    """The clock is the first thing to look at when a good certificate's time is over or hasn't begun."""

    @classmethod
    def setUpClass(cls):
        cls.root = Root.of("bookworm-minimal")
        cls.addClassCleanup(cls.root.close)
        certificates = server.certificates()
        cls.server = server.ManagementServer(cls.root, tls=certificates)
        cls.addClassCleanup(cls.server.close)
        cls.root.copy_in(certificates / "ca.pem", "/etc/ssl/stand-in-ca.pem", mode=0o644)
        installer = min(agents.installers("reference").items())[1]
        cls.root.copy_in(installer, "/tmp/agent.bin", mode=0o755)
        token = cls.server.new_token()
        answers = f"token={token}\nserver_url={cls.server.url}\nca_file=/etc/ssl/stand-in-ca.pem\n"
        cls.root.write("/tmp/answers", answers, mode=0o600)

    def install(self, date):
        return run_at(self.root, date, "/tmp/agent.bin", "--silent", "--accept-eula", "--answers", "/tmp/answers")

    def test_not_valid_yet(self):
        before = self.root.changes()
        result = self.install(DATES[0])
        self.assertEqual(result.code, 3, result)
        self.assertIn("valid from 2020-01-01, and this machine's clock says 2001-", result.err)
        self.assertIn("If that is not today's date, set this machine's clock.", result.err)
        self.assertEqual(self.root.changes(), before)

    def test_no_longer_valid(self):
        before = self.root.changes()
        result = self.install(DATES[-1])
        self.assertEqual(result.code, 3, result)
        self.assertIn("valid until 2049-12-31, and this machine's clock says 2106-", result.err)
        self.assertIn("If that is not today's date, set this machine's clock.", result.err)
        self.assertEqual(self.root.changes(), before)

"""Two runs at once: one works, the other says who is at work and changes nothing; nobody but root can be in the way."""

import os
import signal
import subprocess
import unittest

from harness import acme, product, throwaway
from harness.throwaway import Root
from test_hosts_signals import STOP, wait_for_stop

USER = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"]


class Case(unittest.TestCase):
    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def run_until_it_changes_files(self, command):
        """Starts a command and stops it at its first syncfs(2); returns it and the number of the stopped process."""
        running = subprocess.Popen(
            self.root.command(command, before=STOP), env=throwaway.ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        self.addCleanup(running.stderr.close)
        return running, wait_for_stop(running.pid)

    def inner(self, number):
        """A process's number as it sees it itself."""
        with open(f"/proc/{number}/status") as file:
            return next(line.split()[-1] for line in file if line.startswith("NSpid"))

    def finish(self, running, stopped):
        os.kill(stopped, signal.SIGCONT)
        self.assertEqual(running.wait(60), 0, running.stderr.read())


class BothOfRoot(Case):
    def assertBusy(self, stopped, *command):
        before = self.root.changes()
        result = self.root.run(*command)
        self.assertEqual(result.code, 5, result)
        number = self.inner(stopped)
        self.assertIn(f"another run of setup, process {number}, is working on /opt/acme-agent", result.err)
        self.assertIn("hint: Wait for it to end, then run the command again.", result.err)
        self.assertEqual(self.root.changes(), before)

    def test_while_one_installs(self):
        command = acme.silent(self.root)
        other = acme.silent(self.root, installer=product.installer("1.1.0"), name="other.bin")
        running, stopped = self.run_until_it_changes_files(command)
        for late in (command, other):
            self.assertBusy(stopped, *late)
        self.finish(running, stopped)
        self.assertEqual(acme.active_version(self.root), "1.0.0-1")
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(self.root.run(*other).code, 0)
        self.assertEqual(acme.active_version(self.root), "1.1.0-1")

    def test_while_one_updates(self):
        self.assertEqual(acme.install(self.root).code, 0)
        command = acme.silent(self.root, installer=product.installer("1.1.0"))
        same = acme.silent(self.root, name="same.bin")
        running, stopped = self.run_until_it_changes_files(command)
        self.assertBusy(stopped, *command)
        self.assertBusy(stopped, *same)
        self.assertBusy(stopped, acme.UNINSTALL, "--purge", "--yes")
        self.assertBusy(stopped, acme.CONFIG_TOOL, "set", "auto_update=yes")
        for words in (["status"], ["show"], ["verify"]):
            self.assertNotEqual(self.root.run(acme.CONFIG_TOOL, *words).code, 5)
        self.finish(running, stopped)
        self.assertEqual(acme.active_version(self.root), "1.1.0-1")
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "set", "auto_update=yes").code, 0)

    def test_one_that_was_killed_is_in_nobodys_way(self):
        running, stopped = self.run_until_it_changes_files(acme.silent(self.root))
        os.kill(stopped, signal.SIGKILL)
        running.wait(60)
        self.assertTrue(self.root.exists(acme.ROOT / ".lock"))
        self.assertEqual(acme.install(self.root).code, 0)
        self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
        self.assertEqual(self.root.changes(), {})

    def test_many_at_once(self):
        """Whoever comes first; each that says it is done is right."""
        commands = [acme.silent(self.root, installer=product.installer(version), name=f"{version}.bin")
                    for version in ("1.0.0", "1.1.0", "1.0.0", "1.1.0")]
        options = {"env": throwaway.ENVIRONMENT, "stderr": subprocess.PIPE, "text": True}
        running = [subprocess.Popen(self.root.command(command), **options) for command in commands]
        said = [process.communicate(timeout=60)[1] for process in running]
        self.assertLessEqual({process.returncode for process in running}, {0, 5}, said)
        self.assertIn(0, [process.returncode for process in running], said)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
        self.assertEqual(self.root.changes(), {})


class SomebodyElse(Case):
    def test_users_cannot_lock_it(self):
        """Each file and directory that a user can open is locked by one, and everything goes on."""
        self.assertEqual(acme.install(self.root).code, 0)
        refused = self.root.run(*USER, "flock", "--nonblock", acme.ROOT / ".lock", "true")
        self.assertNotEqual(refused.code, 0)
        self.assertIn("Permission denied", refused.err)
        versions = acme.ROOT / "versions"
        places = [acme.ROOT, versions, versions / "1.0.0-1", versions / "install.json", acme.STATE, acme.OPTIONS,
                  "/opt", "/var/opt"]
        holders = []
        for place in places:
            holder = subprocess.Popen(self.root.command([*USER, "flock", place, "sleep", "1000"]))
            self.addCleanup(holder.wait)
            self.addCleanup(holder.terminate)
            holders.append(holder)
        for place in places:
            while self.root.run("flock", "--nonblock", place, "true").code == 0:
                pass
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "set", "auto_update=yes").code, 0)
        for version in ("1.0.0", "1.1.0"):
            result = acme.install(self.root, installer=product.installer(version))
            self.assertEqual(result.code, 0, result)
        self.assertEqual([holder.poll() for holder in holders], [None] * len(holders))
        result = self.root.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)

    def test_a_lock_that_is_not_roots_alone(self):
        self.assertEqual(acme.install(self.root).code, 0)
        lock = self.root.inside(acme.ROOT / ".lock")
        for spoil in (lambda: os.chmod(lock, 0o644), lambda: os.chown(lock, 1000, 1000)):
            spoil()
            result = acme.install(self.root)
            self.assertEqual(result.code, 5, result)
            self.assertIn("/opt/acme-agent/.lock is not a file of root's alone", result.err)
            self.assertIn("hint: Look at what it is and remove it", result.err)
            lock.unlink()
            self.assertEqual(acme.install(self.root).code, 0)

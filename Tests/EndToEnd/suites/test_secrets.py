"""The token and the proxy's password, looked for everywhere they must not be after the life that the demo shows.

`harness.secrecy` looks for them at the end of every machine of every suite; here it is shown that it does, and what it
can't see is looked at: the journal, the support bundle, and that the settings themselves are private.
"""

import base64
import os
import stat
import unittest

from harness import acme, product, secrecy
from harness.network_agent import CONFIG_TOOL, CONFIGURATION
from harness.throwaway import Root
from harness.walkthrough import PROXY_USER, Walkthrough


class Secrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.walk = walk = Walkthrough()
        cls.addClassCleanup(walk.__exit__)
        walk.build()
        walk.start_machine()
        walk.new_token()
        first, second = walk.installers
        cls.transcript = walk.install(first, walk.questions())
        walk.wait_for("Connected", first)
        cls.transcript += walk.install(second, walk.update_questions())
        walk.wait_for("Connected", second)
        cls.said = "".join(
            walk.host.run(CONFIG_TOOL, *words).said
            for words in (["show"], ["show", "--json"], ["status"], ["check"], ["verify"], ["set", "token=x"]))
        walk.host.run("sh", "-c", f"cd /root && {CONFIG_TOOL} support-bundle")
        user = f"{PROXY_USER}:{product.PROXY_PASSWORD}".encode()
        cls.secrets = [walk.token, product.PROXY_PASSWORD, base64.b64encode(user).decode()]

    def found_in(self, text):
        return [secret for secret in self.secrets if secret in text]

    def test_the_search_finds_them_where_they_are(self):
        self.assertEqual(self.found_in(self.walk.settings()), self.secrets[:2])
        written = "".join(record.read_text(errors="replace") for record in self.walk.host.watch.records())
        self.assertEqual(self.found_in(written), self.secrets)
        for call in (r"execve\(", r"write\(\d+<[^>]*/conf/", r"\w+\(\d+<socket:"):
            self.assertRegex(written, call)

    def test_written_and_passed_on_nowhere_else(self):
        self.assertEqual(self.walk.host.watch.findings(), [])

    def test_not_on_the_terminal(self):
        self.assertEqual(self.found_in(self.transcript + self.said), [])

    def test_not_in_the_journal(self):
        self.assertEqual(self.found_in(self.walk.host.journal()), [])

    def test_in_no_file_but_the_settings(self):
        for path, now in self.walk.host.changes().items():
            if now is None or now[0] != "file" or path == CONFIGURATION:
                continue
            data = self.walk.host.inside(path).read_bytes()
            for secret in self.secrets:
                self.assertNotIn(secret.encode(), data, path)

    def test_the_settings_are_private(self):
        status = os.lstat(self.walk.host.inside(CONFIGURATION))
        self.assertEqual(oct(stat.S_IMODE(status.st_mode)), "0o600")

    def test_not_in_the_support_bundle(self):
        [bundle] = [path for path in self.walk.host.changes() if "-support-" in path]
        text = acme.archived_text(self.walk.host.inside(bundle))
        self.assertEqual(self.found_in(text), [])
        self.assertIn("2.4.0", text)


class TheWatch(unittest.TestCase):
    """Every way in which a secret can get out is noticed."""

    SECRET = "a-secret-of-this-test"

    def noticed(self, command):
        """What the end of a machine says on which a command of the shell with $SECRET in its environment ran."""
        secrecy.add(self.SECRET)
        root = Root.of("bookworm-minimal")
        root.run("sh", "-c", command, env={"SECRET": self.SECRET})
        with self.assertRaises(AssertionError) as caught:
            root.close()
        return str(caught.exception)

    def test_an_argument(self):
        self.assertIn('execve("/usr/bin/true"', self.noticed('/usr/bin/true "$SECRET"'))

    def test_a_file_that_others_can_read(self):
        self.assertIn("in the file", self.noticed('echo "$SECRET" > /var/log/some'))

    def test_a_core_file(self):
        self.assertIn("/root/core", self.noticed('umask 077; echo "$SECRET" > /root/core'))

    def test_a_private_log(self):
        self.assertRegex(self.noticed('umask 077; echo "$SECRET" > /root/log'), r"write\(1<[^>]*/root/log>")

    def test_a_daemon_that_outlives_the_command(self):
        command = 'umask 077; setsid sh -c "sleep 0.2; env > /root/log; exec sleep 100" < /dev/null > /dev/null 2>&1 &'
        self.assertRegex(self.noticed(f"{command} sleep 0.6"), r"write\(1<[^>]*/root/log>")

    def test_an_output(self):
        secrecy.add(self.SECRET)
        root = Root.of("bookworm-minimal")
        with self.assertRaisesRegex(AssertionError, "shows"):
            root.run("printenv", "SECRET", env={"SECRET": self.SECRET})
        with self.assertRaisesRegex(AssertionError, r"write\(1<pipe:"):
            root.close()

"""The token and the proxy's password, looked for everywhere they must not be after the life that the demo shows."""

import base64
import os
import re
import stat
import subprocess
import time
import unittest

from harness import acme, product
from harness.network_agent import CONFIGURATION, NAME, STATE, VERSIONS
from harness.walkthrough import PROXY_USER, TRACED, Walkthrough

# Where they have to be, all of it private: the agent's settings.
ALLOWED_FILES = {CONFIGURATION}
# What the programs may write them to: that file (also while it is staged), and the connections to proxy and server.
ALLOWED_TARGET = re.compile(rf"<(?:{re.escape(STATE)}/conf/|socket:|TCP)")


class Secrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.walk = Walkthrough()
        cls.addClassCleanup(cls.walk.__exit__)
        walk = cls.walk
        walk.build()
        walk.start_machine()
        walk.new_token()
        cls.trace = walk.folder / "trace"
        # The whole machine: the first process and everything that it and its children start.
        strace = ["strace", "-f", "-y", "-qq", "-s", "65536", "-o", cls.trace, "-e", TRACED, "-p", str(walk.host.leader)]
        tracer = subprocess.Popen(strace, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.wait_until(lambda: cls.trace.exists())
        time.sleep(0.5)
        cls.transcript = walk.install(VERSIONS[0], walk.questions(), trace=walk.folder / "install.trace")
        walk.wait_for("Connected", VERSIONS[0])
        cls.transcript += walk.install(VERSIONS[1], walk.update_questions(), trace=walk.folder / "update.trace")
        walk.wait_for("Connected", VERSIONS[1])
        cls.said = "".join(
            walk.host.run(f"/opt/{NAME}/sectigona-config", *words).said
            for words in (["show"], ["show", "--json"], ["status"], ["check"], ["verify"], ["set", "token=x"]))
        walk.host.run("sh", "-c", f"cd /root && /opt/{NAME}/sectigona-config support-bundle")
        tracer.terminate()
        tracer.wait()
        user = f"{PROXY_USER}:{product.PROXY_PASSWORD}".encode()
        cls.secrets = [walk.token, product.PROXY_PASSWORD, base64.b64encode(user).decode()]

    @staticmethod
    def wait_until(condition):
        limit = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < limit
            time.sleep(0.05)

    def found_in(self, text):
        return [secret for secret in self.secrets if secret in text]

    def test_the_search_finds_them_where_they_are(self):
        self.assertEqual(self.found_in(self.walk.settings()), self.secrets[:2])
        traces = "".join(path.read_text(errors="replace") for path in self.walk.folder.glob("*trace"))
        self.assertEqual(self.found_in(traces), self.secrets)
        self.assertIn("execve(", traces)

    def test_not_on_the_terminal(self):
        self.assertEqual(self.found_in(self.transcript + self.said), [])

    def test_not_in_any_argument_or_output(self):
        for path in self.walk.folder.glob("*trace"):
            for line in path.read_text(errors="replace").splitlines():
                if self.found_in(line):
                    self.assertNotIn("execve(", line)
                    self.assertRegex(line, ALLOWED_TARGET)

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

"""The way to the server: what the installer tries before it installs, and what the agent says when it is turned away."""

import time
import unittest

from harness import product, server
from harness.network_agent import CONFIG_TOOL, CONFIGURATION, NAME, STATE, VERSIONS
from harness.walkthrough import PROXY_USER, Walkthrough

VERSION = VERSIONS[0]
AUTHORITY = "/etc/ssl/stand-in-ca.pem"


class Agent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.walk = Walkthrough()
        cls.addClassCleanup(cls.walk.__exit__)
        cls.walk.build()
        cls.walk.start_machine(trusts=False)
        cls.host = cls.walk.host
        cls.host.copy_in(cls.walk.server.ca, AUTHORITY, mode=0o644)

    def tearDown(self):
        self.host.run(f"/opt/{NAME}/uninstall", "--purge", "--yes")

    def install(self, *options, code=0, token="no-such-token", **answers):
        """Installs without questions, with the stand-in server and no proxy unless the answers say otherwise."""
        answers = {"token": token, "server_url": self.walk.server.url, "ca_file": AUTHORITY} | answers
        text = "".join(f"{key}={value}\n" for key, value in answers.items())
        path = self.host.copy_in(self.walk.installers[VERSION], f"/root/{NAME}.bin", mode=0o755)
        self.host.write("/root/answers", text, mode=0o600)
        result = self.host.run(path, "--silent", "--accept-eula", "--answers", "/root/answers", *options)
        self.assertEqual(result.code, code, result)
        return result

    def wait_for_log(self, words):
        """Waits until the agent's log has the words in one line, and no more than that line of trouble a moment later."""
        limit = time.monotonic() + 20
        while True:
            log = self.host.inside(f"{STATE}/logs/agent.log")
            lines = log.read_text().splitlines() if log.exists() else []
            if any(all(word in line for word in words) for line in lines):
                return
            self.assertLess(time.monotonic(), limit, lines)
            time.sleep(0.1)

    def proxy(self, **changes):
        return {"proxy_host": "127.0.0.1", "proxy_port": self.walk.proxy.port, "proxy_user": PROXY_USER,
                "proxy_password": product.PROXY_PASSWORD} | changes

    def test_through_the_proxy(self):
        token = self.walk.server.new_token("through")
        self.install(token=token, **self.proxy())
        limit = time.monotonic() + 20
        while "Connected" not in [agent["status"] for agent in self.walk.server.agents() if agent["name"] == "through"]:
            self.assertLess(time.monotonic(), limit, self.host.journal(NAME))
            time.sleep(0.1)
        self.assertIn("CONNECT localhost", self.walk.proxy_log.read_text())
        result = self.host.run(CONFIG_TOOL, "check")
        self.assertEqual(result.code, 0, result)

    def test_unknown_token(self):
        self.install()
        self.wait_for_log(["401", "installation token"])
        self.assertEqual(self.host.property(f"{NAME}.service", "NRestarts"), "0")

    def test_used_token(self):
        token = self.walk.server.new_token("used")
        self.walk.server.request(
            "POST", "/api/agents/register", {"token": token, "host": "another", "version": "1"})
        self.install(token=token)
        self.wait_for_log(["409", "used before"])

    def test_server_error(self):
        token = self.walk.server.new_token("later")
        self.install("--no-start", token=token)
        self.walk.server.request("POST", "/admin/faults", {"count": 1, "status": 503})
        self.host.run("service", NAME, "start")
        self.wait_for_log(["503"])
        self.wait_for_log(["connected as"])

    def test_no_proxy_file(self):
        plain = server.ManagementServer(self.host)
        self.addCleanup(plain.close)
        result = self.install(proxy_pac_url=plain.url + "/page.html", code=3)
        self.assertIn("not a proxy auto-config file", result.err)
        self.assertFalse(self.host.exists(CONFIGURATION))

    def test_unreachable_server_is_refused_and_can_be_waived(self):
        result = self.install(server_url="https://127.0.0.1:9", code=3)
        self.assertIn("127.0.0.1:9", result.err)
        self.assertFalse(self.host.exists(f"/opt/{NAME}"))
        name = result.err.split("--waive ")[1].split()[0]
        self.install("--waive", name, "--no-start", server_url="https://127.0.0.1:9")

    def test_wrong_proxy_password(self):
        result = self.install(**self.proxy(proxy_password="wrong-password-0"), code=3)
        self.assertIn("did not accept the user and password", result.err)
        self.assertNotIn("wrong-password-0", result.said)

    def test_private_authority(self):
        """Without the CA's certificate the server can't be trusted."""
        result = self.install(ca_file="", code=3)
        self.assertIn("certificate", result.err)

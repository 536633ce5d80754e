"""The way from a machine to its server: what the installer, the config tool and the agent say of it.

The template's product with the reference agent is installed on one machine and not on a second one in the same network,
so that each case can be tried by all three: an installation that is refused changes nothing, `check` reads the settings
that `set` wrote, and the agent reads the same file.
"""

import itertools
import json
import subprocess
import unittest

from . import agents, server
from .network_agent import CONFIG_TOOL, CONFIGURATION, ROOT, VERSIONS
from .throwaway import ENVIRONMENT, Root

TOKEN = "token-of-the-network-tests"
CHECK = "reach:server_url"
AGENT = f"{ROOT}/bin/network-agent"
# Where a private CA's certificates are on the machines.
CA = "/etc/ssl/private-ca.pem"


class Scripted(server.Service):
    """Servers that misbehave, each on a port of its own; the entries are those of server/scripted.py."""

    def __init__(self, root, **entries):
        listed = [{"name": name, **entry} for name, entry in entries.items()]
        super().__init__(root, "scripted.py", json.dumps(listed))
        self.ports = self.facts["ports"]


class Names(server.Service):
    """The name server of a root's network; the names are those of server/names.py."""

    def __init__(self, root, names):
        super().__init__(root, "names.py", json.dumps(names))


class NetworkCase(unittest.TestCase):
    """A test on the two machines, `installed` and `fresh`. Subclasses name what their name server knows."""

    NAMES = {}

    @classmethod
    def setUpClass(cls):
        cls.installed = Root.of("bookworm-minimal")
        cls.addClassCleanup(cls.installed.close)
        cls.fresh = Root.of("bookworm-minimal", network=cls.installed)
        cls.addClassCleanup(cls.fresh.close)
        cls.begin(Names, cls.NAMES)
        cls.certificates = server.certificates()
        for root in (cls.installed, cls.fresh):
            root.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
            root.copy_in(cls.certificates / "ca.pem", CA)
            root.copy_in(agents.installers("reference")[VERSIONS[0]], "/tmp/product.bin", mode=0o755)
        cls.numbers = itertools.count()
        result = cls.run_installer(cls.installed, {"server_url": "http://127.0.0.1:9"}, "--no-start", "--waive", CHECK)
        if result.code != 0:
            raise RuntimeError(f"the product can't be installed: {result}")

    def setUp(self):
        # What is there already, so that a refused installation can be shown to have added nothing.
        self.untouched = self.fresh.changes()

    @classmethod
    def begin(cls, kind, *arguments, **settings):
        """Starts a service of server/ in the machines' network, for all tests of the class."""
        service = kind(cls.installed, *arguments, **settings)
        cls.addClassCleanup(service.close)
        return service

    @classmethod
    def run_installer(cls, root, settings, *options, env=None):
        """Installs without questions; the proxy's password comes from a file of its own."""
        path = f"/tmp/answers-{next(cls.numbers)}"
        answers = {"token": TOKEN} | {key: value for key, value in settings.items() if key != "proxy_password"}
        root.write(path, "".join(f"{key}={value}\n" for key, value in answers.items()), mode=0o600)
        if "proxy_password" in settings:
            root.write(f"{path}.password", settings["proxy_password"] + "\n", mode=0o600)
            options = ["--proxy-password-file", f"{path}.password", *options]
        return root.run("/tmp/product.bin", "--silent", "--accept-eula", "--answers", path, *options, env=env)

    def put(self, path, content, mode=0o644):
        """Writes a file on both machines."""
        for root in (self.installed, self.fresh):
            root.write(path, content, mode)
            self.addCleanup(root.inside(path).unlink, missing_ok=True)
        self.untouched = self.fresh.changes()
        return path

    def set(self, settings):
        """Gives the installed product these settings and no others; returns the last result."""
        cleared = self.installed.run(CONFIG_TOOL, "set", "proxy", "no_proxy", "ca_file", "--unset")
        self.assertEqual(cleared.code, 0, cleared)
        words = [f"{key}={value}" for key, value in settings.items() if key != "proxy_password"]
        if "proxy_password" in settings:
            self.installed.write("/root/password", settings["proxy_password"] + "\n", mode=0o600)
            words += ["proxy_password", "--from", "/root/password"]
        return self.installed.run(CONFIG_TOOL, "set", *words)

    def check(self, settings, env=None):
        """What `set` and then `check` say: the exit code, and the findings by their names."""
        result = self.set(settings)
        self.assertEqual(result.code, 0, result)
        result = self.installed.run(CONFIG_TOOL, "check", "--json", env=env)
        self.assertHidden(result.said, settings)
        return result.code, {finding["name"]: finding for finding in json.loads(result.out)["findings"]}

    def assertHidden(self, text, settings):
        self.assertNotIn(TOKEN, text)
        if settings.get("proxy_password"):
            self.assertNotIn(settings["proxy_password"], text)

    def assertWords(self, words, text):
        for word in words:
            self.assertIn(word, text)

    def assertRefused(self, *words, env=None, **settings):
        """Neither installer nor config tool can go this way, both say these words, and nothing is installed."""
        result = self.run_installer(self.fresh, settings, env=env)
        self.assertEqual(result.code, 3, result)
        self.assertHidden(result.said, settings)
        self.assertWords([*words, f"--waive {CHECK}"], result.err)
        self.assertEqual(self.fresh.changes(), self.untouched)
        code, findings = self.check(settings, env=env)
        self.assertEqual(code, 3, findings)
        self.assertEqual(findings[CHECK]["outcome"], "refusal")
        self.assertWords(words, f"{findings[CHECK]['message']} {findings[CHECK]['hint']}")

    def assertReached(self, *words, env=None, **settings):
        """Installer and config tool reach the server, and the tool says these words."""
        code, findings = self.check(settings, env=env)
        self.assertEqual(code, 0, findings)
        self.assertWords([*words, "answers"], findings[CHECK]["message"])
        result = self.run_installer(self.fresh, settings, "--dry-run", env=env)
        self.assertEqual(result.code, 0, result)
        self.assertNotIn("Warning", result.err)
        self.assertHidden(result.said, settings)

    def assertAgentSays(self, *words, seconds=30):
        """The agent, started with the settings that were set last, soon says these words in one line."""
        state = f"/tmp/agent-{next(self.numbers)}"
        self.installed.run("mkdir", "-p", state)
        process = subprocess.Popen(
            self.installed.command(["timeout", str(seconds), AGENT, "--config", CONFIGURATION, "--state", state]), env=ENVIRONMENT,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        said = []
        try:
            for line in process.stderr:
                said.append(line)
                if all(word in line for word in words):
                    return
            self.fail(f"the agent did not say {words} but {said}")
        finally:
            status = self.installed.inside(f"{state}/state/status.json")
            if status.exists():
                self.installed.run("kill", json.loads(status.read_text())["process"])
            process.stderr.close()
            process.wait()
            self.assertNotIn(TOKEN, "".join(said))

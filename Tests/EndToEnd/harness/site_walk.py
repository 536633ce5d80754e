"""The manual of the network agent, Linux native packages, against a published site: from "Add the GPG key to your system" to
the removal of the JRE, its commands as written, in its order, for one machine.

`AptWalk` and `YumWalk` are parts of test classes; test_site_manual says which machines there are.
"""

import time

from . import agents, site_manual
from .native_manual import Manual
from .network_agent import NAME, OPTIONS_FILE, ROOT, STATE, VERSIONS
from .site import Site, key
from .site_server import SiteServer
from .walkthrough import Walkthrough

OLD, NEW = VERSIONS
CONTINUE = r"Do you want to continue\? \[Y/n\]|Continue\? \[Y/n\]"
# A question of dnf or zypper, of the kind that goes on with `y`, or asks what to do with a key.
IS_THIS_OK = r"Is this ok \[y/N\]: "
GO_ON = r"Continue\? [^\n]*\(y[^\n]*: "
# With colours in between.
TRUST = r"trust always\?[^\n]*\(r[^\n]*: "
PROMPT = r"<\d+> \$ "


class SiteWalk(Manual):
    """What APT and YUM have in common. AGENT is the one with a JRE of its own, as the manual's has."""

    MACHINE = None
    SUFFIX = None
    test_1_with_a_proxy = test_2_without_a_proxy = None

    @classmethod
    def setUpClass(cls):
        cls.site = Site()
        cls.publish("old")
        cls.walk = Walkthrough(agent=cls.AGENT, machine=cls.MACHINE)
        cls.addClassCleanup(cls.walk.__exit__)
        cls.walk.start_machine()
        cls.host = cls.walk.host
        cls.host.failures_at_boot = []
        cls.options = cls.host.read(OPTIONS_FILE) if cls.host.exists(OPTIONS_FILE) else None
        cls.server = SiteServer(cls.site.public, lines=cls.site.web_server())
        cls.addClassCleanup(cls.server.close)
        cls.server.connect(cls.host)
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What else the machine needs."""

    @classmethod
    def publish(cls, release):
        made = agents.packages(cls.AGENT)[release]
        cls.site.publish(*made.packages(".deb"), *made.packages(".rpm"), made.bin)

    def test_walk(self):
        self.walk.new_token()
        self.add_the_repository()
        self.install()
        self.assertEqual(self.walk.status()[0], "Pending")
        self.assertTrue(self.host.is_enabled(NAME))
        self.configure_the_network_agent(proxy=False)
        self.start_the_network_agent_service()
        self.publish("new")
        self.restarts_once(self.update)
        self.uninstall()
        self.assertEqual(self.process(), 0)
        self.assertFalse(self.host.exists(ROOT), self.host.run("find", ROOT))
        self.nothing_failed()
        # Navigate to the /var/opt directory. Delete the sectigo-network-agent directory.
        self.type("cd /var/opt")
        self.type(f"sudo rm -r {NAME}")
        requests = self.server.requests()
        self.assertGreater(len(requests), 5)
        self.assertEqual(self.server.failures(requests), [])
        self.assertEqual([request["path"] for request in requests if request["secure"] != "on"], [])

    def answer(self, shown, *questions):
        """A conversation that answers whatever is asked of (pattern, answer), as often as it is; `shown` gets what stood
        before each question."""
        def talk(terminal):
            while True:
                start = len(terminal.transcript)
                which = terminal.peek(*[pattern for pattern, _ in questions], PROMPT)
                if which == len(questions):
                    return
                terminal.expect(questions[which][0])
                shown.append(terminal.transcript[start:])
                # Nobody answers at once; zypper drops what is typed before it has shown all of its question.
                time.sleep(0.5)
                terminal.line(questions[which][1])
        return talk


class AptWalk(SiteWalk):
    """With apt."""

    MANAGER, SUFFIX = "apt", ".deb"

    @classmethod
    def prepare(cls):
        # The distribution's own mirrors can't be reached from here.
        cls.host.run("rm", "-f", "/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources")

    def add_the_repository(self):
        # Add the GPG key to your system.
        self.type(site_manual.ADD_KEY)
        # Verify the GPG key. The GPG key fingerprint should match the following.
        shown = self.type(site_manual.SHOW_KEY)
        self.assertEqual(site_manual.fingerprints(shown), [key("apt").fingerprint, key("apt-next").fingerprint])
        # Add the repository.
        self.type(site_manual.ADD_REPOSITORY)
        # Update the local package index.
        shown = self.type(site_manual.UPDATE_INDEX)
        self.assertNotRegex(shown, r"(?m)^(W|E|N|Warning|Error|Notice): ")

    def install(self):
        shown = self.type(site_manual.INSTALL, talk=self.answer([], (CONTINUE, "y")))
        self.assertNotIn("cannot be authenticated", shown)
        self.assertIn(f"{NAME}-jre", shown)

    def update(self):
        shown = self.type(site_manual.UPGRADE, talk=self.answer([], (CONTINUE, "y")))
        self.assertNotRegex(shown, r"(?m)^(W|E|Err|Ign|Warning|Error):")

    def uninstall(self):
        for line in site_manual.REMOVE:
            self.type(line, talk=self.answer([], (CONTINUE, "y")))


class YumWalk(SiteWalk):
    """With `yum`, which is another name of DNF: the program behind it, and what its plugin is called."""

    MANAGER, SUFFIX = "dnf", ".rpm"
    DNF, ADD_REPO = "dnf", 'config-manager --add-repo "$2"'

    @classmethod
    def prepare(cls):
        # As on EL since 8.
        cls.host.run("ln", "-sf", cls.DNF, "/usr/bin/yum")
        shim = f'#!/bin/sh\n[ "$1" = --add-repo ] || exit 64\nexec {cls.DNF} {cls.ADD_REPO}\n'
        cls.host.write("/usr/bin/yum-config-manager", shim, mode=0o755)

    def add_the_repository(self):
        self.type(site_manual.YUM_ADD_REPOSITORY)
        text = self.host.read(f"/etc/yum.repos.d/{NAME}.repo")
        for line in ("gpgcheck=1", "repo_gpgcheck=1", "enabled=1"):
            self.assertIn(line, text.replace(" ", "").splitlines())

    def install(self):
        self.with_keys(site_manual.YUM_INSTALL)

    def with_keys(self, line, *, least=1):
        """Types a line; whenever a key is to be accepted, it has to be one of the role's two."""
        questions = []
        shown = self.type(line, talk=self.answer(questions, (IS_THIS_OK, "y"), (GO_ON, "y"), (TRUST, "a")))
        found = {mark for text in questions for mark in site_manual.fingerprints(text)}
        self.assertLessEqual(found, {key("rpm").fingerprint, key("rpm-next").fingerprint}, shown)
        # When prompted to accept the GPG key, confirm the fingerprint matches.
        self.assertGreaterEqual(len(found), least, shown)
        return shown

    def update(self):
        self.days_pass()
        # The manual has no sudo there.
        self.type("sudo -E sh -i")
        self.with_keys(site_manual.YUM_UPGRADE, least=0)
        self.type("exit")

    def uninstall(self):
        for line in site_manual.YUM_REMOVE:
            self.with_keys(line, least=0)

    def days_pass(self):
        """Metadata that was fetched is some days old, and is asked for again."""
        for place in ("/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/zypp"):
            self.host.run("sh", "-c", f"[ ! -d {place} ] || find {place} -exec touch -h -d '9 days ago' {{}} +")


class ZypperWalk(YumWalk):
    """With zypper, in the words of its own manual: the repository's file is the same."""

    MANAGER = "zypper"

    def add_the_repository(self):
        self.type(f"sudo zypper addrepo --refresh {site_manual.REPO_FILE}")
        self.with_keys("sudo zypper refresh")

    def install(self):
        self.with_keys(f"sudo zypper install {NAME}", least=0)

    def update(self):
        self.days_pass()
        self.with_keys("sudo zypper refresh", least=0)
        self.with_keys(f"sudo zypper update {NAME}", least=0)

    def uninstall(self):
        for name in (NAME, f"{NAME}-jre"):
            self.with_keys(f"sudo zypper remove {name}", least=0)


class Dnf5Walk(YumWalk):
    """With DNF 5, whose plugin has another way to say it."""

    DNF, ADD_REPO = "dnf5", 'config-manager addrepo --from-repofile="$2"'

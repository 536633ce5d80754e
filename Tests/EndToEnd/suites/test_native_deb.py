"""The manual of the network agent, Linux native packages: Debian packages, on every machine; and without an init."""

import unittest

from harness import acme, chain, native_images, product
from harness.native_manual import Manual
from harness.throwaway import Root


def manual(machine, manager, agent="java"):
    """The class of tests for a machine, a package manager and a kind of agent."""
    name = "".join(word.capitalize() for word in (agent, machine, manager))
    return name, type(name, (Manual, unittest.TestCase), {"AGENT": agent, "MACHINE": machine, "MANAGER": manager})


globals().update([
    manual("bullseye", "apt"), manual("bookworm", "apt"), manual("trixie", "apt"), manual("sysv", "dpkg"),
    # The template as it is: one package.
    manual("bookworm", "apt", "reference"),
])


class WithoutInit(unittest.TestCase):
    """A container: dpkg, and nothing that starts services but whoever asks for it."""

    POLICY = "/usr/sbin/policy-rc.d"

    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)
        self.files = {version: [self.root.copy_in(path, f"/srv/{path.name}")
                                for path in chain.artifacts(version).packages(".deb")] for version in chain.VERSIONS}

    def dpkg(self, *words):
        result = self.root.run("dpkg", *words)
        self.assertEqual(result.code, 0, result)
        return result

    def service(self, verb, code=0):
        result = self.root.run("service", acme.NAME, verb)
        self.assertEqual(result.code, code, result)
        return result

    def configure(self):
        terminal = self.root.spawn(acme.CONFIG_TOOL, "interactive")
        self.addCleanup(terminal.close)
        terminal.converse([acme.SECRET, acme.NO_PROXY, acme.UPDATES])
        self.assertEqual(terminal.wait(), 0, terminal.transcript)
        self.assertNotIn(product.TOKEN, terminal.transcript)

    def running(self):
        """The version of the agent that runs, None where none does."""
        if self.root.run("service", acme.NAME, "status").code != 0:
            return None
        return self.root.read(acme.STATE / "state/version").strip()

    def forbid(self):
        """A policy that forbids everything and writes down what it was asked; the image builder's choice."""
        self.root.write(self.POLICY, "#!/bin/sh\necho \"$*\" >>/srv/asked\nexit 101\n", mode=0o755)

    def test_life(self):
        self.dpkg("--install", *self.files["1.0.0"])
        self.service("status", 3)
        told = self.service("start", 6)
        self.assertIn("not configured yet", told.err)
        self.assertIn(f"{acme.CONFIG_TOOL} interactive", told.err)
        self.configure()
        self.service("start")
        self.assertEqual(self.running(), "1.0.0")
        self.dpkg("--install", *self.files["2.0.0"])
        self.assertEqual(self.running(), "2.0.0")
        self.service("stop")
        self.dpkg("--install", *self.files["3.0.0"])
        self.assertEqual(self.running(), None)
        self.service("start")
        self.dpkg("--remove", *chain.NAMES)
        self.assertEqual(self.root.run("pgrep", "-f", str(acme.ROOT)).out, "")
        self.assertEqual(acme.configuration(self.root)["agent.token"], product.TOKEN)
        self.dpkg("--purge", *chain.NAMES)
        self.assertEqual(chain.state(self.root), {})

    def test_policy(self):
        """policy-rc.d is asked before anything is started, stopped or restarted, and obeyed."""
        self.dpkg("--install", *self.files["1.0.0"])
        self.configure()
        self.service("start")
        self.forbid()
        self.dpkg("--install", *self.files["2.0.0"])
        self.assertEqual(self.running(), "1.0.0")
        self.assertIn(acme.NAME, self.root.read("/srv/asked"))
        self.root.inside(self.POLICY).unlink()
        self.service("stop")
        self.dpkg("--remove", *chain.NAMES)
        self.forbid()
        self.dpkg("--install", *self.files["2.0.0"])
        self.assertEqual(self.running(), None)

    def test_shells_that_ask_nothing(self):
        """Without a terminal, without an environment, with standard input closed: nothing waits for anybody."""
        command = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c", 'exec dpkg --install "$@" <&-', "-"]
        result = self.root.run(*command, *self.files["1.0.0"])
        self.assertEqual(result.code, 0, result)


class Images(native_images.Images, unittest.TestCase):
    BASE, SUFFIX, INSTALL = "bookworm-systemd", ".deb", ("dpkg", "--install")

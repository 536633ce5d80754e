"""A change of keys, rehearsed: the successors take over the APT and the YUM role. Machines that added the site before notice
nothing, and nobody touches them.
"""

import unittest

from harness import site, site_clients, trees
from harness.network_agent import NAME
from harness.site_server import SiteServer

# The vendor's key signs; its successor beside it, where a format allows two; the successor alone; which then is the
# vendor's key, and has a successor of its own.
STEPS = ("1.0.0-1", "1.1.0-1", "1.2.0-1", "1.3.0-1")


class Rotation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = site.Site()
        cls.site.publish(*site.small(STEPS[0]))
        cls.server = SiteServer(cls.site.public, lines=cls.site.web_server())
        cls.addClassCleanup(cls.server.close)
        cls.clients = {}
        for name, kind in (site_clients.APT | site_clients.YUM).items():
            client = cls.clients[name] = kind(cls.server)
            cls.addClassCleanup(client.__exit__)
            client.add()
            result = client.install(NAME)
            assert result.code == 0, result

    def test_rotation(self):
        changes = (self.site.both_sign, self.site.successors_sign, self.site.successors_are_current)
        for version, change in zip(STEPS[1:], changes):
            change()
            self.site.publish(*site.small(version))
            for name, client in self.clients.items():
                with self.subTest(name, version=version):
                    updated = client.update()
                    self.assertEqual(updated.code, 0, updated)
                    self.assertNotRegex(updated.said, r"(?m)^(W|E|Err|Warning|Error): ?")
                    installed = client.install(NAME)
                    self.assertEqual(installed.code, 0, installed)
                    self.assertEqual(client.version(), version, installed)
        self.assertEqual(self.server.failures(), [])
        self.assertEqual(self.signers(), {site.key("apt-next").fingerprint, site.key("rpm-next").fingerprint})

    def signers(self):
        """Whose keys signed what is published now, as gpg says."""
        found = set()
        for apt in self.site.trees():
            files = [[apt.inrelease], [apt.signature, apt.release]] if isinstance(apt, trees.AptTree) else [
                [apt.signature, apt.repomd]]
            for words in files:
                found |= site.signers(self.site.home, *words)
        return found

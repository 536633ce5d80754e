"""What `repo matrix` says of a published site, what `repo publish` refuses by it, and `repo verify` beside an earlier state."""

import json
import os
import time
import unittest

from harness import process, site


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = site.Site(codenames=("bookworm", "trixie"))
        cls.site.publish(*site.small("1.0.0-1"))
        # The smallest part of a date is a second.
        time.sleep(1)
        cls.site.publish(*site.small("1.1.0-1"))

    def matrix(self, *words):
        result = self.site.agentpack("matrix", *words, "--json")
        self.assertTrue(result.out.startswith("{"), result)
        return json.loads(result.out), result.code

    @staticmethod
    def rules(found, kind, system):
        """The rows that say something of a kind of things on a system."""
        return {finding["rule"] for part in found["files"] if part["kind"] == kind for verdict in part["verdicts"]
                if verdict["system"] == system for finding in verdict["findings"]}

    def test_the_site_of_the_definition(self):
        """Packages, keys and metadata, for each system."""
        found, _ = self.matrix(*self.site.place)
        self.assertEqual({part["kind"] for part in found["files"]}, {"deb", "rpm", "key", "apt", "yum"})
        systems = {line["system"]: line for line in found["systems"]}
        for system in ("debian-12", "debian-13", "el-9", "fedora-42", "sles-16"):
            for kind in ("artifacts", "keys", "metadata"):
                self.assertIn(systems[system][kind], ("ok", "warn"), systems[system])
        # No repository of this site is for it.
        self.assertIsNone(systems["ubuntu-22.04"].get("metadata"))
        self.assertEqual(self.rules(found, "apt", "debian-12"), {"apt-universal"})
        self.assertEqual(self.rules(found, "yum", "el-9"), {"yum-universal", "yum-keys"})
        said = self.site.agentpack("matrix", *self.site.place).out
        self.assertRegex(said, r"(?m)^system +artifacts +keys +metadata$")
        self.assertRegex(said, r"(?m)^Debian 12 +accepts +\w+ +accepts$")

    def test_a_directory(self):
        """A mirror that lacks what clients ask for."""
        shown = site.Shown(self.site.public)
        process.run(["rm", "-r", *shown.public.glob("apt-*/dists/*/main/binary-amd64/by-hash")])
        shown.yum().signature.unlink()
        keys = [word for role in ("apt", "rpm") for word in ("--key", site.key(role).public)]
        found, code = self.matrix(shown.public, *keys)
        self.assertIn("apt-by-hash", self.rules(found, "apt", "debian-12"))
        self.assertIn("yum-unsigned", self.rules(found, "yum", "el-9"))
        self.assertEqual(code, 3)
        _, code = self.matrix(shown.public, *keys, "--target", "debian")
        self.assertEqual(code, 0)

    def test_what_a_target_would_refuse(self):
        """apt stops where Origin changes; the targets say whether that counts."""
        changed = site.Site(codenames=("bookworm",), yum=False)
        changed.publish(site.small("1.0.0-1")[0])
        before = os.readlink(changed.public)
        text = changed.definition.read_text().replace("origin: Sectigo", "origin: Other")
        changed.definition.write_text(text + "targets: [debian>=11]\n")
        files = changed.signed(site.small("1.1.0-1")[:1])
        result = changed.agentpack("publish", *changed.place, *changed.signing, *files)
        self.assertEqual(result.code, 3, result)
        self.assertIn("Debian 12: Origin", result.err)
        self.assertEqual(os.readlink(changed.public), before)
        changed.definition.write_text(text + "targets: [ubuntu>=22.04]\n")
        changed.publish(site.small("1.1.0-1")[0])

    def test_an_earlier_state(self):
        """Shown again, it is told by who has seen the later one."""
        older, newer = (self.site.folder / "generations" / f"{number:06}" for number in (1, 2))
        told = {fault["id"] for fault in site.faults(
            self.site.verify_other(older, "--json", "--metadata-only", "--previous", newer))}
        self.assertEqual(told & {"date-backwards", "revision-backwards"}, {"date-backwards", "revision-backwards"})
        self.assertEqual(site.faults(self.site.verify("--json", "--previous", older)), [])

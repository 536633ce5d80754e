"""File systems as they are: full, read-only, noexec, behind links."""

import os
import unittest

from harness import acme
from harness.throwaway import Root


class FileSystems(unittest.TestCase):
    def check(self, prepare, codes, says=(), **options):
        """Installs after `prepare(root)`; the run must fail with one of `codes`, say why, and leave nothing."""
        with Root.of("bookworm-minimal", **options) as root:
            prepare(root)
            before = root.changes()
            result = acme.install(root)
            self.assertIn(result.code, codes, result)
            for word in says:
                self.assertIn(word, result.err)
            self.assertEqual(root.changes(), before, result)

    def test_too_small(self):
        self.check(lambda root: root.mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", at="/opt"), [3], ["/opt", "MB"])

    def test_full_while_installing(self):
        """Room that the check before cannot see missing: no inodes."""
        for inodes in (4, 8, 12):
            with self.subTest(inodes=inodes), Root.of("bookworm-minimal") as root:
                root.mount("-t", "tmpfs", "-o", f"nr_inodes={inodes}", "tmpfs", at="/opt")
                result = acme.install(root)
                self.assertIn(result.code, (1, 3), result)
                self.assertIn("/opt", result.err)
                self.assertEqual(os.listdir(root.inside("/opt")), [])
                self.assertEqual(root.changes(), {})

    def test_read_only_program_directory(self):
        self.check(lambda root: root.bind("/opt", "/opt", options="ro"), [1, 3], ["/opt", "read-only"])

    def test_read_only_state_directory(self):
        self.check(lambda root: root.bind("/var/opt", "/var/opt", options="ro"), [1, 3], ["/var/opt", "read-only"])

    def test_read_only_etc(self):
        self.check(lambda root: root.bind("/etc", "/etc", options="ro"), [1, 3], ["/etc", "read-only"])

    def test_noexec_program_directory(self):
        self.check(lambda root: root.mount("-t", "tmpfs", "-o", "noexec", "tmpfs", at="/opt"), [3], ["noexec"])

    def test_noexec_elsewhere_does_not_matter(self):
        with Root.of("bookworm-minimal") as root:
            acme.put(root)
            root.bind("/var", "/var", options="noexec")
            path = root.copy_in(root.inside("/tmp/acme-agent.bin"), "/srv/acme-agent.bin", mode=0o755)
            root.mount("-t", "tmpfs", "-o", "noexec", "tmpfs", at="/tmp")
            root.write("/tmp/answers", "token=0123456789\n", mode=0o600)
            result = root.run(path, "--silent", "--accept-eula", "--answers", "/tmp/answers")
            self.assertEqual(result.code, 0, result)

    def test_opt_is_a_link_of_root(self):
        for target in ("/var/lib/opt", "var/lib/opt"):
            with self.subTest(target=target), Root.of("bookworm-minimal") as root:
                root.inside("/var/lib/opt").mkdir()
                root.inside("/opt").rmdir()
                os.symlink(target, root.inside("/opt"))
                before = root.changes()
                result = acme.install(root)
                self.assertEqual(result.code, 0, result)
                self.assertTrue(root.exists("/var/lib/opt/acme-agent/current"))
                self.assertEqual(root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
                self.assertEqual(root.changes(), before)

    def test_opt_is_a_link_that_others_can_change(self):
        with Root.of("bookworm-minimal") as root:
            root.inside("/var/lib/opt").mkdir()
            os.chmod(root.inside("/var/lib/opt"), 0o777)
            root.inside("/opt").rmdir()
            os.symlink("/var/lib/opt", root.inside("/opt"))
            result = acme.install(root)
            self.assertNotEqual(result.code, 0, result)
            self.assertEqual(os.listdir(root.inside("/var/lib/opt")), [])

    def test_root_and_state_are_one_directory(self):
        """State must never go with the program, so such a machine is refused by name."""
        with Root.of("bookworm-minimal") as root:
            root.inside("/var/opt").rmdir()
            os.symlink("/opt", root.inside("/var/opt"))
            before = root.changes()
            result = acme.install(root)
            self.assertEqual(result.code, 3, result)
            self.assertIn("/var/opt/acme-agent", result.err)
            self.assertIn("/opt/acme-agent", result.err)
            self.assertEqual(root.changes(), before)

"""Machines whose /opt, /var or /etc/opt is a link: followed where only root can change it, else refused by name."""

import os
import shutil
import stat
import unittest

from harness import acme, product
from harness.throwaway import Root


def link(root, path, target):
    """Puts a link in a directory's place; what the directory held moves to where the link leads."""
    place = root.inside(path)
    new = root.inside(os.path.normpath(os.path.join(os.path.dirname(path), target)))
    new.parent.mkdir(parents=True, exist_ok=True)
    if new.exists():
        place.rmdir()
    else:
        shutil.copytree(place, new, symlinks=True)
        shutil.copymode(place, new)
        shutil.rmtree(place)
    os.symlink(target, place)


class TrustedLinks(unittest.TestCase):
    """Installed, updated, repaired and removed behind a link, as anywhere else."""

    def settings(self, root):
        return root.read(root.run("realpath", acme.CONFIGURATION).out.strip())

    def whole_life(self, path, target, programs="/opt"):
        with self.subTest(path=path, target=target), Root.of("bookworm-minimal") as root:
            link(root, path, target)
            before = root.changes()
            self.assertEqual(acme.install(root).code, 0)
            self.assertTrue(root.exists(f"{programs}/acme-agent/current"))
            self.assertEqual(acme.install(root, installer=product.installer("1.1.0")).code, 0)
            self.assertEqual(acme.install(root, installer=product.installer("1.1.0")).code, 0)
            self.assertEqual(root.run(acme.CONFIG_TOOL, "verify").code, 0)
            self.assertIn(f"agent.token={product.TOKEN}\n", self.settings(root))
            self.assertEqual(root.run(acme.UNINSTALL, "--yes").code, 0)
            self.assertFalse(root.exists(f"{programs}/acme-agent"))
            self.assertIn(f"agent.token={product.TOKEN}\n", self.settings(root))
            self.assertEqual(acme.install(root, answers="").code, 0)
            self.assertEqual(root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
            self.assertEqual(root.changes(), before)
            self.assertEqual(os.readlink(root.inside(path)), target)

    def test_opt_elsewhere(self):
        self.whole_life("/opt", "/data/opt", programs="/data/opt")

    def test_relative(self):
        self.whole_life("/opt", "usr/local/opt", programs="/usr/local/opt")

    def test_over_two_links(self):
        with Root.of("bookworm-minimal") as root:
            root.inside("/data/real/opt").mkdir(parents=True)
            os.symlink("real", root.inside("/data/link"))
            root.inside("/opt").rmdir()
            os.symlink("/data/link/opt", root.inside("/opt"))
            self.assertEqual(acme.install(root).code, 0)
            self.assertTrue(root.exists("/data/real/opt/acme-agent/current"))

    def test_var(self):
        self.whole_life("/var", "/data/var")

    def test_var_opt(self):
        self.whole_life("/var/opt", "../srv/opt")

    def test_etc_opt(self):
        with Root.of("bookworm-minimal") as root:
            root.inside("/data/options").mkdir(parents=True)
            if root.exists("/etc/opt"):
                root.inside("/etc/opt").rmdir()
            os.symlink("/data/options", root.inside("/etc/opt"))
            self.assertEqual(acme.install(root).code, 0)
            self.assertTrue(root.exists("/data/options/acme-agent"))
            self.assertEqual(root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
            self.assertEqual(os.listdir(root.inside("/data/options")), [])


MERGE = "cp -a /opt/acme-agent/. /var/opt/acme-agent/; rm -r /opt; ln -s /var/opt /opt"


class RootAndStateMeet(unittest.TestCase):
    """State must never go with the program, so such a machine is refused by name, before any question."""

    def check(self, path, target):
        with self.subTest(path=path), Root.of("bookworm-minimal") as root:
            root.inside(path).rmdir()
            os.symlink(target, root.inside(path))
            before = root.changes()
            result = acme.install(root, answers="")
            self.assertEqual(result.code, 3, result)
            self.assertIn("/var/opt/acme-agent and /opt/acme-agent are one directory on this machine", result.err)
            self.assertIn("hint: ", result.err)
            self.assertEqual(root.changes(), before)

    def test_refused(self):
        self.check("/opt", "/var/opt")
        self.check("/opt", "var/opt")
        self.check("/var/opt", "/opt")

    def test_made_one_after_installing(self):
        """A machine whose directories were merged later loses nothing to an update, a repair or a removal."""
        with Root.of("bookworm-minimal") as root:
            self.assertEqual(acme.install(root).code, 0)
            result = root.run("sh", "-ec", MERGE)
            self.assertEqual(result.code, 0, result)
            for version in ("1.0.0", "1.1.0"):
                result = acme.install(root, installer=product.installer(version))
                self.assertEqual(result.code, 3, result)
                self.assertIn("are one directory", result.err)
            self.assertEqual(root.run(acme.CONFIG_TOOL, "verify").code, 0)
            result = root.run(acme.UNINSTALL, "--yes")
            self.assertEqual(result.code, 0, result)
            self.assertFalse(root.exists("/var/opt/acme-agent/versions"))
            self.assertEqual(acme.configuration(root)["agent.token"], product.TOKEN)

    def test_made_one_and_purged(self):
        with Root.of("bookworm-minimal") as root:
            self.assertEqual(acme.install(root).code, 0)
            result = root.run("sh", "-ec", MERGE)
            self.assertEqual(result.code, 0, result)
            result = root.run(acme.UNINSTALL, "--purge", "--yes")
            self.assertEqual(result.code, 0, result)
            self.assertEqual([path for path in root.changes() if acme.NAME in path and root.exists(path)], [])


class UntrustedLinks(unittest.TestCase):
    """A link that somebody else could turn decides where root writes, so it is named and not followed."""

    def check(self, prepare, path, words):
        with self.subTest(path=path, words=words), Root.of("bookworm-minimal") as root:
            prepare(root)
            before = root.changes()
            result = acme.install(root)
            self.assertEqual(result.code, 1, result)
            self.assertIn(path, result.err)
            self.assertIn(words, result.err)
            self.assertIn("hint: Let root own", result.err)
            self.assertEqual(root.changes(), before)

    def test_link_of_a_user(self):
        def prepare(root):
            link(root, "/opt", "/data/opt")
            os.lchown(root.inside("/opt"), 1000, 1000)
        self.check(prepare, "/opt", "can be changed by others than root, so it isn't followed")

    def test_in_a_directory_that_others_write(self):
        def prepare(root):
            link(root, "/var/opt", "/data/opt")
            os.chmod(root.inside("/var"), 0o777)
        self.check(prepare, "/var/opt", "can be changed by others than root, so it isn't followed")

    def test_in_a_sticky_directory(self):
        """The sticky bit keeps users from renaming the link, but a link made there may be anybody's next one."""
        def prepare(root):
            link(root, "/var/opt", "/data/opt")
            os.chmod(root.inside("/var"), 0o1777)
        self.check(prepare, "/var/opt", "can be changed by others than root, so it isn't followed")

    def test_to_a_directory_of_a_user(self):
        def prepare(root):
            link(root, "/opt", "/data/opt")
            os.chown(root.inside("/data/opt"), 1000, 1000)
        self.check(prepare, "/data/opt", "to which a link leads, can be changed by others than root")

    def test_to_a_directory_below_a_writable_one(self):
        def prepare(root):
            link(root, "/opt", "/data/opt")
            os.chmod(root.inside("/data"), 0o777)
        self.check(prepare, "/data", "to which a link leads, can be changed by others than root")

    def test_etc_opt_of_a_user(self):
        def prepare(root):
            root.inside("/data").mkdir()
            if root.exists("/etc/opt"):
                root.inside("/etc/opt").rmdir()
            os.symlink("/data", root.inside("/etc/opt"))
            os.lchown(root.inside("/etc/opt"), 1000, 1000)
        self.check(prepare, "/etc/opt", "can be changed by others than root, so it isn't followed")

    def test_loops_and_dangling_links(self):
        def loop(root):
            root.inside("/opt").rmdir()
            os.symlink("/opt", root.inside("/opt"))
        with Root.of("bookworm-minimal") as root:
            loop(root)
            result = acme.install(root)
            self.assertEqual(result.code, 1, result)
            self.assertIn("/opt", result.err)
            self.assertIn("Too many levels of symbolic links", result.err)
        with Root.of("bookworm-minimal") as root:
            root.inside("/opt").rmdir()
            os.symlink("/data/opt", root.inside("/opt"))
            result = acme.install(root)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(stat.S_IMODE(os.lstat(root.inside("/data/opt")).st_mode), 0o755)
            self.assertEqual(root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
            self.assertFalse(root.exists("/data"))

"""File systems that are mounted read-only, noexec or nosuid, and files that nobody may change."""

import subprocess
import unittest

from harness import acme, product
from harness.throwaway import Root


class Case(unittest.TestCase):
    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def installed(self):
        self.assertEqual(acme.install(self.root).code, 0)

    def assertRefused(self, command, code, *words):
        """A clear end, with everything as it was."""
        before = acme.state(self.root)
        result = self.root.run(*command)
        self.assertEqual(result.code, code, result)
        for word in words:
            self.assertIn(word, result.err)
        self.assertEqual(acme.state(self.root), before)
        return result


class ReadOnly(Case):
    def test_usr(self):
        """Nothing is written there."""
        self.root.bind("/usr", "/usr", options="ro")
        self.installed()
        self.assertEqual(acme.install(self.root, installer=product.installer("1.1.0")).code, 0)
        self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
        self.assertEqual(self.root.changes(), {})

    def test_each_part_before_an_installation(self):
        for path, words in (("/opt", "the file system of /opt/acme-agent is mounted read-only"),
                            ("/var", "the file system of /var/opt/acme-agent is mounted read-only"),
                            ("/etc", "the file system of /etc/opt/acme-agent is mounted read-only")):
            with self.subTest(path=path), Root.of("bookworm-minimal") as self.root:
                command = acme.silent(self.root)
                self.root.bind(path, path, options="ro")
                self.assertRefused(command, 3, words, "hint: Mount it read-write", "--waive read-only")
                self.assertRefused([*command, "--waive", "read-only"], 1, path, "Read-only file system", "hint: ")
                self.assertEqual(self.root.changes(), {})

    def test_each_part_after_it(self):
        for path in ("/opt", "/var", "/etc"):
            with self.subTest(path=path), Root.of("bookworm-minimal") as self.root:
                self.installed()
                update = acme.silent(self.root, installer=product.installer("1.1.0"))
                self.root.bind(path, path, options="ro")
                if path == "/etc":
                    # Nothing there has to change.
                    self.assertEqual(self.root.run(*update).code, 0)
                    self.assertEqual(acme.active_version(self.root), "1.1.0-1")
                else:
                    self.assertRefused(update, 3, "mounted read-only")
                self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
                result = self.root.run(acme.CONFIG_TOOL, "set", "auto_update=yes")
                if path == "/var":
                    self.assertEqual(result.code, 1, result)
                    self.assertIn("/var/opt/acme-agent/conf", result.err)
                    self.assertIn("Read-only file system", result.err)
                else:
                    self.assertEqual(result.code, 0, result)

    def test_removal(self):
        """What can't be removed is named; with the mount writable again the removal goes through."""
        for path in ("/opt", "/var", "/etc"):
            with self.subTest(path=path), Root.of("bookworm-minimal") as self.root:
                self.installed()
                self.root.bind(path, path, options="ro")
                result = self.root.run(acme.UNINSTALL, "--purge", "--yes")
                self.assertEqual(result.code, 1, result)
                self.assertIn("Read-only file system", result.err)
                self.assertIn("hint: ", result.err)
                self.root.run("umount", path)
                if self.root.exists(acme.UNINSTALL):
                    self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
                else:
                    self.assertEqual(acme.install(self.root).code, 0)
                    self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
                self.assertEqual(self.root.changes(), {})


class MountPoints(Case):
    """The product's own directories as file systems of their own."""

    def test_whole_life(self):
        for path in (acme.ROOT, acme.STATE, acme.OPTIONS):
            self.root.mount("-t", "tmpfs", "-o", "mode=755,size=100m", "tmpfs", at=path)
        self.root.inside(acme.ROOT / "lost+found").mkdir()
        self.installed()
        self.assertEqual(acme.install(self.root, installer=product.installer("1.1.0")).code, 0)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        result = self.root.run(acme.UNINSTALL, "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(acme.configuration(self.root)["agent.token"], product.TOKEN)
        self.installed()
        self.root.inside(acme.ROOT / "lost+found").rmdir()
        result = self.root.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        for path in (acme.ROOT, acme.STATE, acme.OPTIONS):
            self.assertIn(f"Left {path}, which is a mount point", result.err)
            self.assertEqual(list(self.root.inside(path).iterdir()), [])


class NoExec(Case):
    def test_program_directory(self):
        command = acme.silent(self.root)
        self.root.mount("-t", "tmpfs", "-o", "noexec", "tmpfs", at="/opt")
        self.assertRefused(command, 3, "the file system of /opt/acme-agent is mounted noexec: no program can run",
                           "hint: Remount it with exec", "--waive noexec")

    def test_everywhere_else(self):
        """Also nosuid and nodev: the product needs none of them."""
        command = ["/srv/acme-agent.bin", "--silent", "--accept-eula", "--answers", "/srv/answers"]
        self.root.copy_in(product.installer(), "/srv/acme-agent.bin", mode=0o755)
        self.root.write("/srv/answers", product.ANSWERS, mode=0o600)
        self.root.bind("/var", "/var", options="noexec,nosuid,nodev")
        self.root.mount("-t", "tmpfs", "-o", "noexec,nosuid,nodev", "tmpfs", at="/tmp")
        self.root.mount("-t", "tmpfs", "-o", "nosuid,nodev,mode=755", "tmpfs", at="/opt")
        self.assertEqual(self.root.run(*command).code, 0)
        self.assertEqual(self.root.run("service", acme.NAME, "start").code, 0)
        self.assertEqual(self.root.run("service", acme.NAME, "status").code, 0)

    def test_where_the_installer_lies(self):
        """The shell's own words, before a byte of ours runs; nothing helps but another place for the file."""
        command = acme.silent(self.root)
        self.root.run("mount", "-o", "remount,noexec", "/tmp")
        result = self.root.run("sh", "-c", " ".join(command))
        self.assertEqual(result.code, 126, result)
        self.assertIn("Permission denied", result.err)
        self.root.run("cp", "/tmp/acme-agent.bin", "/root/")
        self.assertEqual(self.root.run("/root/acme-agent.bin", *command[1:]).code, 0)


class OnExt4(unittest.TestCase):
    """A machine whose /opt, /etc and /var/opt are on a real ext4, for chattr(1)."""

    base = "bookworm-minimal"

    def setUp(self):
        self.root = Root.of(self.base)
        self.addCleanup(self.root.close)
        image = product.scratch() / "ext4.img"
        if not image.exists():
            with open(image, "wb") as file:
                file.truncate(96 << 20)
            subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        self.image = product.scratch() / f"{self.id()}.img"
        subprocess.run(["cp", "--sparse=always", image, self.image], check=True)
        self.addCleanup(self.image.unlink)
        self.root.mount("-o", "loop", str(self.image), at="/mnt")
        self.addCleanup(self.unlock)
        for path in ("/opt", "/etc", "/var/opt"):
            here = f"/mnt{path}"
            self.root.run("mkdir", "-p", here)
            self.root.run("sh", "-c", f"cp -a {path}/. {here}/; mount --bind {here} {path}")

    def unlock(self):
        self.root.run("chattr", "-R", "-ia", "/mnt")

    def chattr(self, flags, path):
        result = self.root.run("chattr", flags, str(path))
        self.assertEqual(result.code, 0, result)

    def fails(self, command, path):
        result = self.root.run(*command)
        self.assertEqual(result.code, 1, result)
        self.assertIn(f"{path}", result.err)
        self.assertIn("Operation not permitted", result.err)
        self.assertIn("hint: ", result.err)
        self.assertIn("chattr", result.err)
        return result

    def completes(self, command):
        self.unlock()
        result = self.root.run(*command)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(acme.configuration(self.root)["agent.token"], product.TOKEN)


class Unchangeable(OnExt4):
    """Immutable and append-only files and directories."""

    def test_directories_before_an_installation(self):
        command = acme.silent(self.root)
        before = acme.state(self.root)
        for path in ("/opt", "/var/opt", "/etc/opt"):
            with self.subTest(path=path):
                self.chattr("+i", path)
                try:
                    self.fails(command, path)
                finally:
                    self.unlock()
                self.assertEqual(acme.state(self.root), before)
        self.completes(command)

    def test_directory_of_init_scripts(self):
        """Met after the switch: the product is there, the message says how to complete."""
        command = acme.silent(self.root)
        self.chattr("+i", "/etc/init.d")
        result = self.fails(command, "/etc/init.d")
        self.assertIn("the same command, run again, completes the work", result.err)
        self.completes(command)
        self.assertTrue(self.root.exists("/etc/init.d/acme-agent"))

    def test_script_that_is_there(self):
        """Equal it is left alone; one that must change is named."""
        command = acme.silent(self.root)
        self.assertEqual(self.root.run(*command).code, 0)
        self.chattr("+i", "/etc/init.d/acme-agent")
        self.assertEqual(self.root.run(*command).code, 0)
        self.fails([acme.UNINSTALL, "--purge", "--yes"], "/etc/init.d/acme-agent")
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.unlock()
        self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)

    def test_files_of_the_product(self):
        """An update doesn't touch the old version's files; a repair must, and names what it can't."""
        command = acme.silent(self.root)
        self.assertEqual(self.root.run(*command).code, 0)
        damaged = acme.ROOT / "versions/1.0.0-1/lib/version"
        self.root.write(damaged, "damaged")
        for flag in ("+i", "+a"):
            with self.subTest(flag=flag):
                self.chattr(flag, damaged)
                try:
                    self.fails(command, damaged)
                finally:
                    self.unlock()
        self.chattr("+i", damaged)
        update = acme.silent(self.root, installer=product.installer("1.1.0"), name="next.bin")
        self.assertEqual(self.root.run(*update).code, 0)
        self.assertEqual(acme.active_version(self.root), "1.1.0-1")
        self.fails([acme.UNINSTALL, "--yes"], damaged)
        self.completes(update)
        self.assertEqual(self.root.run(acme.UNINSTALL, "--yes").code, 0)
        self.assertFalse(self.root.exists(acme.ROOT))

    def test_product_directory(self):
        command = acme.silent(self.root)
        self.assertEqual(self.root.run(*command).code, 0)
        update = acme.silent(self.root, installer=product.installer("1.1.0"), name="next.bin")
        for path in (acme.ROOT, acme.ROOT / "versions", acme.CONFIGURATION.parent):
            with self.subTest(path=path):
                self.chattr("+i", path)
                if path == acme.CONFIGURATION.parent:
                    self.fails([acme.CONFIG_TOOL, "set", "auto_update=yes"], path)
                else:
                    self.fails(update, path)
                self.assertEqual(acme.active_version(self.root), "1.0.0-1")
                self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
                self.unlock()
        self.completes(update)

    def test_configuration(self):
        command = acme.silent(self.root)
        self.assertEqual(self.root.run(*command).code, 0)
        before = acme.configuration(self.root)
        self.chattr("+i", acme.CONFIGURATION)
        self.fails([acme.CONFIG_TOOL, "set", "auto_update=yes"], acme.CONFIGURATION.parent)
        self.assertEqual(acme.configuration(self.root), before)


class UnchangeableUnits(OnExt4):
    """The same for the places of systemd."""

    base = "bookworm-systemd"
    UNIT = "/etc/systemd/system/acme-agent.service"

    def test_directory_of_units(self):
        command = acme.silent(self.root)
        self.chattr("+i", "/etc/systemd/system")
        result = self.fails(command, "/etc/systemd/system")
        self.assertIn("the same command, run again, completes the work", result.err)
        self.completes(command)
        self.assertTrue(self.root.exists(self.UNIT))
        self.assertTrue(self.root.exists("/etc/systemd/system/multi-user.target.wants/acme-agent.service"))

    def test_unit_that_is_there(self):
        """Equal it is left alone; a removal names it, and completes when it may."""
        command = acme.silent(self.root)
        self.assertEqual(self.root.run(*command).code, 0)
        self.chattr("+i", self.UNIT)
        update = acme.silent(self.root, installer=product.installer("1.1.0"), name="next.bin")
        self.assertEqual(self.root.run(*update).code, 0)
        self.fails([acme.UNINSTALL, "--purge", "--yes"], self.UNIT)
        self.unlock()
        self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
        self.assertFalse(self.root.exists(self.UNIT))

    def test_unit_that_must_change(self):
        self.assertEqual(acme.install(self.root).code, 0)
        self.root.write(self.UNIT, "[Unit]\nDescription=changed\n")
        command = acme.silent(self.root)
        self.chattr("+i", self.UNIT)
        self.fails(command, self.UNIT)
        self.completes(command)
        self.assertNotIn("changed", self.root.read(self.UNIT))

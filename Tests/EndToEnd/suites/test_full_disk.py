"""A full disk, a used-up quota, a used-up inode table and a broken disk at every step that writes.

Each of these ends with a documented code, an error that names path, reason and remedy, and with the old state or the
new one; the same command, run again with room, completes. A walk makes single calls fail; AGENTPACK_WALK_EVERY=1 takes
every call (CI: each of some). Real small file systems show what happens when everything fails from some call on.
"""

import functools
import os
import unittest

from harness import acme, faults, product
from harness.throwaway import Root

EVERY = int(os.environ.get("AGENTPACK_WALK_EVERY") or 23)
REASONS = {"ENOSPC": "No space left on device", "EDQUOT": "Disk quota exceeded", "EIO": "Input/output error"}
# Calls that need no room can only meet a broken disk.
WITHOUT_ROOM = {"unlinkat", "fsync", "syncfs", "fchmod", "fchown", "fchownat", "utimensat", "ftruncate"}


@functools.cache
def installed():
    """A layer with the first version installed."""
    folder = product.scratch() / f"installed-{os.getpid()}"
    folder.mkdir()
    with Root.of("bookworm-minimal") as root:
        result = acme.install(root)
        if result.code != 0:
            raise AssertionError(str(result))
        root.save_layer(folder)
    return folder


def damage(root):
    """What a repair finds."""
    lib = acme.ROOT / "versions/1.0.0-1/lib"
    root.write(lib / "version", "damaged")
    root.inside(lib / "data.bin").unlink()
    root.inside(acme.ROOT / "bin").unlink()


class Walk(unittest.TestCase):
    """One failing call in each run."""

    def machine(self, layer=True):
        root = Root.of("bookworm-minimal", layer=installed() if layer else None)
        self.addCleanup(root.close)
        return root

    def walk(self, prepare, check, reasons=REASONS):
        """For each point: `prepare()` returns a root and a command, `check` returns a complaint or None."""
        root, command = prepare()
        result, found = faults.points(root, command)
        root.close()
        self.assertEqual(result.code, 0, result)
        self.assertGreater(len(found), 3)
        complaints = []
        failed = 0
        for index, point in enumerate(found):
            if index % EVERY and index != len(found) - 1:
                continue
            names = ["EIO"] if point.call in WITHOUT_ROOM else list(reasons)
            name = names[(index // EVERY) % len(names)]
            root, command = prepare()
            result = faults.run(root, command, point, f"error={name}")
            failed += result.code == 1
            complaint = self.words(result, name) or check(root, command, result)
            if complaint:
                complaints.append(f"{name} at {point}: {complaint}\n{result}")
            root.close()
        self.assertEqual(complaints, [], "\n".join(complaints))
        self.assertGreater(failed, 0)

    @staticmethod
    def words(result, name):
        if result.code == 0:
            return None
        if result.code != 1:
            return "not a documented code"
        for word in ("error: ", "/", f"cause: {REASONS[name]}", "hint: "):
            if word not in result.err:
                return f"does not say {word!r}"
        return None

    @staticmethod
    def completes(root, command):
        """Runs the command again, with room."""
        again = root.run(*command)
        if again.code != 0:
            return f"run again: {again}"
        found = root.run(acme.CONFIG_TOOL, "verify")
        return None if found.code == 0 else f"run again, verify: {found}"

    def test_install(self):
        def prepare():
            root = self.machine(layer=False)
            return root, acme.silent(root)

        def check(root, command, result):
            left = root.changes()
            if result.code == 1 and left and not root.exists(acme.ROOT / "current"):
                return f"left {sorted(left)[:9]}"
            return self.completes(root, command)
        self.walk(prepare, check)

    def test_update(self):
        def prepare():
            root = self.machine()
            return root, acme.silent(root, installer=product.installer("1.1.0"))

        def check(root, command, result):
            found = root.run(acme.CONFIG_TOOL, "verify")
            if found.code != 0:
                return f"verify: {found}"
            if result.code == 1 and acme.active_version(root) == "1.1.0-1" and "1.1.0-1 is in place" not in result.err:
                return "does not say that the new version is active"
            if acme.configuration(root)["agent.token"] != product.TOKEN:
                return "the configuration was lost"
            if result.code == 0 and acme.active_version(root) != "1.1.0-1":
                return "said that it is done"
            return self.completes(root, command)
        self.walk(prepare, check)

    def test_repair(self):
        def prepare():
            root = self.machine()
            damage(root)
            return root, acme.silent(root)

        def check(root, command, result):
            if result.code == 0 and root.run(acme.CONFIG_TOOL, "verify").code != 0:
                return "said that it is done"
            if acme.configuration(root)["agent.token"] != product.TOKEN:
                return "the configuration was lost"
            return self.completes(root, command)
        self.walk(prepare, check)

    def test_set(self):
        def prepare():
            return self.machine(), [acme.CONFIG_TOOL, "set", "auto_update=yes"]

        def check(root, command, result):
            stored = acme.configuration(root)
            if stored["agent.token"] != product.TOKEN or stored["update.auto"] not in ("false", "true"):
                return f"the configuration is {stored}"
            if result.code == 0 and stored["update.auto"] != "true":
                return "said that it is done"
            names = os.listdir(root.inside(acme.CONFIGURATION.parent))
            if names != [acme.CONFIGURATION.name]:
                return f"left {names}"
            return self.completes(root, command)
        self.walk(prepare, check)

    def test_uninstall(self):
        def prepare():
            root = self.machine()
            acme.silent(root)
            return root, [acme.UNINSTALL, "--purge", "--yes"]

        def check(root, command, result):
            if result.code == 1:
                if not root.exists(acme.UNINSTALL):
                    again = acme.install(root)
                    if again.code != 0:
                        return f"installed again: {again}"
                again = root.run(*command)
                if again.code != 0:
                    return f"run again: {again}"
            left = sorted(path for path in root.changes() if acme.NAME in path and root.exists(path))
            return f"left {left[:9]}" if left else None
        self.walk(prepare, check)


class SmallFileSystems(unittest.TestCase):
    """File systems that fill up while they are written."""

    WAIVED = ("--waive", "disk,inodes")

    def fails(self, root, result, path):
        self.assertEqual(result.code, 1, result)
        self.assertIn("No space left on device", result.err)
        self.assertIn(path, result.err)
        self.assertIn("hint: Free some space on that file system", result.err)

    def check_install(self, at, options, path=None):
        with self.subTest(at=at, options=options), Root.of("bookworm-minimal") as root:
            root.mount("-t", "tmpfs", "-o", f"mode=755,{options}", "tmpfs", at=at)
            command = acme.silent(root, *self.WAIVED)
            self.fails(root, root.run(*command), path or at)
            self.assertEqual(os.listdir(root.inside(at)), [])
            self.assertEqual(root.changes(), {})
            root.mount("-o", "remount,size=100m,nr_inodes=10000", at=at)
            self.assertEqual(root.run(*command).code, 0)
            self.assertEqual(root.run(acme.CONFIG_TOOL, "verify").code, 0)

    def test_no_room_for_the_program(self):
        for size in ("4k", "64k", "512k", "5m", "10m"):
            self.check_install("/opt", f"size={size}")

    def test_no_inodes_for_the_program(self):
        for inodes in (2, 3, 4, 6, 9, 13, 18):
            self.check_install("/opt", f"nr_inodes={inodes}")

    def test_no_room_for_the_state(self):
        for options in ("size=4k,nr_inodes=100", "nr_inodes=2", "nr_inodes=4", "nr_inodes=6"):
            self.check_install("/var/opt", options)

    def test_no_room_for_the_options(self):
        self.check_install("/etc/opt", "nr_inodes=1")

    def test_refused_before_without_the_waiver(self):
        for options, words in (("size=5m", "MB left"), ("nr_inodes=20", "inodes")):
            with self.subTest(options=options), Root.of("bookworm-minimal") as root:
                root.mount("-t", "tmpfs", "-o", options, "tmpfs", at="/opt")
                result = acme.install(root)
                self.assertEqual(result.code, 3, result)
                self.assertIn("/opt/acme-agent needs", result.err)
                self.assertIn(words, result.err)

    def test_room_for_one_version_only(self):
        """An update that doesn't fit leaves the old version whole and running."""
        with Root.of("bookworm-minimal") as root:
            root.mount("-t", "tmpfs", "-o", "mode=755,size=100m", "tmpfs", at="/opt")
            self.assertEqual(acme.install(root).code, 0)
            self.assertEqual(root.run("service", acme.NAME, "start").code, 0)
            used = os.statvfs(root.inside("/opt"))
            used = (used.f_blocks - used.f_bfree) * used.f_frsize
            for more in (0, 4096, 1 << 20, 8 << 20):
                with self.subTest(more=more):
                    root.mount("-o", f"remount,size={used + more}", at="/opt")
                    command = acme.silent(root, *self.WAIVED, installer=product.installer("1.1.0"))
                    self.fails(root, root.run(*command), "/opt/acme-agent")
                    self.assertEqual(acme.active_version(root), "1.0.0-1")
                    self.assertEqual(os.listdir(root.inside(acme.ROOT / "versions")).count("1.0.0-1"), 1)
                    self.assertEqual(len(os.listdir(root.inside(acme.ROOT / "versions"))), 2)
                    self.assertEqual(root.run(acme.CONFIG_TOOL, "verify").code, 0)
                    self.assertEqual(root.run("service", acme.NAME, "status").code, 0)
            root.mount("-o", "remount,size=100m", at="/opt")
            self.assertEqual(root.run(*command).code, 0)
            self.assertEqual(acme.active_version(root), "1.1.0-1")

    def test_settings_on_a_full_disk(self):
        with Root.of("bookworm-minimal") as root:
            root.mount("-t", "tmpfs", "-o", "mode=755,size=1m,nr_inodes=10", "tmpfs", at="/var/opt")
            self.assertEqual(acme.install(root, *self.WAIVED).code, 0)
            before = acme.configuration(root)
            root.run("sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do : > /var/opt/fill$i; done")
            result = root.run(acme.CONFIG_TOOL, "set", "auto_update=yes")
            self.fails(root, result, "/var/opt/acme-agent/conf")
            self.assertEqual(acme.configuration(root), before)
            root.run("sh", "-c", "rm /var/opt/fill*")
            self.assertEqual(root.run(acme.CONFIG_TOOL, "set", "auto_update=yes").code, 0)

    def test_removed_from_a_full_disk(self):
        """Who removes a product to make room must not need any."""
        for fill in ("head -c 200m /dev/zero > /opt/fill", "i=0; while : > /opt/fill$i; do i=$((i+1)); done"):
            with self.subTest(fill=fill), Root.of("bookworm-minimal") as root:
                root.mount("-t", "tmpfs", "-o", "mode=755,size=40m,nr_inodes=150", "tmpfs", at="/opt")
                self.assertEqual(acme.install(root).code, 0)
                root.run("sh", "-c", fill)
                self.assertEqual(os.statvfs(root.inside("/opt")).f_bfree * os.statvfs(root.inside("/opt")).f_ffree, 0)
                result = root.run(acme.UNINSTALL, "--purge", "--yes")
                self.assertEqual(result.code, 0, result)
                self.assertFalse(root.exists(acme.ROOT))

    def test_whole_machine(self):
        """Everything on one small disk."""
        for size in ("2m", "8m", "10m"):
            with self.subTest(size=size), Root.of("bookworm-minimal", size=size) as root:
                result = acme.install(root, *self.WAIVED)
                self.assertEqual(result.code, 1, result)
                self.assertIn("No space left on device", result.err)
                self.assertEqual({path: value for path, value in root.changes().items() if value}, {})

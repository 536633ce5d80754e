"""What an installer finds: a directory that somebody else filled, and installations that were half removed by hand."""

import os
import unittest

from harness import acme, process, product
from harness.throwaway import Root
from test_full_disk import installed

VERSION = acme.ROOT / "versions/1.0.0-1"


def flat(text):
    """Words without the line breaks of a terminal's width."""
    return " ".join(text.split())


class SomebodyElsesDirectory(unittest.TestCase):
    """A product directory that setup didn't make is adopted, with all that is in it, or refused by name."""

    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def adopts(self, *left):
        """Installs beside what is there; uninstalling leaves it and names it."""
        before = acme.state(self.root)
        result = acme.install(self.root)
        self.assertEqual(result.code, 0, result)
        if left:
            names = ", ".join(sorted({name.split("/")[0] for name in left}))
            self.assertIn(f"What is there already stays: {names}.", flat(result.err))
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        result = self.root.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        for name in left:
            self.assertIn(f"Left, because it isn't known to be the installer's: {acme.ROOT / name}", flat(result.err))
        self.assertEqual({path: what for path, what in acme.state(self.root).items() if left}, before if left else {})

    def refuses(self, *words, code=5):
        before = acme.state(self.root)
        result = acme.install(self.root)
        self.assertEqual(result.code, code, result)
        for word in words:
            self.assertIn(word, result.err)
        self.assertEqual(acme.state(self.root), before)

    def test_empty(self):
        self.root.inside(acme.ROOT).mkdir()
        self.adopts()

    def test_files_of_an_administrator(self):
        self.root.write(acme.ROOT / "notes.txt", "mine")
        self.root.write(acme.ROOT / "backup/agent.properties", "mine")
        self.adopts("backup/agent.properties", "notes.txt")

    def test_git_checkout(self):
        self.root.write(acme.ROOT / ".git/HEAD", "ref: refs/heads/main\n")
        self.root.write(acme.ROOT / "README", "sources")
        self.adopts(".git/HEAD", "README")

    def test_names_that_the_product_needs(self):
        """The tree of an older installer: a name that is needed for something else is refused, before any change."""
        for name in ("bin/agent", "lib/agent.jar", "acme-config", "current"):
            with self.subTest(name=name), Root.of("bookworm-minimal") as self.root:
                self.root.write(acme.ROOT / name, "old")
                top = acme.ROOT / name.split("/")[0]
                self.refuses(f"{top} is in the way, and setup didn't make it", "hint: Move it away")

    def test_versions_that_are_not_ours(self):
        """A directory with the name of the versions' directory holds what it likes, as long as it's not our version."""
        self.root.write(acme.ROOT / "versions/old/agent", "theirs")
        result = acme.install(self.root)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.root.read(acme.ROOT / "versions/old/agent"), "theirs")
        result = self.root.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertIn("versions/old/agent", result.err)
        self.assertEqual(self.root.read(acme.ROOT / "versions/old/agent"), "theirs")

    def test_owned_by_somebody_else(self):
        self.root.inside(acme.ROOT).mkdir()
        os.chown(self.root.inside(acme.ROOT), 1000, 1000)
        self.refuses("/opt/acme-agent is there already and belongs to the user number 1000", "hint: ")

    def test_writable_by_others(self):
        self.root.inside(acme.ROOT).mkdir()
        os.chmod(self.root.inside(acme.ROOT), 0o777)
        self.refuses("/opt/acme-agent is there already and can be written by others than root", "hint: ")

    def test_not_a_directory(self):
        self.root.write(acme.ROOT, "a file")
        self.refuses("/opt/acme-agent", code=1)

    def test_state_of_an_older_agent(self):
        """Settings that are there are taken up, whoever wrote them."""
        self.root.write(acme.CONFIGURATION, "agent.token=tok-of-before\nother=kept\n", mode=0o644)
        result = acme.install(self.root, answers="auto_update=no\n")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(acme.configuration(self.root)["agent.token"], "tok-of-before")
        self.assertEqual(acme.configuration(self.root)["other"], "kept")
        self.assertEqual(os.stat(self.root.inside(acme.CONFIGURATION)).st_mode & 0o777, 0o600)

    def test_state_of_somebody_else(self):
        self.root.inside(acme.STATE).mkdir()
        os.chown(self.root.inside(acme.STATE), 1000, 1000)
        self.refuses("/var/opt/acme-agent is there already and belongs to the user number 1000")


# What somebody removed or broke by hand, as lines of shell.
BROKEN = {
    "the whole product": "rm -rf /opt/acme-agent",
    "the version": f"rm -rf {VERSION}",
    "the versions' directory": "rm -rf /opt/acme-agent/versions",
    "files of the version": f"rm -rf {VERSION}/lib {VERSION}/bin/acme-agent",
    "the runtime": f"rm {VERSION}/bin/start-agent",
    "the version's bin": f"rm -rf {VERSION}/bin",
    "current": "rm /opt/acme-agent/current",
    "current, which dangles": "ln -sfn versions/0.9-1 /opt/acme-agent/current",
    "current, which is a directory": "rm /opt/acme-agent/current; mkdir /opt/acme-agent/current",
    "the top links": "rm /opt/acme-agent/bin /opt/acme-agent/lib /opt/acme-agent/acme-config",
    "the uninstall link": f"rm /opt/acme-agent/uninstall {VERSION}/uninstall",
    "the record": "rm /opt/acme-agent/versions/install.json",
    "the record, which is empty": ": > /opt/acme-agent/versions/install.json",
    "the record, which is damaged": "printf '{\"schema\": 1, ' > /opt/acme-agent/versions/install.json",
    "the record, which is of the future": "printf '{\"schema\": 9}' > /opt/acme-agent/versions/install.json",
    "the lock": "rm /opt/acme-agent/.lock",
    "the init script": "rm /etc/init.d/acme-agent",
    "the state": "rm -rf /var/opt/acme-agent",
    "the configuration": "rm -rf /var/opt/acme-agent/conf",
    "the logs": "rm -rf /var/opt/acme-agent/logs",
    "the options": "rm -rf /etc/opt/acme-agent",
}


# What nobody can tell to be ours when the plan in the runtime is gone, and a directory that nobody of ours made.
WITHOUT_PLAN = ("the runtime", "the version's bin")
FOREIGN = "current, which is a directory"
BAD_RECORDS = [name for name in BROKEN if name.startswith("the record, which")]


class HalfRemoved(unittest.TestCase):
    """For each: every command says what it finds, an installation makes it whole, a removal leaves nothing."""

    def each(self, check):
        for name, script in BROKEN.items():
            with self.subTest(gone=name), Root.of("bookworm-minimal", layer=installed()) as root:
                done = process.run(root.command(["sh", "-ec", script]))
                self.assertEqual(done.code, 0, done)
                check(name, root)

    def left(self, root):
        run = [f"/run/{name}" for name in os.listdir(root.inside("/run")) if acme.NAME in name]
        return sorted([*acme.state(root), *run])

    def first(self, root, ways):
        """The first of some commands whose program is there."""
        return next((way for way in ways if process.run(root.command(["test", "-x", way[0]])).code == 0), None)

    def makes_whole(self, version):
        def check(name, root):
            had = root.exists(acme.CONFIGURATION)
            result = acme.install(root, installer=product.installer(version), answers="" if had else product.ANSWERS)
            if name == FOREIGN:
                self.assertEqual(result.code, 5, result)
                self.assertIn("/opt/acme-agent/current is in the way, and setup didn't make it", result.err)
                root.inside(acme.ROOT / "current").rmdir()
                result = acme.install(root, installer=product.installer(version), answers="")
            if name in BAD_RECORDS:
                # Whose the directories outside are is written there only, so the way is through the uninstaller.
                self.assertEqual(result.code, 1, result)
                self.assertIn("/opt/acme-agent/versions/install.json is not an installation's record", result.err)
                self.assertIn("hint: Uninstall, which works without it, and install again", result.err)
                self.assertEqual(root.run(acme.UNINSTALL, "--yes").code, 0)
                result = acme.install(root, installer=product.installer(version), answers="")
            self.assertEqual(result.code, 0, result)
            self.assertEqual(acme.active_version(root), f"{version}-1")
            found = root.run(acme.CONFIG_TOOL, "verify")
            self.assertEqual(found.code, 0, found)
            self.assertEqual(acme.configuration(root)["agent.token"], product.TOKEN)
            if version == "1.0.0":
                self.assertEqual(root.run("service", acme.NAME, "start").code, 0)
                self.assertEqual(root.run("service", acme.NAME, "stop").code, 0)
            result = root.run(acme.UNINSTALL, "--purge", "--yes")
            self.assertEqual(result.code, 0, result)
            left = self.left(root)
            if version != "1.0.0" and name in WITHOUT_PLAN:
                # The old version's files: named, and nothing else is left.
                self.assertIn(str(VERSION / "lib/version"), left)
                for path in left:
                    if not root.inside(path).is_dir() or root.inside(path).is_symlink():
                        self.assertIn(f"isn't known to be the installer's: {path}", flat(result.err))
                        self.assertTrue(path.startswith(f"{VERSION}/"), path)
            else:
                self.assertEqual(left, [], result)
        self.each(check)

    def test_installed_again(self):
        self.makes_whole("1.0.0")

    def test_updated(self):
        self.makes_whole("1.1.0")

    def test_removed(self):
        """What is left is removed with what is left of the tools; where none is, `makes_whole` has shown the way."""
        without_tool = []

        def check(name, root):
            way = self.first(root, [[acme.UNINSTALL], [VERSION / "uninstall"], [acme.CONFIG_TOOL, "uninstall"]])
            if way is None:
                return without_tool.append(name)
            result = root.run(*way, "--purge", "--yes")
            self.assertEqual(result.code, 0, result)
            if name == FOREIGN:
                self.assertEqual(self.left(root), [str(acme.ROOT), str(acme.ROOT / "current")])
                self.assertIn("isn't known to be the installer's: /opt/acme-agent/current", flat(result.err))
            else:
                self.assertEqual(self.left(root), [], result)
        self.each(check)
        self.assertEqual(without_tool, [
            "the whole product", "the version", "the versions' directory", "the runtime", "the version's bin"])

    def test_looked_at(self):
        """`verify` names what is missing of the program, `check` the agent itself and the rest; `status` tells how it is."""
        program = {
            "files of the version": "versions/1.0.0-1/lib is missing",
            "current": "current is missing", "current, which dangles": "current points to versions/0.9-1",
            FOREIGN: "current is a directory, expected a symbolic link",
            "the top links": "lib is missing", "the uninstall link": "uninstall is missing",
            "the record": "versions/install.json is missing",
            "the record, which is empty": "versions/install.json can't be read",
            "the record, which is damaged": "versions/install.json can't be read",
            "the record, which is of the future": "versions/install.json can't be read",
        }
        rest = {
            "files of the version": "/opt/acme-agent/versions/1.0.0-1/bin/acme-agent is missing",
            "the state": "there is no /var/opt/acme-agent", "the configuration": "there is no /var/opt/acme-agent/conf",
            "the logs": "there is no /var/opt/acme-agent/logs", "the options": "there is no /etc/opt/acme-agent",
            "the record": "there is no /opt/acme-agent/versions/install.json",
            "current": "there is no link /opt/acme-agent/current",
            "current, which dangles": "/opt/acme-agent/current leads to versions/0.9-1, which isn't a version",
        }

        def check(name, root):
            way = self.first(root, [[acme.CONFIG_TOOL], [VERSION / "acme-config"]])
            if way is None:
                return
            found = root.run(*way, "verify")
            self.assertEqual(found.code, 2 if name in program else 0, found)
            if name in program:
                self.assertIn(f"/opt/acme-agent/{program[name]}", found.out)
                self.assertIn("run the installer of 1.0.0-1 again", found.err)
            found = root.run(*way, "check")
            self.assertEqual(found.code, 3 if name in rest or name.startswith(("the record", "current")) else 0, found)
            self.assertIn(rest.get(name, ""), found.out)
            found = root.run(*way, "status")
            self.assertEqual(found.code, 3, found)
            self.assertRegex(found.out, r"Version: +1\.0\.0-1")
            if name.startswith(("the record", "current")):
                self.assertIn("Problem:", found.out)
            if name == "the init script":
                self.assertRegex(found.out, r"Service: +not installed")
            self.assertNotIn(product.TOKEN, found.said)
        self.each(check)


def of_an_account(folder):
    """A service that runs as an account of its own."""
    manifest = folder / "product.yaml"
    manifest.write_text(manifest.read_text().replace("service: { user: root,", "service: { user: acme, group: acme,"))


class AccountIsGone(unittest.TestCase):
    def test_said_by_name(self):
        with Root.of("bookworm-minimal") as root:
            root.run("useradd", "--system", "acme")
            bin = product.installer("1.0.0", edit=of_an_account)
            self.assertEqual(acme.install(root, installer=bin).code, 0)
            self.assertEqual(root.run("service", acme.NAME, "start").code, 0)
            self.assertEqual(root.run("service", acme.NAME, "stop").code, 0)
            self.assertEqual(root.run("userdel", "acme").code, 0)
            before = acme.state(root)
            for installer in (bin, product.installer("1.1.0", edit=of_an_account)):
                result = acme.install(root, installer=installer)
                self.assertEqual(result.code, 3, result)
                self.assertIn("this machine has no user acme, as which the service runs", result.err)
                self.assertIn("hint: Create the user", result.err)
            self.assertEqual(acme.state(root), before)
            self.assertEqual(root.run(acme.CONFIG_TOOL, "verify").code, 0)
            result = root.run("service", acme.NAME, "start")
            self.assertNotEqual(result.code, 0, result)
            self.assertIn("this machine has no user acme", result.said)
            result = root.run(acme.CONFIG_TOOL, "status")
            self.assertEqual(result.code, 3, result)
            result = root.run(acme.CONFIG_TOOL, "check")
            self.assertEqual(result.code, 3, result)
            self.assertIn("no user acme", result.said)
            result = root.run(acme.UNINSTALL, "--purge", "--yes")
            self.assertEqual(result.code, 0, result)
            self.assertEqual([path for path in root.changes() if acme.NAME in path and root.exists(path)], [])

"""Installing, updating, repairing and removing without questions, in overlays whose changes are read back exactly."""

import os
import stat
import subprocess
import unittest

from harness import acme, product
from harness.product import MISPLACED_TOKEN, TOKEN
from harness.throwaway import Root


class Case(unittest.TestCase):
    """A fresh minimal Debian for each test."""

    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def install(self, *options, code=0, **settings):
        result = acme.install(self.root, *options, **settings)
        self.assertEqual(result.code, code, result)
        return result

    def assertMode(self, path, mode):
        status = os.lstat(self.root.inside(path))
        self.assertEqual(oct(stat.S_IMODE(status.st_mode)), oct(mode), path)
        self.assertEqual((status.st_uid, status.st_gid), (0, 0), path)

    def assertUntouched(self):
        self.assertEqual(self.root.changes(), {})


class Install(Case):
    def test_layout(self):
        self.install()
        self.assertEqual(acme.active_version(self.root), "1.0.0-1")
        version = acme.ROOT / "versions/1.0.0-1"
        for name in ("bin", "lib", "data", "plugins", "acme-config", "uninstall"):
            self.assertTrue(self.root.exists(acme.ROOT / name), name)
        self.assertEqual(self.root.read(version / "lib/two words.txt"), "a file whose name has blanks\n")
        self.assertEqual(self.root.read(version / "lib/empty"), "")
        self.assertEqual(os.readlink(self.root.inside(version / "data")), "lib/data.bin")
        built = (product.scratch() / "acme-1.0.0-/agent/lib/data.bin").read_bytes()
        self.assertEqual(self.root.inside(version / "lib/data.bin").read_bytes(), built)
        self.assertMode(version / "bin/acme-agent", 0o755)
        self.assertMode(version / "lib/data.bin", 0o644)
        self.assertMode(version / "plugins", 0o755)

    def test_secrets_are_private(self):
        result = self.install()
        self.assertEqual(acme.configuration(self.root)["agent.token"], TOKEN)
        self.assertEqual(acme.configuration(self.root)["update.auto"], "false")
        self.assertMode(acme.CONFIGURATION, 0o600)
        self.assertMode(acme.CONFIGURATION.parent, 0o700)
        self.assertMode(acme.STATE / "logs/install.log", 0o600)
        self.assertNotIn(TOKEN, result.said)
        self.assertNotIn(TOKEN, self.root.read(acme.STATE / "logs/install.log"))

    def test_modes_do_not_depend_on_the_umask(self):
        acme.put(self.root)
        self.root.write("/tmp/answers", product.ANSWERS, mode=0o600)
        command = "umask 077; /tmp/acme-agent.bin --silent --accept-eula --answers /tmp/answers"
        result = self.root.run("sh", "-c", command)
        self.assertEqual(result.code, 0, result)
        self.assertMode(acme.ROOT, 0o755)
        self.assertMode(acme.ROOT / "versions/1.0.0-1/lib/data.bin", 0o644)
        self.assertMode(acme.ROOT / "versions/1.0.0-1/lib", 0o755)

    def test_answers_from_environment_and_files(self):
        path = acme.put(self.root)
        self.root.write("/tmp/token", TOKEN + "\n", mode=0o600)
        options = ["--silent", "--accept-eula", "--auto-update=no"]
        self.root.run("mkdir", "/tmp/a", "/tmp/b", "/tmp/c")
        result = self.root.run(path, *options, "--token-file", "/tmp/token", "--root", "/tmp/a")
        self.assertEqual(result.code, 0, result)
        result = self.root.run(path, *options, "--root", "/tmp/b", env={"ACME_AGENT_TOKEN": TOKEN})
        self.assertEqual(result.code, 0, result)
        result = self.root.run(path, *options, "--token-file", "-", "--root", "/tmp/c", input=TOKEN + "\n")
        self.assertEqual(result.code, 0, result)
        for image in "abc":
            text = self.root.read(f"/tmp/{image}{acme.CONFIGURATION}")
            self.assertIn(f"agent.token={TOKEN}", text)
            self.assertIn("update.auto=false", text)

    def test_licence_declined(self):
        path = acme.put(self.root)
        self.root.write("/tmp/answers", product.ANSWERS, mode=0o600)
        result = self.root.run(path, "--silent", "--answers", "/tmp/answers")
        self.assertEqual(result.code, 4, result)
        self.assertUntouched()

    def test_a_missing_or_wrong_answer_is_named(self):
        result = self.install(answers="auto_update=no\n", code=64)
        self.assertIn("token", result.err)
        result = self.install(answers="token=short\n", code=64)
        self.assertIn("8 to 64 letters", result.err)
        self.assertNotIn("short\n", result.err)
        result = self.install(answers=product.ANSWERS + "proxy_hots=x\n", code=64)
        self.assertIn("proxy_hots", result.err)
        self.assertIn("proxy_host", result.err)
        self.assertUntouched()

    def test_secret_on_the_command_line_is_refused(self):
        path = acme.put(self.root)
        result = self.root.run(path, "--silent", "--accept-eula", f"--token={MISPLACED_TOKEN}")
        self.assertEqual(result.code, 64, result)
        self.assertNotIn(MISPLACED_TOKEN, result.said)
        self.assertUntouched()

    def test_dry_run_changes_nothing(self):
        result = self.install("--dry-run")
        self.assertIn("/opt/acme-agent/versions/1.0.0-1", result.said)
        self.assertNotIn(TOKEN, result.said)
        self.assertUntouched()

    def test_into_an_image(self):
        self.root.run("mkdir", "/tmp/image")
        self.install("--root", "/tmp/image")
        self.assertUntouched()
        self.assertTrue(self.root.exists(f"/tmp/image{acme.CONFIGURATION}"))
        link = os.readlink(self.root.inside("/tmp/image/opt/acme-agent/current"))
        self.assertNotIn("image", link)

    def test_verify_finds_what_was_changed(self):
        self.install()
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.root.write(acme.ROOT / "versions/1.0.0-1/lib/version", "9.9.9\n")
        result = self.root.run(acme.CONFIG_TOOL, "verify")
        self.assertEqual(result.code, 2, result)
        self.assertIn("lib/version", result.said)

    def test_answers_are_written_without_secrets(self):
        path = acme.put(self.root)
        self.root.run("mkdir", "/tmp/image")
        options = ["--silent", "--accept-eula", "--root", "/tmp/image", "--auto-update=no", "--write-answers", "/tmp/written"]
        result = self.root.run(path, *options, env={"ACME_AGENT_TOKEN": TOKEN})
        self.assertEqual(result.code, 0, result)
        text = self.root.read("/tmp/written")
        self.assertNotIn(TOKEN, text)
        result = self.root.run(
            path, "--silent", "--accept-eula", "--answers", "/tmp/written", env={"ACME_AGENT_TOKEN": TOKEN})
        self.assertEqual(result.code, 0, result)
        self.assertEqual(acme.configuration(self.root), {"agent.token": TOKEN, "update.auto": "false"})

    def test_log_file(self):
        self.install("--log", "/tmp/log")
        self.assertMode("/tmp/log", 0o600)
        self.assertIn("acme-agent 1.0.0-1", self.root.read("/tmp/log"))
        self.assertNotIn(TOKEN, self.root.read("/tmp/log"))

    def test_warns_of_a_secret_on_a_command_line_above(self):
        path = acme.put(self.root)
        command = ["timeout", "60", "env", f"ACME_AGENT_TOKEN={MISPLACED_TOKEN}", path, "--silent", "--accept-eula"]
        result = self.root.run(*command)
        self.assertEqual(result.code, 0, result)
        self.assertIn("ACME_AGENT_TOKEN stands on the command line", result.err)
        self.assertNotIn(MISPLACED_TOKEN, result.said)

    def test_unknown_system_only_warns(self):
        self.root.inside("/etc/os-release").unlink()
        self.root.write("/etc/os-release", "ID=plan9\nVERSION_ID=4\n")
        result = self.install()
        self.assertIn("Warning", result.err)
        self.assertIn("plan9", result.err)

    def test_needs_root(self):
        path = acme.put(self.root)
        self.root.write("/tmp/answers", product.ANSWERS, mode=0o600)
        os.chown(self.root.inside("/tmp/answers"), 1000, 1000)
        result = self.root.run(
            "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", path, "--silent", "--accept-eula", "--answers",
            "/tmp/answers")
        self.assertEqual(result.code, 3, result)
        self.assertIn("root", result.err)
        self.assertUntouched()


class Remove(Case):
    def test_purge_leaves_nothing(self):
        self.install()
        result = self.root.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertUntouched()

    def test_purge_after_an_update_leaves_nothing(self):
        self.install()
        self.install(installer=product.installer("1.1.0"))
        result = self.root.run(acme.CONFIG_TOOL, "uninstall", "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertUntouched()

    def test_state_is_kept_without_purge(self):
        self.install()
        result = self.root.run(acme.UNINSTALL, "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertIn(str(acme.STATE), result.said)
        self.assertFalse(self.root.exists(acme.ROOT))
        self.assertEqual(acme.configuration(self.root)["agent.token"], TOKEN)
        ours = [path for path in self.root.changes() if not path.startswith(str(acme.STATE))]
        self.assertEqual(ours, [])

    def test_what_is_not_ours_stays(self):
        self.install()
        self.root.write(acme.ROOT / "versions/1.0.0-1/lib/mine", "keep me")
        self.root.write("/opt/other/file", "keep me")
        result = self.root.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertTrue(self.root.exists(acme.ROOT / "versions/1.0.0-1/lib/mine"), result)
        self.assertIn("lib/mine", result.said)
        self.assertTrue(self.root.exists("/opt/other/file"))
        self.assertFalse(self.root.exists(acme.ROOT / "versions/1.0.0-1/lib/data.bin"))

    def test_install_again_after_removal_keeps_the_settings(self):
        self.install()
        self.assertEqual(self.root.run(acme.UNINSTALL, "--yes").code, 0)
        self.install(answers="")
        self.assertEqual(acme.configuration(self.root)["agent.token"], TOKEN)


def without_data_link(folder):
    """The next version has no `data` at the top, and a new `tools`."""
    manifest = folder / "product.yaml"
    text = manifest.read_text().replace("- { link: lib/data.bin, to: data }", "- { link: lib, to: tools }")
    manifest.write_text(text)


class Update(Case):
    def test_settings_are_kept_and_the_old_version_too(self):
        self.install()
        before = self.root.read(acme.CONFIGURATION)
        result = self.install(installer=product.installer("1.1.0", edit=without_data_link), answers="")
        self.assertIn("1.0.0", result.said)
        self.assertIn("1.1.0", result.said)
        self.assertEqual(acme.active_version(self.root), "1.1.0-1")
        self.assertEqual(self.root.read(acme.CONFIGURATION), before)
        self.assertTrue(self.root.exists(acme.ROOT / "versions/1.0.0-1/bin/acme-agent"))
        self.assertFalse(self.root.exists(acme.ROOT / "data"))
        self.assertTrue(self.root.exists(acme.ROOT / "tools"))
        self.assertEqual(self.root.read(acme.ROOT / "versions/1.1.0-1/lib/version"), "1.1.0\n")

    def test_same_version_repairs(self):
        self.install()
        lib = acme.ROOT / "versions/1.0.0-1/lib"
        self.root.write(lib / "version", "damaged")
        self.root.inside(lib / "data.bin").unlink()
        self.root.inside(acme.ROOT / "current").unlink()
        self.install(answers="")
        self.assertEqual(self.root.read(lib / "version"), "1.0.0\n")
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(acme.configuration(self.root)["agent.token"], TOKEN)

    def test_older_version_is_refused(self):
        self.install(installer=product.installer("1.1.0"))
        before = self.root.changes()
        result = self.install(code=5)
        self.assertIn("1.1.0", result.err)
        self.assertIn("--allow-downgrade", result.err)
        self.assertEqual(_without_log(self.root.changes()), _without_log(before))
        self.install("--allow-downgrade")
        self.assertEqual(acme.active_version(self.root), "1.0.0-1")

    def test_two_installers_at_once(self):
        path = acme.put(self.root)
        self.root.write("/tmp/answers", product.ANSWERS, mode=0o600)
        command = self.root.command([path, "--silent", "--accept-eula", "--answers", "/tmp/answers"])
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        both = [subprocess.Popen(command, **pipes) for _ in range(2)]
        said = [process.communicate(timeout=60)[0] for process in both]
        codes = sorted(process.returncode for process in both)
        self.assertIn(codes, ([0, 0], [0, 5]), said)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)


class Refusals(Case):
    def test_product_of_the_package_manager(self):
        folder = product.scratch() / "deb"
        if not folder.exists():
            (folder / "DEBIAN").mkdir(parents=True)
            (folder / "opt/acme-agent").mkdir(parents=True)
            (folder / "opt/acme-agent/agent.jar").write_text("native")
            (folder / "DEBIAN/control").write_text(
                "Package: acme-agent\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@b.c>\nDescription: native\n")
            subprocess.run(["dpkg-deb", "--build", folder, f"{folder}.deb"], check=True, stdout=subprocess.DEVNULL)
        self.root.copy_in(f"{folder}.deb", "/tmp/native.deb")
        self.assertEqual(self.root.run("dpkg", "-i", "/tmp/native.deb").code, 0)
        before = self.root.changes()
        result = self.install(code=5)
        self.assertIn("acme-agent", result.err)
        self.assertIn("dpkg", result.err)
        self.assertEqual(self.root.changes(), before)

    def check_planted(self, link, target, owner):
        """Plants a link and installs: what it points to stays as it is, whether the run then fails or not."""
        with self.subTest(link=str(link), owner=owner), Root.of("bookworm-minimal") as root:
            root.write("/srv/victim/precious", "precious")
            before = root.changes()
            planted = root.inside(link)
            planted.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(target, planted)
            os.lchown(planted, owner, owner)
            result = acme.install(root)
            now = {path: value for path, value in root.changes().items() if path.startswith("/srv")}
            self.assertEqual(now, before, result)

    def test_planted_links_redirect_nothing(self):
        """At and below the product's own directories no link is followed, whoever made it."""
        for owner in (0, 1000):
            for name in ("", "versions", "versions/1.0.0-1", "versions/.staging-1.0.0-1", "current", "bin", "acme-config"):
                self.check_planted(acme.ROOT / name, "/srv/victim", owner)
            for path in (acme.STATE, acme.STATE / "conf", acme.STATE / "logs", acme.STATE / "state", acme.OPTIONS):
                self.check_planted(path, "/srv/victim", owner)
            for path in (acme.ROOT / "versions/install.json", acme.CONFIGURATION, acme.STATE / "logs/install.log"):
                self.check_planted(path, "/srv/victim/precious", owner)

    def test_foreign_directory_is_adopted_or_refused_by_name(self):
        self.root.write(acme.ROOT / "agent.jar", "of an older installer")
        result = acme.install(self.root)
        self.assertEqual(self.root.read(acme.ROOT / "agent.jar"), "of an older installer")
        if result.code != 0:
            self.assertIn(str(acme.ROOT), result.err)


def _without_log(changes):
    return {path: value for path, value in changes.items() if not path.endswith("/install.log")}

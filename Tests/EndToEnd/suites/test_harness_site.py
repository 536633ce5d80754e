"""The harness of the dist site: its web server, small packages, trees to be damaged, and the makers of peers' repositories."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import (
    openpgp, peers, planted, planted_apt, planted_yum, process, product, server, site_server, throwaway, tiny, tracer, trees)

PACKAGES = tiny.catalogue(6)


def files(kind, packages=PACKAGES):
    """Packages as files, RPM packages signed."""
    folder = Path(tempfile.mkdtemp(dir=product.scratch()))
    made = [kind(package, folder) for package in packages]
    for file in made:
        if file.suffix == ".rpm":
            openpgp.sign_package(file, openpgp.key("vendor"))
    return made


class WebServer(unittest.TestCase):
    """nginx, and a machine with a cable to it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = product.public_folder()
        (cls.folder / "one").mkdir()
        (cls.folder / "two").mkdir()
        for name in ("one", "two"):
            (cls.folder / name / "file").write_text(name)
        cls.server = site_server.SiteServer(cls.folder / "one")
        cls.addClassCleanup(cls.server.close)
        cls.machine = cls.server.connect(throwaway.Root.of("bookworm-apt", watched=False))
        cls.addClassCleanup(cls.machine.close)

    def get(self, path, *words, scheme="https"):
        """What curl says: the answer and the status."""
        url = f"{scheme}://{server.SITE}/{path}"
        return self.machine.run("curl", "--silent", "--show-error", "--write-out", " %{http_code}", *words, url)

    def setUp(self):
        self.server.serve(self.folder / "one")
        self.server.requests()

    def test_http_and_https(self):
        for scheme in ("http", "https"):
            self.assertEqual(self.get("file", scheme=scheme).out, "one 200")
        found = self.server.requests()
        self.assertEqual([(one["path"], one["status"], one["secure"]) for one in found],
                         [("/file", 200, ""), ("/file", 200, "on")])
        self.assertEqual(self.server.requests(), [])

    def test_the_private_authority_is_needed(self):
        with self.server.connect(throwaway.Root.of("bookworm-apt", watched=False)) as machine:
            machine.run("rm", site_server.AUTHORITY)
            machine.run("update-ca-certificates", "--fresh")
            result = machine.run("curl", "--silent", "--show-error", f"https://{server.SITE}/file")
            self.assertEqual(result.code, 60, result)

    def test_another_directory(self):
        self.server.serve(self.folder / "two")
        self.assertEqual(self.get("file").out, "two 200")

    def test_failures_are_found(self):
        secret = self.folder / "one/secret"
        secret.write_text("x")
        secret.chmod(0o600)
        self.assertIn("404", self.get("nothing").out)
        self.assertIn("403", self.get("secret").out)
        self.assertEqual([line.split(" (")[0] for line in self.server.failures()], ["404 GET /nothing", "403 GET /secret"])

    def test_nothing_else_can_be_reached(self):
        result = self.machine.run("curl", "--silent", "--max-time", "3", "http://192.0.2.1/")
        self.assertIn(result.code, (7, 28), result)

    def test_squid_keeps_answers(self):
        """By Debian's rules: what is old when it is asked for stays good for a fifth of its age."""
        os.utime(self.folder / "one/file", (0, 1_700_000_000))
        squid = self.server.squid()
        proxy = f"http://{site_server.ADDRESS}:{squid.port}"
        for _ in range(2):
            self.assertEqual(self.get("file", "--proxy", proxy, scheme="http").out, "one 200")
        self.assertEqual(len(self.server.requests()), 1)
        outcomes = [request["outcome"] for request in squid.requests() if server.SITE in request["url"]]
        self.assertIn("MISS", outcomes[0])
        self.assertIn("HIT", outcomes[1])


class SmallPackages(unittest.TestCase):
    """Read by those whose formats they have."""

    def test_debs(self):
        for package, file in zip(PACKAGES, files(tiny.deb)):
            shown = process.run(["dpkg-deb", "--show", "--showformat", "${Package} ${Version} ${Depends}", file])
            self.assertEqual(shown.code, 0, shown)
            self.assertTrue(shown.out.startswith(f"{package.name} {package.version} "), shown)
            for name, _ in package.depends:
                self.assertIn(name, shown.out)
            listed = process.run(["dpkg-deb", "--contents", file])
            self.assertEqual(listed.code, 0, listed)
            for path in package.files:
                self.assertIn(f" .{path}\n", listed.out)

    def test_rpms(self):
        for package, file in zip(PACKAGES, files(tiny.rpm)):
            shown = process.run(["rpm", "-qp", "--nosignature", "--queryformat", "%{NAME} %{VERSION}-%{RELEASE}", file])
            self.assertEqual(shown.out, f"{package.name} {package.version}", shown)
            listed = process.run(["rpm", "-qp", "--nosignature", "--list", file])
            self.assertEqual(sorted(listed.out.split()), sorted(package.files))
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run(["rpmkeys", "--dbpath", folder, "--import", openpgp.key("vendor").public], check=True)
                found = process.run(["rpmkeys", "--dbpath", folder, "--checksig", file])
                self.assertEqual(found.code, 0, found)
                openpgp.remove_signature(file)
                found = process.run(["rpmkeys", "--dbpath", folder, "--checksig", file])
                self.assertIn("digests OK", found.out)

    def test_installed(self):
        """By dpkg and rpm, files and all."""
        made = tiny.Package("small", "1.0-2")
        for base, kind, words in (("bookworm-apt", tiny.deb, ["dpkg", "--install"]),
                                  ("trixie-rpm", tiny.rpm, ["rpm", "--install"])):
            with self.subTest(base), throwaway.Root.of(base, watched=False) as root:
                [file] = files(kind, [made])
                result = root.run(*words, root.copy_in(file, f"/srv/{file.name}"))
                self.assertEqual(result.code, 0, result)
                self.assertEqual(root.read("/opt/small/version"), "1.0-2\n")

    def test_the_same_each_time(self):
        self.assertEqual(tiny.catalogue(50)[:6], PACKAGES)
        names = [package.name for package in tiny.catalogue(500)]
        self.assertEqual(len(names), len(set(names)))


class Peers(unittest.TestCase):
    """Each makes a repository of five packages, adds one, and every fault can be planted in it."""

    @classmethod
    def setUpClass(cls):
        cls.key = openpgp.key("vendor")
        cls.debs, cls.rpms = files(tiny.deb), files(tiny.rpm)

    def made(self, kind, packages):
        maker = kind(Path(tempfile.mkdtemp(dir=product.scratch())) / "peer", self.key)
        maker.run(maker.build(packages[:-1]))
        maker.run(maker.add(packages[-1]))
        maker.run(maker.again())
        return maker.public

    def plant(self, public, faults, tree):
        """Plants each fault in a copy; returns those that there is no room for."""
        absent = []
        for fault in faults:
            place = trees.copy(public, Path(tempfile.mkdtemp(dir=product.scratch())) / "copy")
            try:
                path = fault.plant(tree(place, self.key))
            except planted.Absent:
                absent.append(fault.name)
                continue
            self.assertTrue(path, fault.name)
            if "readable" not in fault.name:
                same = process.run(["diff", "--recursive", "--brief", public, place])
                self.assertEqual(same.code, 1, f"{fault.name}: {same}")
        return absent

    def test_apt(self):
        for name, kind in peers.APT_MAKERS.items():
            with self.subTest(name):
                public = self.made(kind, self.debs)
                tree = trees.AptTree(public, self.key)
                self.assertEqual(tree.versions(), {package.version for package in PACKAGES})
                for words in ([tree.inrelease], [tree.signature, tree.release]):
                    self.key.gpg("--verify", *words)
                absent = self.plant(public, planted_apt.APT, trees.AptTree)
                self.assertLessEqual(len(absent), 3, absent)

    def test_yum(self):
        for name, kind in peers.YUM_MAKERS.items():
            with self.subTest(name):
                public = self.made(kind, self.rpms)
                tree = trees.YumTree(public, self.key)
                self.assertEqual(tree.versions(), {package.version for package in PACKAGES})
                self.key.gpg("--verify", tree.signature, tree.repomd)
                self.assertEqual(self.plant(public, planted_yum.YUM, trees.YumTree), [])

    def test_an_edit_leaves_all_else_right(self):
        """What a client would look at first: after an edit sums and signatures are those of the new text."""
        apt = trees.AptTree(trees.copy(self.made(peers.AptFtparchive, self.debs), product.scratch() / "edit-apt"), self.key)
        apt.edit_packages(lambda text: text.replace("Section: ", "Section: x", 1))
        self.key.gpg("--verify", apt.inrelease)
        for suffix in ("", ".gz", ".xz"):
            data = (apt.binary / f"Packages{suffix}").read_bytes()
            self.assertIn(f" {trees.digest(data)} {len(data)} ", apt.release.read_text())
            self.assertTrue((apt.binary / "by-hash/SHA256" / trees.digest(data)).exists())
        yum = trees.YumTree(trees.copy(self.made(peers.Createrepo, self.rpms), product.scratch() / "edit-yum"), self.key)
        yum.edit("primary", lambda text: text.replace("MIT", "BSD", 1))
        self.key.gpg("--verify", yum.signature, yum.repomd)
        self.assertIn(trees.digest(yum.file("primary").read_bytes()), yum.repomd.read_text())
        self.assertIn("BSD", yum.text("primary"))


class Keys(unittest.TestCase):
    def test_one_that_expired(self):
        """It signs as before, for those who have it from before it is too late."""
        made = openpgp.expired("old")
        file = product.scratch() / "signed"
        file.write_text("text")
        signature = product.scratch() / "signed.asc"
        signature.write_bytes(made.signature(file))
        ring = product.scratch() / "old.gpg"
        ring.write_bytes(subprocess.run(["gpg", "--dearmor"], input=made.public.read_bytes(), check=True,
                                        capture_output=True).stdout)
        result = process.run(["gpgv", "--status-fd", "1", "--keyring", ring, signature, file])
        self.assertIn("EXPKEYSIG", result.out)


class FullDisk(unittest.TestCase):
    """What the tracer does from a call on."""

    def test_from_a_call_on(self):
        command = ["/usr/bin/busybox", "sh", "-c",
                   'cd "$1" && echo a >a && echo b >b; code=$?; [ -e b ] && echo there; exit $code', "sh"]
        environment = {"PATH": "/usr/bin:/bin"}
        whole = tracer.run([*command, tempfile.mkdtemp(dir=product.scratch())], env=environment)
        self.assertEqual((whole.code, whole.said), (0, "there\n"))
        opening = next(number for number, call in enumerate(whole.calls, 1) if call.about == "b" or call.about.endswith("/b"))
        folder = tempfile.mkdtemp(dir=product.scratch())
        result = tracer.run([*command, folder], env=environment, full_at=opening)
        self.assertNotEqual(result.code, 0, result)
        self.assertIn("No space left on device", result.said)
        self.assertEqual(os.listdir(folder), ["a"])

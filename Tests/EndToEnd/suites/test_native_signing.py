"""Whose packages they are, for the clients that customers have; and equal packages for equal content, signed or not."""

import functools
import hashlib
import os
import re
import shutil
import struct
import subprocess
import unittest
from pathlib import Path

from harness import chain, openpgp, process, product
from harness.throwaway import ENVIRONMENT, Root

NAMES = chain.NAMES
# rpm 4.18, 4.20 and 6.
CLIENTS = ("bookworm-rpm", "trixie-rpm", "forky-rpm")
VERSION = "1.0.0"
# What clients say of packages that they refuse.
REASONS = {"unsigned": r"(?i)not signed|unsigned|signature verification failed|signature",
           "stranger": r"(?i)not correct|NOKEY|not installed|no public key|signature",
           "changed": r"(?i)checksum|all mirrors|digest|integrity|size"}
# Tags of the signature header, rpmtag.h: an RSA signature of the header, and one of header and payload.
RSA, PGP = 268, 1002


def folder(name):
    """The product, ready to be built."""
    return product.prepare(product.scratch() / f"native-{name}", version=VERSION, edit=chain.edit(VERSION))


@functools.cache
def signed(name):
    """All formats, signed with the key of that name; built once a process."""
    key = openpgp.key(name)
    return product.build_all(folder(f"signed-{name}"), *key.options)


def signature(data, tag):
    """Where the value of a tag of the signature header is in a package, and how long it is; format_v4.md."""
    magic, count, size = struct.unpack_from(">8sII", data, 96)
    assert magic[:4] == b"\x8e\xad\xe8\x01", magic
    store = 112 + 16 * count
    for index in range(count):
        number, _, offset, length = struct.unpack_from(">IIII", data, 112 + 16 * index)
        if number == tag:
            return store + offset, length
    raise AssertionError(f"there is no tag {tag}")


def headers(data):
    """Where the main header and the payload begin."""
    _, count, size = struct.unpack_from(">8sII", data, 96)
    main = 112 + 16 * count + size
    main += -main % 8
    _, count, size = struct.unpack_from(">8sII", data, main)
    return main, main + 16 + 16 * count + size


class Rpm(unittest.TestCase):
    """rpm itself."""

    @classmethod
    def setUpClass(cls):
        cls.packages = signed("vendor").packages(".rpm")
        cls.roots = {}
        for name in CLIENTS:
            root = cls.roots[name] = Root.of(name).__enter__()
            cls.addClassCleanup(root.close)
            root.copy_in(openpgp.key("vendor").public, "/srv/key.asc")
            for package in cls.packages:
                root.copy_in(package, f"/srv/{package.name}")

    def rpmkeys(self, root, path):
        return root.run("rpmkeys", "--checksig", "--verbose", path)

    def test_a_good_signature(self):
        """Good for whoever has the key, both of them; unknown before."""
        for name, root in self.roots.items():
            with self.subTest(name):
                for package in self.packages:
                    before = self.rpmkeys(root, f"/srv/{package.name}")
                    self.assertNotEqual(before.code, 0, before)
                    self.assertIn("NOKEY", before.said)
                result = root.run("rpmkeys", "--import", "/srv/key.asc")
                self.assertEqual(result.code, 0, result)
                for package in self.packages:
                    found = self.rpmkeys(root, f"/srv/{package.name}")
                    self.assertEqual(found.code, 0, found)
                    lines = found.out.splitlines()[1:]
                    self.assertEqual([line for line in lines if not line.endswith(": OK")], [])
                    signatures = [line for line in lines if "ignature" in line]
                    self.assertRegex("\n".join(signatures), r"Header (OpenPGP )?V4 RSA/SHA512")
                    short = root.run("rpm", "--checksig", f"/srv/{package.name}")
                    self.assertIn("digests signatures OK", short.out)
                    info = root.run("rpm", "-qpi", f"/srv/{package.name}")
                    self.assertIn(openpgp.key("vendor").fingerprint[-16:].lower(), info.out.lower())

    def test_both_signatures_are_there(self):
        """rpm 4.11 and later releases look at one or the other."""
        for package in self.packages:
            for tag in ("RSAHEADER", "SIGPGP"):
                result = process.run(["rpm", "-qp", "--qf", f"%{{{tag}:pgpsig}}", package], env=ENVIRONMENT)
                self.assertIn("RSA/SHA512", result.out, tag)
                self.assertIn(openpgp.key("vendor").fingerprint[-16:].lower(), result.out.lower())

    def test_changed_bytes(self):
        """One changed bit anywhere in signatures, header and payload is noticed by every release."""
        data = self.packages[0].read_bytes()
        main, payload = headers(data)
        at, length = signature(data, RSA)
        second, second_length = signature(data, PGP)
        places = {"the signature": at + length // 2, "the second signature": second + second_length // 2,
                  "the end of the signature": at + length - 1,
                  "the header's start": main + 20, "the header": (main + payload) // 2, "its end": payload - 1,
                  "the payload's start": payload + 30, "the payload": (payload + len(data)) // 2,
                  "the payload's end": len(data) - 30}
        for name, root in self.roots.items():
            with self.subTest(name):
                root.run("rpmkeys", "--import", "/srv/key.asc")
                for what, place in places.items():
                    changed = bytearray(data)
                    changed[place] ^= 0x10
                    root.write("/srv/changed.rpm", bytes(changed))
                    with self.subTest(what):
                        found = self.rpmkeys(root, "/srv/changed.rpm")
                        self.assertNotEqual(found.code, 0, found)
                        installed = root.run("rpm", "--install", "--nodeps", "--noscripts", "/srv/changed.rpm")
                        self.assertNotEqual(installed.code, 0, installed)
                for cut in (1, 4096, len(data) // 2):
                    root.write("/srv/changed.rpm", data[:-cut])
                    self.assertNotEqual(self.rpmkeys(root, "/srv/changed.rpm").code, 0, cut)


class Repository(unittest.TestCase):
    """dnf and zypper with `gpgcheck=1`, from a repository in a directory."""

    @classmethod
    def setUpClass(cls):
        folder = product.scratch() / "repositories"
        unsigned = chain.artifacts(VERSION).packages(".rpm")
        tampered = []
        for package in signed("vendor").packages(".rpm"):
            data = bytearray(package.read_bytes())
            data[headers(data)[1] - 40] ^= 1
            (folder / "bad").mkdir(parents=True, exist_ok=True)
            (folder / "bad" / package.name).write_bytes(data)
            tampered.append(folder / "bad" / package.name)
        cls.repositories = {"signed": signed("vendor").packages(".rpm"), "unsigned": unsigned,
                            "stranger": signed("stranger").packages(".rpm")}
        with Root.of("trixie-rpm") as root:
            for name, packages in cls.repositories.items():
                for package in packages:
                    root.copy_in(package, f"/srv/{name}/{package.name}")
                result = root.run("createrepo_c", "--quiet", "--no-database", f"/srv/{name}")
                assert result.code == 0, result
            # A mirror that serves other bytes under the old names and sums.
            shutil.copytree(root.inside("/srv/signed"), root.inside("/srv/changed"))
            for package in tampered:
                root.copy_in(package, f"/srv/changed/{package.name}")
            cls.folder = folder / "all"
            shutil.copytree(root.inside("/srv"), cls.folder)

    def machine(self, base, name):
        root = Root.of(base)
        self.addCleanup(root.close)
        shutil.copytree(self.folder, root.inside("/srv/repositories"))
        root.copy_in(openpgp.key("vendor").public, "/srv/key.asc")
        text = (f"[{name}]\nname={name}\nbaseurl=file:///srv/repositories/{name}\nenabled=1\ngpgcheck=1\n"
                "repo_gpgcheck=0\ngpgkey=file:///srv/key.asc\nskip_if_unavailable=0\n")
        for place in ("/etc/yum.repos.d", "/etc/zypp/repos.d"):
            root.write(f"{place}/{name}.repo", text)
        return root

    def install(self, root, client):
        if client == "zypper":
            return root.run("zypper", "--non-interactive", "--gpg-auto-import-keys", "install", *NAMES)
        return root.run(client, "--assumeyes", "install", *NAMES)

    def check(self, base, client):
        for name in (*self.repositories, "changed"):
            with self.subTest(name):
                root = self.machine(base, name)
                result = self.install(root, client)
                there = root.run("rpm", "-q", *NAMES).code == 0
                if name == "signed":
                    self.assertEqual(result.code, 0, result)
                    self.assertTrue(there, result)
                else:
                    self.assertNotEqual(result.code, 0, result)
                    self.assertFalse(root.exists("/opt/acme-agent"), result)
                    self.assertRegex(result.said, REASONS[name])

    def test_dnf_4_14(self):
        self.check("bookworm-rpm", "dnf")

    def test_dnf_4_23(self):
        self.check("trixie-rpm", "dnf")

    def test_dnf_5(self):
        self.check("forky-rpm", "dnf5")

    def test_zypper(self):
        self.check("trixie-rpm", "zypper")

    def test_files_that_are_not_signed(self):
        """`dnf install ./x.rpm` where files are checked, too."""
        root = Root.of("trixie-rpm")
        self.addCleanup(root.close)
        root.copy_in(openpgp.key("vendor").public, "/srv/key.asc")
        self.assertEqual(root.run("rpmkeys", "--import", "/srv/key.asc").code, 0)
        for packages, code in ((self.repositories["unsigned"], 1), (self.repositories["signed"], 0)):
            paths = [root.copy_in(package, f"/srv/{code}/{package.name}") for package in packages]
            result = root.run("dnf", "--assumeyes", "--setopt=localpkg_gpgcheck=1", "install", *paths)
            self.assertEqual(result.code, code, result)


class Others(unittest.TestCase):
    """What is beside the artifacts."""

    def test_detached_signatures_and_sums(self):
        made = signed("vendor")
        key = openpgp.key("vendor")
        for path in sorted(made.folder.iterdir()):
            if path.suffix in (".bin", ".deb"):
                key.gpg("--verify", f"{path}.asc", path)
            if path.suffix in (".bin", ".deb", ".rpm"):
                result = process.run(["sha256sum", "--check", "--strict", f"{path.name}.sha256"], cwd=made.folder)
                self.assertEqual(result.code, 0, result)


class Reproducible(unittest.TestCase):
    """The same product gives the same packages, wherever, whenever and however often it is built."""

    def setUp(self):
        self.folder = product.scratch() / f"native-{self._testMethodName}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def prepare(self, name):
        return product.prepare(self.folder / name, version=VERSION, edit=chain.edit(VERSION))

    def cache(self, name):
        return {"XDG_CACHE_HOME": str(self.folder / name)}

    @staticmethod
    def digests(made):
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(made.folder.iterdir())}

    def build(self, folder, *options, **settings):
        return self.digests(product.build_all(folder, *options, **settings))

    def expected(self):
        found = self.digests(chain.artifacts(VERSION))
        self.assertEqual(len([name for name in found if name.endswith((".deb", ".rpm"))]), 4, found)
        return found

    def test_directories_umasks_zones_and_languages(self):
        variants = [
            (0o022, {"TZ": "UTC", "LC_ALL": "C"}), (0o077, {"TZ": "Asia/Kolkata", "LC_ALL": "C.UTF-8"}),
            (0o002, {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8"}),
        ]
        for number, (umask, settings) in enumerate(variants):
            with self.subTest(umask=oct(umask), **settings):
                old = os.umask(umask)
                try:
                    folder = self.prepare(f"{'deeper/' * number}p{number}")
                finally:
                    os.umask(old)
                for path in folder.rglob("*"):
                    os.utime(path, (number * 10**9, number * 10**9), follow_symlinks=False)
                env = settings | self.cache(f"cache{number}")
                self.assertEqual(self.build(folder, env=env, umask=umask), self.expected())

    def test_threads_and_cache_states(self):
        folder = self.prepare("p")
        settings = self.cache("cache")
        for options in ([], [], ["--no-cache"], ["--no-cache", "--threads", "1"], ["--no-cache", "--threads", "7"]):
            with self.subTest(options):
                self.assertEqual(self.build(folder, *options, env=settings), self.expected())

    def test_each_format_alone(self):
        """What else is made in the same run changes nothing."""
        folder = self.prepare("p")
        found = {}
        for form in ("bin", "deb", "rpm"):
            found |= self.build(folder, formats=form)
        self.assertEqual(found, self.expected())

    def test_signed(self):
        """Signatures are dated by the content: signed artifacts are reproducible, too."""
        key = openpgp.key("vendor")
        expected = self.digests(signed("vendor"))
        folder = self.prepare("p")
        for number in range(2):
            env = self.cache(f"cache{number}") | {"TZ": ("UTC", "Asia/Kolkata")[number]}
            self.assertEqual(self.build(folder, *key.options, env=env), expected)
        unsigned = self.expected()
        self.assertNotEqual({name: expected[name] for name in unsigned if name.endswith(".rpm")},
                            {name: unsigned[name] for name in unsigned if name.endswith(".rpm")})

    def test_debian_releases(self):
        """The tool, built once, in a root of each release with its libraries."""
        folder = self.prepare("p")
        for name in ("bookworm-tool", "trixie-tool"):
            with self.subTest(name), Root.of(name) as root:
                for program in ("agentpack", "setup"):
                    root.copy_in(product.PROGRAMS / program, f"/usr/local/bin/{program}")
                shutil.copytree(folder, root.inside("/root/p"))
                build = "cd /root/p && agentpack build --format bin,deb,rpm --out /root/out"
                result = root.run("sh", "-c", build, env={"PATH": "/usr/local/bin:/usr/bin:/bin"})
                self.assertEqual(result.code, 0, result)
                self.assertEqual(self.digests(product.Artifacts(root.inside("/root/out"))), self.expected())

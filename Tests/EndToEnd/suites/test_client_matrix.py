"""What clients make of packages beside what `repo matrix` says of their systems."""

import bz2
import gzip
import hashlib
import importlib
import lzma
import shutil
import subprocess
import unittest

from harness import crafted_deb, crafted_rpm, crafted_yum, openpgp, product, xz_filters
from harness.client_matrix import DEBIANS, MANAGERS, RPMS, MatrixTest, rules, shows, table
from harness.throwaway import Root

STRING, INT32, STRINGS = crafted_rpm.STRING, crafted_rpm.INT32, crafted_rpm.STRINGS
ARCHIVE = crafted_rpm.DIRECTORY + crafted_rpm.FILE + crafted_rpm.LINK + crafted_rpm.TRAILER
RSA, PGP, LIST = 268, 1002, 278


def zstd(content):
    return subprocess.run(["zstd", "-qc"], input=content, check=True, capture_output=True).stdout


def sign(content, digest="SHA512"):
    key = openpgp.key("vendor")
    return key.gpg("--local-user", key.fingerprint, "--digest-algo", digest, "--detach-sign", input=content)


def write(name, content):
    """A file for the tool to look at."""
    folder = product.scratch() / "matrix"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


class Table(unittest.TestCase):
    """The table's evidence is there."""

    def test_every_tested_row_is_shown_by_its_test(self):
        for name, rule in rules().items():
            for evidence in rule["evidence"]:
                if evidence["kind"] != "tested":
                    continue
                with self.subTest(rule=name, test=evidence["test"]):
                    module, case, test = evidence["test"].split(".")
                    method = getattr(getattr(importlib.import_module(module), case), test)
                    # The audit of keys has tests of its own, which compare with the client themselves.
                    if module != "test_key_audit":
                        self.assertLessEqual(set(evidence["systems"]), method.shown.get(name, set()))

    def test_clients_are_those_of_the_table(self):
        systems = {system["system"]: system["clients"] for system in table()["systems"]}
        for system, base in DEBIANS.items():
            with Root.of(base, watched=False) as root:
                for client, package in (("dpkg", "dpkg"), ("apt", "apt"), ("gpgv", "gpgv"), ("sqv", "sqv"),
                                        ("xz", "liblzma5")):
                    if client in systems[system]:
                        found = root.run("dpkg-query", "-W", "-f", "${Version}", package).out
                        # Security updates raise the last number.
                        wanted = systems[system][client].rsplit(".", 1)[0]
                        self.assertTrue(found.startswith(wanted + "."), (system, client, found))


class DebPackages(MatrixTest):
    """dpkg of Debian 11, 12 and 13."""

    @classmethod
    def setUpClass(cls):
        cls.roots = {system: Root.of(base, watched=False) for system, base in DEBIANS.items()}
        for root in cls.roots.values():
            cls.addClassCleanup(root.close)

    def check(self, content, *names):
        """Each dpkg does with a package what each of the rows says, and so does the tool."""
        path = write(f"{self._testMethodName}.deb", content)
        for system, root in self.roots.items():
            with self.subTest(system):
                root.copy_in(path, "/srv/demo.deb")
                result = root.run("dpkg", "--install", "/srv/demo.deb")
                if result.code == 0:
                    self.assertTrue(root.exists("/opt/demo"))
                    root.run("dpkg", "--purge", "demo")
                for name in names:
                    if system in rules()[name]["systems"] or len(names) == 1:
                        self.compare(name, system, result, result.code != 0)
                    self.judge(name, system, path)

    @staticmethod
    def package(control=None, data=None):
        """A package with one of its archives replaced by a pair of name and bytes."""
        control = control or ("control.tar.gz", gzip.compress(crafted_deb.control_tar(), mtime=0))
        data = data or ("data.tar.xz", lzma.compress(crafted_deb.GOOD_PATHS + crafted_deb.END))
        return crafted_deb.ar(
            crafted_deb.member("debian-binary", b"2.0\n"), crafted_deb.member(*control), crafted_deb.member(*data))

    @shows("deb-universal", *DEBIANS)
    def test_universal(self):
        self.check(self.package(), "deb-universal")

    @shows("deb-zstd", "debian-11")
    @shows("deb-zstd-read", "debian-12", "debian-13")
    def test_zstd(self):
        files = ("data.tar.zst", zstd(crafted_deb.GOOD_PATHS + crafted_deb.END))
        self.check(self.package(("control.tar.zst", zstd(crafted_deb.control_tar())), files), "deb-zstd", "deb-zstd-read")
        self.check(self.package(data=files), "deb-zstd", "deb-zstd-read")

    @shows("deb-control-form", *DEBIANS)
    def test_other_control_archives(self):
        self.check(self.package(("control.tar.xz", lzma.compress(crafted_deb.control_tar()))), "deb-control-form")
        self.check(self.package(("control.tar", crafted_deb.control_tar())), "deb-control-form")

    @shows("deb-control-compression", *DEBIANS)
    def test_control_bzip2(self):
        self.check(self.package(("control.tar.bz2", bz2.compress(crafted_deb.control_tar()))), "deb-control-compression")

    @shows("deb-xz-arm64", *DEBIANS)
    def test_arm64_filter(self):
        content = xz_filters.stream(crafted_deb.GOOD_PATHS + crafted_deb.END, xz_filters.ARM64)
        self.check(self.package(data=("data.tar.xz", content)), "deb-xz-arm64")

    @shows("deb-xz-riscv", *DEBIANS)
    def test_riscv_filter(self):
        content = xz_filters.stream(crafted_deb.GOOD_PATHS + crafted_deb.END, xz_filters.RISCV)
        self.check(self.package(data=("data.tar.xz", content)), "deb-xz-riscv")

    @shows("deb-tar", *DEBIANS)
    def test_pax(self):
        paths = crafted_deb.GOOD_PATHS + crafted_deb.pax("./opt/demo/" + "x" * 200)
        self.check(crafted_deb.package(paths), "deb-tar")


class RPMPackages(MatrixTest):
    """rpm 4.18 with its own OpenPGP; rpm 4.20 and 6.1 with Sequoia."""

    @classmethod
    def setUpClass(cls):
        cls.roots = {system: Root.of(base, watched=False) for system, base in RPMS.items()}
        for root in cls.roots.values():
            cls.addClassCleanup(root.close)
            root.copy_in(openpgp.key("vendor").public, "/srv/key.asc")
            assert root.run("rpmkeys", "--import", "/srv/key.asc").code == 0

    def install(self, content):
        """What each rpm does with a package: system, result, whether it was refused."""
        for system, root in self.roots.items():
            root.write("/srv/demo.rpm", content)
            result = root.run("rpm", "--install", "/srv/demo.rpm")
            there = root.exists("/opt/demo/file")
            if result.code == 0:
                root.run("rpm", "--erase", "demo")
            yield system, result, not there

    def check(self, content, *names):
        path = write(f"{self._testMethodName}.rpm", content)
        for system, result, refused in self.install(content):
            with self.subTest(system):
                concerned = [name for name in names if system in rules()[name]["systems"]]
                for name in concerned or (names if system in RPMS else ()):
                    if system != "rpm-4.18":
                        self.compare(name, system, result, refused)
                if system != "rpm-4.18":
                    for name in names:
                        self.judge(name, system, path)

    @staticmethod
    def without_payload_digest(**options):
        return crafted_rpm.signed(sign, fields={5092: None, 5093: None, 5097: None}, **options)

    @shows("rpm-universal", "fedora-42", "fedora-43")
    def test_universal(self):
        self.check(crafted_rpm.signed(sign), "rpm-universal")
        self.check(
            crafted_rpm.signed(
                sign, payload=gzip.compress(ARCHIVE, mtime=0), fields={1125: (STRING, "gzip"), 1126: (STRING, "9")}),
            "rpm-universal")

    @shows("rpm-feature", "fedora-42", "fedora-43")
    def test_unknown_feature(self):
        relation = {1049: (STRINGS, ["rpmlib(Nonsense)"]), 1050: (STRINGS, ["1.0-1"]), 1048: (INT32, [0x100000A])}
        self.check(crafted_rpm.signed(sign, fields=relation), "rpm-feature")

    @shows("rpm-zstd-read", "fedora-42", "fedora-43")
    def test_zstd(self):
        fields = {1125: (STRING, "zstd"), 1126: (STRING, "3")}
        self.check(crafted_rpm.signed(sign, payload=zstd(ARCHIVE), fields=fields), "rpm-zstd-read", "rpm-zstd")

    @shows("rpm-xz-arm64", "fedora-42", "fedora-43")
    def test_arm64_filter(self):
        payload = xz_filters.stream(ARCHIVE, xz_filters.ARM64, lzma.CHECK_CRC32)
        self.check(crafted_rpm.signed(sign, payload=payload), "rpm-xz-arm64")

    @shows("rpm-xz-riscv", "fedora-42", "fedora-43")
    def test_riscv_filter(self):
        content = crafted_rpm.signed(sign, payload=xz_filters.stream(ARCHIVE, xz_filters.RISCV, lzma.CHECK_CRC32))
        self.check(content, "rpm-xz-riscv")
        # Debian 12 has liblzma 5.4.
        [(result, refused)] = [found[1:] for found in self.install(content) if found[0] == "rpm-4.18"]
        self.assertTrue(refused, result)
        self.says(rules()["rpm-xz-riscv"], result)

    @shows("rpm-format-6-old", "fedora-42", "fedora-43")
    def test_format_6(self):
        spec = ("Name: demo\nVersion: 1.0\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%description\nx\n"
                "%install\nmkdir -p %{buildroot}/opt/demo\necho demo >%{buildroot}/opt/demo/file\n%files\n/opt/demo\n")
        with Root.of("forky-rpm", watched=False) as root:
            root.write("/srv/demo.spec", spec)
            result = root.run(
                "rpmbuild", "-bb", "--define", "_rpmformat 6", "--define", "_topdir /srv/build", "/srv/demo.spec")
            self.assertEqual(result.code, 0, result)
            [package] = root.inside("/srv/build/RPMS").rglob("*.rpm")
            content = package.read_bytes()
        self.check(content, "rpm-format-6-old")

    @shows("rpm-payload-digest", "fedora-42", "fedora-43")
    def test_no_payload_digest(self):
        self.check(self.without_payload_digest(), "rpm-payload-digest")

    @shows("rpm-any-digest", "fedora-42")
    def test_no_digest_at_all(self):
        content = self.without_payload_digest(signature={1004: None})
        self.check(content, "rpm-any-digest", "rpm-payload-digest")

    @shows("rpm-header-digest", "fedora-42", "fedora-43")
    def test_no_header_sha256(self):
        self.check(crafted_rpm.signed(sign, signature={273: None}), "rpm-header-digest")

    @shows("rpm-file-digest", "fedora-42", "fedora-43")
    def test_md5_of_files(self):
        digest = hashlib.md5(crafted_rpm.CONTENT).hexdigest()
        fields = {5011: None, 1035: (STRINGS, ["", digest, ""])}
        self.check(crafted_rpm.signed(sign, fields=fields), "rpm-file-digest")


class Managers(MatrixTest):
    """dnf 4.14, 4.23 and 5, and zypper, with `gpgcheck=1` and `repo_gpgcheck=1`."""

    def install(self, manager, content):
        """Installs a package from a repository whose metadata is signed: the result, and whether it was refused."""
        _, base, program = MANAGERS[manager]
        key = openpgp.key("vendor")
        folder = product.scratch() / "matrix-repository"
        shutil.rmtree(folder, ignore_errors=True)
        crafted_yum.repository(folder, content, key)
        with Root.of(base, watched=False) as root:
            shutil.copytree(folder, root.inside("/srv/demo"))
            root.copy_in(key.public, "/srv/key.asc")
            for place in ("/etc/yum.repos.d", "/etc/zypp/repos.d"):
                root.write(f"{place}/demo.repo", "[demo]\nname=demo\nbaseurl=file:///srv/demo\nenabled=1\ngpgcheck=1\n"
                           "repo_gpgcheck=1\ngpgkey=file:///srv/key.asc\nskip_if_unavailable=0\n")
            words = ["--non-interactive", "--gpg-auto-import-keys"] if program == "zypper" else ["--assumeyes"]
            result = root.run(program, *words, "install", "demo")
            there = root.exists("/opt/demo/file")
            self.assertEqual(there, result.code == 0, result)
            return result, not there

    def check(self, content, name, *managers):
        path = write(f"{self._testMethodName}.rpm", content)
        for manager in managers:
            with self.subTest(manager):
                result, refused = self.install(manager, content)
                for system in MANAGERS[manager][0]:
                    # Of the systems with dnf 4.14 the tests have neither rpm nor its policies.
                    if system != "el-9":
                        self.compare(name, system, result, refused)
                    self.judge(name, system, path)

    @shows("rpm-unsigned", "fedora-42", "fedora-43")
    def test_unsigned(self):
        self.check(crafted_rpm.package(), "rpm-unsigned", "dnf 4.14", "dnf 4.23", "dnf5")
        result, refused = self.install("dnf 4.14", crafted_rpm.package())
        self.assertTrue(refused, result)

    @shows("rpm-unsigned-zypper", "sles-16", "leap-16", "tumbleweed")
    def test_unsigned_zypper(self):
        """It takes them from signed metadata; test_native_signing has it refuse them without."""
        self.check(crafted_rpm.package(), "rpm-unsigned-zypper", "zypper")

    @shows("rpm-signature-list", "fedora-42", "fedora-43")
    def test_signature_list_alone(self):
        content = crafted_rpm.signed(sign, places=(LIST,))
        self.check(content, "rpm-signature-list", "dnf 4.23", "dnf5")
        result, refused = self.install("dnf 4.14", content)
        self.assertTrue(refused, result)

    @shows("rpm-signature-payload", "fedora-42", "fedora-43")
    @shows("rpm-signature-header", "fedora-42", "fedora-43")
    def test_one_signature_alone(self):
        for place, name in ((PGP, "rpm-signature-payload"), (RSA, "rpm-signature-header")):
            self.check(crafted_rpm.signed(sign, places=(place,)), name, "dnf 4.14", "dnf 4.23", "dnf5")

    @shows("rpm-signature-sha1-sequoia", "fedora-42", "fedora-43")
    def test_sha1_signature(self):
        content = crafted_rpm.signed(lambda text: sign(text, "SHA1"))
        self.check(content, "rpm-signature-sha1-sequoia", "dnf 4.23", "dnf5")
        # rpm's own OpenPGP, where no crypto policy forbids it.
        result, refused = self.install("dnf 4.14", content)
        self.assertFalse(refused, result)

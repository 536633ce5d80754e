"""What clients make of repositories' metadata beside what the table of `repo matrix` says of their systems."""

import functools
import shutil
import subprocess
import time

from harness import crafted_apt, crafted_rpm, crafted_yum, openpgp, product
from harness.client_matrix import DEBIANS, MANAGERS, MatrixTest, shows
from harness.throwaway import Root

DAY = 86400
PORT = 8080
SUSE = ("sles-16", "leap-16", "tumbleweed")
DNF = ("el-9", "fedora-42", "fedora-43")


def stranger():
    """A key that no client has, in the home of the one that they have."""
    return second("stranger")


@functools.cache
def second(name):
    """Another key in the home of the vendor's."""
    return openpgp.generate(name, "rsa3072", home=openpgp.key("vendor").home)


class AptArchives(MatrixTest):
    """apt of Debian 11, 12 and 13, over HTTP."""

    def setUp(self):
        super().setUp()
        self.folder = product.scratch() / f"apt-{self._testMethodName}"
        self.key = openpgp.key("vendor")

    def machine(self, system, *, source="signed-by", key=None):
        """A machine with the archive among its sources, and a server of it beside."""
        root = Root.of(DEBIANS[system], watched=False)
        self.addCleanup(root.close)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.log = product.scratch() / f"apt-{self._testMethodName}-{system}.log"
        with open(self.log, "w") as log:
            root.start_beside(
                ["/usr/bin/python3", "-m", "http.server", str(PORT), "--bind", "127.0.0.1", "--directory", self.folder],
                stdout=subprocess.DEVNULL, stderr=log)
        key = key or self.key
        shutil.rmtree(root.inside("/etc/apt/sources.list.d"))
        root.write("/etc/apt/sources.list", "")
        url = f"http://127.0.0.1:{PORT}"
        if source == "inline":
            text = "".join(f" {line or '.'}\n" for line in key.public.read_text().splitlines())
            root.write("/etc/apt/sources.list.d/demo.sources",
                       f"Types: deb\nURIs: {url}\nSuites: stable\nComponents: main\nSigned-By:\n{text}")
            return root
        option = " [signed-by=/srv/key.gpg]" if source == "signed-by" else ""
        place = "/srv/key.gpg" if option else "/etc/apt/trusted.gpg.d/demo.gpg"
        root.write(place, key.gpg("--export", key.fingerprint))
        root.write("/etc/apt/sources.list.d/demo.list", f"deb{option} {url} stable main\n")
        return root

    def update(self, root):
        """`apt-get update`, once the server answers."""
        for _ in range(50):
            result = root.run("apt-get", "-o", "Acquire::Retries=3", "update")
            if "Could not connect" not in result.said:
                return result
            time.sleep(0.2)
        return result

    def fetch(self, root):
        """Updates and downloads the package; whether that was refused."""
        result = self.update(root)
        second = root.run("apt-get", "install", "--yes", "--download-only", "demo")
        result.out, result.err = result.out + second.out, result.err + second.err
        return result, result.code != 0 or second.code != 0

    def check(self, *names, systems=tuple(DEBIANS), **options):
        for system in systems:
            with self.subTest(system):
                root = self.machine(system)
                crafted_apt.archive(self.folder, self.key, **options)
                result, refused = self.fetch(root)
                for name in names:
                    self.compare(name, system, result, refused)

    def sign(self, *keys, options=()):
        return lambda release: crafted_apt.signed(release, *keys, options=options)

    @shows("apt-universal", *DEBIANS)
    def test_universal(self):
        self.check("apt-universal")

    @shows("apt-unsigned", *DEBIANS)
    def test_unsigned(self):
        self.check("apt-unsigned", inline=False, detached=False)

    @shows("apt-weak-signature", "debian-11", "debian-12")
    @shows("apt-weak-signature-sqv", "debian-13")
    def test_sha1_signature(self):
        sign = self.sign(self.key, options=("--digest-algo", "SHA1"))
        self.check("apt-weak-signature", systems=("debian-11", "debian-12"), sign=sign)
        self.check("apt-weak-signature-sqv", systems=("debian-13",), sign=sign)

    @shows("apt-unknown-key", *DEBIANS)
    def test_unknown_key(self):
        self.check("apt-unknown-key", sign=self.sign(stranger()))

    @shows("apt-two-signatures", *DEBIANS)
    def test_two_signatures(self):
        self.check("apt-two-signatures", sign=self.sign(self.key, stranger()))
        self.check("apt-two-signatures", sign=self.sign(stranger(), self.key))

    @shows("apt-no-inrelease", *DEBIANS)
    def test_no_inrelease(self):
        self.check("apt-no-inrelease", inline=False)

    @shows("apt-weak-release", *DEBIANS)
    def test_weak_release(self):
        self.check("apt-weak-release", digests=("md5", "sha1"))

    @shows("apt-weak-packages", *DEBIANS)
    def test_weak_packages(self):
        self.check("apt-weak-packages", package_digests=("md5",))

    @shows("apt-plain-index", *DEBIANS)
    def test_no_plain_index(self):
        self.check("apt-plain-index", forms=(".gz", ".xz"), listed=(".gz", ".xz"))
        # Listed is enough.
        for system in DEBIANS:
            root = self.machine(system)
            crafted_apt.archive(self.folder, self.key, forms=(".gz", ".xz"))
            result, refused = self.fetch(root)
            self.assertFalse(refused, result)

    @shows("apt-expired", *DEBIANS)
    def test_expired(self):
        self.check("apt-expired", fields={"Valid-Until": crafted_apt.date(time.time() - 3600)})

    @shows("apt-future", *DEBIANS)
    def test_future(self):
        self.check("apt-future", age=-3600)

    @shows("apt-by-hash", *DEBIANS)
    def test_by_hash(self):
        """It works, but the plain name is asked for after all."""
        for system in DEBIANS:
            with self.subTest(system):
                for by_hash, misses in ((("sha256",), True), (("sha256", "sha512"), False)):
                    root = self.machine(system)
                    crafted_apt.archive(self.folder, self.key, digests=("sha256", "sha512"), by_hash=by_hash)
                    result, refused = self.fetch(root)
                    self.compare("apt-by-hash", system, result, refused)
                    log = self.log.read_text()
                    self.assertEqual("by-hash/SHA512/" in log and '" 404' in log, misses, log)
                    root.close()

    @shows("apt-older", *DEBIANS)
    def test_older(self):
        for system in DEBIANS:
            with self.subTest(system):
                root = self.machine(system)
                crafted_apt.archive(self.folder, self.key, fields={"Description": "newer"})
                self.assertEqual(self.update(root).code, 0)
                crafted_apt.archive(self.folder, self.key, age=DAY, fields={"Description": "older"})
                result = self.update(root)
                self.compare("apt-older", system, result, result.code != 0)
                [kept] = root.inside("/var/lib/apt/lists").glob("*_InRelease")
                self.assertIn("Description: newer", kept.read_text())

    @shows("apt-identity", *DEBIANS)
    def test_identity(self):
        for system in DEBIANS:
            for field in ("Origin", "Label", "Codename"):
                with self.subTest(system, field=field):
                    root = self.machine(system)
                    crafted_apt.archive(self.folder, self.key)
                    self.assertEqual(self.update(root).code, 0)
                    crafted_apt.archive(self.folder, self.key, age=0, fields={field: "other"})
                    result = self.update(root)
                    self.compare("apt-identity", system, result, result.code != 0)
                    root.close()

    @shows("apt-signed-by", *DEBIANS)
    def test_signed_by(self):
        """Where the source doesn't name the key, the last Release says who may sign the next."""
        until = crafted_apt.date(time.time() + DAY)
        for system in DEBIANS:
            with self.subTest(system):
                root = self.machine(system, source="trusted")
                fields = {"Signed-By": stranger().fingerprint, "Valid-Until": until}
                crafted_apt.archive(self.folder, self.key, fields=fields)
                self.assertEqual(self.update(root).code, 0)
                crafted_apt.archive(self.folder, self.key, age=0)
                result = self.update(root)
                self.compare("apt-signed-by", system, result, "The repository is not updated" in result.said)

    @shows("apt-expired-key", "debian-11", "debian-12")
    @shows("apt-expired-key-sqv", "debian-13")
    @shows("key-life-apt-gpgv", "debian-11", "debian-12")
    @shows("key-life-apt-sqv", "debian-13")
    def test_expired_key(self):
        """Signatures that an expired key made when it was alive, and such that it made later."""
        then = time.strftime("%Y%m%dT%H%M%S", time.gmtime(time.time() - 3 * DAY))
        old = ("--digest-algo", "SHA512", "--faked-system-time", then + "!")
        key = openpgp.generate(
            "expired", "rsa3072", expires="1d", home=self.key.home,
            options=("--cert-digest-algo", "SHA512", "--faked-system-time", then))
        public = key.gpg("--export", key.fingerprint)
        for name, options in (("early", old), ("late", ("--digest-algo", "SHA512"))):
            if name == "late":
                # Its owner extends it; clients have it as it was.
                key.gpg("--pinentry-mode", "loopback", "--passphrase", "", "--quick-set-expire", key.fingerprint, "0")
            for system in DEBIANS:
                with self.subTest(system, signed=name):
                    root = self.machine(system)
                    root.write("/srv/key.gpg", public)
                    crafted_apt.archive(self.folder, key, sign=self.sign(key, options=options))
                    result, refused = self.fetch(root)
                    row = "apt-expired-key-sqv" if system == "debian-13" else "apt-expired-key"
                    family = "sqv" if system == "debian-13" else "gpgv"
                    if name == "late":
                        # What the audit of the key says.
                        self.compare(f"key-life-apt-{family}", system, result, refused)
                    else:
                        self.compare(row, system, result, refused)
                    root.close()

    @shows("apt-source-inline", *DEBIANS)
    def test_inline_key(self):
        for system in DEBIANS:
            with self.subTest(system):
                root = self.machine(system, source="inline")
                crafted_apt.archive(self.folder, self.key)
                result, refused = self.fetch(root)
                self.compare("apt-source-inline", system, result, refused)


class YumRepositories(MatrixTest):
    """dnf 4.14, 4.23 and 5, and zypper, with `repo_gpgcheck=1`, from a repository in a directory."""

    def setUp(self):
        super().setUp()
        self.key = openpgp.key("vendor")
        self.folder = product.scratch() / f"yum-{self._testMethodName}"
        shutil.rmtree(self.folder, ignore_errors=True)
        content = crafted_rpm.signed(lambda text: self.key.gpg(
            "--local-user", self.key.fingerprint, "--digest-algo", "SHA512", "--detach-sign", input=text))
        self.package = content

    def repository(self, name="demo", **options):
        return crafted_yum.repository(self.folder / name, self.package, self.key, **options)

    def machine(self, manager, repository, keys):
        root = Root.of(MANAGERS[manager][1], watched=False)
        self.addCleanup(root.close)
        shutil.copytree(repository, root.inside("/srv/demo"))
        places = [root.copy_in(key.public, f"/srv/key{number}.asc") for number, key in enumerate(keys)]
        urls = "\n       ".join(f"file://{place}" for place in places)
        for place in ("/etc/yum.repos.d", "/etc/zypp/repos.d"):
            root.write(f"{place}/demo.repo", "[demo]\nname=demo\nbaseurl=file:///srv/demo\nenabled=1\ngpgcheck=1\n"
                       f"repo_gpgcheck=1\ngpgkey={urls}\nskip_if_unavailable=0\n")
        return root

    def run_manager(self, root, manager, action, *words):
        program = MANAGERS[manager][2]
        options = ["--non-interactive", "--gpg-auto-import-keys"] if program == "zypper" else ["--assumeyes"]
        return root.run(program, *options, *action, *words)

    def check(self, *names, managers=tuple(MANAGERS), keys=None, **options):
        repository = self.repository(**options)
        for manager in managers:
            with self.subTest(manager):
                with self.machine(manager, repository, keys or [self.key]) as root:
                    result = self.run_manager(root, manager, ["install"], "demo")
                    refused = not root.exists("/opt/demo/file")
                    self.assertEqual(refused, result.code != 0, result)
                for name in names:
                    for system in MANAGERS[manager][0]:
                        self.compare(name, system, result, refused)

    def sign(self, *keys, options=("--armor", "--digest-algo", "SHA512")):
        return lambda repomd: crafted_yum.signed(repomd, *keys, options=options)

    @shows("yum-universal", *DNF, *SUSE)
    def test_universal(self):
        self.check("yum-universal")

    @shows("yum-no-xml", *DNF, *SUSE)
    def test_no_xml(self):
        self.check("yum-no-xml", types=("filelists", "other"))

    @shows("yum-zstd-read", *DNF, *SUSE)
    def test_zstd(self):
        self.check("yum-zstd-read", compression=".zst")

    @shows("yum-weak-checksum", *DNF, *SUSE)
    def test_sha1_checksums(self):
        self.check("yum-weak-checksum", checksum="sha1", package_checksum="sha1")
        self.check("yum-weak-checksum", checksum="md5", package_checksum="md5")

    @shows("yum-strong-checksum", *DNF, *SUSE)
    def test_sha512_checksums(self):
        self.check("yum-strong-checksum", checksum="sha512", package_checksum="sha512")

    @shows("yum-open-checksum", *DNF, *SUSE)
    def test_no_open_checksum(self):
        self.check("yum-open-checksum", open_checksum=False)

    @shows("yum-unsigned", *DNF)
    @shows("yum-unsigned-zypper", *SUSE)
    def test_unsigned(self):
        nothing = lambda repomd: None
        self.check("yum-unsigned", managers=("dnf 4.14", "dnf 4.23", "dnf5"), sign=nothing)
        self.check("yum-unsigned-zypper", managers=("zypper",), sign=nothing)

    @shows("yum-unknown-key", *DNF, *SUSE)
    def test_unknown_key(self):
        self.check("yum-unknown-key", sign=self.sign(stranger()), key_file=False)

    @shows("yum-two-signatures-read", *DNF, *SUSE)
    def test_two_signatures(self):
        self.check("yum-two-signatures-read", sign=self.sign(self.key, stranger()))
        self.check("yum-two-signatures-read", sign=self.sign(stranger(), self.key))

    @shows("yum-weak-signature", *DNF, *SUSE)
    def test_sha1_signature(self):
        self.check("yum-weak-signature", sign=self.sign(self.key, options=("--armor", "--digest-algo", "SHA1")))

    @shows("yum-key-file", *SUSE)
    def test_no_key_file(self):
        self.check("yum-key-file", managers=("zypper",), key_file=False)

    @shows("yum-keys", *DNF, *SUSE)
    def test_several_keys(self):
        self.check("yum-keys", keys=[second("second"), self.key])

    @shows("yum-expired-key", *DNF)
    @shows("yum-expired-key-zypper", *SUSE)
    def test_expired_key(self):
        then = time.strftime("%Y%m%dT%H%M%S", time.gmtime(time.time() - 3 * DAY))
        key = openpgp.generate(
            "expired-yum", "rsa3072", expires="1d", home=self.key.home,
            options=("--cert-digest-algo", "SHA512", "--faked-system-time", then))
        sign = self.sign(key, options=("--armor", "--digest-algo", "SHA512", "--faked-system-time", then + "!"))
        keys = [key, self.key]
        self.check("yum-expired-key", managers=("dnf 4.14", "dnf 4.23", "dnf5"), keys=keys, sign=sign)
        self.check("yum-expired-key-zypper", managers=("zypper",), keys=keys, sign=sign)

    @shows("yum-older-read", *DNF, *SUSE)
    def test_older(self):
        newer = self.repository("newer", revision=2000, timestamp=2000, version="2.0")
        older = self.repository("older", revision=1000, timestamp=1000)
        for manager, (systems, _, program) in MANAGERS.items():
            with self.subTest(manager):
                root = self.machine(manager, newer, [self.key])
                refresh = ["refresh", "--force"] if program == "zypper" else ["--refresh", "makecache"]
                result = self.run_manager(root, manager, refresh)
                self.assertEqual(result.code, 0, result)
                shutil.rmtree(root.inside("/srv/demo"))
                shutil.copytree(older, root.inside("/srv/demo"))
                result = self.run_manager(root, manager, refresh)
                self.assertEqual(result.code, 0, result)
                result = self.run_manager(root, manager, ["install"], "demo")
                for system in systems:
                    self.compare("yum-older-read", system, result, not root.exists("/opt/demo/file"))
                root.close()

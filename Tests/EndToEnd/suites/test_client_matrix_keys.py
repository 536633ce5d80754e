"""What clients make of keys beside what `repo matrix` says of their systems; test_key_audit has sqv itself."""

import itertools
import shutil
import time

from harness import crafted_apt, crafted_rpm, openpgp, product
from harness.client_matrix import RPMS, MatrixTest, shows
from harness.throwaway import Root

DAY = 86400
KINDS = ("rsa1024", "rsa2048", "dsa2048", "ed25519", "nistp256")
GPGV = {"debian-11": "bullseye-systemd", "debian-12": "bookworm-minimal"}
SEQUOIA = {system: base for system, base in RPMS.items() if system != "rpm-4.18"}


NUMBERS = itertools.count()


def make(kind, **options):
    """A key of a kind, in the home of the vendor's."""
    return openpgp.generate(f"{kind}-{next(NUMBERS)}".lower(), kind, home=openpgp.key("vendor").home, **options)


class KeyTest(MatrixTest):
    """Compares a key's verdict as a whole: rows about keys speak only of some."""

    def agree(self, key, rule, system, result, refused, *, role):
        answer = product.agentpack("repo", "matrix", "--json", "--role", role, "--target", system, key.public)
        self.assertIn(answer.code, (0, 3), answer)
        self.assertEqual(answer.code == 3, refused, (answer, result))
        if refused:
            self.assertIn(f'"rule": "{rule}"', answer.out)
        self.compared.add((rule, system))


class AptKeys(KeyTest):
    """apt with gpgv: Debian 11 and 12."""

    def check(self, key, rule):
        folder = product.scratch() / "matrix-key-archive"
        shutil.rmtree(folder, ignore_errors=True)
        crafted_apt.archive(folder, key)
        for system, base in GPGV.items():
            with self.subTest(system, key=key.public.stem), Root.of(base, watched=False) as root:
                shutil.copytree(folder, root.inside("/srv/archive"))
                shutil.rmtree(root.inside("/etc/apt/sources.list.d"))
                root.write("/etc/apt/sources.list", "deb [signed-by=/srv/key.gpg] file:/srv/archive stable main\n")
                root.write("/srv/key.gpg", key.gpg("--export", key.fingerprint))
                result = root.run("apt-get", "update")
                self.agree(key, rule, system, result, result.code != 0, role="apt")

    @shows("key-algorithm-apt-gpgv", *GPGV)
    def test_kinds_of_keys(self):
        for kind in KINDS:
            self.check(make(kind), "key-algorithm-apt-gpgv")

    @shows("key-binding-apt-gpgv", *GPGV)
    def test_sha1_self_signature(self):
        self.check(make("rsa3072", options=("--cert-digest-algo", "SHA1")), "key-binding-apt-gpgv")


class RPMKeys(KeyTest):
    """rpm 4.20 and 6.1, with Sequoia."""

    def check(self, key, rule):
        """Imports a key; it is taken when it may be imported and what it signs is trusted."""
        edwards = key.public.stem.startswith(("dsa", "ed", "nist"))
        package = crafted_rpm.signed(
            lambda text: key.gpg("--local-user", key.fingerprint, "--digest-algo", "SHA512", "--detach-sign", input=text),
            places=(267, 1005) if edwards else (268, 1002))
        for system, base in SEQUOIA.items():
            with self.subTest(system, key=key.public.stem), Root.of(base, watched=False) as root:
                root.copy_in(key.public, "/srv/key.asc")
                root.write("/srv/demo.rpm", package)
                result = root.run("rpmkeys", "--import", "/srv/key.asc")
                checked = root.run("rpmkeys", "--checksig", "--verbose", "/srv/demo.rpm")
                result.out += checked.out
                refused = result.code != 0 or "NOTTRUSTED" in checked.out
                self.agree(key, rule, system, result, refused, role="rpm")

    @shows("key-algorithm-rpm-sequoia", *SEQUOIA)
    def test_kinds_of_keys(self):
        for kind in KINDS:
            self.check(make(kind), "key-algorithm-rpm-sequoia")

    @shows("key-binding-rpm-sequoia", *SEQUOIA)
    def test_sha1_self_signature(self):
        self.check(make("rsa3072", options=("--cert-digest-algo", "SHA1")), "key-binding-rpm-sequoia")

    @shows("key-life-rpm-sequoia", *SEQUOIA)
    def test_expired_key(self):
        then = time.strftime("%Y%m%dT%H%M%S", time.gmtime(time.time() - 3 * DAY))
        key = make("rsa3072", expires="1d", options=("--cert-digest-algo", "SHA512", "--faked-system-time", then))
        # Its owner signs with it as it is now; clients have it as it was.
        key.gpg("--pinentry-mode", "loopback", "--passphrase", "", "--quick-set-expire", key.fingerprint, "0")
        self.check(key, "key-life-rpm-sequoia")

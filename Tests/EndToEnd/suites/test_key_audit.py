"""OpenPGP keys: what `keys audit` says of them beside what the clients of Debian 13 say."""

import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import process, product
from harness.throwaway import Root

POLICY = "/usr/share/apt/default-sequoia.config"
# Words at a time that no two runs share, and sqv's indentation.
VARIABLE = re.compile(r"at time \S+|\s+")


def plain(text):
    return VARIABLE.sub(" ", text).replace("  ", " ")


class KeyAudit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = Root.of("trixie-minimal")
        cls.addClassCleanup(cls.root.close)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.use_home("home")
        (self.folder / "data").write_bytes(b"what is signed\n")

    def use_home(self, name):
        """A home of gpg that nothing used before: the agent of another one still removes its sockets after its end."""
        self.home = self.folder / name
        self.home.mkdir(mode=0o700)
        self.addCleanup(subprocess.run, ["gpgconf", "--homedir", self.home, "--kill", "all"], check=False)

    def gpg(self, *arguments, check=True):
        command = ["gpg", "--homedir", self.home, "--batch", "--yes", "--passphrase", "", *arguments]
        return subprocess.run([str(word) for word in command], check=check, capture_output=True, text=True, timeout=120)

    def sqv(self, name):
        """What apt's verifier says of the signature NAME.sig with the key NAME.asc, under apt's own policy."""
        for file in (f"{name}.asc", f"{name}.sig", "data"):
            self.root.copy_in(self.folder / file, f"/tmp/{file}")
        return self.root.run(
            "sqv", "--keyring", f"/tmp/{name}.asc", f"/tmp/{name}.sig", "/tmp/data",
            env={"SEQUOIA_CRYPTO_POLICY": POLICY})

    def audit(self, name, role="apt"):
        result = product.agentpack("keys", "audit", self.folder / f"{name}.asc", "--json", "--role", role)
        self.assertIn(result.code, (0, 3), result)
        audit = json.loads(result.out)
        self.assertEqual(result.code == 3, audit["worst"] == "refuse", result)
        return audit["findings"]

    def sign(self, name):
        self.gpg("--output", self.folder / f"{name}.sig", "--digest-algo", "SHA512", "--detach-sign",
                 self.folder / "data")
        self.export(name)

    def export(self, name):
        self.gpg("--output", self.folder / f"{name}.asc", "--armor", "--export")

    def compare(self, name):
        """Both say the same of the key, and a refusal in the same words."""
        findings = [one for one in self.audit(name) if one["client"] == "apt-sqv"]
        refusals = [one for one in findings if one["severity"] == "refuse"]
        said = self.sqv(name)
        self.assertEqual(said.code != 0, bool(refusals), (said, findings))
        for one in refusals:
            self.assertIn(plain(one["client_words"]).strip(), plain(said.said), (said, one))
        return findings

    def test_kinds_of_keys(self):
        kinds = ["rsa1024", "rsa2048", "rsa3072", "dsa2048", "ed25519", "nistp256", "brainpoolP256r1"]
        for kind in kinds:
            with self.subTest(kind):
                self.use_home(kind)
                self.gpg("--quick-generate-key", f"{kind} <a@example.com>", kind, "sign", "never")
                self.sign(kind)
                self.compare(kind)

    def test_weak_self_signature(self):
        self.gpg("--cert-digest-algo", "SHA1", "--quick-generate-key", "a <a@example.com>", "rsa3072", "sign", "never")
        self.sign("weak")
        [finding] = self.compare("weak")
        self.assertIn("SHA1 is not considered secure since 2026-02-01", finding["client_words"])

    def test_revoked(self):
        self.gpg("--quick-generate-key", "a <a@example.com>", "rsa3072", "sign", "never")
        self.sign("revoked")
        self.compare("revoked")
        [certificate] = (self.home / "openpgp-revocs.d").glob("*.rev")
        usable = self.folder / "usable"
        usable.write_text(certificate.read_text().replace(":-----BEGIN", "-----BEGIN"))
        self.gpg("--import", usable)
        self.export("revoked")
        self.compare("revoked")

    def test_generated_key(self):
        phrase = self.folder / "phrase"
        phrase.write_text("a-long-passphrase\n")
        phrase.chmod(0o600)
        prefix = self.folder / "made"
        result = product.agentpack(
            "keys", "generate", "--gpg", "--name", "Release", "--email", "release@example.com", "--home", self.home,
            "--out", prefix, "--passphrase-file", phrase, "--json")
        self.assertEqual(result.code, 0, result)
        self.assertNotIn("a-long-passphrase", result.said)
        made = json.loads(result.out)
        self.assertEqual((made["encrypted"], made["public_key"]), (True, f"{prefix}.asc"))
        self.assertTrue(Path(made["revocation"]).is_file())
        findings = self.audit("made", "both")
        self.assertEqual({one["severity"] for one in findings}, {"ok"}, findings)
        signing = ["gpg", "--homedir", self.home, "--batch", "--pinentry-mode", "loopback", "--passphrase-file", phrase]
        signing += ["--output", self.folder / "made.sig", "--detach-sign", self.folder / "data"]
        subprocess.run([str(word) for word in signing], check=True, timeout=60)
        self.assertEqual(self.sqv("made").out.strip(), made["fingerprint"])
        again = product.agentpack(
            "keys", "generate", "--gpg", "--name", "Release", "--email", "release@example.com", "--home", self.home,
            "--out", prefix, "--passphrase-file", phrase)
        self.assertEqual(again.code, 5, again)
        self.assertEqual(self.gpg("--with-colons", "--list-keys").stdout.count("\npub:"), 1)

    def test_user_with_a_runtime_directory(self):
        # gpg then keeps the sockets of every home there, ours included.
        script = """
            set -eu
            mount -t tmpfs none /run
            mkdir -p -m 700 /run/user/0/gnupg
            "$1" keys generate --gpg --name N --email n@example.com --no-passphrase --home "$2" --out "$2/made"
            gpgconf --homedir "$2" --kill all
            gpgconf --homedir "$2" --remove-socketdir
            ls /run/user/0/gnupg
        """
        command = ["unshare", "--mount", "sh", "-c", script, "sh", product.PROGRAMS / "agentpack", self.home]
        result = process.run([str(word) for word in command], env={"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": "/root"})
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"fingerprint  [0-9A-F]{40}\n$", result)

    def test_files_that_are_no_key(self):
        for content, code in [(b"hello\n", 64), (b"", 64), (b"-----BEGIN PUBLIC KEY-----\n", 64), (b"\x98\x03\x04\x00\x00", 2)]:
            (self.folder / "no.asc").write_bytes(content)
            result = product.agentpack("keys", "audit", self.folder / "no.asc")
            self.assertEqual(result.code, code, result)

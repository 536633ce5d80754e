"""Whose installer it is: keys, signed builds, and what an installed copy says of the next one."""

import unittest

from harness import acme, product
from harness.throwaway import Root


class Signing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.keys = {}
        for name in ("ours", "theirs"):
            cls.keys[name] = product.scratch() / name
            result = product.agentpack("keys", "generate", "--no-passphrase", "--force", "--out", cls.keys[name])
            assert result.code == 0, result
        cls.old = cls.build("1.0.0", "ours")
        cls.offers = {name: cls.build("1.1.0", name) for name in ("ours", "theirs")}
        cls.offers["nobody"] = product.installer("1.1.0")

    @classmethod
    def build(cls, version, key):
        folder = product.prepare(product.scratch() / f"signed-{version}-{key}", version=version)
        return product.build(folder, "--key", f"{cls.keys[key]}.key")

    def test_the_private_part_is_private(self):
        self.assertEqual(oct((product.scratch() / "ours.key").stat().st_mode & 0o777), "0o600")

    def test_verify_against_a_key(self):
        expected = {"ours": 0, "theirs": 2, "nobody": 2}
        for name, installer in self.offers.items():
            with self.subTest(signer=name):
                result = product.agentpack("verify", installer, "--key", f"{self.keys['ours']}.pub")
                self.assertEqual(result.code, expected[name], result)

    def test_a_release_can_insist_on_a_signature(self):
        folder = product.prepare(product.scratch() / "unsigned")
        result = product.agentpack("build", "--require-signature", "--out", folder / "dist", cwd=folder)
        self.assertNotEqual(result.code, 0, result)
        self.assertFalse((folder / "dist").exists() and list((folder / "dist").iterdir()))
        result = product.agentpack("build", "--out", folder / "dist", cwd=folder)
        self.assertIn("not signed", result.err.lower())

    def test_an_installed_copy_checks_the_next_installer(self):
        with Root.of("bookworm-minimal") as root:
            result = acme.install(root, installer=self.old)
            self.assertEqual(result.code, 0, result)
            for name, (code, words) in {
                "ours": (0, "signed by the key of the installed version"), "theirs": (2, "another key"),
                "nobody": (2, "not signed"),
            }.items():
                with self.subTest(signer=name):
                    path = acme.put(root, self.offers[name], name=f"{name}.bin")
                    result = root.run(acme.CONFIG_TOOL, "verify-installer", path)
                    self.assertEqual(result.code, code, result)
                    self.assertIn(words, result.said)
            damaged = bytearray(self.offers["ours"].read_bytes())
            damaged[len(damaged) - 5000] ^= 1
            root.write("/tmp/damaged.bin", bytes(damaged))
            self.assertEqual(root.run(acme.CONFIG_TOOL, "verify-installer", "/tmp/damaged.bin").code, 2)

"""A root that holds nothing but the installer and a mounted /proc: no shell, no libc, no /etc."""

import json
import os
import unittest

from harness import acme, product
from harness.throwaway import Root


class EmptyRoot(unittest.TestCase):
    def setUp(self):
        self.root = Root.nothing()
        self.addCleanup(self.root.close)
        self.path = self.root.copy_in(product.installer(), "/acme-agent.bin", mode=0o755)
        self.before = set(os.listdir(self.root.path))

    def run_installer(self, *options, code=0):
        result = self.root.run(self.path, *options)
        self.assertEqual(result.code, code, result)
        return result

    def test_check(self):
        self.assertIn("undamaged", self.run_installer("--check").said)

    def test_info(self):
        self.assertIn("Acme Agent", self.run_installer("--info").out)
        info = json.loads(self.run_installer("--info", "--json").out)
        self.assertIn("acme-agent", json.dumps(info))

    def test_list_help_version(self):
        self.assertIn("lib/two words.txt", self.run_installer("--list").out)
        self.assertIn("--silent", self.run_installer("--help").out)
        self.assertIn("1.0.0", self.run_installer("--version").out)
        self.assertEqual(set(os.listdir(self.root.path)), self.before)

    def test_extract(self):
        self.run_installer("--extract", "/out")
        source = product.scratch() / "acme-1.0.0-/agent"
        for name in ("bin/acme-agent", "lib/data.bin", "lib/noise.bin", "lib/two words.txt", "lib/empty"):
            self.assertEqual(self.root.inside(f"/out/{name}").read_bytes(), (source / name).read_bytes(), name)
        self.assertEqual(os.readlink(self.root.inside("/out/data")), "lib/data.bin")
        self.assertTrue(self.root.inside("/out/plugins").is_dir())

    def test_extract_refuses_a_directory_in_use(self):
        self.root.write("/out/mine", "keep me")
        result = self.root.run(self.path, "--extract", "/out")
        self.assertNotEqual(result.code, 0, result)
        self.assertEqual(os.listdir(self.root.inside("/out")), ["mine"])

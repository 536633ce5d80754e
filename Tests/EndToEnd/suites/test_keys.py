"""Signing keys whose passphrase a person types."""

import shutil
import tempfile
import unittest
from pathlib import Path

from harness import product
from harness.terminal import LEADER, Terminal

PASSPHRASE = "typed-passphrase-that-nobody-may-see"


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.key = self.folder / "release.key"

    def start(self, *arguments):
        command = [*LEADER, "--wait", str(product.PROGRAMS / "agentpack"), "keys", *map(str, arguments)]
        terminal = Terminal(command, env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)})
        self.addCleanup(terminal.close)
        return terminal

    def finish(self, terminal, code=0):
        self.assertEqual(terminal.wait(), code, terminal.transcript)
        self.assertTrue(terminal.is_restored(), terminal.transcript)
        self.assertNotIn(PASSPHRASE, terminal.transcript)

    def generate(self, first, second):
        terminal = self.start("generate", "--out", self.folder / "release")
        terminal.expect("New passphrase of .*release.key: ")
        self.assertFalse(terminal.echoes())
        terminal.line(first)
        terminal.expect("The same again: ")
        terminal.line(second)
        return terminal

    def test_passphrase_is_asked_for_twice(self):
        # The last character is a mistake, taken back.
        self.finish(self.generate(PASSPHRASE + "x\x7f", PASSPHRASE))
        self.assertIn("ENCRYPTED", self.key.read_text())
        terminal = self.start("show", self.key)
        terminal.converse([("Passphrase of .*release.key: ", PASSPHRASE)])
        self.finish(terminal)
        terminal = self.start("show", self.key)
        terminal.converse([("Passphrase of .*release.key: ", PASSPHRASE + "x")])
        self.finish(terminal, 64)

    def test_different_answers_make_nothing(self):
        self.finish(self.generate(PASSPHRASE, PASSPHRASE + "x"), 64)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_interrupted(self):
        terminal = self.start("generate", "--out", self.folder / "release")
        terminal.expect("New passphrase")
        terminal.interrupt()
        self.finish(terminal, 130)
        self.assertEqual(list(self.folder.iterdir()), [])

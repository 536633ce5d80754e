"""Signing as release jobs do it: passphrases in the environment, signer commands, signals, builds on top of builds."""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from harness import chain, openpgp, process, product

PASSPHRASE = "a passphrase, that nobody may see"
VERSION = "1.0.0"


class Case(unittest.TestCase):
    """A product, and a folder for everything else."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        cls.product = product.prepare(cls.folder / "product", version=VERSION, edit=chain.edit(VERSION))

    def setUp(self):
        self.out = Path(tempfile.mkdtemp(dir=self.folder))
        # For the homes that the tool makes for gpg.
        self.temporary = Path(tempfile.mkdtemp(dir=self.folder))

    def agentpack(self, *words, **env):
        settings = {"TMPDIR": str(self.temporary)} | env
        return product.agentpack(*words, cwd=self.product, env=settings)

    def build(self, *words, formats="bin,deb,rpm", **env):
        return self.agentpack("build", "--format", formats, "--out", self.out, *words, **env)

    def names(self, folder=None):
        return sorted(path.name for path in (folder or self.out).iterdir())

    def command(self, text):
        """A signer command."""
        path = self.folder / f"{self._testMethodName}.sh"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def started(self, *words):
        """The tool in the middle of signing, with a command that signs nothing until the tool is gone."""
        mark = self.out.parent / f"{self.out.name}-mark"
        mark.unlink(missing_ok=True)
        command = self.command(f'cat >/dev/null; touch "{mark}"; while kill -0 $PPID; do sleep 0.05; done 2>/dev/null')
        key = openpgp.key("vendor")
        running = subprocess.Popen(
            [product.PROGRAMS / "agentpack", *words, "--gpg-key", key.fingerprint, "--gpg-public-key", key.public,
             "--signer-command", command],
            cwd=self.product, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": str(product.scratch()), "TMPDIR": str(self.temporary)})
        while running.poll() is None and not mark.exists():
            time.sleep(0.02)
        self.assertIsNone(running.poll())
        return running


class Environment(Case):
    """Passphrases in variables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.folder / "home"
        env = {"PW": PASSPHRASE}
        made = product.agentpack(
            "keys", "generate", "--gpg", "--name", "N", "--email", "n@example.com", "--home", cls.home,
            "--passphrase-env", "PW", "--out", cls.folder / "gpg", "--json", env=env)
        assert made.code == 0, made
        cls.fingerprint = json.loads(made.out)["fingerprint"]
        made = product.agentpack("keys", "generate", "--passphrase-env", "PW", "--out", cls.folder / "ed", env=env)
        assert made.code == 0, made
        cls.addClassCleanup(cls.stop)

    @classmethod
    def stop(cls):
        """Ends the agent, which would know the passphrase."""
        subprocess.run(["gpgconf", "--homedir", cls.home, "--kill", "all"], check=True, capture_output=True)

    def setUp(self):
        super().setUp()
        self.stop()

    def options(self, ed="PW", gpg="PW"):
        return ["--key", self.folder / "ed.key", "--passphrase-env", ed, "--gpg-key", self.fingerprint, "--gpg-home",
                self.home, "--gpg-passphrase-env", gpg]

    def check(self, *files):
        for file in files:
            key = ["--key", self.folder / "ed.pub"] if file.suffix == ".bin" else []
            result = self.agentpack("verify", file, "--gpg-key", self.folder / "gpg.asc", *key)
            self.assertEqual(result.code, 0, result)
        answer = subprocess.run(["gpg-connect-agent", "--no-autostart", "--homedir", self.home, "getinfo pid", "/bye"],
                                capture_output=True, text=True, check=True).stdout
        environment = Path("/proc", answer.split()[1], "environ").read_bytes()
        self.assertTrue(environment)
        self.assertNotIn(PASSPHRASE.encode(), environment)

    def test_build(self):
        """One variable for both kinds of keys, or one for each; neither reaches the agent."""
        for names in (("PW", "PW"), ("ED", "GPG")):
            with self.subTest(names):
                self.stop()
                result = self.build(*self.options(*names), "--json", **dict.fromkeys(names, PASSPHRASE))
                self.assertEqual(result.code, 0, result)
                self.assertEqual(sorted(Path(file["path"]).name for file in json.loads(result.out)["files"]),
                                 self.names())
                self.check(*(self.out / name for name in self.names() if name.endswith((".bin", ".deb", ".rpm"))))

    def test_sign(self):
        result = self.build()
        self.assertEqual(result.code, 0, result)
        files = [self.out / name for name in self.names() if name.endswith((".bin", ".deb", ".rpm"))]
        result = self.agentpack("sign", *files, "--key", self.folder / "ed.key", "--passphrase-env", "ED", "--dry-run",
                                ED=PASSPHRASE)
        self.assertEqual(result.code, 64, result)
        bins = [file for file in files if file.suffix == ".bin"]
        result = self.agentpack("sign", *bins, *self.options("ED", "GPG"), ED=PASSPHRASE, GPG=PASSPHRASE)
        self.assertEqual(result.code, 0, result)
        self.check(*bins)

    def test_nobody_to_ask(self):
        result = self.build("--gpg-key", self.fingerprint, "--gpg-home", self.home, formats="deb")
        self.assertEqual(result.code, 64, result)
        self.assertIn("no terminal to ask for the passphrase on", result.err)
        self.assertIn("--gpg-passphrase-file", result.err)
        self.assertEqual(self.names() + self.names(self.temporary), [])


class Commands(Case):
    """What a signer command makes is verified where the public key is named."""

    def test_public_key(self):
        key, other = openpgp.key("vendor"), openpgp.key("stranger")
        gpg = f"exec gpg --homedir '{key.home}' --batch --no-tty --digest-algo SHA512 -u \"$2!\" --detach-sign"
        good = ["--gpg-key", key.fingerprint, "--signer-command", self.command(gpg)]
        result = self.build(*good, "--gpg-public-key", key.public)
        self.assertEqual(result.code, 0, result)
        self.assertNotIn("nobody verifies", result.err)
        result = self.build(*good)
        self.assertEqual(result.code, 0, result)
        self.assertIn("warning: nobody verifies", result.err)
        result = self.build(*good, "--gpg-public-key", other.public)
        self.assertEqual(result.code, 64, result)
        bad = self.command(f"cat >/dev/null; echo other | {gpg.removeprefix('exec ')}")
        package = next(self.out.glob("*.rpm"))
        before = package.read_bytes()
        result = self.agentpack("sign", package, *good[:3], bad, "--gpg-public-key", key.public)
        self.assertEqual(result.code, 1, result)
        self.assertIn("doesn't verify", result.err)
        self.assertEqual(package.read_bytes(), before)


class Leftovers(Case):
    """What is there after a build on top of another, or one that was ended."""

    def test_a_rebuild_without_a_key(self):
        """No signature stays beside bytes that it isn't of."""
        self.assertEqual(self.build(*openpgp.key("vendor").options).code, 0)
        self.assertTrue([name for name in self.names() if name.endswith(".asc")])
        (self.out / "other.deb.asc").touch()
        self.assertEqual(self.build(formats="deb").code, 0)
        for path in self.out.glob("*.deb"):
            self.assertFalse(Path(f"{path}.asc").exists())
            result = process.run(["sha256sum", "--check", "--strict", f"{path.name}.sha256"], cwd=self.out)
            self.assertEqual(result.code, 0, result)
        self.assertTrue((self.out / "other.deb.asc").exists())
        self.assertTrue(list(self.out.glob("*.bin.asc")))

    def test_signals(self):
        self.assertEqual(self.build(formats="deb").code, 0)
        before = {path: path.read_bytes() for path in self.out.iterdir()}
        packages = list(self.out.glob("*.deb"))
        for number in (signal.SIGTERM, signal.SIGINT):
            for words in (["build", "--format", "deb", "--out", self.out], ["sign", *packages]):
                with self.subTest(words=words[0], number=number):
                    running = self.started(*words)
                    self.assertTrue(self.names(self.temporary))
                    running.send_signal(number)
                    self.assertEqual(running.wait(30), 128 + number)
                    self.assertEqual({path: path.read_bytes() for path in self.out.iterdir()}, before)
                    self.assertEqual(self.names(self.temporary), [])

    def test_killed(self):
        """The next build removes what a killed one left, but nothing of one that still runs."""
        killed = self.started("build", "--format", "deb", "--out", self.out)
        killed.kill()
        killed.wait()
        self.assertEqual(len(self.names()), 1)
        running = self.started("build", "--format", "deb", "--out", self.out)
        self.addCleanup(running.wait)
        self.addCleanup(running.terminate)
        self.assertEqual(self.names(), [f".agentpack-{running.pid}"])
        self.assertEqual(self.build(formats="rpm").code, 0)
        self.assertIn(f".agentpack-{running.pid}", self.names())

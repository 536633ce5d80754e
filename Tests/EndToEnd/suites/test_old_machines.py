"""Real machines with Linux 5.10: with nothing but a kernel, and with systemd 247."""

import unittest

from harness import acme, product, virtual_machine
from harness.old_machine import INSTALL, UNIT, OldMachineCase

RELEASE = 'ID=debian\nVERSION_ID="10"\nPRETTY_NAME="Debian GNU/Linux 10 (buster)"\n'


class WithoutInit(unittest.TestCase):
    """Nothing but a kernel and busybox."""

    def test_one_static_program(self):
        folder = product.scratch()
        (folder / "ramdisk-answers").write_text(product.ANSWERS)
        (folder / "ramdisk-release").write_text(RELEASE)
        files = {"srv/acme.bin": product.installer(), "srv/answers": folder / "ramdisk-answers",
                 "etc/os-release": folder / "ramdisk-release"}
        said = virtual_machine.run_ramdisk("bullseye", f"""
            uname -r
            set -ex
            /srv/acme.bin --help
            /srv/acme.bin --check
            /srv/acme.bin {' '.join(INSTALL)} --answers /srv/answers
            {acme.CONFIG_TOOL} verify
            {acme.CONFIG_TOOL} show
            {acme.UNINSTALL} --purge --yes
            [ -z "$(ls /opt /var/opt | grep acme)" ]
            """, files)
        self.assertTrue(said.startswith("5.10."), said)
        self.assertIn("\nend 0\n", said)
        for words in ("The file is undamaged", "Start the agent with", "as it was installed", "is removed"):
            self.assertIn(words, said)


class Linux510(OldMachineCase):
    """systemd 247 on Linux 5.10, on ext4."""

    def test_life(self):
        self.assertTrue(self.succeed("uname", "-r").out.startswith("5.10."))
        self.install("old")
        self.status()
        self.succeed("service", acme.NAME, "status")
        starts = acme.STATE / "state/starts"
        self.wait_for(f"[ $(wc -l < {starts}) = 1 ]")
        self.machine.shell(f"kill -KILL {self.machine.property(UNIT, 'MainPID')}")
        self.wait_for(f"[ $(wc -l < {starts}) = 2 ]")
        self.install("new")
        self.wait_for(f"[ $(wc -l < {starts}) = 3 ]")
        self.assertIn("versions/1.1.0-1", self.machine.read(starts).splitlines()[-1])

        self.assertEqual(self.machine.reboot(), "running")
        self.status()
        self.wait_for(f"[ $(wc -l < {starts}) = 4 ]")
        self.succeed(acme.CONFIG_TOOL, "verify")
        self.remove()

"""An agent that nobody here wrote, Debian's prometheus-node-exporter, wrapped by its manifest alone."""

import shutil
import time
import unittest

from harness import product, roots
from harness.systemd_host import SystemdHost

NAME = "node-exporter"
FETCH = """
import sys, urllib.request
sys.stdout.write(urllib.request.urlopen("http://127.0.0.1:9100/metrics", timeout=5).read().decode())
"""


class NodeExporter(unittest.TestCase):
    def setUp(self):
        self.folder = product.scratch() / NAME
        shutil.rmtree(self.folder, ignore_errors=True)
        result = product.agentpack("init", "--template", "node-exporter", self.folder)
        self.assertEqual(result.code, 0, result)
        program = roots.debian_package("prometheus-node-exporter") / "usr/bin/prometheus-node-exporter"
        shutil.copyfile(program, self.folder / program.name)
        self.host = SystemdHost().__enter__()
        self.addCleanup(self.host.close)

    def run_installer(self, version):
        installer = product.build(self.folder, "--version", version)
        path = self.host.copy_in(installer, "/root/installer.bin", mode=0o755)
        result = self.host.run(path, "--silent")
        self.assertEqual(result.code, 0, result)

    def metrics(self):
        """What it answers on its port."""
        limit = time.monotonic() + 15
        while True:
            process = self.host.start_beside(["/usr/bin/python3", "-c", FETCH], stdout=-1, stderr=-1, text=True)
            out, err = process.communicate(timeout=30)
            if process.returncode == 0:
                return out
            self.assertLess(time.monotonic(), limit, err + self.host.journal(NAME))
            time.sleep(0.2)

    def test_life(self):
        self.run_installer("1.5.0")
        self.assertIn("node_load1 ", self.metrics())
        first = self.host.property(f"{NAME}.service", "MainPID")
        self.run_installer("1.5.1")
        self.assertNotEqual(self.host.property(f"{NAME}.service", "MainPID"), first)
        self.assertIn("node_load1 ", self.metrics())
        self.assertEqual(self.host.run("service", NAME, "status").code, 0)
        result = self.host.run(f"/opt/{NAME}/uninstall", "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertEqual([path for path in self.host.changes() if NAME in path], [])
        self.assertEqual(self.host.failed_units(), [])

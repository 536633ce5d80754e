"""The harness itself: a green suite means little when its throw-away machines don't do what they promise."""

import shutil
import signal
import unittest

from harness import product, server
from harness.systemd_host import SystemdHost
from harness.throwaway import Root


class ThrowAwayRoots(unittest.TestCase):
    def test_changes_are_exact(self):
        with Root.of("bookworm-minimal") as root:
            self.assertEqual(root.changes(), {})
            root.run("sh", "-c", "chmod 600 /etc/passwd; rm -r /etc/init.d /etc/hostname; mkdir /etc/init.d /opt/a")
            root.run("sh", "-c", "touch /opt/a/b; touch -d 2000-01-01 /usr/bin")
            changes = root.changes()
            removed = {path for path, now in changes.items() if now is None}
            self.assertIn("/etc/hostname", removed)
            self.assertIn("/etc/init.d/procps", removed)
            self.assertEqual(set(changes) - removed, {"/etc/passwd", "/opt/a", "/opt/a/b"})
            root.run("rm", "-r", "/opt/a")
            self.assertNotIn("/opt/a", root.changes())

    def test_nothing_survives(self):
        with Root.of("bookworm-minimal") as root:
            root.write("/opt/left", "")
            base = root.base
        self.assertFalse((base / "opt/left").exists())

    def test_exit_codes_and_output(self):
        with Root.of("bookworm-minimal") as root:
            result = root.run("sh", "-c", "cat; echo bad >&2; exit 7", input="typed")
            self.assertEqual((result.code, result.out, result.err), (7, "typed", "bad\n"))
            self.assertEqual(root.run("sh", "-c", "kill -KILL $$").code, -9)

    def test_file_systems(self):
        with Root.of("bookworm-minimal", size="300k") as root:
            self.assertIn("No space left", root.run("dd", "if=/dev/zero", "of=/opt/x", "bs=1M", "count=1").err)
            root.bind("/usr", "/usr", options="ro")
            self.assertIn("Read-only", root.run("touch", "/usr/x").err)
            root.mount("-t", "tmpfs", "-o", "noexec", "tmpfs", at="/srv")
            root.copy_in("/bin/true", "/srv/true")
            self.assertIn("Permission denied", root.run("/srv/true").err)

    def test_a_root_with_nothing_in_it(self):
        with Root.nothing() as root:
            root.copy_in("/bin/busybox", "/busybox")
            self.assertEqual(root.run("/busybox", "ls", "/").out.split(), ["busybox", "proc"])

    def test_terminal(self):
        script = 'read -s -p "name? " n; echo "hello $n"; exit 3'
        with Root.of("bookworm-minimal") as root:
            with root.spawn("bash", "-c", script) as terminal:
                terminal.expect(r"name\? ")
                self.assertFalse(terminal.echoes())
                terminal.line("bob")
                self.assertEqual(terminal.wait(), 3)
                self.assertTrue(terminal.is_restored())
                self.assertIn("hello bob", terminal.transcript)
            with root.spawn("sh", "-c", "echo started; exec cat") as terminal:
                terminal.expect("started")
                terminal.interrupt()
                self.assertEqual(terminal.wait(), -signal.SIGINT)
            with root.spawn("stty", "-echo") as terminal:
                terminal.wait()
                self.assertFalse(terminal.is_restored())


class BootedMachines(unittest.TestCase):
    def test_boot_and_reboot(self):
        with SystemdHost() as host:
            self.assertEqual(host.failed_units(), [])
            server = host.start_beside(
                [shutil.which("busybox"), "httpd", "-f", "-p", "127.0.0.1:8080", "-h", "/usr/share/zoneinfo"])
            self.addCleanup(server.wait)
            host.run("touch", "/etc/mark")
            self.assertEqual(host.reboot(), "running")
            self.assertTrue(host.exists("/etc/mark"))
            reach = host.run("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && echo connected")
            self.assertEqual(reach.out, "connected\n", reach)

    def test_stand_in_server_and_proxy(self):
        with SystemdHost() as host:
            service = server.ManagementServer(host, tls=server.certificates())
            self.addCleanup(service.close)
            proxy = server.Proxy(host, user="bob", password=product.PROXY_PASSWORD)
            self.addCleanup(proxy.close)
            self.assertGreater(len(service.new_token("one")), 8)
            self.assertEqual([agent["status"] for agent in service.agents()], ["Pending"])

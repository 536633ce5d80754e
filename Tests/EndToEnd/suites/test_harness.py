"""The harness itself: a green suite means little when its throw-away machines don't do what they promise."""

import base64
import shutil
import signal
import subprocess
import unittest
from pathlib import Path

from harness import product, server
from harness.machines import MACHINES, machine
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
    def test_release_and_init(self):
        """Each name is what it says, and comes up clean."""
        expected = {"bullseye": "systemd 247 ", "bookworm": "systemd 252 ", "trixie": "systemd 257 ",
                    "sysv": "INIT: version 3."}
        self.assertEqual(set(MACHINES), set(expected))
        for name, version in expected.items():
            with self.subTest(name), machine(name) as host:
                self.assertEqual(host.failures(), [])
                said = host.run("systemctl", "--version").said if "systemd" in version else host.console
                self.assertIn(version, said)
                self.assertEqual(host.reboot(), "running", host.console)

    def test_a_failure_at_boot_or_shutdown_is_noticed(self):
        with machine("sysv") as host:
            script = "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: broken\n# Required-Start:\n# Required-Stop:\n" \
                "# Default-Start: 2\n# Default-Stop: 0 6\n# Short-Description: Broken\n### END INIT INFO\n" \
                "echo broken: cannot $1 >&2\nexit 1\n"
            host.write("/etc/init.d/broken", script, mode=0o755)
            self.assertEqual(host.run("update-rc.d", "broken", "defaults").code, 0)
            host.power_off()
            self.assertEqual(host.failures(), ["broken: cannot stop"])
            self.assertEqual(host.boot(), "failed")
            self.assertEqual(
                host.failures(),
                ["broken: cannot start", "startpar: service(s) returned failure: broken ... failed!"])

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


ASK = r"""
import socket, sys
address, port, request = sys.argv[1:]
with socket.create_connection((address, int(port)), 10) as connection:
    connection.sendall(request.encode() + b"\r\n\r\n")
    print(connection.makefile("rb").readline().split()[1].decode())
"""


class Proxies(unittest.TestCase):
    """squid, asked by a client of few words."""

    @classmethod
    def setUpClass(cls):
        cls.root = Root.of("bookworm-minimal")
        cls.addClassCleanup(cls.root.close)
        cls.server = server.ManagementServer(cls.root)
        cls.addClassCleanup(cls.server.close)

    def squid(self, *options, **settings):
        proxy = server.Squid(self.root, *options, **settings)
        self.addCleanup(proxy.close)
        return proxy

    def ask(self, proxy, request, address="127.0.0.1"):
        """The status that the proxy answers with."""
        process = self.root.start_beside(
            ["/usr/bin/python3", "-c", ASK, address, proxy.port, request], stdout=subprocess.PIPE, text=True)
        return process.communicate(timeout=30)[0].strip()

    def test_basic_authentication(self):
        proxy = self.squid(users=[("bob", "s3cret")], addresses=["127.0.0.1", "::1"])
        here = f"127.0.0.1:{self.server.port}"
        for address in ("127.0.0.1", "::1"):
            for word, status in (("bob:s3cret", "200"), ("bob:wrong", "407"), ("eve:s3cret", "407")):
                header = "Proxy-Authorization: Basic " + base64.b64encode(word.encode()).decode()
                get = f"GET http://{here}/health HTTP/1.0\r\n{header}"
                self.assertEqual(self.ask(proxy, get, address), status, word)
                connect = f"CONNECT {here} HTTP/1.1\r\nHost: {here}\r\n{header}"
                self.assertEqual(self.ask(proxy, connect, address), status, word)
        self.assertEqual(self.ask(proxy, f"GET http://{here}/health HTTP/1.0"), "407")
        proxy.wait_for_request(user="bob", method="GET", url=f"http://{here}/health", status=200)
        proxy.wait_for_request(user="bob", method="CONNECT", url=here, status=200)
        proxy.wait_for_request(user="eve", method="CONNECT", status=407)

    def test_leaves_nothing(self):
        proxy = self.squid()
        directory = Path(proxy.facts["directory"])
        self.assertTrue(directory.is_dir())
        shared = [path for path in Path("/dev/shm").iterdir() if path.name.startswith(proxy.facts["name"])]
        self.assertTrue(shared)
        proxy.close()
        self.assertFalse(directory.exists())
        self.assertEqual([path for path in shared if path.exists()], [])

    def test_denied_ports_and_hosts(self):
        proxy = self.squid("--connect-port", "443", "--deny-host", ".example")
        self.assertEqual(self.ask(proxy, f"CONNECT 127.0.0.1:{self.server.port} HTTP/1.1"), "403")
        self.assertEqual(self.ask(proxy, "GET http://server.example/ HTTP/1.0"), "403")
        self.assertEqual(self.ask(proxy, f"GET http://127.0.0.1:{self.server.port}/health HTTP/1.0"), "200")

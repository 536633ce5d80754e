"""Kernels as old as Linux 3.10: no program of ours, and nothing it starts, may need a system call that came later."""

import time
import unittest

from harness import acme, agents, old_kernel, process, product, server, throwaway
from harness.network_agent import CONFIG_TOOL, CONFIGURATION, NAME, STATE, UNINSTALL, VERSIONS
from harness.throwaway import Root

SCRIPT = f"/etc/init.d/{NAME}"


class NewerCalls(unittest.TestCase):
    """The whole life of the first product where every system call that Linux 3.10 lacks answers ENOSYS."""

    @classmethod
    def setUpClass(cls):
        cls.installers = agents.installers("reference")

    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)
        certificates = server.certificates()
        self.server = server.ManagementServer(self.root, tls=certificates, offline_after=5)
        self.addCleanup(self.server.close)
        self.root.copy_in(certificates / "ca.pem", "/etc/ssl/stand-in-ca.pem", mode=0o644)
        self.logs = []

    def log(self):
        """The file for the record of the next program."""
        self.logs.append(product.scratch() / f"{self.id()}-{len(self.logs)}.trace")
        return self.logs[-1]

    def run_old(self, *command, code=0, input=""):
        """Runs a program on the old kernel; returns the result."""
        result = old_kernel.run(self.root, command, self.log(), input=input)
        self.assertEqual(result.code, code, f"{command}: {result}")
        return result

    def ask(self, version, questions, *options):
        """Answers the questions of an installer on the old kernel; returns what the terminal showed."""
        path = self.put(version)
        with self.root.spawn(path, *options, outside=old_kernel.tracer(self.log())) as terminal:
            terminal.page_to(questions[0][0])
            terminal.converse(questions)
            self.assertEqual(terminal.wait(), 0, terminal.transcript)
            self.assertTrue(terminal.is_restored())
            return terminal.transcript

    def put(self, version):
        return self.root.copy_in(self.installers[version], f"/srv/{NAME}.bin", mode=0o755)

    def wait_for(self, status, version):
        limit = time.monotonic() + 30
        while True:
            [agent] = self.server.agents()
            if (agent["status"], agent["version"]) == (status, version):
                return
            log = self.root.inside(f"{STATE}/logs/agent.log")
            self.assertLess(time.monotonic(), limit, f"{agent}\n{log.read_text() if log.exists() else 'no log'}")
            time.sleep(0.1)

    def test_the_whole_life(self):
        token = self.server.new_token("web-server-7")
        path = self.put(VERSIONS[0])
        before = self.root.changes()
        for option in ("--check", "--help", "--version", "--info", "--list"):
            self.run_old(path, option)
        self.assertEqual(self.root.changes(), before)

        options = [f"--server-url={self.server.url}", "--ca-file=/etc/ssl/stand-in-ca.pem"]
        self.ask(VERSIONS[0], [
            (r"Type yes or no", "yes"), (r"Installation token", token), (r"Use an HTTP proxy", "no"),
            (r"automatic updates", ""), (r"Install now\?", "yes")], *options)
        self.run_old(SCRIPT, "status", code=3)
        self.run_old(SCRIPT, "start")
        self.wait_for("Connected", VERSIONS[0])
        self.run_old(SCRIPT, "status")

        self.run_old(CONFIG_TOOL, "show")
        self.run_old(CONFIG_TOOL, "status")
        self.run_old(CONFIG_TOOL, "check")
        self.run_old(CONFIG_TOOL, "verify")
        self.run_old(CONFIG_TOOL, "set", "token", "--from", "-", input=token + "\n")
        self.run_old("/bin/sh", "-c", f"cd /root && {CONFIG_TOOL} support-bundle")
        self.assertEqual(self.supervised_restart(), None)
        self.wait_for("Connected", VERSIONS[0])

        self.ask(VERSIONS[1], [(r"Type yes or no", "yes")])
        self.wait_for("Connected", VERSIONS[1])
        self.run_old(path, "--silent", "--accept-eula")
        self.run_old(SCRIPT, "stop")
        self.wait_for("Offline", VERSIONS[1])
        self.run_old(UNINSTALL, "--purge", "--yes")
        left = [path for path in self.root.changes() if NAME in path and not path.startswith(("/srv/", "/root/"))]
        self.assertEqual(left, [])
        self.check_traces()

    def supervised_restart(self):
        """Kills the agent; its supervisor, on the old kernel as well, has to start another."""
        pattern = f"versions/{VERSIONS[0]}-1/bin/network-agent"
        old = self.root.run("pgrep", "-f", pattern).out.split()
        self.assertEqual(len(old), 1)
        self.root.run("kill", "-KILL", *old)
        limit = time.monotonic() + 30
        while self.root.run("pgrep", "-f", pattern).out.split() in ([], old):
            self.assertLess(time.monotonic(), limit, "the agent isn't started again")
            time.sleep(0.1)

    def test_silently(self):
        token = self.server.new_token("silent")
        answers = f"token={token}\nserver_url={self.server.url}\nca_file=/etc/ssl/stand-in-ca.pem\n"
        self.root.write("/root/answers", answers, mode=0o600)
        path = self.put(VERSIONS[0])
        silent = [path, "--silent", "--accept-eula", "--answers", "/root/answers"]
        # The server is tried over TLS: another address is refused.
        result = self.run_old(*silent, "--server-url=https://localhost:9", code=3)
        self.assertIn("localhost:9", result.err)
        self.run_old(*silent)
        self.assertIn(token, self.root.read(CONFIGURATION))
        self.run_old(UNINSTALL, "--purge", "--yes")
        self.check_traces()

    def check_traces(self):
        """The kernel was as old as that: what was asked for in vain is known, and nothing newer got through."""
        refused, passed, count = set(), set(), 0
        for log in self.logs:
            trace = old_kernel.Trace(log)
            refused, passed, count = refused | trace.refused, passed | trace.passed, count + trace.count
            self.assertEqual(trace.optional, set(), "what some file systems lack")
        self.assertGreater(count, 1000)
        self.assertEqual(passed, set())
        # What glibc, Swift's runtime and OpenSSL begin with.
        self.assertLessEqual({"getrandom", "rseq"}, refused)


class OldFileSystems(unittest.TestCase):
    """File systems that can't do all that ext4 can."""

    def test_directories_that_cannot_be_synced(self):
        log = product.scratch() / "old-file-systems.trace"
        directories = [acme.ROOT, acme.ROOT / "versions", acme.ROOT / "versions/1.0.0-1/bin", acme.STATE / "conf",
                       "/etc/init.d"]
        strace = ["/usr/bin/strace", "-f", "-y", "-qq", "-o", log, "-e", "inject=fsync:error=EINVAL"]
        for directory in directories:
            strace += ["-P", f"{throwaway.MOUNTPOINT}/root{directory}"]
        with Root.of("bookworm-minimal") as root:
            path = acme.put(root)
            root.write("/tmp/answers", product.ANSWERS, mode=0o600)
            command = [path, "--silent", "--accept-eula", "--answers", "/tmp/answers"]
            result = process.run(root.command(command, before=strace), env=throwaway.ENVIRONMENT)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(root.run(acme.CONFIG_TOOL, "verify").code, 0)
        refused = [line for line in log.read_text().splitlines() if "(INJECTED)" in line]
        self.assertGreaterEqual(len(refused), 4, refused)

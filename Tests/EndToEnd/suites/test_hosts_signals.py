"""Ctrl-C, SIGTERM, a hang-up, closed pipes: before the switch a run takes everything back, after it it finishes."""

import os
import re
import signal
import subprocess
import time
import unittest

from harness import acme, faults, product, throwaway
from harness.process import children
from harness.systemd_host import SystemdHost
from harness.throwaway import Root
from test_full_disk import damage, installed

EVERY = int(os.environ.get("AGENTPACK_WALK_EVERY") or 29)
UNDONE = "everything is as it was before"
# Runs a program and stops it, as Ctrl-Z would, at its first syncfs(2): then it holds the lock and has made a version.
STOP = ["/usr/bin/strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=syncfs", "-e", "inject=syncfs:signal=STOP:when=1"]


class AtEveryStep(unittest.TestCase):
    """A signal at a change of a file, in runs of their own; AGENTPACK_WALK_EVERY=1 takes every change."""

    def walk(self, prepare, finished, names, ends):
        """`ends` are the codes that may come; 130 needs the machine to be as before."""
        root, command = prepare()
        result, found = faults.points(root, command)
        root.close()
        self.assertEqual(result.code, 0, result)
        codes = set()
        for index, point in enumerate(found):
            if index % EVERY and index != len(found) - 1:
                continue
            name = names[(index // EVERY) % len(names)]
            with self.subTest(signal=name, point=str(point)):
                root, command = prepare()
                before = acme.state(root)
                result = faults.run(root, command, point, f"signal={name}")
                codes.add(result.code)
                self.assertIn(result.code, ends, result)
                if result.code == 130:
                    word = {"INT": "Ctrl-C", "TERM": "SIGTERM"}[name]
                    self.assertIn(f"stopped by {word}; {UNDONE}", result.err)
                    self.assertEqual(acme.state(root), before)
                else:
                    finished(root)
                root.close()
        self.assertEqual(codes, set(ends))

    def machine(self, layer=True):
        root = Root.of("bookworm-minimal", layer=installed() if layer else None)
        self.addCleanup(root.close)
        return root

    def is_whole(self, root, version="1.0.0-1"):
        self.assertEqual(acme.active_version(root), version)
        self.assertEqual(root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(acme.configuration(root)["agent.token"], product.TOKEN)

    def fresh(self):
        root = self.machine(layer=False)
        return root, acme.silent(root)

    def update(self):
        root = self.machine()
        return root, acme.silent(root, installer=product.installer("1.1.0"))

    def repair(self):
        root = self.machine()
        damage(root)
        return root, acme.silent(root)

    def uninstall(self):
        root = self.machine()
        return root, [acme.UNINSTALL, "--purge", "--yes"]

    def test_install(self):
        self.walk(self.fresh, self.is_whole, ["INT", "TERM"], (0, 130))

    def test_update(self):
        self.walk(self.update, lambda root: self.is_whole(root, "1.1.0-1"), ["INT", "TERM"], (0, 130))

    def test_repair(self):
        self.walk(self.repair, self.is_whole, ["INT", "TERM"], (0, 130))

    def test_uninstall_finishes(self):
        def finished(root):
            self.assertEqual([path for path in root.changes() if acme.NAME in path and root.exists(path)], [])
        self.walk(self.uninstall, finished, ["INT", "TERM", "HUP", "QUIT", "TSTP", "PIPE"], (0,))

    def test_what_is_no_wish_to_stop(self):
        """A connection that breaks, Ctrl-Z, Ctrl-\\ and a pipe that nobody reads any more."""
        self.walk(self.fresh, self.is_whole, ["HUP", "QUIT", "TSTP", "PIPE"], (0,))

    def test_settings_are_old_or_new(self):
        root = self.machine()
        _, found = faults.points(root, [acme.CONFIG_TOOL, "set", "auto_update=yes"])
        for point in found:
            with self.subTest(point=str(point)):
                root = self.machine()
                faults.run(root, [acme.CONFIG_TOOL, "set", "auto_update=yes"], point, "signal=TERM")
                stored = acme.configuration(root)
                self.assertEqual(stored["agent.token"], product.TOKEN)
                self.assertIn(stored["update.auto"], ("true", "false"))
                self.assertEqual(root.run(acme.CONFIG_TOOL, "set", "auto_update=yes").code, 0)
                self.assertEqual(acme.configuration(root)["update.auto"], "true")
                root.close()


class BeforeTheFirstChange(unittest.TestCase):
    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def test_at_each_question(self):
        path = acme.put(self.root)
        for count, (pattern, _) in enumerate(acme.PLAIN):
            with self.subTest(question=pattern), self.root.spawn(path) as terminal:
                terminal.page_to(acme.ACCEPT[0])
                terminal.converse(acme.PLAIN[:count])
                terminal.expect(pattern)
                terminal.interrupt()
                self.assertEqual(terminal.wait(), 130, terminal.transcript)
                self.assertIn("stopped by Ctrl-C", terminal.transcript)
                self.assertTrue(terminal.is_restored())
                self.assertEqual(self.root.changes(), {})

    def test_other_signals_at_a_question(self):
        path = acme.put(self.root)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(signal=number), self.root.spawn(path) as terminal:
                terminal.page_to(acme.ACCEPT[0])
                terminal.converse(acme.PLAIN[:1])
                terminal.expect(r"Installation token")
                inner = terminal.process.pid
                while children(inner):
                    [inner] = children(inner)
                os.kill(inner, number)
                self.assertEqual(terminal.wait(), 130, terminal.transcript)
                self.assertIn(f"stopped by signal {int(number)}", terminal.transcript)
                self.assertTrue(terminal.is_restored())
                self.assertEqual(self.root.changes(), {})

    def test_while_it_verifies(self):
        """Nothing is written yet, so the signals act as on any program."""
        command = acme.silent(self.root)
        for name, number in (("INT", signal.SIGINT), ("TERM", signal.SIGTERM), ("HUP", signal.SIGHUP)):
            with self.subTest(signal=name):
                point = faults.Point("pread64", 20, "")
                self.assertEqual(abs(faults.run(self.root, command, point, f"signal={name}").code) % 128, number)
                self.assertEqual(self.root.changes(), {})

    def test_ignored_from_the_start(self):
        """As nohup(1) and background jobs have it."""
        point = faults.Point("fsync", 1, "")
        command = ["sh", "-c", "trap '' INT TERM; exec \"$@\"", "sh", *acme.silent(self.root)]
        for name in ("INT", "TERM"):
            result = faults.run(self.root, command, point, f"signal={name}")
            self.assertEqual(result.code, 0, result)


class OnATerminal(unittest.TestCase):
    """A person at a terminal during a long extraction; strace makes it long."""

    SLOW = ["/usr/bin/strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
            "inject=pwrite64:delay_enter=1500000:when=1"]

    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def start(self):
        terminal = self.root.spawn(acme.put(self.root), outside=self.SLOW)
        self.addCleanup(terminal.close)
        terminal.page_to(acme.ACCEPT[0])
        terminal.converse(acme.PLAIN)
        terminal.expect(r"Extract Acme Agent")
        return terminal

    def test_interrupted(self):
        terminal = self.start()
        terminal.interrupt()
        terminal.interrupt()
        self.assertEqual(terminal.wait(), 130, terminal.transcript)
        terminal.interrupt()
        self.assertRegex(terminal.transcript, rf"Take back what was done\s+error: stopped by Ctrl-C; {UNDONE}")
        self.assertTrue(terminal.is_restored())
        self.assertEqual(self.root.changes(), {})

    def test_suspended(self):
        terminal = self.start()
        terminal.send("\x1a")
        self.assertEqual(terminal.wait(), 0, terminal.transcript)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)

    def test_hung_up(self):
        terminal = self.start()
        terminal.hang_up()
        self.assertEqual(terminal.process.wait(60), 0)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)


class Streams(unittest.TestCase):
    """Readers that go away."""

    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def shell(self, script, *command):
        return self.root.run("bash", "-c", script, "bash", *command)

    def test_reader_of_the_talk_goes_away(self):
        result = self.shell('"$@" 2>&1 | head -1; echo "${PIPESTATUS[0]}"', *acme.silent(self.root))
        self.assertTrue(result.out.endswith("\n0\n"), result)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)

    def test_reader_of_the_data_goes_away(self):
        result = self.shell('"$@" --list | head -1; echo "${PIPESTATUS[0]}"', acme.put(self.root))
        self.assertRegex(result.out, r"\n(0|141)\n$")
        self.assertNotIn("error", result.err)

    def test_nobody_ever_read(self):
        result = self.shell('exec 3> >(exit); sleep 0.1; "$@" >&3 2>&3; echo "$?"', *acme.silent(self.root))
        self.assertEqual(result.out, "0\n")
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)

    def test_full_device_for_the_talk(self):
        result = self.shell('"$@" > /dev/full 2>&1; echo "$?"', *acme.silent(self.root))
        self.assertEqual(result.out, "0\n")

    def test_stopped_and_continued(self):
        command = self.root.command(acme.silent(self.root), before=STOP)
        running = subprocess.Popen(command, env=throwaway.ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        stopped = wait_for_stop(running.pid)
        os.kill(stopped, signal.SIGCONT)
        self.assertEqual(running.wait(60), 0, running.stderr.read())
        running.stderr.close()
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)


class WhileTheServiceStarts(unittest.TestCase):
    """Under systemd, whose tools a Ctrl-C in the terminal must not reach."""

    def test_interrupted_after_the_switch(self):
        with SystemdHost() as host, host.spawn(acme.put(host)) as terminal:
            terminal.page_to(acme.ACCEPT[0])
            terminal.converse(acme.PLAIN)
            terminal.expect(r"Install the service")
            for _ in range(3):
                terminal.interrupt()
                time.sleep(0.05)
            self.assertEqual(terminal.wait(), 0, terminal.transcript)
            self.assertIn("Ctrl-C came after the switch to the new version, so the work", terminal.transcript)
            self.assertEqual(host.property("acme-agent.service", "ActiveState"), "active")
            self.assertEqual(host.run("systemctl", "is-enabled", "acme-agent").out.strip(), "enabled")
            self.assertEqual(host.run(acme.CONFIG_TOOL, "verify").code, 0)


def wait_for_stop(process):
    """The process below `process` that was stopped by a signal."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        pending = [process]
        while pending:
            number = pending.pop()
            pending += children(number)
            try:
                with open(f"/proc/{number}/stat") as file:
                    state = re.search(r"\) (\w)", file.read())[1]
                with open(f"/proc/{number}/comm") as file:
                    name = file.read().strip()
            except FileNotFoundError:
                continue
            if state in "tT" and name == "acme-agent.bin" and _is_stopped(number):
                return number
        time.sleep(0.02)
    raise AssertionError("nothing was stopped")


def _is_stopped(number):
    """Whether a traced process stays stopped: the stops of tracing pass."""
    for _ in range(5):
        time.sleep(0.02)
        with open(f"/proc/{number}/stat") as file:
            if re.search(r"\) (\w)", file.read())[1] not in "tT":
                return False
    return True

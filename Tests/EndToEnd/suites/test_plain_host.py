"""A machine on which no init runs, as in a container image: installed, nothing started, and told how to start."""

import concurrent.futures
import contextlib
import unittest

from harness import acme
from harness.throwaway import Root


class NoInit(unittest.TestCase):
    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def test_says_how_to_start(self):
        result = acme.install(self.root)
        self.assertEqual(result.code, 0, result)
        self.assertIn("start", result.said)

    def test_start_agent_runs_it(self):
        self.assertEqual(acme.install(self.root).code, 0)
        agent = self.root.spawn(acme.ROOT / "bin/start-agent")
        self.addCleanup(agent.close)
        agent.expect("acme-agent runs")

    def test_init_script(self):
        """`service NAME …` works where the init script has a home, also when no init runs it."""
        self.assertEqual(acme.install(self.root, "--no-start").code, 0)
        codes = []
        for verb in ("status", "start", "status", "start", "restart", "stop", "status", "stop"):
            codes.append((verb, self.root.run("service", acme.NAME, verb, timeout=30).code))
        expected = [3, 0, 0, 0, 0, 0, 3, 0]
        self.assertEqual([code for _, code in codes], expected, codes)
        self.assertIn("acme-agent stopped", self.root.read(acme.STATE / "state/stops"))

    def test_restarts_under_load(self):
        """A restart meets the old supervisor at every moment of its end; other restarts keep the processors busy."""
        with contextlib.ExitStack() as stack:
            roots = [stack.enter_context(Root.of("bookworm-minimal")) for _ in range(4)]
            for root in roots:
                self.assertEqual(acme.install(root, "--no-start").code, 0)
            with concurrent.futures.ThreadPoolExecutor(len(roots)) as pool:
                complaints = sum(pool.map(self.restart, roots), [])
        self.assertEqual(complaints, [])

    @staticmethod
    def restart(root):
        complaints = []
        for _ in range(50):
            for verb in ("restart", "status"):
                result = root.run("service", acme.NAME, verb, timeout=30)
                if result.code != 0:
                    complaints.append(f"{verb}: {result}")
        return complaints

    def test_without_init_directory(self):
        self.root.run("rm", "-rf", "/etc/init.d")
        before = set(self.root.changes())
        result = acme.install(self.root)
        self.assertEqual(result.code, 0, result)
        self.assertFalse(self.root.exists("/etc/init.d"))
        self.assertIn("start-agent", result.said)
        self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes").code, 0)
        self.assertEqual(set(self.root.changes()), before)

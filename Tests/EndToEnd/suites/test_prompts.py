"""The questions an administrator answers, on a terminal."""

import unittest

from harness import acme, product
from harness.acme import ACCEPT, CONFIRM, NO_PROXY, PLAIN, SECRET, UPDATES
from harness.product import PROXY_PASSWORD, TOKEN
from harness.throwaway import Root


class Prompts(unittest.TestCase):
    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)
        self.path = acme.put(self.root)

    def start(self, *options, path=None, **settings):
        terminal = self.root.spawn(path or self.path, *options, **settings)
        self.addCleanup(terminal.close)
        return terminal

    def finish(self, terminal, code=0):
        self.assertEqual(terminal.wait(), code, terminal.transcript)
        self.assertTrue(terminal.is_restored(), terminal.transcript)
        self.assertNotIn(TOKEN, terminal.transcript)
        self.assertNotIn(PROXY_PASSWORD, terminal.transcript)

    def test_all_questions(self):
        terminal = self.start()
        terminal.converse(PLAIN)
        self.finish(terminal)
        self.assertIn("ACME AGENT LICENCE", terminal.transcript)
        self.assertEqual(acme.configuration(self.root), {"agent.token": TOKEN, "update.auto": "true"})

    def test_blanks_are_no_token(self):
        terminal = self.start()
        terminal.converse([ACCEPT, (SECRET[0], "   ")])
        terminal.expect("An answer is needed")
        terminal.converse(PLAIN[1:])
        self.finish(terminal)
        self.assertEqual(acme.configuration(self.root)["agent.token"], TOKEN)

    def test_licence_declined(self):
        terminal = self.start()
        terminal.converse([(ACCEPT[0], "no")])
        self.finish(terminal, 4)
        self.assertEqual(self.root.changes(), {})

    def test_licence_needs_a_whole_yes(self):
        terminal = self.start()
        terminal.converse([(ACCEPT[0], ""), (ACCEPT[0], "perhaps"), *PLAIN])
        self.finish(terminal)

    def test_pager(self):
        def long_licence(folder):
            (folder / "EULA.txt").write_text("".join(f"{number}. You shall read this.\n" for number in range(1, 101)))

        path = acme.put(self.root, product.installer(edit=long_licence), name="long.bin")
        self.root.write("/tmp/pager", "#!/bin/sh\ntouch /tmp/pager-ran\n", mode=0o755)
        terminal = self.start(path=path, rows=20, env={"PAGER": "/tmp/pager"})
        terminal.expect(r"10\. You")
        self.assertNotIn("60. You", terminal.transcript)
        terminal.page_to(ACCEPT[0])
        terminal.converse(PLAIN)
        self.finish(terminal)
        self.assertIn("100. You", terminal.transcript)
        self.assertFalse(self.root.exists("/tmp/pager-ran"))

    def test_a_mistake_is_explained_and_asked_again(self):
        terminal = self.start()
        terminal.converse([ACCEPT, (SECRET[0], "short")])
        terminal.expect(r"8 to 64 letters")
        terminal.converse([SECRET, NO_PROXY, (UPDATES[0], "what"), (UPDATES[0], "no"), CONFIRM])
        self.finish(terminal)
        self.assertEqual(acme.configuration(self.root)["update.auto"], "false")

    def test_secrets_do_not_show(self):
        terminal = self.start()
        terminal.converse([ACCEPT])
        terminal.expect(SECRET[0])
        self.assertFalse(terminal.echoes())
        terminal.line(TOKEN)
        terminal.expect(NO_PROXY[0])
        self.assertTrue(terminal.echoes())

    def test_proxy(self):
        terminal = self.start()
        terminal.converse([
            ACCEPT, SECRET, (NO_PROXY[0], "yes"), (r"Your choice", "2"), (r"Proxy host", "proxy.acme.example"),
            (r"Proxy port", "70000"), (r"Proxy port", ""), (r"Proxy user", "bob"), (r"Proxy password", PROXY_PASSWORD),
            (r"Test the connection", "no"), UPDATES, CONFIRM])
        self.finish(terminal)
        self.assertEqual(acme.configuration(self.root), {
            "agent.token": TOKEN, "update.auto": "true", "proxy.host": "proxy.acme.example", "proxy.port": "8080",
            "proxy.user": "bob", "proxy.password": PROXY_PASSWORD})

    def test_interrupted_at_every_question(self):
        for count in range(len(PLAIN)):
            with self.subTest(question=PLAIN[count][0]):
                terminal = self.start()
                terminal.converse(PLAIN[:count])
                terminal.expect(PLAIN[count][0])
                terminal.interrupt()
                self.finish(terminal, 130)
                self.assertEqual(self.root.changes(), {})

    def test_end_of_input_at_every_question(self):
        for count in range(len(PLAIN)):
            with self.subTest(question=PLAIN[count][0]):
                terminal = self.start()
                terminal.converse(PLAIN[:count])
                terminal.expect(PLAIN[count][0])
                terminal.send("\x04")
                self.assertNotEqual(terminal.wait(), 0)
                self.assertTrue(terminal.is_restored())
                self.assertEqual(self.root.changes(), {})

    def test_update_asks_for_the_licence_only(self):
        self.assertEqual(acme.install(self.root).code, 0)
        before = self.root.read(acme.CONFIGURATION)
        terminal = self.start(path=acme.put(self.root, product.installer("1.1.0"), name="new.bin"))
        terminal.converse([ACCEPT])
        self.finish(terminal)
        self.assertIn("1.0.0", terminal.transcript)
        self.assertIn("1.1.0", terminal.transcript)
        self.assertEqual(self.root.read(acme.CONFIGURATION), before)

    def test_config_tool(self):
        self.assertEqual(acme.install(self.root).code, 0)
        terminal = self.start("interactive", path=acme.CONFIG_TOOL)
        terminal.converse([(SECRET[0], "another-token-0123"), NO_PROXY, (UPDATES[0], "yes")])
        terminal.wait()
        self.assertTrue(terminal.is_restored())
        self.assertEqual(acme.configuration(self.root)["agent.token"], "another-token-0123", terminal.transcript)

    def test_not_a_terminal_and_not_silent(self):
        """Without a terminal, and without `--silent`, it says what to do and does nothing."""
        result = self.root.run(self.path)
        self.assertEqual(result.code, 64, result)
        self.assertIn("--silent", result.err)
        self.assertEqual(self.root.changes(), {})

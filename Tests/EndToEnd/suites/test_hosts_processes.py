"""What a process starts with: umask, language, descriptors, limits, directory, priority, terminal or none."""

import re
import subprocess
import unittest

from harness import acme, product, throwaway
from harness.throwaway import Root

# Shell words that run the program given as "$@" in a way of its own.
CLOSED = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"]


class Case(unittest.TestCase):
    """A fresh minimal Debian for each test."""

    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)

    def shell(self, script, *command, env=None):
        """Runs a command by a line of shell, which has it as "$@"."""
        return self.root.run("sh", "-c", script, "sh", *command, env=env)

    def assertInstalled(self, result, **more):
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(acme.configuration(self.root)["agent.token"], product.TOKEN)


def shape(changes):
    """Kinds, modes and owners, without contents: logs and records hold times."""
    return {path: value[:3] for path, value in changes.items() if value}


class Umask(Case):
    def test_no_mode_depends_on_it(self):
        """Files, directories, links, records, logs, configuration, unit and script, and what the tool writes later."""
        seen = {}
        for mask in ("022", "077", "000"):
            with Root.of("bookworm-minimal") as root:
                self.root = root
                command = acme.silent(root, "--log", "/root/log")
                self.assertInstalled(self.shell(f"umask {mask}; exec \"$@\"", *command))
                for words in (["set", "auto_update=yes"], ["support-bundle", "/root/bundle.tar.xz"]):
                    result = self.shell(f"umask {mask}; exec \"$@\"", acme.CONFIG_TOOL, *words)
                    self.assertEqual(result.code, 0, result)
                update = acme.silent(root, installer=product.installer("1.1.0"))
                self.assertInstalled(self.shell(f"umask {mask}; exec \"$@\"", *update))
                seen[mask] = shape(root.changes())
        self.assertEqual(seen["077"], seen["022"])
        self.assertEqual(seen["000"], seen["022"])
        self.assertEqual(seen["000"]["/root/log"][1], "0o600")
        self.assertEqual(seen["000"]["/root/bundle.tar.xz"][1], "0o600")
        for path, (kind, *mode) in seen["000"].items():
            if kind in ("file", "directory"):
                self.assertEqual(int(mode[0], 8) & 0o022, 0, path)

    def test_extracted_and_written_answers(self):
        seen = {}
        for mask in ("022", "077", "000"):
            with Root.of("bookworm-minimal") as root:
                self.root = root
                path = acme.put(root)
                result = self.shell(f"umask {mask}; exec \"$@\"", path, "--extract", "/root/files")
                self.assertEqual(result.code, 0, result)
                command = acme.silent(root, "--root", "/srv", "--write-answers", "/root/answers")
                result = self.shell(f"umask {mask}; exec \"$@\"", *command)
                self.assertEqual(result.code, 0, result)
                seen[mask] = shape(root.changes())
        self.assertEqual(seen["077"], seen["022"])
        self.assertEqual(seen["000"], seen["022"])
        self.assertEqual(seen["000"]["/root/answers"][1], "0o600")

    def test_agent_runs_with_a_sane_one(self):
        self.assertInstalled(acme.install(self.root))
        result = self.shell("umask 000; exec \"$@\"", "service", acme.NAME, "start")
        self.assertEqual(result.code, 0, result)
        agent = self.root.run("sh", "-c", "cat /proc/$(pgrep -f bin/acme-agent | head -1)/status").out
        self.assertIn("Umask:\t0022", agent)


class Language(Case):
    def settle(self, **env):
        self.assertInstalled(acme.install(self.root, env=env))
        result = self.root.run(acme.CONFIG_TOOL, "status", env=env)
        self.assertIn("Version:", result.out)
        return result

    def test_none(self):
        self.settle(LANG="C", LC_ALL="")

    def test_turkish(self):
        """Names are compared by their bytes: no i becomes a dotless one, whether the language is installed or not."""
        path = acme.put(self.root)
        listing = self.root.run(path, "--info").out
        for lang in ("tr_TR.UTF-8", "tr_TR.ISO-8859-9", "tr_TR"):
            with self.subTest(lang=lang):
                env = {"LANG": lang, "LC_ALL": lang, "ACME_AGENT_AUTO_UPDATE": "yes"}
                self.assertEqual(self.root.run(path, "--info", env=env).out, listing)
        env = {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}
        self.settle(**env)
        result = self.root.run(acme.CONFIG_TOOL, "set", "AUTO_UPDATE=yes", env=env)
        self.assertEqual(result.code, 64, result)
        result = self.root.run(acme.CONFIG_TOOL, "set", "auto_update=yes", env=env)
        self.assertEqual(result.code, 0, result)

    def test_turkish_that_is_installed(self):
        """Where it is known to libc, a program that asks for it would get it."""
        locales = product.scratch() / "locales"
        if not locales.exists():
            locales.mkdir()
            compile = ["localedef", "--no-archive", "-i", "tr_TR", "-f", "UTF-8", str(locales / "tr_TR.UTF-8")]
            done = subprocess.run(compile, capture_output=True, text=True)
            self.assertTrue((locales / "tr_TR.UTF-8/LC_CTYPE").exists(), done.stderr)
        for file in (locales / "tr_TR.UTF-8").rglob("*"):
            if file.is_file():
                self.root.copy_in(file, f"/usr/lib/locale/tr_TR.UTF-8/{file.relative_to(locales / 'tr_TR.UTF-8')}")
        env = {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}
        self.assertIn("tr_TR.UTF-8", self.root.run("locale", "-a").out.replace("utf8", "UTF-8"))
        self.settle(**env)
        self.assertEqual(self.root.run(acme.UNINSTALL, "--purge", "--yes", env=env).code, 0)

    def test_garbage(self):
        result = self.settle(LC_ALL="\x1b[2J/../../etc/shadow\udcff", LANG="x" * 5000, LANGUAGE="\n")
        self.assertNotIn("\x1b", result.said)

    def test_words_are_the_same_in_every_language(self):
        said = []
        for env in ({"LC_ALL": "C"}, {"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "POSIX"}):
            words = self.root.run(acme.put(self.root), "--silent", env=env).err
            said.append(re.sub(r"in [0-9.]+ s", "in some time", words))
        self.assertEqual(len(set(said)), 1, said)


class ClosedDescriptors(Case):
    def test_installs_whatever_is_closed(self):
        """A file that took a standard stream's number would get the words meant for it."""
        for closed in CLOSED:
            with self.subTest(closed=closed), Root.of("bookworm-minimal") as root:
                self.root = root
                self.assertInstalled(self.shell(f"exec \"$@\" {closed}", *acme.silent(root)))
                if closed != CLOSED[-1]:
                    continue
                for words in (["set", "auto_update=yes"], ["status"], ["support-bundle", "/root/bundle"]):
                    result = self.shell(f"exec \"$@\" {closed}", acme.CONFIG_TOOL, *words)
                    self.assertIn(result.code, (0, 3) if words == ["status"] else (0,), result)
                self.assertEqual(self.root.run(acme.CONFIG_TOOL, "verify").code, 0)
                self.assertEqual(self.shell(f"exec \"$@\" {closed}", acme.UNINSTALL, "--yes").code, 0)
                self.assertFalse(root.exists(acme.ROOT))

    def test_no_file_becomes_a_standard_stream(self):
        """The trace of everything closed: whatever is opened for writing has a number above 2."""
        trace = product.scratch() / "closed.trace"
        for name, base in (("minimal", "bookworm-minimal"), ("without /dev/null", None)):
            with self.subTest(base=name), (Root.of(base) if base else Root.nothing()) as root:
                if not base:
                    for name in ("tmp", "opt", "var", "etc"):
                        root.inside("/" + name).mkdir()
                command = acme.silent(root)
                strace = ["strace", "-f", "-qq", "-o", trace, "-e", "trace=openat,open,creat"]
                words = root.command(command, before=strace)
                result = subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *words], env=throwaway.ENVIRONMENT)
                self.assertEqual(result.returncode, 0, trace.read_text()[-2000:])
                text = trace.read_text(errors="replace")
                opened = re.findall(r'openat?\([^"]*"([^"]*)", (\S+).* = ([012])$', text, re.MULTILINE)
                self.assertGreaterEqual(len(opened), 3)
                written = [name for name, flags, _ in opened if "O_RDONLY" not in flags and name != "/dev/null"]
                self.assertEqual(written, [])
                kept = {number: name for name, _, number in opened}
                self.assertEqual(set(kept.values()), {"/dev/null" if base else "/"})

    def test_what_the_supervisor_starts_with_nothing(self):
        self.assertInstalled(acme.install(self.root))
        self.root.run("touch", "/root/held")
        result = self.shell("exec 7>/root/held; exec \"$@\" <&- >&- 2>&-", "service", acme.NAME, "start")
        self.assertEqual(result.code, 0, result)
        agent = self.root.run("sh", "-c", "ls -l /proc/$(pgrep -o -f bin/acme-agent)/fd").out
        self.assertIn("0 -> /dev/null", agent)
        self.assertIn("1 -> /var/opt/acme-agent/logs/console.log", agent)
        self.assertIn("2 -> /var/opt/acme-agent/logs/console.log", agent)
        self.assertNotIn("/root/held", agent)


class Limits(Case):
    # The fewest descriptors with which an installation, an update and a removal get through.
    FEWEST = 16

    def test_few_descriptors(self):
        for limit in (64, self.FEWEST):
            with self.subTest(limit=limit), Root.of("bookworm-minimal") as root:
                self.root = root
                script = f"ulimit -n {limit}; exec \"$@\""
                before = root.changes()
                self.assertInstalled(self.shell(script, *acme.silent(root)))
                self.assertInstalled(self.shell(script, *acme.silent(root, installer=product.installer("1.1.0"))))
                result = self.shell(script, acme.CONFIG_TOOL, "support-bundle", "/tmp/bundle")
                self.assertEqual(result.code, 0, result)
                self.assertEqual(self.shell(script, acme.UNINSTALL, "--purge", "--yes").code, 0)
                self.assertEqual(root.changes(), before)

    def test_too_few_descriptors(self):
        for limit in range(4, self.FEWEST):
            with self.subTest(limit=limit):
                result = self.root.run("prlimit", f"--nofile={limit}", *acme.silent(self.root))
                # With next to none it can't even read itself.
                self.assertIn(result.code, (1, 2, 3) if limit < 8 else (3,), result)
                self.assertIn("error: ", result.err)
                self.assertRegex(result.err, "Too many open files|files open at a time, 16 are needed")
                self.assertIn("ulimit -n", result.err)
                self.assertEqual(self.root.changes(), {})

    def test_small_files_only(self):
        """A limit on the size of files: an error with the path, nothing left, no signal."""
        for blocks in (0, 8, 100):
            with self.subTest(blocks=blocks), Root.of("bookworm-minimal") as root:
                self.root = root
                result = self.shell(f"ulimit -f {blocks}; exec \"$@\"", *acme.silent(root))
                self.assertEqual(result.code, 1, result)
                self.assertIn("File too large", result.err)
                self.assertIn("/opt/acme-agent/", result.err)
                self.assertIn("ulimit -f", result.err)
                self.assertEqual(root.changes(), {})

    def test_little_memory(self):
        """Enough or a clear end; never a half installation."""
        for kilobytes in (4_000_000, 200_000, 60_000, 30_000):
            with self.subTest(kilobytes=kilobytes), Root.of("bookworm-minimal") as root:
                self.root = root
                result = self.shell(f"ulimit -v {kilobytes}; exec \"$@\"", *acme.silent(root))
                if result.code == 0:
                    self.assertInstalled(result)
                else:
                    self.assertLess(kilobytes, 200_000, result)
                    self.assertNotIn("/opt/acme-agent/current", root.changes())
                    self.assertEqual(self.shell("exec \"$@\"", *acme.silent(root)).code, 0)

    def test_core_files(self):
        """Neither installer nor config tool lets the kernel write its memory, in which secrets are."""
        self.assertInstalled(self.shell("ulimit -c unlimited; exec \"$@\"", *acme.silent(self.root)))
        script = """
            cd /root; mkfifo pipe; sleep 100 > pipe & holder=$!
            ulimit -c unlimited; "$@" < pipe & tool=$!
            until grep -q '^0 0x0 ' /proc/$tool/syscall; do sleep 0.02; done
            kill -SEGV $tool; wait $tool; echo "ended with $?"; kill $holder"""
        result = self.shell(script, acme.CONFIG_TOOL, "set", "token", "--from", "-")
        self.assertIn("ended with 139", result.out, result)
        self.assertEqual([path for path in self.root.changes() if path.startswith("/root")], [])

    def test_nice(self):
        self.assertInstalled(self.root.run("nice", "-n", "19", *acme.silent(self.root)))


class NoTerminal(Case):
    def test_questions_are_refused(self):
        path = acme.put(self.root)
        for command in (["setsid", path], ["sh", "-c", f"exec {path} < /dev/null"], ["sh", "-c", f"yes | {path}"]):
            with self.subTest(command=command):
                result = self.root.run(*command)
                self.assertEqual(result.code, 64, result)
                self.assertIn("there is no terminal to ask questions on", result.err)
                self.assertIn("--silent", result.err)
                self.assertEqual(self.root.changes(), {})

    def test_silent_needs_none(self):
        self.assertInstalled(self.root.run("setsid", *acme.silent(self.root)))
        result = self.root.run("setsid", acme.CONFIG_TOOL, "interactive")
        self.assertEqual(result.code, 64, result)
        self.assertIn("acme-config set", result.err)
        result = self.root.run("setsid", acme.UNINSTALL)
        self.assertEqual(result.code, 64, result)
        self.assertIn("--yes", result.err)


class OddTerminals(Case):
    def install_on(self, rows=30, columns=100, **env):
        with self.root.spawn(acme.put(self.root), env=env, rows=rows, columns=columns) as terminal:
            terminal.page_to(acme.ACCEPT[0])
            terminal.converse(acme.PLAIN)
            self.assertEqual(terminal.wait(), 0, terminal.transcript)
            self.assertNotIn(product.TOKEN, terminal.transcript)
            self.assertTrue(terminal.is_restored())
            return terminal.transcript

    def test_without_a_size(self):
        self.install_on(rows=0, columns=0)

    def test_tiny(self):
        self.install_on(rows=3, columns=30)

    def test_dumb(self):
        for kind in ("dumb", ""):
            with self.subTest(kind=kind), Root.of("bookworm-minimal") as root:
                self.root = root
                self.assertNotIn("\x1b", self.install_on(TERM=kind))

    def test_unset(self):
        with self.root.spawn("env", "-u", "TERM", acme.put(self.root)) as terminal:
            terminal.page_to(acme.ACCEPT[0])
            terminal.converse(acme.PLAIN)
            self.assertEqual(terminal.wait(), 0, terminal.transcript)
            self.assertNotIn("\x1b", terminal.transcript)


class Directories(Case):
    def test_deleted(self):
        script = "mkdir /root/gone; cd /root/gone; rmdir /root/gone; exec \"$@\""
        self.assertInstalled(self.shell(script, *acme.silent(self.root)))
        self.assertEqual(self.shell(script, "service", acme.NAME, "start").code, 0)
        self.assertEqual(self.shell(script, acme.UNINSTALL, "--yes").code, 0)

    def test_unreadable(self):
        self.root.run("sh", "-c", "mkdir -p /srv/closed/in; chmod 0 /srv/closed /srv/closed/in")
        drop = "setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-all"
        script = f"cd /srv/closed/in; exec {drop} \"$@\""
        self.assertInstalled(self.shell(script, *acme.silent(self.root)))

    def test_started_by_a_relative_path(self):
        acme.silent(self.root)
        script = "cd /tmp; PATH=.:$PATH; exec ./acme-agent.bin --silent --accept-eula --answers answers --log log"
        self.assertInstalled(self.shell(script))
        self.assertTrue(self.root.exists("/tmp/log"))

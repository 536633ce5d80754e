"""Native packages under the eyes of the tools that packagers use: both packages of a product, and odd shapes of one."""

import functools
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import agents, process, product
from harness.throwaway import ENVIRONMENT, Root

FILTER = Path(__file__).resolve().parents[1] / "rpmlint.toml"
# What the tool adds to a product's own files.
ADDED = re.compile(
    r"/opt/[^/]+/(bin/start-agent|acme-config)|/etc/init\.d/.*|(/usr)?/lib/systemd/system/.*\.service|"
    r"(/usr)?/lib/systemd/system-preset/.*|/usr/share/(doc|lintian|licenses)/.*|/etc/logrotate\.d/.*")
# Directories that are everybody's.
SHARED = {"/", "/etc", "/etc/init.d", "/etc/opt", "/lib", "/opt", "/usr", "/usr/lib", "/usr/lib/systemd",
          "/usr/lib/systemd/system", "/usr/lib/systemd/system-preset", "/usr/share", "/var", "/var/opt"}
# The scripts of each format.
RPM_SCRIPTS = ("PRETRANS", "PREIN", "POSTIN", "PREUN", "POSTUN", "POSTTRANS")
# Names that are awkward somewhere: in lists of lines, in shells, in tar's hundred bytes.
NAMES = ("with two spaces", " leading and trailing ", "grüße.txt", "日本 語", "it's \"quoted\"", "per%20cent", "*star?",
         "-dash", ".hidden", "semi;colon", "$HOME", "`id`", "#hash", "~tilde", "[a-z]", "x" * 120 + ".txt",
         "/".join(["deep" * 10] * 5) + "/leaf")


def contents(folder, text):
    """Replaces the test product's contents."""
    manifest = folder / "product.yaml"
    old = manifest.read_text()
    start, end = old.index("    contents:\n") + len("    contents:\n"), old.index("agent:\n")
    manifest.write_text(old[:start] + text + old[end:])


def one_file(folder):
    """Nothing but the program."""
    contents(folder, "      - { source: agent/bin/acme-agent, to: bin/ }\n")


def many_files(folder):
    """20,000 small files."""
    for number in range(20_000):
        path = folder / f"agent/many/{number // 200:03}/{number % 200:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number * 7919}\n")


def odd_names(folder):
    """Names that are awkward, and links to them."""
    for name in NAMES:
        path = folder / "agent/odd" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {name}\n")
    (folder / "agent/odd/link to it").symlink_to("with two spaces")
    (folder / "agent/odd/long link").symlink_to("x" * 120 + ".txt")


def names_with_newlines(folder):
    """What a list of lines can't hold."""
    odd_names(folder)
    (folder / "agent/odd/two\nlines").write_text("two\nlines\n")


SHAPES = {"one_file": one_file, "many_files": many_files, "odd_names": odd_names}


@functools.cache
def acme(shape):
    """The test product in a shape: its folder and its `Artifacts`."""
    folder = product.prepare(product.scratch() / f"shape-{shape}", edit=SHAPES[shape])
    return folder, product.build_all(folder, formats="deb,rpm")


def tool(*words, code=0, **options):
    """Runs a tool of this machine."""
    result = process.run(words, env=ENVIRONMENT, **options)
    if code is not None and result.code != code:
        raise AssertionError(f"{words}: {result}")
    return result


def tree(folder):
    """Every path below a folder that isn't a directory, with what it holds."""
    found = {}
    for path in Path(folder).rglob("*"):
        if path.is_symlink():
            found[f"/{path.relative_to(folder)}"] = f"-> {path.readlink()}"
        elif path.is_file():
            found[f"/{path.relative_to(folder)}"] = path.read_bytes()
    return found


def payload(rpm):
    """The compressed payload of an RPM package, format_v4.md."""
    data = Path(rpm).read_bytes()
    at = 96
    for alignment in (8, 1):
        magic, count, size = struct.unpack_from(">8sII", data, at)
        assert magic[:4] == b"\x8e\xad\xe8\x01", magic
        at += 16 + 16 * count + size
        at += -at % alignment
    return data[at:]


class Packages:
    """The packages of one shape; subclasses say which."""

    # Whose lintian reads them: this machine's, Debian 13's.
    LINTIANS = ("host", "trixie")

    @classmethod
    def setUpClass(cls):
        cls.debs, cls.rpms = cls.artifacts().packages(".deb"), cls.artifacts().packages(".rpm")

    @classmethod
    def artifacts(cls):
        raise NotImplementedError

    def expected(self):
        """What the product's files are, by installed path."""
        raise NotImplementedError

    def folder(self):
        folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def check_tree(self, found):
        expected = self.expected()
        self.assertEqual({path: what for path, what in found.items() if path in expected}, expected)
        strange = [path for path in found if path not in expected and not ADDED.fullmatch(path)]
        self.assertEqual(strange, [])

    # DEB

    def test_dpkg_deb(self):
        """dpkg-deb shows and unpacks them, with every byte in place, and nothing belongs to anybody but root."""
        folder = self.folder()
        for deb in self.debs:
            tool("dpkg-deb", "--info", deb)
            listing = tool("dpkg-deb", "--contents", deb).out
            self.assertEqual({line.split()[1] for line in listing.splitlines() if line[:1] in "-dl"}, {"root/root"})
            tool("dpkg-deb", "--extract", deb, folder / "files")
            tool("dpkg-deb", "--control", deb, folder / deb.name)
            self.assertEqual(tool("ar", "t", deb).out.split(), ["debian-binary", "control.tar.gz", "data.tar.xz"])
            data = subprocess.run(["ar", "p", deb, "data.tar.xz"], check=True, capture_output=True).stdout
            tool("xz", "--test", "-", input=data)
        self.check_tree(tree(folder / "files"))

    def test_dpkg_verify_and_debsums(self):
        with Root.of("bookworm-minimal") as root:
            # The base roots leave documentation out.
            root.inside("/etc/dpkg/dpkg.cfg.d/99mmdebstrap").unlink()
            for deb in self.debs:
                root.copy_in(deb, f"/tmp/{deb.name}")
            result = root.run("dpkg", "--install", *[f"/tmp/{deb.name}" for deb in self.debs])
            self.assertEqual(result.code, 0, result)
            names = [tool("dpkg-deb", "--field", deb, "Package").out.strip() for deb in self.debs]
            result = root.run("dpkg", "--verify", *names)
            self.assertEqual((result.code, result.said), (0, ""), result)
            result = root.run("dpkg", "--audit")
            self.assertEqual((result.code, result.said), (0, ""), result)
            result = tool("debsums", "--all", "--silent", f"--root={root.path}", *names, code=None)
            self.assertEqual((result.code, result.said), (0, ""), result)
            # The sums cover every file but the configuration files.
            for name in names:
                sums = root.read(f"/var/lib/dpkg/info/{name}.md5sums").splitlines()
                files = [line for line in root.read(f"/var/lib/dpkg/info/{name}.list").splitlines()
                         if root.inside(line).is_file() and not root.inside(line).is_symlink()]
                self.assertEqual(len(sums), len([file for file in files if not file.startswith("/etc/")]), name)

    def test_lintian(self):
        """No error, for two releases of it. Its own overrides are in the package, each with a reason."""
        for where in self.LINTIANS:
            with self.subTest(where):
                self.assertEqual(self.lintian(where), [])

    def lintian(self, where):
        command = ["lintian", "--no-cfg", "--tag-display-limit", "0", "--allow-root"]
        if where == "host":
            said = tool(*command, *self.debs, code=None, timeout=600).out
        else:
            with Root.of("trixie-checks") as root:
                paths = [root.copy_in(deb, f"/tmp/{deb.name}") for deb in self.debs]
                # The unit is in /lib: deb-systemd-helper before Debian 12 looks there alone. An override for the tag
                # would be an error for Debian 12's lintian, which doesn't know it.
                said = root.run(*command, "--suppress-tags", "aliased-location", *paths, timeout=600).out
        return [line for line in said.splitlines() if line.startswith("E:")]

    # RPM

    def test_rpm_reads(self):
        """rpm shows them, agrees with their digests, and rpm2cpio and xz unpack them to every byte."""
        folder = self.folder() / "files"
        folder.mkdir()
        for rpm in self.rpms:
            tool("rpm", "-qpil", rpm)
            owned = set(tool("rpm", "-qpl", rpm).out.splitlines())
            self.assertEqual(owned & SHARED, set())
            for part in ("--scripts", "--requires", "--provides", "--dump", "--changelog", "--triggers"):
                tool("rpm", "-qp", part, rpm)
            self.assertIn("digests OK", tool("rpm", "-K", "--nosignature", rpm).out)
            lines = tool("rpmkeys", "-Kv", "--nosignature", rpm).out.splitlines()[1:]
            self.assertGreater(len(lines), 3, lines)
            self.assertEqual([line for line in lines if not line.endswith(": OK")], [])
            tool("xz", "--test", "-", input=payload(rpm))
            archive = subprocess.run(["rpm2cpio", rpm], check=True, capture_output=True).stdout
            unpacked = tool("cpio", "--extract", "--make-directories", "--quiet", cwd=folder, input=archive)
            self.assertEqual(unpacked.said, "")
        self.check_tree(tree(folder))

    def test_rpm_verify(self):
        """Installed, rpm finds nothing to complain of, in two releases."""
        for name in ("bookworm-rpm", "trixie-rpm"):
            with self.subTest(name), Root.of(name) as root:
                paths = [root.copy_in(rpm, f"/tmp/{rpm.name}") for rpm in self.rpms]
                result = root.run("rpm", "--upgrade", *paths)
                self.assertEqual(result.code, 0, result)
                names = [tool("rpm", "-qp", "--qf", "%{NAME}", rpm).out for rpm in self.rpms]
                result = root.run("rpm", "--verify", *names)
                self.assertEqual((result.code, result.said), (0, ""), result)

    def test_rpmlint(self):
        """No error but those that the filter beside this suite gives reasons for, for two releases of it."""
        for where in ("host", "trixie"):
            with self.subTest(where):
                self.assertEqual(self.rpmlint(where), [])

    def rpmlint(self, where):
        if where == "host":
            said = tool("rpmlint", "--config", FILTER, *self.rpms, code=None).out
        else:
            with Root.of("trixie-checks") as root:
                root.copy_in(FILTER, "/tmp/filter.toml")
                paths = [root.copy_in(rpm, f"/tmp/{rpm.name}") for rpm in self.rpms]
                said = root.run("rpmlint", "--config", "/tmp/filter.toml", *paths).out
        self.assertIn(" packages and ", said)
        return [line for line in said.splitlines() if ": E: " in line]

    # Scripts

    def scripts(self):
        """The maintainer scripts and scriptlets that a shell runs: name to text."""
        found = {}
        for deb in self.debs:
            folder = self.folder()
            tool("dpkg-deb", "--control", deb, folder)
            for name in ("preinst", "postinst", "prerm", "postrm"):
                if (folder / name).exists():
                    text = (folder / name).read_text()
                    self.assertTrue(text.startswith("#!/bin/sh"), text[:40])
                    found[f"{deb.name} {name}"] = text
        for rpm in self.rpms:
            for tag in RPM_SCRIPTS:
                program = tool("rpm", "-qp", "--qf", f"%{{{tag}PROG}}", rpm).out
                if program == "/bin/sh":
                    found[f"{rpm.name} {tag}"] = "#!/bin/sh\n" + tool("rpm", "-qp", "--qf", f"%{{{tag}}}", rpm).out
        return found

    def test_shellcheck(self):
        scripts = self.scripts()
        self.assertGreaterEqual(len(scripts), 6, list(scripts))
        folder = self.folder()
        for number, (name, text) in enumerate(scripts.items()):
            path = folder / f"{number}.sh"
            path.write_text(text)
            with self.subTest(name):
                result = tool("shellcheck", "--shell=sh", "--severity=style", path, code=None)
                self.assertEqual(result.code, 0, f"{result}\n{text}")
                for shell in (["dash"], ["bash", "--posix"], ["busybox", "sh"]):
                    self.assertEqual(tool(*shell, "-n", path).said, "")


class Product(Packages, unittest.TestCase):
    """The network agent and its Java runtime."""

    @classmethod
    def artifacts(cls):
        return agents.packages("java")["old"]

    def check_tree(self, found):
        """The two together are what the installer installs."""
        with Root.of("bookworm-minimal") as root:
            path = root.copy_in(self.artifacts().bin, "/tmp/x.bin", mode=0o755)
            root.write("/tmp/answers", product.ANSWERS, mode=0o600)
            options = ["--silent", "--accept-eula", "--no-start", "--waive", "reach:server_url"]
            result = root.run(path, *options, "--answers", "/tmp/answers")
            self.assertEqual(result.code, 0, result)
            [version] = [path for path in root.inside("/opt/sectigo-network-agent/versions").iterdir() if path.is_dir()]
            expected = tree(version)
        base = "/opt/sectigo-network-agent"
        own = (f"{base}/bin/start-agent", f"{base}/sectigona-config", f"{base}/uninstall")
        expected = {f"{base}{path}": what for path, what in expected.items() if f"{base}{path}" not in own}
        self.assertGreater(len(expected), 20)
        found = {path: what for path, what in found.items() if path.startswith(base) and path not in own}
        self.assertEqual(sorted(found), sorted(expected))
        self.assertEqual([path for path in found if found[path] != expected[path]], [])


class Shape(Packages):
    """The test product in a shape."""

    SHAPE = None
    # What is /bin/sh somewhere.
    SHELLS = ("dash", "bash", "busybox")

    @classmethod
    def artifacts(cls):
        return acme(cls.SHAPE)[1]

    def expected(self):
        folder = acme(self.SHAPE)[0]
        found = {f"/opt/acme-agent{path}": what for path, what in tree(folder / "agent").items()}
        if self.SHAPE == "one_file":
            return {path: what for path, what in found.items() if path.endswith("bin/acme-agent")}
        return found | {"/opt/acme-agent/data": "-> lib/data.bin"}

    def test_shells(self):
        """Installed, upgraded, removed and purged under every shell that is /bin/sh somewhere, without a complaint."""
        for shell in self.SHELLS:
            with self.subTest(shell), Root.of("bookworm-minimal") as root:
                if shell == "busybox":
                    root.copy_in(shutil.which(shell), "/bin/busybox")
                root.inside("/bin/sh").unlink()
                root.inside("/bin/sh").symlink_to(shell)
                [deb] = self.debs
                root.copy_in(deb, "/tmp/x.deb")
                for words in (["--install", "/tmp/x.deb"], ["--install", "/tmp/x.deb"], ["--remove", "acme-agent"],
                              ["--install", "/tmp/x.deb"], ["--purge", "acme-agent"]):
                    result = root.run("dpkg", *words)
                    self.assertEqual(result.code, 0, result)
                    self.assertEqual(result.err, "", words)
                self.assertEqual([path for path in root.changes() if "acme-agent" in path], [])


for shape in SHAPES:
    name = "".join(word.capitalize() for word in shape.split("_"))
    # lintian needs minutes for thousands of files; dpkg a minute.
    more = {"LINTIANS": ("host",), "SHELLS": ("dash",)} if shape == "many_files" else {}
    globals()[name] = type(name, (Shape, unittest.TestCase), {"SHAPE": shape} | more)


class Newlines(unittest.TestCase):
    """A newline in a name: fine for RPM, and impossible for dpkg, whose lists are lines."""

    @classmethod
    def setUpClass(cls):
        cls.folder = product.prepare(product.scratch() / "newlines", edit=names_with_newlines)

    def test_deb_refuses_by_name(self):
        out = self.folder / "dist-deb"
        result = product.agentpack("build", "--format", "bin,deb,rpm", "--out", out, cwd=self.folder)
        self.assertEqual(result.code, 64, result)
        self.assertRegex(result.err, r"two(\\n|\n|\\u\{a\}|␤|\\012)lines")
        self.assertIn("newline", result.err.lower())
        self.assertFalse(out.exists() and list(out.iterdir()))

    def test_rpm_has_it(self):
        made = product.build_all(self.folder, formats="bin,rpm")
        with Root.of("trixie-rpm") as root:
            [rpm] = made.packages(".rpm")
            result = root.run("rpm", "--upgrade", root.copy_in(rpm, "/tmp/x.rpm"))
            self.assertEqual(result.code, 0, result)
            self.assertEqual(root.read("/opt/acme-agent/odd/two\nlines"), "two\nlines\n")
            result = root.run("rpm", "--verify", "acme-agent")
            self.assertEqual((result.code, result.said), (0, ""), result)
            result = root.run("rpm", "--erase", "acme-agent")
            self.assertEqual(result.code, 0, result)
            self.assertFalse(root.exists("/opt/acme-agent"))

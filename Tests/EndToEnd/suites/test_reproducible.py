"""The same product gives the same bytes, wherever, whenever and however often it is built."""

import hashlib
import os
import shutil
import unittest

from harness import product
from harness.throwaway import Root


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Reproducible(unittest.TestCase):
    def setUp(self):
        self.folder = product.scratch() / f"reproducible-{self._testMethodName}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.expected = digest(product.installer())

    def prepare(self, name):
        return product.prepare(self.folder / name)

    def cache(self, name):
        return {"XDG_CACHE_HOME": str(self.folder / name)}

    def test_directories_umasks_zones_and_languages(self):
        variants = [
            (0o022, {"TZ": "UTC", "LC_ALL": "C"}), (0o077, {"TZ": "Asia/Kolkata", "LC_ALL": "C.UTF-8"}),
            (0o002, {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8"}),
        ]
        for number, (umask, settings) in enumerate(variants):
            with self.subTest(umask=oct(umask), **settings):
                old = os.umask(umask)
                try:
                    folder = self.prepare(f"{'deeper/' * number}p{number}")
                finally:
                    os.umask(old)
                for path in folder.rglob("*"):
                    os.utime(path, (number * 10**9, number * 10**9), follow_symlinks=False)
                env = settings | self.cache(f"cache{number}")
                self.assertEqual(digest(product.build(folder, env=env, umask=umask)), self.expected)

    def test_threads_and_cache_states(self):
        folder = self.prepare("p")
        settings = self.cache("cache")
        cold = product.build(folder, env=settings)
        warm = product.build(folder, env=settings)
        without = product.build(folder, "--no-cache", env=settings)
        single = product.build(folder, "--no-cache", "--threads", "1", env=settings)
        many = product.build(folder, "--no-cache", "--threads", "7", env=settings)
        self.assertEqual({digest(path) for path in (cold, warm, without, single, many)}, {self.expected})

    def test_poisoned_cache(self):
        """Entries that hold another entry's content, and damaged ones, are noticed and replaced."""
        folder = self.prepare("p")
        settings = self.cache("cache")
        product.build(folder, env=settings)
        files = [path for path in (self.folder / "cache").rglob("*") if path.is_file() and path.stat().st_size > 4096]
        self.assertGreater(len(files), 1)
        contents = [path.read_bytes() for path in files]
        for path, content in zip(files, contents[1:] + contents[:1]):
            path.write_bytes(content)
        self.assertEqual(digest(product.build(folder, env=settings)), self.expected)
        for path in files:
            if path.exists():
                content = bytearray(path.read_bytes())
                content[len(content) // 2] ^= 1
                path.write_bytes(content)
        self.assertEqual(digest(product.build(folder, env=settings)), self.expected)
        self.assertEqual(digest(product.build(folder, env=settings)), self.expected)

    def test_payload_is_plain_xz(self):
        """The stream in the middle of the file is one that xz itself accepts."""
        from harness import process, trailer
        data = product.installer().read_bytes()
        part = trailer.parts(data)["payload"]
        stream = self.folder / "payload.xz"
        self.folder.mkdir(exist_ok=True)
        stream.write_bytes(data[part.start:part.stop])
        self.assertEqual(process.run(["xz", "-t", stream]).code, 0)

    def test_debian_releases(self):
        """The tool, built once without a Swift installation to run on, in a root of each release with its libraries."""
        folder = self.prepare("p")
        for name in ("bookworm-tool", "trixie-tool"):
            with self.subTest(name), Root.of(name) as root:
                for program in ("agentpack", "setup"):
                    root.copy_in(product.PROGRAMS / program, f"/usr/local/bin/{program}")
                shutil.copytree(folder, root.inside("/root/p"))
                build = "cd /root/p && agentpack build --format bin --out /root/out"
                result = root.run("sh", "-c", build, env={"PATH": "/usr/local/bin:/usr/bin:/bin"})
                self.assertEqual(result.code, 0, result)
                [made] = root.inside("/root/out").glob("*-1.0.0.bin")
                self.assertEqual(digest(made), self.expected)

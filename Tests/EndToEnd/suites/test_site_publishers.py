"""Two publishers at once: whatever the order, both packages are there in the end."""

import subprocess
import unittest

from harness import product, site

ROUNDS = 100
BUSY = 5


class Publishers(unittest.TestCase):
    def setUp(self):
        self.site = site.Site(codenames=("bookworm",))
        self.site.publish(*site.small("1.0-1"))

    def start(self, files):
        command = [product.PROGRAMS / "agentpack", "repo", "publish", *self.site.place, *self.site.signing, *files]
        return subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)

    def test_two_at_once(self):
        expected = {"1.0-1"}
        busy = 0
        files = {version: self.site.signed(site.small(version))
                 for number in range(ROUNDS) for version in (f"2.{number}-1", f"3.{number}-1")}
        for number in range(ROUNDS):
            pair = [f"2.{number}-1", f"3.{number}-1"]
            running = [self.start(files[version]) for version in pair]
            ends = [(process, *process.communicate(timeout=120)) for process in running]
            for version, (process, said, _) in zip(pair, ends):
                if process.returncode == BUSY:
                    busy += 1
                    again = self.start(files[version])
                    said, _ = again.communicate(timeout=120)
                    process = again
                self.assertEqual(process.returncode, 0, said)
            expected |= set(pair)
            for tree in self.site.trees():
                self.assertEqual(tree.versions(), expected)
        print(f"two publishers: {ROUNDS} rounds, {busy} times one was told that the other is at work", flush=True)
        result = self.site.verify()
        self.assertEqual(result.code, 0, result)

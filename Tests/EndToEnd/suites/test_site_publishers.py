"""Two publishers at once: whatever the order, both packages are there in the end. And one that died."""

import json
import os
import subprocess
import time
import unittest

from harness import product, site, tracer

ROUNDS = 100
BUSY = 5


class Publishers(unittest.TestCase):
    def setUp(self):
        self.site = site.Site(codenames=("bookworm",))
        self.site.publish(*site.small("1.0-1"))

    def command(self, files):
        return [product.PROGRAMS / "agentpack", "repo", "publish", *self.site.place, *self.site.signing, *files]

    def start(self, files):
        return subprocess.Popen(
            [str(word) for word in self.command(files)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)

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

    def test_one_that_died(self):
        with self.site.definition.open("a") as definition:
            definition.write("lock: { lease: 1h, wait: 0m }\n")
        lock = self.site.folder / "lock"
        environment = {"PATH": os.environ["PATH"], "HOME": str(product.scratch())}
        calls = tracer.run(self.command(self.site.signed(site.small("1.5-1"))), env=environment).calls
        taken = [str(call) for call in calls].index(f"ftruncate({lock})") + 1
        files = self.site.signed(site.small("2.0-1"))
        killed = tracer.run(self.command(files), env=environment, kill_at=taken + 1)
        self.assertTrue(killed.killed, killed)
        lease = json.loads(lock.read_text())
        self.assertEqual(lease["lease"], 3600)

        # Here the kernel knows that it is dead.
        self.site.publish(*files, signed=True)
        self.assertEqual(lock.read_text(), "")

        # Another machine can't know.
        lease |= {"host": "builder", "process": 7, "boot": "another"}
        more = self.site.signed(site.small("3.0-1"))
        lock.write_text(json.dumps(lease | {"renewed": int(time.time()) - 3000}))
        result = self.site.agentpack("publish", *self.site.place, *self.site.signing, *more)
        self.assertEqual(result.code, BUSY, result)
        self.assertRegex(
            result.err, r"process 7 on builder has the lock, by a lease that runs out in \d\d\d seconds unless")
        self.assertIn(f"truncate -s 0 {lock}", result.err)
        lock.write_text(json.dumps(lease | {"renewed": int(time.time()) - 3601}))
        self.site.publish(*more, signed=True)
        for tree in self.site.trees():
            self.assertEqual(tree.versions(), {"1.0-1", "1.5-1", "2.0-1", "3.0-1"})

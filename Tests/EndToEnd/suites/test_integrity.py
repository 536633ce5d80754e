"""No damaged installer writes anything: single flipped bytes all over the file, truncation, additions, swaps.

Thousands of runs: each worker keeps one copy in its root's memory file system and flips bytes in place.
"""

import multiprocessing
import os
import random
import signal
import struct
import subprocess
import unittest

from harness import acme, product, trailer
from harness.throwaway import Root

WORKERS = 2
LIMIT = 10


class Victim:
    """One root with one copy of the installer, run over and over."""

    def __init__(self):
        self.root = Root.of("bookworm-minimal")
        self.path = acme.put(self.root)
        self.file = self.root.inside(self.path)
        self.root.write("/tmp/answers", product.ANSWERS, mode=0o600)
        self.whole = self.file.read_bytes()
        self.command = self.root.command([self.path, "--silent", "--accept-eula", "--answers", "/tmp/answers"])

    def run(self):
        """The exit code of an installation, and the outputs; "stopped" after ten seconds."""
        process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        try:
            said = process.communicate(timeout=LIMIT)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return "stopped", b""
        return process.returncode, said

    def flip(self, position):
        """Runs with one byte changed, then changes it back."""
        with open(self.file, "r+b") as file:
            file.seek(position)
            file.write(bytes([self.whole[position] ^ 0xFF]))
        outcome = self.run()
        with open(self.file, "r+b") as file:
            file.seek(position)
            file.write(self.whole[position:position + 1])
        return outcome


def installed(changes):
    """What was written where products are installed.

    A program whose first bytes are damaged is no program any more: who starts it by `execvp`, as most do, has a shell
    read it as a script, and such a shell may write to where it stands.
    """
    return [path for path in changes if path.startswith(("/opt", "/etc", "/var"))]


def walk(job):
    """In a worker: flips each position and returns the complaints."""
    positions, in_program = job
    complaints = []
    victim = Victim()
    for position in positions:
        code, said = victim.flip(position)
        # Damage in the program itself may also keep it from starting (126, 127), crash it, or hang it.
        fine = code == 2 or (in_program and (code in ("stopped", 126, 127) or code < 0))
        if not fine:
            complaints.append(f"byte {position}: exit {code}: {said[-300:]!r}")
        changes = victim.root.changes()
        if in_program:
            changes = installed(changes)
        if changes:
            complaints.append(f"byte {position}: wrote {sorted(changes)[:5]}")
            victim.root.close()
            victim = Victim()
    victim.root.close()
    return complaints


class Integrity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = product.installer().read_bytes()
        cls.parts = trailer.parts(cls.data)

    def flips(self, positions, in_program=False):
        jobs = [(positions[first::WORKERS], in_program) for first in range(WORKERS)]
        with multiprocessing.Pool(WORKERS) as pool:
            complaints = sum(pool.map(walk, jobs, chunksize=1), [])
        self.assertEqual(complaints, [], f"{len(complaints)} of {len(positions)}")

    def test_the_whole_one_installs(self):
        victim = Victim()
        self.addCleanup(victim.root.close)
        self.assertEqual(victim.run()[0], 0)

    def test_each_byte_of_the_trailer(self):
        self.flips(list(self.parts["trailer"]))

    def test_each_byte_of_the_plan(self):
        self.flips(list(self.parts["plan"]))

    def test_each_byte_of_elf_and_program_headers(self):
        table, = struct.unpack_from("<Q", self.data, 32)
        size, count = struct.unpack_from("<HH", self.data, 54)
        self.flips([*range(64), *range(table, table + size * count)], in_program=True)

    def test_bytes_of_the_program(self):
        self.flips(random.Random(1).sample(self.parts["head"], 500), in_program=True)

    def test_bytes_of_the_payload(self):
        self.flips(random.Random(2).sample(self.parts["payload"], 2000))

    def test_truncated(self):
        victim = Victim()
        self.addCleanup(victim.root.close)
        lengths = random.Random(3).sample(range(1, len(self.data)), 190)
        lengths += [len(self.data) - 1, *(part.start for part in self.parts.values() if part.start), 64, 4096]
        for length in lengths:
            victim.file.write_bytes(self.data[:length])
            code, said = victim.run()
            in_program = length <= self.parts["head"].stop
            # What is no program any more is a script to some shells, of which the first word is no command.
            no_program = code in ("stopped", 126, 127) or b"not found" in said or code < 0
            self.assertTrue(code == 2 or (in_program and no_program), f"{length} bytes: exit {code}: {said!r}")
            self.assertEqual(installed(victim.root.changes()), [])

    def test_appended(self):
        victim = Victim()
        self.addCleanup(victim.root.close)
        for more in (b"\0", b"\n", b"x" * 4096, self.data[self.parts["trailer"].start:], self.data):
            victim.file.write_bytes(self.data + more)
            code, said = victim.run()
            self.assertEqual(code, 2, said)
            self.assertEqual(victim.root.changes(), {})

    def test_the_damaged_part_is_named(self):
        victim = Victim()
        self.addCleanup(victim.root.close)
        for part, word in (("payload", b"payload"), ("plan", b"plan"), ("trailer", b"trailer")):
            said = victim.flip(self.parts[part][len(self.parts[part]) // 2])[1]
            self.assertIn(word, said)

    def test_swapped_between_check_and_extraction(self):
        """While it asks, the file is checked but not yet extracted: a byte that changes then is noticed.

        The running file can be changed because it is seen through an overlay whose lower directory stays writable.
        """
        lower, empty = (product.scratch() / name for name in ("swap", "swap-empty"))
        for folder in (lower, empty):
            folder.mkdir(exist_ok=True)
        file = lower / "acme-agent.bin"
        file.write_bytes(self.data)
        file.chmod(0o755)
        with Root.of("bookworm-minimal") as root:
            root.mount("-t", "overlay", "-o", f"lowerdir={lower}:{empty}", "overlay", at="/tmp/swap")
            with root.spawn("/tmp/swap/acme-agent.bin") as terminal:
                terminal.expect(acme.ACCEPT[0])
                part = self.parts["payload"]
                with open(file, "r+b") as changed:
                    changed.seek(part.start + len(part) // 2)
                    changed.write(bytes([self.data[part.start + len(part) // 2] ^ 0xFF]))
                terminal.line("yes")
                terminal.converse(acme.PLAIN[1:])
                self.assertEqual(terminal.wait(), 2, terminal.transcript)
            self.assertEqual(root.changes(), {}, terminal.transcript)

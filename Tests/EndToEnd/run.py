#!/usr/bin/python3
"""Runs the end-to-end suites: run.py [--jobs N] [PATTERN...].

A pattern is a part of a test's name, such as `install` or `test_prompts.Prompts.test_token`. Classes of tests run side
by side in N processes, 3 by default, since many tests wait. Ends with 'N passed, N failed'; a test that is skipped counts
as failed, because a green run must mean that everything ran.
"""

import argparse
import concurrent.futures
import json
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUITES = HERE / "suites"
sys.path[:0] = [str(HERE), str(SUITES)]
sys.dont_write_bytecode = True

# Suites with few tests that take long.
LONG = ("test_native_chains.", "test_native_deb.", "test_native_rpm.", "test_native_checks.ManyFiles",
        "test_site_manual.", "test_site_loops.", "test_requirements.", "test_power_cuts.",
        "test_java.", "test_old_machines.", "test_clocks.")


class Reporter(unittest.TestResult):
    """Passes each test's end on as one line of JSON."""

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def _report(self, test, text):
        seconds = time.monotonic() - getattr(self, "_began", time.monotonic())
        print(json.dumps({"test": test.id(), "seconds": seconds, "bad": text}), flush=True)

    def addSuccess(self, test):
        self._report(test, None)

    def addFailure(self, test, err):
        self._report(test, self._exc_info_to_string(err, test))

    def addError(self, test, err):
        self._report(test, self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._report(subtest, self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        self._report(test, f"skipped: {reason}")

    def addExpectedFailure(self, test, err):
        self._report(test, "marked as an expected failure")

    def addUnexpectedSuccess(self, test):
        self._report(test, "marked as an unexpected success")


def work():
    """A process of its own: runs the groups of tests whose names come on standard input, a line each."""
    # In the background of a shell they are ignored, and all programs under test would ignore them, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    for line in sys.stdin:
        names = json.loads(line)
        unittest.defaultTestLoader.loadTestsFromNames(names).run(Reporter())
        print(json.dumps({"done": True}), flush=True)


def tests(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests(item)
        else:
            yield item


def groups(patterns):
    """The names of the tests that hold one of the patterns, a list for each class (for its set-up)."""
    found = {}
    loader = unittest.TestLoader()
    suites = loader.discover(str(SUITES), top_level_dir=str(SUITES))
    if loader.errors:
        raise SystemExit("\n".join(loader.errors))
    for test in tests(suites):
        if not patterns or any(pattern in test.id() for pattern in patterns):
            found.setdefault(test.id().rsplit(".", 1)[0], []).append(test.id())
    # The longest first: those that live through much on machines, then as their number tells.
    return sorted(found.values(), key=lambda names: (names[0].startswith(LONG), len(names)), reverse=True)


class Worker:
    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, names):
        """Runs a group and prints a line for each test; returns those that passed and those that did not."""
        self.process.stdin.write(json.dumps(names) + "\n")
        self.process.stdin.flush()
        passed, bad = [], []
        for line in self.process.stdout:
            if not line.startswith("{"):
                print(line, end="", flush=True)
                continue
            news = json.loads(line)
            if "done" in news:
                return passed, bad
            (bad if news["bad"] else passed).append(news["test"])
            text = "\n       ".join([""] + news["bad"].splitlines()) if news["bad"] else ""
            print(f"{'FAILED' if text else 'ok':6} {news['seconds']:6.1f} s  {news['test']}{text}", flush=True)
        missing = [name for name in names if name not in passed + bad]
        print(f"FAILED the process of the tests ended during {missing}", flush=True)
        self.process = Worker().process
        return passed, bad + missing

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=3, help="processes that run classes of tests side by side")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    arguments = parser.parse_args()
    if arguments.worker:
        work()
        return 0
    began = time.monotonic()
    todo = groups(arguments.patterns)
    idle = [Worker() for _ in range(max(1, min(arguments.jobs, len(todo))))]
    workers = list(idle)

    def one(names):
        worker = idle.pop()
        try:
            return worker.run(names)
        finally:
            idle.append(worker)

    with concurrent.futures.ThreadPoolExecutor(len(workers)) as pool:
        ends = list(pool.map(one, todo))
    for worker in workers:
        worker.close()
    passed = sum(len(good) for good, _ in ends)
    bad = [name for _, names in ends for name in names]
    print(f"{passed} passed, {len(bad)} failed ({time.monotonic() - began:.0f} s)")
    for name in bad:
        print(f"  {name}")
    return 1 if bad or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

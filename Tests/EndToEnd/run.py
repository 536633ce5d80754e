#!/usr/bin/python3
"""Runs the end-to-end suites, one after the other: run.py [PATTERN...].

A pattern is a part of a test's name, such as `install` or `test_prompts.Prompts.test_token`. Ends with
'N passed, N failed'; a test that is skipped counts as failed, because a green run must mean that everything ran.
"""

import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from harness import roots  # noqa: E402 (the path comes first)


class Reporter(unittest.TestResult):
    """One line a test, as it ends."""

    def __init__(self):
        super().__init__()
        self.passed = 0
        self.bad = []

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def _report(self, test, word, text=""):
        print(f"{word:6} {time.monotonic() - self._began:6.1f} s  {test.id()}", flush=True)
        if text:
            print("       " + text.replace("\n", "\n       "), flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self._report(test, "ok")

    def _bad(self, test, text):
        self.bad.append(test.id())
        self._began = getattr(self, "_began", time.monotonic())
        self._report(test, "FAILED", text)

    def addFailure(self, test, err):
        self._bad(test, self._exc_info_to_string(err, test))

    def addError(self, test, err):
        self._bad(test, self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._bad(subtest, self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        self._bad(test, f"skipped: {reason}")

    def addExpectedFailure(self, test, err):
        self._bad(test, "marked as an expected failure")

    def addUnexpectedSuccess(self, test):
        self._bad(test, "marked as an expected failure")


def select(suite, patterns):
    """The tests of a suite whose names hold one of the patterns, in the same groups (for their class set-ups)."""
    chosen = unittest.TestSuite()
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            below = select(item, patterns)
            if below.countTestCases():
                chosen.addTest(below)
        elif not patterns or any(pattern in item.id() for pattern in patterns):
            chosen.addTest(item)
    return chosen


def main():
    began = time.monotonic()
    tests = unittest.defaultTestLoader.discover(str(HERE / "suites"), top_level_dir=str(HERE / "suites"))
    chosen = select(tests, sys.argv[1:])
    reporter = Reporter()
    with roots.locked("suites"):
        chosen.run(reporter)
    print(f"{reporter.passed} passed, {len(reporter.bad)} failed ({time.monotonic() - began:.0f} s)")
    for name in reporter.bad:
        print(f"  {name}")
    return 1 if reporter.bad or not reporter.passed else 0


if __name__ == "__main__":
    sys.exit(main())

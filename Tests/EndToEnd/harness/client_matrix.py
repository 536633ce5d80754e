"""Compares what real clients do with what `agentpack repo matrix` says of their systems."""

import functools
import json
import unittest

from . import product

# The base root that has a system's dpkg and apt, by the system's ID.
DEBIANS = {"debian-11": "bullseye-systemd", "debian-12": "bookworm-minimal", "debian-13": "trixie-minimal"}
# The base roots with rpm 4.18, 4.20 and 6.1, by the system that has the same. None has rpm 4.18.
RPMS = {"rpm-4.18": "bookworm-rpm", "fedora-42": "trixie-rpm", "fedora-43": "forky-rpm"}
# Managers of packages: the systems that have the same, the base root, the program.
MANAGERS = {
    "dnf 4.14": (("el-9",), "bookworm-rpm", "dnf"), "dnf 4.23": (("fedora-42",), "trixie-rpm", "dnf"),
    "dnf5": (("fedora-43",), "forky-rpm", "dnf5"),
    "zypper": (("sles-16", "leap-16", "tumbleweed"), "trixie-rpm", "zypper")}


@functools.cache
def table():
    """The whole table, as the tool prints it."""
    result = product.agentpack("repo", "matrix", "--rules")
    assert result.code == 0, result
    return json.loads(result.out)


@functools.cache
def rules():
    """The rows of the table by their names."""
    return {rule["rule"]: rule for rule in table()["rules"]}


def shows(rule, *systems):
    """Says of a test that it shows what a row says of systems; it fails when it ends without having compared them."""
    def decorate(test):
        @functools.wraps(test)
        def run(self):
            test(self)
            missing = [(rule, system) for system in systems if (rule, system) not in self.compared]
            self.assertEqual(missing, [], "the test didn't compare these")
        run.shown = {**getattr(test, "shown", {}), rule: set(systems)}
        return run
    return decorate


class MatrixTest(unittest.TestCase):
    """A test that compares."""

    def setUp(self):
        self.compared = set()

    def compare(self, rule, system, result, refused):
        """Whether a client refused what the row `rule` is about on a system, as the table says, and in its words."""
        row = rules()[rule]
        expected = system in row["systems"] and row["severity"] == "refuse"
        self.assertEqual(refused, expected, f"{rule} on {system}: {result}")
        if expected:
            self.says(row, result)
        self.compared.add((rule, system))

    def says(self, row, result):
        """The client's words are those of the row; … stands for anything."""
        position = 0
        said = " ".join(result.said.split())
        for part in (row.get("client_words") or "").split("…"):
            part = " ".join(part.split())
            found = said.find(part, position)
            self.assertGreaterEqual(found, 0, f"{part!r} isn't said: {result}")
            position = found + len(part)

    def judge(self, rule, system, path, *options):
        """The tool's verdict on a file has the row where the table has the system."""
        result = product.agentpack("repo", "matrix", "--json", "--target", system, path, *options)
        self.assertIn(result.code, (0, 3), result)
        [file] = json.loads(result.out)["files"]
        [verdict] = file["verdicts"]
        self.assertEqual(result.code == 3, verdict["verdict"] == "refuse", result)
        found = rule in [finding["rule"] for finding in verdict["findings"]]
        self.assertEqual(found, system in rules()[rule]["systems"], f"{rule} on {system}: {result}")

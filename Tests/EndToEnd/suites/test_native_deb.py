"""The manual of the network agent, Linux native packages: Debian packages, on every machine; and without an init."""

import unittest

from harness.native_manual import Manual


def manual(machine, manager, agent="java"):
    """The class of tests for a machine, a package manager and a kind of agent."""
    name = "".join(word.capitalize() for word in (agent, machine, manager))
    return name, type(name, (Manual, unittest.TestCase), {"AGENT": agent, "MACHINE": machine, "MANAGER": manager})


globals().update([
    manual("bullseye", "apt"), manual("bookworm", "apt"), manual("trixie", "apt"), manual("sysv", "dpkg"),
    # The template as it is: one package.
    manual("bookworm", "apt", "reference"),
])

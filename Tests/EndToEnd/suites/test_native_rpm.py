"""The manual of the network agent, Linux native packages: RPM packages, on every machine that has a client for them."""

import unittest

from harness import native_images
from harness.native_manual import Manual


def manual(machine, manager, agent="java"):
    """The class of tests for a machine, a package manager and a kind of agent."""
    name = "".join(word.capitalize() for word in (agent, machine.removesuffix("-rpm"), manager))
    return name, type(name, (Manual, unittest.TestCase), {"AGENT": agent, "MACHINE": machine, "MANAGER": manager})


globals().update([
    manual("bookworm-rpm", "dnf"), manual("trixie-rpm", "dnf"), manual("trixie-rpm", "zypper"),
    # The template as it is: one package.
    manual("bookworm-rpm", "dnf", "reference"),
])


class Images(native_images.Images, unittest.TestCase):
    BASE, SUFFIX, INSTALL = "bookworm-rpm", ".rpm", ("rpm", "--upgrade")

"""The manual of the network agent, Linux native packages, against a site that was published: on every machine that has a
client for it, over https, under the documented host name.
"""

import unittest

from harness.site_walk import AptWalk, Dnf5Walk, YumWalk, ZypperWalk


class Bullseye(AptWalk, unittest.TestCase):
    """apt 2.2."""
    MACHINE = "bullseye-apt"


class Bookworm(AptWalk, unittest.TestCase):
    """apt 2.6, gpgv."""
    MACHINE = "bookworm-apt"


class Trixie(AptWalk, unittest.TestCase):
    """apt 3.0, sqv."""
    MACHINE = "trixie-apt"


class BookwormYum(YumWalk, unittest.TestCase):
    """dnf 4.14, rpm 4.18."""
    MACHINE = "bookworm-rpm"


class TrixieYum(YumWalk, unittest.TestCase):
    """dnf 4.23, rpm 4.20."""
    MACHINE = "trixie-rpm"


class TrixieZypper(ZypperWalk, unittest.TestCase):
    """zypper 1.14, rpm 4.20."""
    MACHINE = "trixie-rpm"


class ForkyYum(Dnf5Walk, unittest.TestCase):
    """dnf 5, rpm 6."""
    MACHINE = "forky-rpm"

"""What clients refuse: a site that somebody changed on its way, or signed with a key that isn't the vendor's or has expired,
and an older state that is shown again.

A machine has installed the old version from the site. Then it is shown another site, in which the new version is there
and one thing is wrong: it must say so, and keep the old version.
"""

import functools
import re
import unittest

from harness import openpgp, planted, site, site_clients, trees
from harness.network_agent import NAME
from harness.site_server import SiteServer

OLD, NEW = "1.0.0-1", "1.1.0-1"


@functools.cache
def states():
    """The published trees of the old and of the new version, which are good for a week."""
    published = site.Site(valid_days=7)
    published.publish(*site.small(OLD))
    old = site.Shown(published.public).public
    # What is published later has a later date, whose smallest part is a second.
    trees.age(old, 3_600)
    published.publish(*site.small(NEW))
    return old, site.Shown(published.public).public


# What is done to a site.

def nothing(shown):
    """So that a refusal means something."""


def apt_package(shown):
    for apt in shown.apts():
        [file] = [file for file in apt.debs() if NEW in file.name]
        trees.flip(file)


def apt_index(shown):
    for apt in shown.apts():
        for file in apt.binary.rglob("*"):
            if file.is_file():
                trees.flip(file)


def apt_release(shown):
    """Every list of hashes promises another size, in InRelease and in Release."""
    for apt in shown.apts():
        for file in (apt.inrelease, apt.release):
            file.write_text(re.sub(r"^( [0-9a-f]+ +)(\d)", r"\g<1>9\2", file.read_text(), flags=re.MULTILINE))


def apt_stranger(shown):
    for apt in shown.apts():
        apt.sign(openpgp.key("stranger"))


def apt_expired(shown):
    """By the vendor's key of old, which machines still trust."""
    for apt in shown.apts():
        apt.sign(openpgp.expired("long-ago"))


def apt_unsigned(shown):
    for apt in shown.apts():
        apt.inrelease.unlink()
        apt.signature.unlink()


def apt_replayed(shown):
    """What the site said three weeks ago, when it was good for one."""
    for apt in shown.apts():
        apt.edit_fields({"Date": planted.date(-21), "Valid-Until": planted.date(-14)})


def apt_rolled_back(shown):
    for apt in shown.apts():
        apt.edit_fields({"Date": planted.date(-21), "Valid-Until": None})


def yum_package(shown):
    [file] = [file for file in shown.yum().rpms() if NEW in file.name]
    trees.flip(file)


def yum_index(shown):
    trees.flip(shown.yum().file("primary"))


def yum_repomd(shown):
    repomd = shown.yum().repomd
    repomd.write_text(re.sub(r"<revision>(\d+)", r"<revision>9\1", repomd.read_text()))


def yum_stranger(shown):
    shown.yum().sign(openpgp.key("stranger"))


def yum_expired(shown):
    shown.yum().sign(openpgp.expired("long-ago"))


def yum_unsigned(shown):
    shown.yum().signature.unlink()


def yum_unsigned_package(shown):
    """The metadata is as it should be, but for a package that nobody signed."""
    yum = shown.yum()
    [file] = [file for file in yum.rpms() if NEW in file.name]
    old, new = file.read_bytes(), site.small(NEW)[1].read_bytes()
    file.write_bytes(new)
    yum.replace_package(old, new)


# What is wrong, and the words that the releases of apt have for it.
APT_CASES = {
    "a changed package": (apt_package, r"Hash Sum mismatch"),
    "a changed index": (apt_index, r"Hash Sum mismatch|File has unexpected size"),
    "a changed Release": (apt_release, r"BADSIG|Message has been manipulated"),
    "a stranger's key": (apt_stranger, r"NO_PUBKEY|Missing key"),
    "an expired key": (apt_expired, r"EXPKEYSIG|Expired on 20"),
    "no signature": (apt_unsigned, r"is no longer signed"),
    "an older state": (apt_replayed, r"Release file for \S+ is expired"),
    "an older state, shown to a new machine": (apt_replayed, r"Release file for \S+ is expired"),
    # Where it is good for ever, a machine that knows a newer one keeps that without a word.
    "an older state without Valid-Until": (apt_rolled_back, r"is already the newest version"),
}
# The same for YUM's clients: of dnf 4, of dnf 5, of zypper.
CHECKSUM = r"checksum doesn't match"
BAD = r"repomd.xml GPG signature verification error: Bad GPG signature"
BAD_5 = r"repomd.xml GPG signature verification error: Bad PGP signature"
YUM_CASES = {
    "a changed package": (yum_package, CHECKSUM, CHECKSUM, r"checksum"),
    "a changed index": (yum_index, CHECKSUM, r"Cannot download, all mirrors were already tried", r"has wrong checksum"),
    "a changed repomd.xml": (yum_repomd, BAD, BAD_5, r"This file was modified after it has been signed"),
    "a stranger's key": (yum_stranger, BAD, r"Signing key not found", r"is signed with an unknown key"),
    # zypper warns and goes on: "The gpg key signing file 'repomd.xml' has expired."
    "an expired key": (yum_expired, BAD, r"key has expired", None),
    "no signature": (yum_unsigned, r"GPG signature is not available", r"GPG signature is not available", r"is unsigned"),
    # Of a package that a signed repomd.xml names zypper asks no signature, unless the repository says pkg_gpgcheck=1.
    "an unsigned package": (yum_unsigned_package, r"is not signed", r"is not signed", None),
}


class Refuses:
    """Subclasses say which client."""

    KIND, CASES = None, None

    @classmethod
    def setUpClass(cls):
        old, cls.new = states()
        cls.server = SiteServer(cls.with_an_old_key(site.Shown(old)))
        cls.addClassCleanup(cls.server.close)
        with cls.KIND(cls.server) as client:
            client.add()
            result = client.install(NAME)
            assert result.code == 0 and client.version() == OLD, result
            cls.layer = client.keep(cls.__name__)

    @staticmethod
    def with_an_old_key(shown):
        """The site as it was when one of the vendor's keys had not expired yet: machines that added it trust that key."""
        old = openpgp.expired("long-ago")
        folder = shown.public / site.PREFIX
        (folder / "apt-sign.gpg").write_bytes(openpgp.armored([site.key("apt"), old]))
        (folder / site.FILES["rpm-next"]).write_bytes(old.public.read_bytes())
        return shown.public

    def upgrade(self, client):
        """What an administrator does, and all that was said."""
        first = client.update()
        second = client.install(NAME)
        return first.said + second.said

    def test_the_new_version(self):
        """The same site, where nothing is wrong."""
        self.server.serve(self.new)
        with self.KIND(self.server, layer=self.layer) as client:
            said = self.upgrade(client)
            self.assertEqual(client.version(), NEW, said)

    def test_refusals(self):
        for name, (damage, words) in self.CASES.items():
            with self.subTest(name):
                shown = site.Shown(self.new)
                damage(shown)
                self.server.serve(shown.public)
                with self.KIND(self.server, layer=self.layer) as client:
                    if "new machine" in name:
                        client.forget()
                    said = self.upgrade(client)
                    self.assertEqual(client.version(), OLD, said)
                    self.assertRegex(said, words)


def refusals(kind, cases):
    name = f"{kind.__name__}Refuses"
    return name, type(name, (Refuses, unittest.TestCase), {"KIND": kind, "CASES": cases})


def of(column):
    """The cases of one column of YUM_CASES that has words for them."""
    return {name: (case[0], case[column]) for name, case in YUM_CASES.items() if case[column]}


globals().update([refusals(kind, APT_CASES) for kind in site_clients.APT.values()])
globals().update([refusals(kind, of(column)) for kind, column in (
    (site_clients.DnfBookworm, 1), (site_clients.DnfTrixie, 1), (site_clients.Dnf5, 2), (site_clients.Zypper, 3))])

"""What the landing page has administrators type, typed: on the systems that can be had, against a site made by hand."""

import re
import unittest

from harness import landing, product
from harness.handmade_site import HandmadeSite
from harness.network_agent import NAME
from harness.site_server import SiteServer
from harness.throwaway import Root

# Nobody is there to answer.
ASSENT = """\
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get() { command apt-get -q -y "$@"; }
apt() { command apt -q -y "$@"; }
dnf() { command "$(command -v dnf5 || command -v dnf)" -y --setopt=skip_if_unavailable=0 "$@"; }
yum() { dnf "$@"; }
zypper() { command zypper --non-interactive --gpg-auto-import-keys "$@"; }
# rpm runs curl for URLs, which isn't on this system.
rpm() {
    case "$*" in
    "--import https:"*)
        /usr/bin/python3 -c 'import sys, urllib.request as r; open("/tmp/key", "wb").write(r.urlopen(sys.argv[1]).read())' "$2"
        command rpm --import /tmp/key ;;
    *) command rpm "$@" ;;
    esac
}
cd /root
"""
# The distribution's own packages can't be had here, and the packages have no service.
LEFT_OUT = ("Install what this needs", "Configure", "Start the service", "Bring the archive")


def as_root(text):
    """Commands for a shell that is root's already."""
    return re.sub(r"\bsudo ", "", text)


def fingerprints(text):
    """The fingerprints in what gpg shows, with or without spaces: 40 digits each."""
    return [re.sub(" ", "", mark) for mark in re.findall(r"(?:[0-9A-F]{4} *){10}", text)]


class Walk:
    """Follows guides; classes of tests say which."""

    @classmethod
    def setUpClass(cls):
        cls.guides = landing.guides(NAME)
        cls.site = HandmadeSite(NAME, ("bookworm", "trixie", "trusty"))
        cls.site.publish("1.0")
        cls.server = cls.enterClassContext(SiteServer(cls.site.public, lines=landing.site() / "nginx.conf"))
        cls.releases = 0

    def follow(self, guide, base, *, online=True):
        with Root.of(base, watched=False) as root:
            self.root = root
            if online:
                self.server.connect(root)
            if "apt" in base:
                root.run("sh", "-c", "find /etc/apt/sources.list /etc/apt/sources.list.d ! -type d -delete")
            before = self.configuration()
            self.carry(online)
            shown = fingerprints(self.type(guide, "Install"))
            if "apt" in base:
                self.assertEqual(shown, [self.site.keys[role].fingerprint for role in ("apt", "apt-next")])
            old = self.version(NAME)
            self.assertIsNotNone(old)
            self.must(f"{'zypper' if guide == 'suse' else 'apt-get' if 'apt' in base else 'yum'} install {NAME}-jre")
            type(self).releases += 1
            self.site.publish(f"1.{self.releases}")
            self.carry(online)
            self.type(guide, "Update")
            self.assertEqual(self.version(NAME), f"1.{self.releases}")
            self.assertNotEqual(self.version(NAME), old)
            self.type(guide, "Uninstall")
            self.assertEqual([self.version(NAME), self.version(f"{NAME}-jre")], [None, None])
            self.assertEqual(self.configuration(), before)

    def carry(self, online):
        if not online:
            archive = self.site.archive(product.scratch() / "archive.tar")
            self.root.copy_in(archive, f"/root/{NAME}-offline.tar", mode=0o644)

    def type(self, guide, task):
        """Types a task's commands; returns what they said."""
        said = ""
        for step, text in self.guides[guide][task]:
            # Packages that are gone have no state here.
            if step not in LEFT_OUT and "/var/opt/" not in text:
                said += self.must(as_root(text)).said
        return said

    def must(self, text):
        result = self.root.run("bash", "-ec", ASSENT + text)
        self.assertEqual(result.code, 0, f"{text}\n{result}")
        return result

    def version(self, name):
        show = r"dpkg-query -W -f '${db:Status-Status} ${Version}' $1 || rpm -q --queryformat 'installed %{VERSION}' $1"
        result = self.root.run("sh", "-c", show, "sh", name)
        found = re.search(r"installed (\d[0-9.]*)", result.out)
        return found and found[1]

    def configuration(self):
        """Names below the directories of keys and repositories."""
        places = "/etc/apt/sources.list.d /usr/share/keyrings /etc/apt/trusted.gpg.d /etc/yum.repos.d /etc/zypp/repos.d"
        return self.root.run("sh", "-c", f"find {places} -type f 2>/dev/null | sort").out


class Debian(Walk, unittest.TestCase):
    def test_debian(self):
        self.follow("debian", "trixie-apt")

    def test_debian_sources(self):
        for base in ("bookworm-apt", "trixie-apt"):
            with self.subTest(base=base):
                self.follow("debian-sources", base)

    def test_debian_derived(self):
        self.follow("debian-derived", "bookworm-apt")

    def test_ubuntu_16(self):
        self.follow("ubuntu-16", "bookworm-apt")

    def test_ubuntu_14(self):
        # Newer clients know its way, too.
        self.follow("ubuntu-14", "bookworm-apt")

    def test_offline_apt(self):
        self.follow("offline-apt", "trixie-apt", online=False)


class Others(Walk, unittest.TestCase):
    def test_el(self):
        self.follow("el-dnf", "bookworm-rpm")

    def test_fedora(self):
        self.follow("fedora", "forky-rpm")

    def test_suse(self):
        self.follow("suse", "trixie-rpm")

    def test_offline_yum(self):
        self.follow("offline-yum", "bookworm-rpm", online=False)

    def test_installer(self):
        steps = dict(self.guides["installer"]["Install"])
        checks = ("Check that it arrived whole", "Get the keys and verify them", "Verify who made it", "Run it")
        path = re.search(r"sectigo\.com/(\S+\.bin)$", steps["Download"], re.MULTILINE)[1]
        self.site.put_installer(path, b"#!/bin/sh\necho installed\n")
        # The last one is whole by its own word.
        for damage in ("", "truncate -s -1 *.bin", "sed -i s/installed/changed/ *.bin; sha256sum *.bin > *.sha256"):
            with self.subTest(damage=damage), Root.of("bookworm-apt", watched=False) as self.root:
                self.server.connect(self.root)
                self.must(steps["Download"])
                self.must(f"set +f; {damage or ':'}")
                ends = [self.root.run("bash", "-ec", ASSENT + as_root(steps[name])) for name in checks]
                whole, signed = "truncate" not in damage, not damage
                self.assertEqual([end.code == 0 for end in ends[:3]], [whole, True, signed], ends)
                expected = [self.site.keys[role].fingerprint for role in ("apt", "apt-next")]
                self.assertEqual(fingerprints(ends[1].out), expected)
                if not damage:
                    self.assertIn("Good signature", ends[2].said)
                    self.assertEqual(ends[3].out, "installed\n")

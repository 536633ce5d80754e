"""`agentpack repo verify` as a suspicious client: it accepts what others publish and mirror, and finds what was planted."""

import functools
import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import agents, openpgp, peers, planted, planted_apt, planted_site, planted_yum, product, site, tiny, trees
from harness.network_agent import NAME, VERSIONS
from harness.server import certificates
from harness.site_clients import DnfTrixie
from harness.site_server import ADDRESS, SiteServer
from harness.throwaway import Root


def scratch(name):
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=product.scratch())) / name


@functools.cache
def packages():
    """Some packages, signed."""
    folder = Path(tempfile.mkdtemp(dir=product.scratch()))
    made = [*tiny.catalogue(5), tiny.Package(NAME, "1.0-1"), tiny.Package(NAME, "1.1-1")]
    debs = [tiny.deb(package, folder) for package in made]
    rpms = [tiny.rpm(package, folder) for package in made]
    for rpm in rpms:
        openpgp.sign_package(rpm, site.key("rpm"))
    return debs, rpms


@functools.cache
def ours():
    """A site of ours, with packages and an installer."""
    published = site.Site(codenames=("bullseye", "bookworm"))
    debs, rpms = packages()
    files = published.signed([*debs, *rpms, agents.installers("reference")[VERSIONS[0]]])
    published.change("publish", "--unlisted", *files)
    return published


@functools.cache
def repository(name):
    """The public directory of what a peer made of the same packages."""
    debs, rpms = packages()
    is_apt = name in peers.APT_MAKERS
    kind = (peers.APT_MAKERS | peers.YUM_MAKERS)[name]
    maker = kind(scratch("peer"), site.key("apt" if is_apt else "rpm"))
    files = debs if is_apt else rpms
    maker.run(maker.build(files[:-1]))
    maker.run(maker.add(files[-1]))
    return maker.public


class Case(unittest.TestCase):
    def faults(self, place):
        """What is wrong with a place, with our keys."""
        return site.faults(ours().verify_other(place, "--json"))

    def errors(self, place):
        return [fault for fault in self.faults(place) if fault["severity"] == "error"]

    def planted(self, fault, reports, *arguments):
        """Plants a fault; what is wrong with what `reports` then returns, None where nothing is."""
        path = fault.plant(*arguments)
        try:
            every = reports()
        except AssertionError as error:
            return f"{fault.name}: {error}"
        # The report may be of a file below the path, and a part of a site has a path before it.
        found = [report for report in every if f"/{path}/" in f"/{report['path']}/"]
        if not found:
            return f"{fault.name}: nothing is said of {path}, but {every}"
        if not any(re.search(fault.id, report["id"]) and report["severity"] == fault.severity for report in found):
            names = [f"{report['severity']} {report['id']}" for report in found]
            return f"{fault.name}: {path} is called {names}, expected {fault.severity} {fault.id}"
        return None

    def walk(self, faults, original, make, *, copy=trees.copy, report=None):
        """Plants each fault in a copy of a tree; returns how many it had room for."""
        report = report or self.faults
        complaints, count = [], 0
        for fault in faults:
            place = copy(original, scratch("planted"))
            try:
                complaint = self.planted(fault, lambda place=place: report(place), *make(place))
                count += 1
                complaints += [complaint] if complaint else []
            except planted.Absent:
                pass
            shutil.rmtree(place)
        self.assertEqual(complaints, [], "\n".join(complaints))
        return count


class Accepts(Case):
    """Nothing is wrong there."""

    def test_ours(self):
        self.assertEqual(site.faults(ours().verify("--json")), [])
        mirror = trees.copy(ours().public, scratch("ours"))
        for place in (ours().public, mirror, *sorted(mirror.glob("apt-*")), mirror / "yum/x86_64"):
            with self.subTest(place):
                self.assertEqual(self.faults(place), [])

    def test_by_address(self):
        """The same by https, as a client gets it."""
        with SiteServer(ours().public, lines=ours().web_server()) as server:
            with server.connect(Root.of("bookworm-tool", watched=False)) as root:
                root.copy_in(product.PROGRAMS / "agentpack", "/usr/local/bin/agentpack")
                keys = [word for role in site.ROLES
                        for word in ("--key", root.copy_in(site.key(role).public, f"/srv/{role}.asc"))]
                authority = root.copy_in(certificates() / "ca.pem", "/srv/ca.pem")
                for part, words in (("apt-bookworm", ["--codename", "bookworm"]), ("yum/x86_64", [])):
                    result = root.run("/usr/local/bin/agentpack", "repo", "verify", f"{site.URL}/{part}", *words, *keys,
                                      "--ca-file", authority)
                    self.assertEqual(result.code, 0, result)
            self.assertEqual(server.failures(), [])

    def test_refused_by_address(self):
        """What a server refuses is a fault with its path, and so is all the rest."""
        shown = site.Shown(ours().public)
        apt = trees.AptTree(shown.public / "apt-bookworm", site.key("apt"))
        (apt.binary / "Packages.gz").chmod(0o600)
        refused, gone = sorted(apt.debs())[:2]
        refused.chmod(0o600)
        gone.unlink()
        keys = [word for role in site.ROLES for word in ("--key", site.key(role).public)]
        with SiteServer(shown.public, lines=ours().web_server()) as server:
            process = server.machine.start_beside(
                [product.PROGRAMS / "agentpack", "repo", "verify", f"http://{ADDRESS}/apt-bookworm", "--codename", "bookworm",
                 *keys, "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            out, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 2)
        found = {(fault["id"], fault["path"]) for fault in json.loads(out)["faults"]}
        self.assertEqual(found, {("unreadable", apt.relative(apt.binary / "Packages.gz")),
                                 ("unreadable", apt.relative(refused)), ("package-missing", apt.relative(gone))})

    def test_peers(self):
        for name in (*peers.APT_MAKERS, *peers.YUM_MAKERS):
            with self.subTest(name):
                self.assertEqual(self.errors(repository(name)), [])

    def test_mirrors(self):
        """Of ours, by what people mirror with."""
        with SiteServer(ours().public, lines=ours().web_server()) as server:
            beside = server.machine.start_beside
            mirrors = {
                "apt-mirror": lambda: peers.apt_mirror(beside, scratch("apt-mirror"), ADDRESS, "apt-bookworm"),
                "debmirror": lambda: peers.debmirror(
                    beside, scratch("debmirror"), ADDRESS, "apt-bookworm", site.key("apt")),
            }
            for name, mirror in mirrors.items():
                with self.subTest(name):
                    self.assertEqual(self.errors(mirror()), [])
            with self.subTest("dnf reposync"), DnfTrixie(server) as client:
                client.add()
                mirror = trees.copy(peers.reposync(client.root, NAME), scratch("reposync"))
                self.assertEqual(self.errors(mirror), [])


class Finds(Case):
    """Each fault that was planted, with its path."""

    def test_apt_in_ours(self):
        count = self.walk(planted_apt.APT, ours().public / "apt-bookworm", self.apt)
        self.assertEqual(count, len(planted_apt.APT))

    def test_yum_in_ours(self):
        count = self.walk(planted_yum.YUM, ours().public / "yum/x86_64", self.yum)
        self.assertEqual(count, len(planted_yum.YUM))

    def test_in_the_site(self):
        """A copy of the whole site, links and all, whose public part the fault is in."""
        def copied(folder, destination):
            subprocess.run(["cp", "--archive", folder, destination], check=True)
            return destination

        def report(place):
            words = ["--definition", ours().definition, "--site", place]
            return site.faults(ours().agentpack("verify", *words, "--json"))
        count = self.walk(planted_site.SITE, ours().folder, lambda place: (place / "public", site.PREFIX),
                          copy=copied, report=report)
        self.assertEqual(count, len(planted_site.SITE))

    def test_in_peers(self):
        for name in (*peers.APT_MAKERS, *peers.YUM_MAKERS):
            with self.subTest(name):
                is_apt = name in peers.APT_MAKERS
                faults = planted_apt.APT if is_apt else planted_yum.YUM
                count = self.walk(faults, repository(name), self.apt if is_apt else self.yum)
                self.assertGreaterEqual(count, len(faults) * 3 // 4)

    @staticmethod
    def apt(place):
        return [trees.AptTree(place, site.key("apt"))]

    @staticmethod
    def yum(place):
        return [trees.YumTree(place, site.key("rpm"))]

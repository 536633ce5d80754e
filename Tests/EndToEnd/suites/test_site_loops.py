"""Machines that update and install over and over while the site is published two hundred times beside them.

APT must never see an error, not through a caching proxy either, and YUM must not with a mirror list. With the plain
baseurl a machine can get repomd.xml of before a publish and the signature of after it: the server's log says for each
failure whether that is what happened, and nothing else may. How often it does is printed.
"""

import collections
import concurrent.futures
import queue
import re
import statistics
import threading
import time
import unittest
from pathlib import Path

from harness import site, site_clients, site_manual, trees
from harness.network_agent import NAME
from harness.site_server import ADDRESS, HOST, SiteServer

PUBLISHES = 200
# Clients that are busy at the same time, each in its turn: with more of them two processors leave the publisher little.
AT_ONCE = 3
# What each of them must have done meanwhile.
ROUNDS, VERSIONS = 5, 3
# What apt says of something that went wrong, even when it went on.
TROUBLE = ("W:", "E:", "Err:", "Ign:")
APT, YUM = site_clients.APT, site_clients.YUM
# Those that go through squid, over http, so that it sees and keeps what is asked for.
THROUGH_SQUID = ("bookworm", "trixie", "dnf 4.23")
INDEX, SIGNATURE = "/repodata/repomd.xml", "/repodata/repomd.xml.asc"


class Trouble:
    """A step that failed, and when."""

    def __init__(self, result, begun):
        self.begun, self.ended = begun, time.time()
        self.text = f"exit {result.code}: {result.said[-1500:]}"


class Loop:
    """A client that updates and installs once a round. `address` is where its requests come from."""

    def __init__(self, name, client, address):
        self.name, self.client, self.address = name, client, address
        self.rounds, self.troubles, self.versions = 0, [], set()

    def once(self):
        self.rounds += 1
        for step in (self.client.update, lambda: self.client.install(NAME)):
            begun = time.time()
            result = step()
            if result.code != 0 or any(line.startswith(TROUBLE) for line in result.said.splitlines()):
                self.troubles.append(Trouble(result, begun))
                return
        self.versions.add(self.client.version())

    def report(self):
        return f"{self.name}: {self.rounds} rounds, {len(self.versions)} versions, {len(self.troubles)} failures"


def pairs(requests):
    """Each repomd.xml that one client was given with the signature that it was given next."""
    index = None
    for request in requests:
        if request["path"].endswith(INDEX):
            index = request
        elif request["path"].endswith(SIGNATURE) and index:
            yield index, request
            index = None


def torn(requests):
    """Those of them that are of two states: a publish came between. What is in a snapshot is of one state for ever."""
    def state(request):
        place = request["path"].rpartition("/repodata/")[0]
        return place if "/snapshots/" in place else request["served_from"]
    return [pair for pair in pairs(requests) if state(pair[0]) != state(pair[1])]


def listed(state):
    """What clients that have the Release and repomd.xml of a state may ask for, as paths below it."""
    for release in state.glob("apt-*/dists/*/Release"):
        place = release.parent.relative_to(state)
        for digest, name in re.findall(r"^ ([0-9a-f]{64}) +\d+ (\S+)$", release.read_text(), re.MULTILINE):
            yield place / Path(name).parent / "by-hash/SHA256" / digest
        for packages in release.parent.glob("*/*/Packages"):
            for name in re.findall(r"^Filename: (.*)$", packages.read_text(), re.MULTILINE):
                yield place.parent.parent / name
    for repository in (state / "yum").iterdir():
        tree = trees.YumTree(repository, None)
        files = [tree.file(kind) for kind in ("primary", "filelists", "other")] + tree.rpms()
        snapshot = state / (repository / "mirrorlist").read_text().strip().removeprefix(f"{site.URL}/")
        names = [INDEX[1:], SIGNATURE[1:], *(path.relative_to(repository) for path in files)]
        files += [snapshot / name for name in names]
        yield from (path.relative_to(state) for path in files)


class Loops(unittest.TestCase):
    """Beside the same publishes, on nginx."""

    @classmethod
    def setUpClass(cls):
        cls.site = site.Site()
        cls.site.publish(*site.small("1.0-1"))
        cls.server = SiteServer(cls.site.public, lines=cls.site.web_server())
        cls.addClassCleanup(cls.server.close)
        cls.squid = cls.server.squid()
        cls.loops = {}
        for name, kind in (APT | YUM).items():
            cls.add(name, kind)
        for name, kind in YUM.items():
            cls.add(f"{name}, mirror list", kind, cls.use_the_mirror_list)
        for name in THROUGH_SQUID:
            cls.add(f"{name}, squid", (APT | YUM)[name], cls.use_squid)
        versions = [f"1.0-{number + 2}" for number in range(PUBLISHES)]
        files = cls.site.signed([file for version in versions for file in site.small(version)])
        cls.server.requests()
        cls.publish_beside([files[2 * number:2 * number + 2] for number in range(PUBLISHES)])
        cls.requests = cls.server.requests()
        for loop in cls.loops.values():
            print(loop.report() + cls.gaps(loop), flush=True)

    @classmethod
    def add(cls, name, kind, prepare=None):
        client = kind(cls.server)
        cls.addClassCleanup(client.__exit__)
        client.add()
        if prepare:
            prepare(client)
        address = ADDRESS if "squid" in name else cls.server.address(client.root)
        cls.loops[name] = Loop(name, client, address)

    @classmethod
    def publish_beside(cls, publishes):
        """Publishes without a pause; clients work until that is done."""
        done = threading.Event()
        waiting = queue.SimpleQueue()
        for loop in cls.loops.values():
            waiting.put(loop)

        def work():
            while not done.is_set():
                loop = waiting.get()
                loop.once()
                waiting.put(loop)

        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            workers = [pool.submit(work) for _ in range(AT_ONCE)]
            took = []
            try:
                for files in publishes:
                    begun = time.monotonic()
                    cls.site.publish(*files, signed=True)
                    took.append(time.monotonic() - begun)
            finally:
                done.set()
            for worker in workers:
                worker.result()
        print(f"{len(took)} publishes in {sum(took):.0f} s, {statistics.median(took):.2f} s each", flush=True)

    @classmethod
    def gaps(cls, loop):
        """How far apart a client asks for repomd.xml and its signature, and how often a publish came between."""
        if not isinstance(loop.client, site_clients.Rpm):
            return ""
        found = list(pairs(cls.of(loop)))
        times = [1000 * (signature["time"] - index["time"]) for index, signature in found]
        return (f"; repomd.xml to signature {statistics.median(times):.0f} ms, at most {max(times):.0f} ms, "
                f"{len(torn(cls.of(loop)))} of {len(found)} pairs torn")

    @classmethod
    def of(cls, loop, since=0, until=float("inf")):
        """What nginx was asked by a client."""
        return [request for request in cls.requests
                if request["client"] == loop.address and since <= request["time"] <= until]

    @classmethod
    def use_the_mirror_list(cls, client):
        for place in ("/etc/yum.repos.d", "/etc/zypp/repos.d"):
            file = client.root.inside(f"{place}/{NAME}.repo")
            if file.exists():
                lines = [f"mirrorlist={line.split('=', 1)[1].strip().rstrip('/')}/mirrorlist"
                         if line.startswith("baseurl") else line for line in file.read_text().splitlines()]
                file.write_text("\n".join(lines) + "\n")
        # zypper keeps a list for ten minutes otherwise, and would have the same state throughout.
        client.root.write("/etc/zypp/zypp.conf", "[main]\nrepo.refresh.delay = 0\n")

    @classmethod
    def use_squid(cls, client):
        proxy = f"http://{ADDRESS}:{cls.squid.port}"
        for path in (site_manual.LIST, f"/etc/yum.repos.d/{NAME}.repo"):
            file = client.root.inside(path)
            if file.exists():
                file.write_text(file.read_text().replace("https:", "http:"))
        client.root.write("/etc/apt/apt.conf.d/proxy", f'Acquire::http::Proxy "{proxy}";\n')
        configuration = client.root.inside("/etc/dnf/dnf.conf")
        if configuration.exists():
            configuration.write_text(configuration.read_text() + f"proxy={proxy}\n")

    def never_failed(self, names):
        for name in names:
            with self.subTest(name):
                self.assertEqual([trouble.text for trouble in self.loops[name].troubles], [])

    def test_all_worked(self):
        """Every client went round often enough to meet publishes, and saw their packages."""
        for loop in self.loops.values():
            with self.subTest(loop.name):
                self.assertGreaterEqual(loop.rounds, ROUNDS)
                self.assertGreaterEqual(len(loop.versions - {None}), VERSIONS)

    def test_apt(self):
        self.never_failed(APT)

    def test_yum(self):
        """What fails is the check of one state's file against the other's signature, and nothing else."""
        for name in (*YUM, "dnf 4.23, squid"):
            loop = self.loops[name]
            for trouble in loop.troubles:
                with self.subTest(name):
                    requests = self.of(loop, trouble.begun, trouble.ended)
                    said = "\n".join([trouble.text, *map(str, requests)])
                    self.assertTrue(torn(requests), said)
                    self.assertRegex(trouble.text, r"(?i)signature|GPG", said)

    def test_yum_with_a_mirror_list(self):
        self.never_failed(f"{name}, mirror list" for name in YUM)
        for name in YUM:
            self.assertEqual(torn(self.of(self.loops[f"{name}, mirror list"])), [])

    def test_through_squid(self):
        self.never_failed(f"{name}, squid" for name in THROUGH_SQUID if name in APT)
        requests = [request for request in self.squid.requests() if HOST in request["url"]]
        outcomes = collections.Counter(request["outcome"] for request in requests)
        print(f"squid: {dict(outcomes)}", flush=True)
        kept = sum(count for name, count in outcomes.items() if "HIT" in name or "UNMODIFIED" in name)
        self.assertGreater(kept, 0, outcomes)

    def test_nothing_was_missing(self):
        """Nothing was asked for that isn't there, nor could be: what older states list is still served."""
        self.assertEqual(self.server.failures(self.requests), [])
        states = sorted((self.site.folder / "generations").iterdir())
        self.assertEqual(len(states), PUBLISHES + 1)
        files = {path for state in states for path in listed(state)}
        self.assertGreater(len(files), PUBLISHES)
        self.assertEqual([str(path) for path in sorted(files) if not (self.site.public / path).is_file()], [])

    def test_the_end(self):
        """Once it is quiet all have the last version, those that failed before as well."""
        for loop in self.loops.values():
            with self.subTest(loop.name):
                before = len(loop.troubles)
                loop.once()
                self.assertEqual([trouble.text for trouble in loop.troubles[before:]], [])
                self.assertEqual(loop.client.version(), f"1.0-{PUBLISHES + 1}")

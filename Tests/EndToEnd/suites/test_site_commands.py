"""The commands that look after a site, with what real clients then see: promote, prune, rollback, remove, refresh and status,
export; and what publish refuses and leaves alone.
"""

import json
import os
import re
import stat
import tarfile
import time
import unittest
from pathlib import Path

from harness import openpgp, product, site, site_clients, site_manual, tiny, trees
from harness.network_agent import NAME
from harness.site_server import SiteServer
from harness.throwaway import Root

OLD, NEW = "1.0.0-1", "1.1.0-1"
CHANNELS = "channels: [stable, beta]\n"
BETA = "channels/beta"
BUSY_OR_OTHER_BYTES, DAMAGED, SOMETHING_TO_DO, WRONG = 5, 2, 1, 64


def state(published):
    """Everything that is served and stored: what it is, its permissions and its time."""
    found = {}
    for top in (published.public.resolve(), published.folder / "store"):
        for path in [top, *top.rglob("*")]:
            status = path.lstat()
            found[str(path)] = (status.st_ino, status.st_mode, status.st_mtime_ns, status.st_size)
    return found


def answer(result):
    """What a command said with --json."""
    if not result.out.startswith("{"):
        raise AssertionError(f"no JSON: {result}")
    return json.loads(result.out)


def plan_and_do(test, published, verb, *words):
    """A dry run, which changes nothing, then the command: both say the same. Returns what the command said."""
    before = state(published)
    plan = answer(published.change(verb, *words, "--dry-run", "--json"))
    test.assertEqual(state(published), before)
    done = answer(published.change(verb, *words, "--json"))
    for what in ("changed", "packages", "signed", "deleted"):
        test.assertEqual(plan.get(what), done.get(what), what)
    test.assertEqual((plan["dry_run"], done["dry_run"]), (True, False))
    return done


def age(published, days):
    """Makes generations older, as if their publishes had been days before."""
    for path in (published.folder / "generations").iterdir():
        past = path.stat().st_mtime - days * 86_400
        os.utime(path, (past, past))


def release(published, root="apt-bookworm"):
    """The fields of a Release."""
    text = (published.public / root / "dists/bookworm/Release").read_text()
    return dict(re.findall(r"^([\w-]+): (.*)$", text, re.MULTILINE))


def both(version):
    """The agent and its runtime."""
    return site.small(version) + site.small(version, f"{NAME}-jre")


class Commands(unittest.TestCase):
    """What the tests have in common: a site, a server, clients."""

    def published(self, *, codenames=("bookworm",), more=CHANNELS, **options):
        made = site.Site(codenames=codenames, more=more, **options)
        self.addCleanup(self.sound, made)
        return made

    def sound(self, published):
        """Whatever was done to a site, it is whole."""
        if published.public.exists():
            result = published.verify()
            self.assertEqual(result.code, 0, result)

    def served(self, published):
        server = SiteServer(published.public, lines=published.web_server())
        self.addCleanup(server.close)
        return server

    def client(self, kind, server, channel=""):
        client = kind(server)
        self.addCleanup(client.__exit__)
        if not channel:
            client.add()
        elif issubclass(kind, site_clients.Apt):
            client.add()
            client.must("sed", "-i", f"s,dist.sectigo.com/,&{channel}/,", site_manual.LIST)
            client.must("apt-get", *client.QUIET, "update")
        else:
            client.must(*client.ADD[:-1], site_manual.REPO_FILE.replace("/scm/", f"/{channel}/scm/"))
            client.must(client.PROGRAM, "-y", site_clients.STRICT, "makecache")
        return client

    def sees(self, client, version):
        """An update, and then that is the newest version that the client would install."""
        result = client.update()
        self.assertEqual(result.code, 0, result)
        self.assertNotRegex(result.said, r"(?m)^(W|E|Err|Warning|Error): ?")
        self.assertEqual(self.candidate(client), version)

    def candidate(self, client):
        if isinstance(client, site_clients.Apt):
            found = re.search(r"Candidate: (\S+)", client.must("apt-cache", "policy", NAME).out)
            return found and found[1]
        words = ["repoquery", "--quiet", "--latest-limit=1", "--queryformat", "%{version}-%{release}", NAME]
        return client.must(client.PROGRAM, "-C", *words).out.strip() or None

    def fails(self, published, verb, *words, code, says):
        """A command that refuses; the site stays as it is."""
        before = state(published)
        result = published.agentpack(verb, *published.place, *words)
        self.assertEqual(result.code, code, result)
        self.assertRegex(result.err, says)
        self.assertEqual(state(published), before)


class Promotion(Commands):
    def test_promote(self):
        made = self.published()
        made.publish(*both(OLD))
        made.change("publish", "--channel", "beta", *made.signed(both(NEW)))
        server = self.served(made)
        kinds = (site_clients.AptBookworm, site_clients.DnfBookworm)
        clients = {channel: [self.client(kind, server, channel) for kind in kinds] for channel in ("", BETA)}
        for channel, version in (("", OLD), (BETA, NEW)):
            for client in clients[channel]:
                self.sees(client, version)
        self.fails(made, "promote", "stable", "stable", "--dry-run", code=WRONG, says="promoted to itself")
        self.fails(made, "promote", "betta", "stable", "--dry-run", code=WRONG, says="Did you mean beta")

        # A product's name is that of its runtime, too.
        done = plan_and_do(self, made, "promote", "beta", "stable", NAME)
        self.assertEqual(
            [(line["format"], line["name"], line["version"], line["action"]) for line in done["packages"]],
            [(kind, name, NEW, "add") for kind in ("deb", "rpm") for name in (NAME, f"{NAME}-jre")])
        for client in (*clients[""], *clients[BETA]):
            self.sees(client, NEW)
            for name in (NAME, f"{NAME}-jre"):
                result = client.install(name)
                self.assertEqual(client.version(name), NEW, result)
        for file in (f"apt-bookworm/pool/main/s/{NAME}/{NAME}_{NEW}_amd64.deb",
                     f"yum/x86_64/Packages/{NAME}-{NEW}.x86_64.rpm"):
            self.assertTrue(os.path.samefile(made.public / file, made.public / BETA / file))
        labels = [release(made, f"{channel}apt-bookworm")["Label"] for channel in ("", f"{BETA}/")]
        self.assertEqual(labels, ["Sectigo", "Sectigo beta"])
        self.assertEqual(server.failures(), [])

        before = state(made)
        again = answer(made.change("promote", "beta", "stable", NAME, "--json"))
        self.assertEqual((again["changed"], {line["action"] for line in again["packages"]}), (False, {"keep"}))
        self.assertEqual(state(made), before)


class Pruning(Commands):
    RETENTION = CHANNELS + "retention: {{ versions: 2 }}\nindex_retention: {{ generations: {}, hours: 1 }}\n"

    def test_prune(self):
        made = self.published(more=self.RETENTION.format(1))
        versions = [f"1.{number}.0-1" for number in range(5)]
        made.publish(*site.small(versions[0]))
        made.change("promote", "stable", "beta")
        for version in versions[1:3]:
            made.publish(*site.small(version))
        server = self.served(made)
        apt = self.client(site_clients.AptBookworm, server)
        dnf = self.client(site_clients.DnfBookworm, server)
        old = site.Shown(made.public).public
        made.publish(*site.small(versions[3]))
        done = plan_and_do(self, made, "prune")
        self.assertEqual(
            [(line["format"], line["version"], line["channel"]) for line in done["packages"]],
            [(kind, version, "stable") for kind in ("deb", "rpm") for version in versions[:2]])
        self.assertNotIn("deleted", done)

        # Machines that have read the indexes of before still get what those say.
        apt.must("apt-get", *apt.QUIET, "install", f"{NAME}={versions[1]}")
        dnf.must("dnf", "-y", "--setopt=metadata_expire=never", "install", f"{NAME}-{versions[1]}")
        self.assertEqual([apt.version(), dnf.version()], [versions[1]] * 2)
        self.reads_old_indexes(server, made, old, versions[2])

        # Two days later, and a publish after that, nobody does.
        age(made, 2)
        made.publish(*site.small(versions[4]))
        age(made, 2)
        done = plan_and_do(self, made, "prune")
        self.assertEqual([line["version"] for line in done["packages"]], [versions[2]] * 2)
        self.assertEqual([path for path in done["deleted"] if path.startswith("store/deb")],
                         [f"store/deb/main/s/{NAME}/{NAME}_{versions[1]}_amd64.deb"])
        self.assertEqual([path for path in done["deleted"] if path.startswith("store/rpm")],
                         [f"store/rpm/{NAME}-{versions[1]}.x86_64.rpm"])
        self.assertTrue([path for path in done["deleted"] if path.startswith("generations/")])
        for path in done["deleted"]:
            self.assertFalse((made.folder / path).exists(), path)
        # What beta points at is there.
        [stable, beta] = [trees.AptTree(made.public / place, site.key("apt"))
                          for place in ("apt-bookworm", f"{BETA}/apt-bookworm")]
        self.assertEqual((stable.versions(), beta.versions()), (set(versions[3:]), {versions[0]}))
        self.assertTrue(all(path.exists() for path in beta.debs()))
        self.sees(apt, versions[4])
        self.sees(dnf, versions[4])
        before = state(made)
        self.assertFalse(answer(made.change("prune", "--json"))["changed"])
        self.assertEqual(state(made), before)

    def reads_old_indexes(self, server, made, old, version):
        """A cache between a machine and the site has an InRelease of before, and asks the site for everything else."""
        shown = site.Shown(made.public)
        for name in ("InRelease", "Release", "Release.gpg"):
            path = shown.public / "apt-bookworm/dists/bookworm" / name
            path.write_bytes((old / path.relative_to(shown.public)).read_bytes())
        server.serve(shown.public)
        server.requests()
        with site_clients.AptBookworm(server) as client:
            client.add()
            self.assertEqual(self.candidate(client), version)
        requests = [request["path"] for request in server.requests()]
        self.assertTrue(any("/by-hash/" in path for path in requests), requests)
        server.serve(made.public)


class Rollback(Commands):
    def test_rollback(self):
        made = self.published(codenames=("bookworm", "trixie"))
        made.publish(*site.small(OLD))
        server = self.served(made)
        made.publish(*site.small(NEW))
        kinds = (site_clients.AptBookworm, site_clients.AptTrixie, site_clients.DnfBookworm)
        clients = [self.client(kind, server) for kind in kinds]
        for client in clients:
            result = client.install(NAME)
            self.assertEqual(client.version(), NEW, result)
        before = [release(made)["Date"], self.revision(made)]
        self.fails(made, "rollback", "--to", "7", "--dry-run", code=WRONG, says="no generation 7(?s:.*)There are: 1")
        done = plan_and_do(self, made, "rollback")
        self.assertEqual([(line["action"], line["version"]) for line in done["packages"]],
                         [("remove", NEW), ("remove", NEW)])
        self.assertEqual(done["generation"], 3)
        self.assertGreater(self.revision(made), before[1])
        dates = [time.strptime(text, "%a, %d %b %Y %H:%M:%S UTC") for text in (before[0], release(made)["Date"])]
        self.assertGreaterEqual(dates[1], dates[0])
        for client in clients:
            # What is installed stays, and can be replaced by hand.
            if isinstance(client, site_clients.Apt):
                self.sees(client, NEW)
                client.must("apt-get", *client.QUIET, "install", "--allow-downgrades", f"{NAME}={OLD}")
            else:
                self.sees(client, OLD)
                client.must(client.PROGRAM, "-y", "downgrade", NAME)
            self.assertEqual(client.version(), OLD)
        self.assertEqual(server.failures(), [])
        # The next one undoes it; then a publish goes on from there.
        self.assertEqual(answer(made.change("rollback", "--json"))["generation"], 4)
        for client in clients:
            result = client.update()
            self.assertEqual(result.code, 0, result)
            client.install(NAME)
            self.assertEqual(client.version(), NEW)

    def revision(self, made):
        return int(re.search(r"<revision>(\d+)", (made.public / "yum/x86_64/repodata/repomd.xml").read_text())[1])

    def test_damaged(self):
        """Somebody changed what is served: nothing is carried over, and the older generation is taken whole."""
        made = self.published()
        made.publish(*site.small(OLD))
        server = self.served(made)
        client = self.client(site_clients.AptBookworm, server)
        made.publish(*site.small(NEW))
        trees.flip(made.public / "apt-bookworm/dists/bookworm/main/binary-amd64/Packages.gz")
        self.assertEqual(made.verify().code, DAMAGED)
        self.fails(made, "publish", *made.signing, *made.signed(site.small("1.2.0-1")), code=DAMAGED,
                   says=r"agentpack repo rollback")
        done = plan_and_do(self, made, "rollback")
        self.assertIn("apt-bookworm/dists/bookworm", done["signed"])
        self.sees(client, OLD)


class Removal(Commands):
    def test_remove(self):
        made = self.published(more=CHANNELS + "index_retention: { generations: 1, hours: 1 }\n")
        made.publish(*site.small(OLD))
        made.publish(*site.small(NEW))
        server = self.served(made)
        clients = [self.client(kind, server) for kind in (site_clients.AptBookworm, site_clients.DnfBookworm)]
        self.fails(made, "remove", NAME, "9.9", "--dry-run", code=WRONG, says="has no package(?s:.*)agentpack repo list")
        done = plan_and_do(self, made, "remove", NAME, NEW.partition("-")[0])
        self.assertEqual([(line["format"], line["version"]) for line in done["packages"]], [("deb", NEW), ("rpm", NEW)])
        for client in clients:
            self.sees(client, OLD)
        listed = answer(made.agentpack("list", *made.place, "--json"))["packages"]
        self.assertEqual({line["version"] for line in listed}, {OLD})
        files = [made.folder / f"store/deb/main/s/{NAME}/{NAME}_{NEW}_amd64.deb",
                 made.folder / f"store/rpm/{NAME}-{NEW}.x86_64.rpm"]
        made.change("prune")
        self.assertTrue(all(file.exists() for file in files))
        age(made, 2)
        # Of the served generation and the one before it, the latter offers it still.
        made.publish(*site.small("1.2.0-1"))
        age(made, 2)
        made.change("prune")
        self.assertEqual([file for file in files if file.exists()], [])
        self.assertEqual(server.failures(), [])


class Expiry(Commands):
    def test_status_and_refresh(self):
        # Keys that were there at that time.
        words = ("--cert-digest-algo", "SHA512", "--faked-system-time", openpgp.LONG_AGO)
        keys = {role: openpgp.generate(f"old-{role}", options=words) for role in site.ROLES}
        made = self.published(valid_days=8, keys=keys)
        past = int(time.time()) - 5 * 86_400
        made.change("publish", "--date", past, *made.signed(site.small(OLD)))
        server = self.served(made)
        client = self.client(site_clients.AptBookworm, server)
        for days, code in ((3, 0), (4, SOMETHING_TO_DO)):
            result = made.agentpack("status", *made.place, "--json", "--date", past + days * 86_400)
            self.assertEqual(result.code, code, result)
            self.assertEqual({part["due"] for part in answer(result)["parts"] if "apt-" in part["path"]}, {days == 4})
        result = made.agentpack("status", *made.place)
        self.assertEqual(result.code, SOMETHING_TO_DO)
        self.assertIn("run agentpack repo refresh", result.out)
        before, files = release(made), self.indexes(made)
        done = plan_and_do(self, made, "refresh")
        self.assertEqual(done["signed"], [f"{channel}apt-bookworm/dists/bookworm" for channel in ("", f"{BETA}/")])
        self.assertEqual(self.indexes(made), files)
        self.assertEqual({name for name in before if before[name] != release(made)[name]}, {"Date", "Valid-Until"})
        self.assertEqual(made.agentpack("status", *made.place).code, 0)
        self.sees(client, OLD)
        self.assertEqual(server.failures(), [])
        done = state(made)
        self.assertIn("unchanged", made.change("refresh").out)
        self.assertEqual(state(made), done)

    def indexes(self, made):
        """Everything of the repositories but what is signed."""
        return {str(path.relative_to(made.public)): (path.stat().st_ino, path.stat().st_mtime_ns)
                for path in made.public.rglob("*") if path.is_file() and path.name not in (
                    "Release", "Release.gpg", "InRelease") and path.suffix != ".html"}


class Export(Commands):
    def test_export(self):
        made = self.published(codenames=("bookworm", "trixie"))
        for version in (OLD, NEW):
            made.publish(*both(version))
        tar = product.scratch() / "export.tar"
        for words, says in ((["--codename", "bokworm", "--codename", "trixie"], "Did you mean bookworm"),
                            (["--arch", "amd46"], "Did you mean amd64"), (["--channel", "betta"], "Did you mean beta")):
            self.fails(made, "export", "-o", tar, *words, code=WRONG, says=says)
            self.assertFalse(tar.exists())
        plan = made.agentpack("export", *made.place, "-o", tar, "--arch", "amd64", "--versions", "1", "--dry-run")
        self.assertFalse(tar.exists())
        result = made.agentpack("export", *made.place, "-o", tar, "--arch", "amd64", "--versions", "1", umask=0o077)
        self.assertEqual(result.code, 0, result)
        with tarfile.open(tar) as archive:
            members = archive.getmembers()
        self.assertEqual([member.name for member in members], plan.out.splitlines())
        self.assertEqual({(member.mode, member.uid, member.isreg()) for member in members}, {(0o644, 0, True)})
        names = [Path(member.name).name for member in members if member.name.endswith((".deb", ".rpm"))]
        self.assertTrue(names and all(NEW in name for name in names), names)
        first = tar.read_bytes()
        made.agentpack("export", *made.place, "-o", tar, "--arch", "x86_64", "--versions", "1")
        self.assertEqual(tar.read_bytes(), first)
        self.apt(tar, "bookworm-apt", "bookworm", "file")
        self.apt(tar, "trixie-apt", "trixie", "copy")
        self.dnf(tar)

        result = made.agentpack("export", *made.place, "-o", tar, "--codename", "trixie")
        self.assertEqual(result.code, 0, result)
        with tarfile.open(tar) as archive:
            names = archive.getnames()
        self.assertFalse([name for name in names if name.startswith(("yum", "apt-bookworm", "channels"))])
        self.assertEqual(len([name for name in names if name.endswith(".deb")]), 4)

    def unpacked(self, tar, base):
        """A machine without a network that has the archive."""
        root = Root.of(base, watched=False)
        self.addCleanup(root.close)
        root.copy_in(tar, "/root/export.tar", mode=0o644)
        self.must(root, "sh", "-ec", "umask 022; mkdir /srv/site; tar -C /srv/site -xf /root/export.tar")
        return root

    def must(self, root, *command):
        result = root.run(*command)
        self.assertEqual(result.code, 0, f"{command}: {result}")
        return result

    def apt(self, tar, base, codename, method):
        root = self.unpacked(tar, base)
        self.must(root, "sh", "-ec", f"""
            gpg --dearmor -o {site_manual.KEYRING} /srv/site/{site.PREFIX}/apt-sign.gpg
            find /etc/apt/sources.list /etc/apt/sources.list.d ! -type d -delete
            echo 'deb [signed-by={site_manual.KEYRING}] {method}:/srv/site/apt-{codename} {codename} main' > {site_manual.LIST}
            """)
        result = self.must(root, "apt-get", "-q", "-y", "update")
        self.assertNotRegex(result.said, r"(?m)^(W|E|Err|Warning|Error): ?")
        self.must(root, "apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0", "install", NAME)
        self.assertIn(NEW, self.must(root, "dpkg-query", "-W", NAME).out)
        # The signature is what makes it good.
        trees.flip(root.path / f"srv/site/apt-{codename}/dists/{codename}/InRelease", 200)
        self.assertNotRegex(root.run("apt-get", "-q", "-y", "update").said, r"\A(?!(?s:.*)(BADSIG|Err|E:|W:))")

    def dnf(self, tar):
        root = self.unpacked(tar, "bookworm-rpm")
        keys = "\n  ".join(f"file:///srv/site/{site.PREFIX}/{site.FILES[role]}" for role in ("rpm", "rpm-next"))
        root.write("/etc/yum.repos.d/site.repo", f"[site]\nname=site\nbaseurl=file:///srv/site/yum/$basearch\nenabled=1\n"
                   f"gpgcheck=1\nrepo_gpgcheck=1\ngpgkey={keys}\n")
        self.must(root, "dnf", "-y", site_clients.STRICT, "install", NAME)
        self.assertIn(NEW.partition("-")[0], self.must(root, "rpm", "-q", NAME).out)


class Publishing(Commands):
    """What publish refuses or leaves alone; who looks at it is the file system."""

    def test_permissions(self):
        made = self.published()
        packages = made.signed(both(OLD))
        made.change("publish", *packages, umask=0o077)
        made.change("promote", "stable", "beta", umask=0o077)
        found = {}
        for path in [made.folder, *made.folder.rglob("*/*")]:
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode):
                found.setdefault((stat.S_ISDIR(mode), oct(stat.S_IMODE(mode))), path)
        self.assertEqual(set(found), {(True, "0o755"), (False, "0o644")}, found)

        # The same again, whatever the clock says: not even a time changes.
        before = state(made)
        again = answer(made.change("publish", "--json", *packages))
        self.assertFalse(again["changed"])
        self.assertEqual(state(made), before)

    def test_refusals(self):
        made = self.published()
        made.publish(*site.small(OLD))
        other = tiny.Package(NAME, OLD, content=b"other\n")
        strange = tiny.Package(NAME, "1.2.0_1-1")
        folder = product.scratch() / "refused"
        folder.mkdir()
        deb, rpm = made.signed([tiny.deb(other, folder), tiny.rpm(other, folder)])
        stranger = tiny.rpm(tiny.Package(NAME, "1.3.0-1"), folder)
        openpgp.sign_package(stranger, openpgp.key("stranger"))
        unsigned = tiny.rpm(tiny.Package(NAME, "1.4.0-1"), folder)
        typo = made.signed(site.small(NEW, NAME.replace("agent", "agnet")))
        new = made.signed(site.small(NEW))
        good = [*made.signing]
        for words, code, says in (
                ([*good, deb], BUSY_OR_OTHER_BYTES, "other bytes(?s:.*)higher --release"),
                ([*good, rpm], BUSY_OR_OTHER_BYTES, "other bytes"),
                ([*good, stranger], DAMAGED, "can't be published(?s:.*)sign"),
                ([*good, unsigned], DAMAGED, "can't be published(?s:.*)sign"),
                ([*good, tiny.deb(strange, folder)], DAMAGED, "field Version is"),
                ([*good, typo[0]], WRONG, f"which no product lists(?s:.*)Did you mean {NAME}"),
                ([*good, typo[1]], WRONG, "which no product lists(?s:.*)--unlisted"),
                # A good file beside a bad one isn't published, either.
                ([*good, *new, deb], BUSY_OR_OTHER_BYTES, "other bytes"),
                (["--signer-command", "/bin/false", *new], SOMETHING_TO_DO, "false")):
            with self.subTest(says=says, code=code):
                served = state(made)
                result = made.agentpack("publish", *made.place, *words)
                self.assertEqual(result.code, code, result)
                self.assertRegex(result.err, says)
                # A package may be in the store before a signer fails: nothing offers it, and the next publish takes it.
                self.assertEqual({path: it for path, it in state(made).items() if "/store/" not in path and not
                                  path.endswith("/store")},
                                 {path: it for path, it in served.items() if "/store/" not in path and not
                                  path.endswith("/store")})
        listed = answer(made.agentpack("list", *made.place, "--json"))["packages"]
        self.assertEqual({line["version"] for line in listed}, {OLD})
        made.change("publish", *new)
        made.change("publish", "--unlisted", *typo)

    def test_nothing_is_published_yet(self):
        made = site.Site(codenames=("bookworm",), more=CHANNELS)
        for verb, *words in (["list"], ["status"], ["prune"], ["prune", "--dry-run"], ["rollback"], ["remove", NAME],
                             ["promote", "stable", "beta"], ["export", "-o", product.scratch() / "none.tar"]):
            with self.subTest(verb, words=words):
                signing = made.signing if verb not in ("list", "status", "export") else []
                result = made.agentpack(verb, *made.place, *signing, *words)
                self.assertEqual(result.code, WRONG, result)
                self.assertIn("hint: ", result.err)


class Beginning(unittest.TestCase):
    """`init`, as a new user begins, and what the shell completes."""

    def test_init(self):
        folder = product.scratch() / "beginning"
        folder.mkdir()
        result = product.agentpack("repo", "init", cwd=folder)
        self.assertEqual(result.code, 0, result)
        self.assertIn("agentpack repo publish dist/*", result.err)
        result = product.agentpack("repo", "init", cwd=folder)
        self.assertEqual(result.code, WRONG, result)
        self.assertIn("is there already", result.err)
        result = product.agentpack("repo", "publish", "x.deb", cwd=folder)
        self.assertEqual(result.code, WRONG, result)
        self.assertIn("agentpack keys generate --gpg", result.err)
        result = product.agentpack("repo", "init", "other", "--template", "minimall", cwd=folder)
        self.assertEqual(result.code, WRONG, result)
        self.assertIn("Did you mean minimal?", result.err)

    def test_completion_knows_the_commands(self):
        for shell in ("bash", "zsh", "fish"):
            text = product.agentpack("--generate-completion-script", shell).out
            for verb in ("promote", "prune", "rollback", "export", "remove", "status", "refresh", "list", "init"):
                self.assertIn(verb, text, shell)

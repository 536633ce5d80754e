"""Package managers in throw-away roots that have a published site added, in the words of scripts rather than of people."""

import re

from . import product, site_manual
from .network_agent import NAME
from .throwaway import Root

# A repository that can't be reached is an error, which Debian's dnf.conf has otherwise.
STRICT = "--setopt=skip_if_unavailable=0"
FETCH = "import sys, urllib.request as r; open(sys.argv[2], 'wb').write(r.urlopen(sys.argv[1]).read())"


class Client:
    """A machine with a package manager. BASE is its base root; a subclass says how things are done there."""

    BASE = None
    # A program that those of `run` are run with.
    before = ()

    def __init__(self, server, *, layer=None):
        self.root = Root.of(self.BASE, layer=layer, watched=False)
        self.server = server
        server.connect(self.root)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.root.close()

    def run(self, *command):
        return self.root.run(*self.before, *command)

    def must(self, *command):
        result = self.run(*command)
        if result.code != 0:
            raise AssertionError(f"{type(self).__name__}: {command}: {result}")
        return result

    def keep(self, name):
        """Keeps what was changed as a layer for others of this kind; returns its directory."""
        folder = product.scratch() / f"client-{name}"
        folder.mkdir()
        self.root.save_layer(folder)
        return folder

    def add(self):
        """Adds the site, accepting its keys."""
        raise NotImplementedError

    def update(self):
        """Reads the repository again; returns the result."""
        raise NotImplementedError

    def install(self, *names):
        """Installs packages, or their newest versions; returns the result."""
        raise NotImplementedError

    def version(self, name=NAME):
        """The installed version, None where there is none."""
        raise NotImplementedError


class Apt(Client):
    """apt-get, with what the manual has administrators type."""

    QUIET = ("-q", "-y", "-o", "Dpkg::Use-Pty=0")

    def add(self):
        for line in (site_manual.ADD_KEY, site_manual.ADD_REPOSITORY):
            self.must("sh", "-ec", site_manual.as_root(line))
        # The distribution's own can't be reached from here.
        self.must("sh", "-ec", f"find /etc/apt/sources.list /etc/apt/sources.list.d ! -type d ! -path {site_manual.LIST} "
                  "-delete")
        self.must("apt-get", *self.QUIET, "update")

    def update(self):
        return self.run("apt-get", *self.QUIET, "update")

    def forget(self):
        """As if the repository had never been read."""
        self.must("find", "/var/lib/apt/lists", "-type", "f", "-delete")

    def install(self, *names):
        return self.run("apt-get", *self.QUIET, "install", *names)

    def version(self, name=NAME):
        result = self.run("dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Version}", name)
        found = re.fullmatch(r"installed (\S+)", result.out)
        return found and found[1]


class AptBullseye(Apt):
    BASE = "bullseye-apt"


class AptBookworm(Apt):
    BASE = "bookworm-apt"


class AptTrixie(Apt):
    BASE = "trixie-apt"


class Rpm(Client):
    """What the clients of YUM repositories have in common."""

    def version(self, name=NAME):
        result = self.run("rpm", "-q", "--queryformat", "%{VERSION}-%{RELEASE}", name)
        return result.out if result.code == 0 else None


class Dnf(Rpm):
    """dnf 4."""

    PROGRAM = "dnf"
    ADD = ("dnf", "config-manager", "--add-repo", site_manual.REPO_FILE)

    def add(self):
        self.must(*self.ADD)
        self.must(self.PROGRAM, "-y", STRICT, "makecache")

    def update(self):
        return self.run(self.PROGRAM, "-y", STRICT, "--refresh", "makecache")

    def install(self, *names):
        result = self.run(self.PROGRAM, "-y", STRICT, "install", *names)
        if result.code == 0:
            return self.run(self.PROGRAM, "-y", STRICT, "upgrade", *names)
        return result


class DnfBookworm(Dnf):
    BASE = "bookworm-rpm"


class DnfTrixie(Dnf):
    BASE = "trixie-rpm"


class Dnf5(Dnf):
    BASE, PROGRAM = "forky-rpm", "dnf5"
    ADD = ("dnf5", "config-manager", "addrepo", f"--from-repofile={site_manual.REPO_FILE}")


class Zypper(Rpm):
    """zypper, after `rpm --import` of all keys that the repository's file names: by itself it takes the one that has signed,
    and asks again when another does.
    """

    BASE = "trixie-rpm"
    WORDS = ("zypper", "--non-interactive")

    def add(self):
        self.must(*self.WORDS, "addrepo", "--refresh", site_manual.REPO_FILE)
        text = self.root.read(f"/etc/zypp/repos.d/{NAME}.repo")
        for url in re.findall(r"https://\S+\.asc", text):
            # `rpm --import URL` where there is curl, which rpm runs.
            self.must("/usr/bin/python3", "-c", FETCH, url, "/tmp/key.asc")
            self.must("rpm", "--import", "/tmp/key.asc")
        self.must(*self.WORDS, "refresh")

    def update(self):
        return self.run(*self.WORDS, "refresh", "--force")

    def install(self, *names):
        return self.run(*self.WORDS, "--no-refresh", "install", *names)


APT = {"bullseye": AptBullseye, "bookworm": AptBookworm, "trixie": AptTrixie}
YUM = {"dnf 4.14": DnfBookworm, "dnf 4.23": DnfTrixie, "dnf 5": Dnf5, "zypper": Zypper}

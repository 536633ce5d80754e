"""A dist site that `agentpack repo` publishes: its definition, its keys, and the commands."""

import functools
import json
import shutil
import tempfile
from pathlib import Path

from . import openpgp, process, product, server, tiny, trees
from .network_agent import NAME

URL = f"https://{server.SITE}"
# Where the documented files are below the site's top.
PREFIX = "scm/linux"
CODENAMES = ("bullseye", "bookworm", "trixie")
# The keys: of the two roles, their successors, which are published from the first day on, and those that follow these.
ROLES = ("apt", "apt-next", "rpm", "rpm-next")
LATER = ("apt-third", "rpm-third")
# Their files, whose names below the prefix never change.
FILES = {"apt": "apt-sign.asc", "apt-next": "apt-sign-2.asc", "apt-third": "apt-sign-3.asc",
         "rpm": "rpm-sign.asc", "rpm-next": "rpm-sign-2.asc", "rpm-third": "rpm-sign-3.asc"}

# As in templates/, with what a test chooses.
DEFINITION = """\
url: {url}
site: site
origin: Sectigo
label: Sectigo
prefix: {prefix}
products:
  - name: {product}
    packages: [{product}, {product}-jre]
    commands: {{ uninstall: sudo /opt/{product}/uninstall }}
{apt}{yum}keys:
{keys}{more}"""
APT = """\
apt:
  codenames: [{codenames}]
  keyring: /usr/share/keyrings/sectigo-archive-keyring.gpg
  list: sectigo
{more}"""
YUM = """\
yum:
  mirrorlist: true
"""


@functools.cache
def key(role):
    """The key of a role."""
    return openpgp.key(role)


@functools.cache
def home():
    """The GnuPG home of whoever publishes: all keys."""
    return openpgp.ring([key(role) for role in ROLES])


class Site:
    """A site of its own below a directory that a web server can read.

    `valid_days` is how long a Release is good, for ever unless said otherwise; `yum` whether there is a YUM repository,
    `contents` whether there are Contents, `more` more of the definition.
    `keys` are those of the roles, by their names, `key`'s where none are given.
    """

    def __init__(self, *, codenames=CODENAMES, yum=True, valid_days=None, contents=False, keys=None, more=""):
        self.keys = keys or {role: key(role) for role in ROLES}
        self.home = openpgp.ring(self.keys.values()) if keys else home()
        self.top = product.public_folder()
        self.folder = self.top / "site"
        self.codenames, self.yum, self.valid_days = codenames, yum, valid_days
        self.contents, self.more = contents, more
        self.definition = self.top / "dist.yaml"
        # For each role who is what, and who signs.
        self.roles = {role: {"current": role, "successor": f"{role}-next"} for role in ("apt", "rpm")}
        self.signed_by = {"apt": "current", "rpm": "current"}
        self.define()

    @property
    def public(self):
        return self.folder / "public"

    def define(self):
        """Writes the definition."""
        (self.top / "keys").mkdir(exist_ok=True)
        for role, made in self.keys.items():
            shutil.copyfile(made.public, self.top / "keys" / FILES[role])
        more = f"  valid_for: {self.valid_days}d\n  refresh: 1d\n" if self.valid_days else ""
        more += "  contents: true\n" if self.contents else ""
        apt = APT.format(codenames=", ".join(self.codenames), more=more) if self.codenames else ""
        keys = ""
        for role, places in self.roles.items():
            keys += f"  {role}:\n    signed_by: {self.signed_by[role]}\n"
            for place, name in places.items():
                entry = f"{{ fingerprint: {self.keys[name].fingerprint}, file: keys/{FILES[name]} }}"
                keys += f"    {place}: {f'[{entry}]' if place == 'retired' else entry}\n"
        self.definition.write_text(DEFINITION.format(
            url=URL, prefix=PREFIX, product=NAME, apt=apt, yum=YUM if self.yum else "", keys=keys,
            more=self.more))

    def both_sign(self):
        """The successors sign beside the keys of before, where a format allows two signatures."""
        self.signed_by = {"apt": "both", "rpm": "current"}
        self.define()

    def successors_sign(self):
        """The successors alone."""
        self.signed_by = {"apt": "successor", "rpm": "successor"}
        self.define()

    def successors_are_current(self):
        """They have successors of their own; the keys of before are no longer in use."""
        self.keys |= {role: key(role) for role in LATER}
        self.home = openpgp.ring(self.keys.values())
        self.roles = {role: {"current": f"{role}-next", "successor": f"{role}-third", "retired": role}
                      for role in self.roles}
        self.signed_by = {"apt": "current", "rpm": "current"}
        self.define()

    def signer(self, role):
        """The key that signs for a role."""
        place = self.signed_by[role]
        return self.keys[self.roles[role]["current" if place == "both" else place]]

    def agentpack(self, *words, **options):
        """Runs `agentpack repo`."""
        return product.agentpack("repo", *words, **options)

    def change(self, verb, *words, **options):
        """Runs a command that changes the site; an error when it fails."""
        result = self.agentpack(verb, *self.place, *self.signing, *words, **options)
        if result.code != 0:
            raise AssertionError(f"agentpack repo {verb} {words}: {result}")
        return result

    @property
    def place(self):
        return ["--definition", self.definition, "--site", self.folder]

    @property
    def signing(self):
        """How the commands that sign find the secret keys."""
        return ["--gpg-home", self.home]

    def publish(self, *files, signed=False, **options):
        """Publishes artifacts; copies of them that are signed, unless they are `signed` already."""
        return self.change("publish", *(files if signed else self.signed(files)), **options)

    def signed(self, files):
        """The artifacts, as they are published: copies, RPM packages and installers signed by the role's key."""
        folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        copies = [Path(shutil.copyfile(file, folder / Path(file).name)) for file in files]
        unsigned = [file for file in copies if file.suffix != ".deb"]
        if unsigned:
            result = product.agentpack("sign", *self.signer("rpm").options, *unsigned)
            if result.code != 0:
                raise AssertionError(f"agentpack sign: {result}")
        return copies

    def trees(self):
        """The repositories that are published now."""
        found = [trees.AptTree(folder, self.signer("apt")) for folder in sorted(self.public.glob("apt-*"))]
        return found + ([trees.YumTree(self.public / "yum/x86_64", self.signer("rpm"))] if self.yum else [])

    def verify(self, *words):
        """What `repo verify` says of the site."""
        return self.agentpack("verify", *self.place, *words)

    def verify_other(self, place, *words):
        """What it says of another place, with the site's public keys."""
        keys = [word for made in self.keys.values() for word in ("--key", made.public)]
        return self.agentpack("verify", place, *keys, *words)

    def web_server(self):
        """A file with nginx's lines for this site."""
        result = self.agentpack("web-server", "nginx", *self.place)
        if result.code != 0:
            raise AssertionError(f"agentpack repo web-server: {result}")
        file = self.top / "nginx.conf"
        file.write_text(result.out)
        return file


def faults(result):
    """What `repo verify --json` complains of: a list of dictionaries with severity, id, path and message."""
    if not result.out.startswith("{"):
        raise AssertionError(f"agentpack repo verify --json wrote no JSON: {result}")
    found = json.loads(result.out)["faults"]
    expected = 2 if any(fault["severity"] == "error" for fault in found) else 0
    if result.code != expected:
        raise AssertionError(f"agentpack repo verify: {result}")
    return found


def signers(where, *files):
    """The fingerprints of the keys of a home whose good signatures a file has: one with its text, or a signature and its
    file."""
    result = process.run(["gpg", "--homedir", where, "--batch", "--status-fd", "1", "--verify", *files])
    return {line.split()[2] for line in result.out.splitlines() if line.startswith("[GNUPG:] VALIDSIG ")}


class Shown:
    """A copy of a published site, as a mirror has it, to be changed; it can be served."""

    def __init__(self, public):
        self.public = trees.copy(public, product.public_folder() / "public")

    def apts(self):
        """The APT archives, one for each codename."""
        return [trees.AptTree(folder, key("apt")) for folder in sorted(self.public.glob("apt-*"))
                if (folder / "dists").is_dir()]

    def yum(self):
        """The YUM repository."""
        return trees.YumTree(self.public / "yum/x86_64", key("rpm"))


@functools.cache
def small(version, name=NAME):
    """A .deb and an .rpm, small ones, of the product's name unless said otherwise."""
    folder = Path(tempfile.mkdtemp(dir=product.scratch()))
    made = tiny.Package(name, version)
    return [tiny.deb(made, folder), tiny.rpm(made, folder)]

"""Repositories made by the programs that usually make them, signed: what our `repo verify` must accept, and is compared
and measured with; and mirrors, made by the programs that people mirror with.

A maker has a `folder`, of which `public` is what a web server shows, and methods that return the commands for the work, each
a list of words: `build` makes the repository of package files from nothing, `add` puts one more into it, `again` publishes
what is there.
"""

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

CODENAME, COMPONENT, ARCHITECTURE = "bookworm", "main", "amd64"
SIGN = "gpg --homedir {home} --batch --yes --no-tty --local-user {key}"


class Maker:
    """One program; `key` is an `openpgp.Key`. What `build` and `add` need beside the files is written at once."""

    def __init__(self, folder, key):
        self.folder, self.key = Path(folder).resolve(), key
        self.folder.mkdir(parents=True)
        self.environment = os.environ | {"GNUPGHOME": str(key.home), "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        self.prepare()

    def prepare(self):
        """Writes what configures the program."""

    def build(self, files):
        raise NotImplementedError

    def add(self, file):
        return self.build([file])

    def again(self):
        """The commands that publish anew what is there."""
        raise NotImplementedError

    def run(self, commands):
        """Runs commands that a method returned."""
        for command in commands:
            done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(f"{shlex.join(map(str, command))[:500]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def shell(self, text, **words):
        """A command of the shell; signatures are made by `$sign`."""
        sign = SIGN.format(home=self.key.home, key=self.key.fingerprint)
        return ["sh", "-ec", "sign='" + sign + "'; " + text, "sh", *map(str, words.values())]


def place(file, folder):
    """Puts a file into a directory, as a link where that can be."""
    target = Path(folder) / Path(file).name
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


class AptFtparchive(Maker):
    """Debian's own, with its cache and indexes by hash; packages are read from the pool."""

    def prepare(self):
        self.public = self.folder / "public"
        self.pool = self.public / "pool"
        binary = self.public / f"dists/{CODENAME}/{COMPONENT}/binary-{ARCHITECTURE}"
        for place in (self.pool, binary, self.folder / "cache"):
            place.mkdir(parents=True)
        (self.folder / "generate.conf").write_text(
            f'Dir {{ ArchiveDir "{self.public}"; CacheDir "{self.folder}/cache"; }};\n'
            'Default { Packages::Compress ". gzip xz"; };\n'
            f'TreeDefault {{ Directory "pool"; BinCacheDB "packages-$(ARCH).db";\n'
            f'    Packages "dists/{CODENAME}/$(SECTION)/binary-$(ARCH)/Packages"; }};\n'
            f'Tree "dists/{CODENAME}" {{ Sections "{COMPONENT}"; Architectures "{ARCHITECTURE}"; }};\n')
        options = {"Origin": "Peer", "Label": "Peer", "Suite": CODENAME, "Codename": CODENAME,
                   "Architectures": ARCHITECTURE, "Components": COMPONENT, "Acquire-By-Hash": "yes"}
        lines = "".join(f'  {name} "{value}";\n' for name, value in options.items())
        (self.folder / "release.conf").write_text(
            f"APT::FTPArchive::Release {{\n{lines}}};\n"
            + "".join(f'APT::FTPArchive::{name} "false";\n' for name in ("MD5", "SHA1", "SHA512")))

    def publish(self):
        return [["apt-ftparchive", "-q", "-o", "APT::FTPArchive::Contents=false", "generate", self.folder / "generate.conf"], self.shell(
            'cd "$1"; for binary in */binary-*; do mkdir -p $binary/by-hash/SHA256; for file in $binary/Packages*; do '
            "ln -f $file $binary/by-hash/SHA256/$(sha256sum <$file | cut -d' ' -f1); done; done; "
            'rm -f InRelease Release Release.gpg; apt-ftparchive -q -c "$2" release . >../Release; mv ../Release .; '
            "$sign --clear-sign --output InRelease Release; $sign --armor --detach-sign --output Release.gpg Release",
            place=self.public / "dists" / CODENAME, configuration=self.folder / "release.conf")]

    def build(self, files):
        for file in files:
            place(file, self.pool)
        return self.publish()

    def again(self):
        return self.publish()


class Reprepro(Maker):
    """Keeps a database of what it has; no indexes by hash."""

    def prepare(self):
        self.public = self.folder / "public"
        (self.folder / "conf").mkdir()
        (self.folder / "conf/options").write_text(f"outdir {self.public}\n")
        (self.folder / "conf/distributions").write_text(
            f"Origin: Peer\nLabel: Peer\nSuite: {CODENAME}\nCodename: {CODENAME}\nArchitectures: {ARCHITECTURE}\n"
            f"Components: {COMPONENT}\nDescription: Peer\nDebIndices: Packages Release . .gz .xz\n"
            f"SignWith: {self.key.fingerprint}\n")

    def build(self, files):
        # As many as fit on a command line.
        names = self.folder / "files"
        names.write_text("".join(f"{file}\n" for file in files))
        return [self.shell('xargs -a "$1" reprepro --silent --basedir "$2" -C main includedeb ' + CODENAME,
                           files=names, folder=self.folder)]

    def again(self):
        return [["reprepro", "--silent", "--basedir", self.folder, "export", CODENAME]]


class Aptly(Maker):
    """Keeps a database of what it has, and a pool of its own; it writes no xz."""

    def prepare(self):
        self.public = self.folder / "root/public"
        (self.folder / "aptly.conf").write_text(json.dumps({
            "rootDir": str(self.folder / "root"), "architectures": [ARCHITECTURE], "gpgProvider": "gpg",
            "skipContentsPublishing": True}))
        self.aptly = ["aptly", f"-config={self.folder}/aptly.conf"]

    def build(self, files):
        incoming = self.folder / "incoming"
        incoming.mkdir()
        for file in files:
            place(file, incoming)
        return [
            [*self.aptly, "repo", "create", f"-distribution={CODENAME}", f"-component={COMPONENT}", "peer"],
            [*self.aptly, "repo", "add", "peer", incoming],
            [*self.aptly, "publish", "repo", "-batch", "-acquire-by-hash", "-skip-contents", "-skip-bz2", "-origin=Peer",
             "-label=Peer", f"-gpg-key={self.key.fingerprint}", f"-architectures={ARCHITECTURE}", "peer"]]

    def add(self, file):
        return [[*self.aptly, "repo", "add", "peer", file], *self.again()]

    def again(self):
        return [[*self.aptly, "publish", "update", "-batch", "-skip-contents", "-skip-bz2",
                 f"-gpg-key={self.key.fingerprint}", CODENAME]]


class Createrepo(Maker):
    """What distributions use; with OPTIONS."""

    OPTIONS = ()

    def prepare(self):
        self.public = self.folder
        (self.folder / "Packages").mkdir()

    def publish(self):
        return [["createrepo_c", "--quiet", "--no-database", *self.OPTIONS, self.folder], self.shell(
            'cd "$1"; $sign --armor --detach-sign --output repodata/repomd.xml.asc repodata/repomd.xml; '
            "$sign --armor --output repodata/repomd.xml.key --export $2", folder=self.folder, key=self.key.fingerprint)]

    def build(self, files):
        for file in files:
            place(file, self.folder / "Packages")
        return self.publish()

    def again(self):
        return self.publish()


class CreaterepoUpdate(Createrepo):
    """Looks again only at files whose size or time changed."""

    OPTIONS = ("--update",)


APT_MAKERS = {"apt-ftparchive": AptFtparchive, "reprepro": Reprepro, "aptly": Aptly}
YUM_MAKERS = {"createrepo_c": Createrepo, "createrepo_c --update": CreaterepoUpdate}


# Mirrors. Each runs where the site is reached at `address`, by `beside`, a function that starts a program of this machine
# there; and returns the directory that has what was mirrored.


def _mirrored(beside, command):
    process = beside(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, _ = process.communicate(timeout=300)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {said[-3000:]}")


def apt_mirror(beside, folder, address, path, codename=CODENAME):
    """apt-mirror, which looks at no signature."""
    folder = Path(folder)
    folder.mkdir()
    (folder / "mirror.list").write_text(
        f"set base_path {folder}\nset nthreads 2\nset _tilde 0\nset run_postmirror 0\nset defaultarch {ARCHITECTURE}\n"
        f"deb http://{address}/{path} {codename} {COMPONENT}\n")
    for name in ("mirror", "skel", "var"):
        (folder / name).mkdir()
    _mirrored(beside, ["apt-mirror", folder / "mirror.list"])
    return folder / "mirror" / address / path


def debmirror(beside, folder, address, path, key, codename=CODENAME):
    """debmirror, which wants the key."""
    folder = Path(folder)
    keyring = folder.with_suffix(".gpg")
    keyring.write_bytes(key.gpg("--export", key.fingerprint))
    _mirrored(beside, [
        "debmirror", "--nosource", "--method=http", f"--host={address}", f"--root={path}", f"--dist={codename}",
        f"--section={COMPONENT}", f"--arch={ARCHITECTURE}", f"--keyring={keyring}", "--rsync-extra=none", "--i18n",
        "--getcontents", folder])
    return folder


def reposync(root, identifier, folder="/srv/mirror"):
    """`dnf reposync` in a machine that has the repository under a name; returns the directory, seen from outside."""
    result = root.run("dnf", "--assumeyes", "reposync", "--download-metadata", f"--repoid={identifier}",
                      f"--download-path={folder}")
    if result.code != 0:
        raise RuntimeError(f"dnf reposync: {result}")
    return root.inside(f"{folder}/{identifier}")

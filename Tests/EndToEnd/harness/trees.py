"""Published trees as files: to change something in a repository and make all that depends on it right again.

`AptTree` is the directory with `dists` and `pool`, `YumTree` the one with `repodata`. Whatever a method writes is hashed
and signed anew by `key`, so that the change is all that is wrong.
"""

import gzip
import hashlib
import lzma
import os
import re
import shutil
from pathlib import Path

ALGORITHMS = {"MD5Sum": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}
# What reads and writes a file of that suffix.
PACKERS = {"": (bytes, bytes), ".gz": (gzip.decompress, lambda data: gzip.compress(data, mtime=0)),
           ".xz": (lzma.decompress, lzma.compress)}


def copy(folder, destination):
    """Copies a published tree as a mirror has it: links become what they lead to."""
    shutil.copytree(folder, destination)
    return Path(destination)


def age(folder, seconds):
    """Makes all files of a tree older."""
    for path in Path(folder).rglob("*"):
        status = path.stat()
        os.utime(path, (status.st_atime - seconds, status.st_mtime - seconds))


def flip(path, at=None):
    """Changes one bit of a file, in its middle where no place is named."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 0x04
    path.write_bytes(data)


def digest(data, algorithm="sha256"):
    return hashlib.new(algorithm, data).hexdigest()


class AptTree:
    """An APT archive with one codename and one component."""

    def __init__(self, root, key):
        self.root, self.key = Path(root), key
        self.dists = next(path for path in sorted((self.root / "dists").iterdir()) if not path.is_symlink())
        self.codename = self.dists.name
        self.inrelease, self.release, self.signature = (
            self.dists / name for name in ("InRelease", "Release", "Release.gpg"))
        self.binary = sorted(self.dists.glob("*/binary-amd64"))[0]
        self.packages = self.binary / "Packages"

    def relative(self, path):
        """A path as reports name it."""
        return str(Path(path).relative_to(self.root))

    def debs(self):
        """The packages' files."""
        return sorted(self.root.glob("pool/**/*.deb"))

    def text(self):
        """What Packages says."""
        for suffix, (unpack, _) in PACKERS.items():
            file = self.binary / f"Packages{suffix}"
            if file.exists():
                return unpack(file.read_bytes()).decode()
        raise AssertionError(f"{self.binary} has no Packages")

    def versions(self):
        """The versions of all packages."""
        return set(re.findall(r"^Version: (.*)$", self.text(), re.MULTILINE))

    def edit_packages(self, edit):
        """Changes what Packages says, in every compression of it."""
        new = edit(self.text())
        assert new != self.text(), "nothing was changed"
        for suffix, (_, pack) in PACKERS.items():
            file = self.binary / f"Packages{suffix}"
            if file.exists():
                self.put(file, pack(new.encode()))

    def edit_stanza(self, pattern, replacement):
        """Changes one line of the first package."""
        def edit(text):
            first, gap, rest = text.partition("\n\n")
            return re.sub(pattern, replacement, first, count=1, flags=re.MULTILINE) + gap + rest
        self.edit_packages(edit)

    def put(self, path, data):
        """Writes a file that Release lists, and its copies by hash."""
        if path.exists():
            path.unlink()
        path.write_bytes(data)
        for folder in path.parent.glob("by-hash/*"):
            (folder / digest(data, ALGORITHMS[folder.name])).write_bytes(data)
        name = str(path.relative_to(self.dists))

        def edit(text):
            section = None
            lines = []
            for line in text.splitlines():
                section = line[:-1] if re.fullmatch(r"\w+:", line) else section
                parts = line.split()
                if line.startswith(" ") and len(parts) == 3 and parts[2] == name and section in ALGORITHMS:
                    line = f" {digest(data, ALGORITHMS[section])} {len(data)} {name}"
                lines.append(line)
            return "\n".join(lines) + "\n"
        self.edit_release(edit)

    def edit_release(self, edit, **options):
        """Changes what Release says."""
        text = edit(self.release.read_text())
        self.release.unlink()
        self.release.write_text(text)
        self.sign(**options)

    def edit_fields(self, values):
        """Sets fields of Release, or removes those that are to be None."""
        def edit(text):
            for name, value in values.items():
                text = re.sub(rf"^{name}:.*\n", "", text, flags=re.MULTILINE)
                text = text if value is None else f"{name}: {value}\n{text}"
            return text
        self.edit_release(edit)

    def sign(self, key=None, *words):
        """Signs Release anew, both ways where there are both."""
        key = key or self.key
        for file, made in ((self.inrelease, key.clear_signed), (self.signature, key.signature)):
            if file.exists():
                file.unlink()
                file.write_bytes(made(self.release, *words))


class YumTree:
    """A YUM repository."""

    def __init__(self, root, key):
        self.root, self.key = Path(root), key
        self.repodata = self.root / "repodata"
        self.repomd, self.signature = self.repodata / "repomd.xml", self.repodata / "repomd.xml.asc"

    def relative(self, path):
        return str(Path(path).relative_to(self.root))

    def rpms(self):
        """The packages' files, as primary has them."""
        return [self.root / href for href in re.findall(r'<location [^>]*href="([^"]+)"', self.text("primary"))]

    def file(self, kind):
        """The file of a kind of metadata: primary, filelists, other."""
        section = self._section(kind)
        return self.root / re.search(r'<location href="([^"]+)"', section)[1]

    def _section(self, kind):
        return re.search(rf'<data type="{kind}">.*?</data>', self.repomd.read_text(), re.DOTALL)[0]

    def text(self, kind):
        file = self.file(kind)
        return PACKERS[file.suffix if file.suffix in PACKERS else ""][0](file.read_bytes()).decode()

    def versions(self):
        """The versions of all packages, with their releases."""
        return {f"{version}-{release}" for version, release
                in re.findall(r'<version [^>]*ver="([^"]*)" rel="([^"]*)"', self.text("primary"))}

    def edit(self, kind, edit):
        """Changes what a kind of metadata says; the file gets the name of its new sum."""
        old, file = self.text(kind), self.file(kind)
        new = edit(old)
        assert new != old, "nothing was changed"
        data = PACKERS[file.suffix][1](new.encode())
        file.unlink()
        named = file.with_name(f"{digest(data)}-{kind}.xml{file.suffix}")
        named.write_bytes(data)
        values = {"checksum": digest(data), "open-checksum": digest(new.encode()), "size": len(data),
                  "open-size": len(new.encode())}

        def change(section):
            for name, value in values.items():
                section = re.sub(rf"(<{name}[^>]*>)[^<]*", rf"\g<1>{value}", section)
            return section.replace(file.name, named.name)
        self.edit_data(kind, change)

    def replace_package(self, old, new):
        """Says in all metadata that a package of these bytes has those now."""
        for kind in ("primary", "filelists", "other"):
            def edit(text):
                text = text.replace(digest(old), digest(new))
                return text.replace(f'package="{len(old)}"', f'package="{len(new)}"')
            self.edit(kind, edit)

    def edit_data(self, kind, edit):
        """Changes what repomd.xml says of a kind of metadata."""
        section = self._section(kind)
        self.edit_repomd(lambda text: text.replace(section, edit(section)))

    def edit_repomd(self, edit):
        text = self.repomd.read_text()
        new = edit(text)
        assert new != text, "nothing was changed"
        self.repomd.unlink()
        self.repomd.write_text(new)
        self.sign()

    def sign(self, key=None, *words):
        """Signs repomd.xml anew, where it was signed."""
        if self.signature.exists():
            self.signature.unlink()
            self.signature.write_bytes((key or self.key).signature(self.repomd, *words))

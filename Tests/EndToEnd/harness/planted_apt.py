"""What can be wrong with an APT archive; the functions take a `trees.AptTree`."""

import gzip
import re

from . import openpgp, tiny, trees
from .planted import Absent, Fault, cut, date, of, removed, there, unreadable


def inrelease(tree):
    return tree.inrelease


def release_file(tree):
    return tree.release


def release_signature(tree):
    return tree.signature


def packages_gz(tree):
    return tree.binary / "Packages.gz"


def packages_xz(tree):
    return tree.binary / "Packages.xz"


def by_hash(tree):
    """The copy of Packages.gz under its strongest hash that Release lists, which is what apt asks for."""
    file = there(tree.binary / "Packages.gz")
    strongest = "SHA512" if "\nSHA512:\n" in tree.release.read_text() else "SHA256"
    return there(tree.binary / "by-hash" / strongest / trees.digest(file.read_bytes(), trees.ALGORITHMS[strongest]))


def first_deb(tree):
    """The file of the first package that Packages has."""
    return tree.root / re.search(r"^Filename: (?:\./)?(.*)$", tree.text(), re.MULTILINE)[1]


def changed_text(path):
    """A change that leaves all form as it is."""
    data = path.read_bytes()
    at = data.index(b"Codename: ") - 3
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])


def text_outside(path):
    path.write_bytes(b"Origin: somebody\n\n" + path.read_bytes())


def signed_by(key, *words):
    def plant(tree):
        there(tree.inrelease)
        tree.sign(key(), *words)
        return tree.relative(tree.inrelease)
    return plant


def other_release(tree):
    """Release says something else than InRelease, each with a good signature."""
    there(tree.inrelease)
    old = tree.inrelease.read_bytes()
    tree.edit_fields({"Description": "another text"})
    tree.inrelease.write_bytes(old)
    return tree.relative(tree.release)


def field(name, value):
    def plant(tree):
        tree.edit_fields({name: value() if callable(value) else value})
        return tree.relative(tree.inrelease if tree.inrelease.exists() else tree.release)
    return plant


def weak_hashes(tree):
    """Nothing but MD5."""
    def edit(text):
        head = re.split(r"^(?:MD5Sum|SHA1|SHA256|SHA512):\n", text, flags=re.MULTILINE)[0]
        lines = [f" {trees.digest(file.read_bytes(), 'md5')} {file.stat().st_size} {file.relative_to(tree.dists)}"
                 for file in sorted(tree.binary.glob("Packages*"))]
        return head + "MD5Sum:\n" + "\n".join(lines) + "\n"
    tree.edit_release(edit)
    return tree.relative(tree.inrelease if tree.inrelease.exists() else tree.release)


def stronger_hashes(tree):
    """SHA-512 is listed, which apt then asks for by hash, and nothing is there."""
    text = tree.release.read_text()
    if "Acquire-By-Hash: yes" not in text or "\nSHA512:\n" in text:
        raise Absent("by-hash")
    names = [str(file.relative_to(tree.dists)) for file in sorted(tree.binary.glob("Packages*"))]

    def edit(text):
        lines = [f" {trees.digest((tree.dists / name).read_bytes(), 'sha512')} {(tree.dists / name).stat().st_size} {name}"
                 for name in names]
        return text + "SHA512:\n" + "\n".join(lines) + "\n"
    tree.edit_release(edit)
    return f"{tree.relative(tree.binary)}/by-hash/SHA512"


def listed_but_missing(tree):
    name = f"{tree.binary.relative_to(tree.dists)}/Packages.lz4"
    tree.edit_release(lambda text: text.replace("SHA256:\n", f"SHA256:\n {'0' * 64} 100 {name}\n"))
    return tree.relative(tree.binary / "Packages.lz4")


def differing_indexes(tree):
    """Packages.gz says something else than Packages, and Release says so."""
    file = there(packages_gz(tree))
    there(tree.packages)
    tree.put(file, gzip.compress(tree.text().replace("Description: ", "Description: Not ", 1).encode(), mtime=0))
    return tree.relative(file)


def stanza(pattern, replacement):
    """A line of the first package changed, in every Packages."""
    def plant(tree):
        tree.edit_stanza(pattern, replacement)
        return tree.relative(tree.packages if tree.packages.exists() else packages_gz(tree))
    return plant


def without_hashes(tree):
    """Nothing but MD5 for the first package."""
    def edit(text):
        first, gap, rest = text.partition("\n\n")
        return re.sub(r"^SHA\d+: .*\n?", "", first, flags=re.MULTILINE).rstrip("\n") + gap + rest
    tree.edit_packages(edit)
    return tree.relative(tree.packages if tree.packages.exists() else packages_gz(tree))


def about_first_deb(plant):
    """The same, where the report is about the package."""
    def planted(tree):
        name = tree.relative(first_deb(tree))
        plant(tree)
        return name
    return planted


def twice(tree):
    """The same name and version for other bytes."""
    def edit(text):
        first = text.split("\n\n")[0] + "\n\n"
        return text.rstrip("\n") + "\n\n" + re.sub(r"^(SHA256: )\w{4}", r"\g<1>0123", first, flags=re.MULTILINE)
    tree.edit_packages(edit)
    return tree.relative(tree.packages if tree.packages.exists() else packages_gz(tree))


def broken_stanza(tree):
    tree.edit_packages(lambda text: text.replace("\n\n", "\n\nthis is no field\n\n", 1))
    return tree.relative(tree.packages if tree.packages.exists() else packages_gz(tree))


def no_gzip(tree):
    """Listed and hashed, and no gzip."""
    file = there(packages_gz(tree))
    tree.put(file, b"this is no gzip at all\n")
    return tree.relative(file)


def unlisted_deb(tree):
    return tree.relative(tiny.deb(tiny.Package("unlisted", "1.0-1"), first_deb(tree).parent))


def staged_file(tree):
    path = tree.dists / ".Release.new"
    path.write_text("half of it")
    return tree.relative(path)


APT = [
    Fault("InRelease, one bit", of(inrelease)(changed_text), "signature"),
    Fault("InRelease missing", of(inrelease)(removed), "missing"),
    Fault("InRelease cut off", of(inrelease)(cut), "signature|form"),
    Fault("InRelease with text outside of the signature", of(inrelease)(text_outside), "signature|form|outside"),
    Fault("InRelease not readable", of(inrelease)(unreadable), "mode|readable|permission"),
    Fault("signed by a stranger", signed_by(lambda: openpgp.key("stranger")), "signature|key|signer"),
    Fault("signed by an expired key", signed_by(lambda: openpgp.expired("long-ago")), "signature|key|expired"),
    Fault("signed with SHA-1", signed_by(lambda: openpgp.key("apt"), "--digest-algo", "SHA1"), "weak|sha-?1|digest|signature"),
    Fault("Release, one bit", of(release_file)(changed_text), "signature|differ|release"),
    Fault("Release missing", of(release_file)(removed), "missing"),
    Fault("Release another than InRelease", other_release, "differ|release"),
    Fault("Release.gpg missing", of(release_signature)(removed), "missing"),
    Fault("Release.gpg, one bit", of(release_signature)(trees.flip), "signature"),
    Fault("a date in the future", field("Date", lambda: date(2)), "date|future"),
    Fault("no date", field("Date", None), "date"),
    Fault("no longer valid", field("Valid-Until", lambda: date(-1)), "valid|expired"),
    # Where Suite is what sources name, apt takes it from the first day on.
    Fault("another codename", field("Codename", "elsewhere"), "codename", "warning"),
    Fault("no architectures", field("Architectures", None), "architecture", "warning"),
    Fault("weak hashes alone", weak_hashes, "weak|hash"),
    Fault("a stronger hash, not by hash", stronger_hashes, "by-?hash|missing"),
    Fault("a listed index missing", listed_but_missing, "missing"),
    Fault("Packages.gz, one bit", of(packages_gz)(trees.flip), "hash|digest|sum"),
    Fault("Packages.gz cut off", of(packages_gz)(cut), "size|hash|digest|sum"),
    Fault("Packages.gz missing", of(packages_gz)(removed), "missing"),
    Fault("Packages.gz another than Packages", differing_indexes, "differ|content|hash"),
    Fault("Packages.gz that is no gzip", no_gzip, "gzip|compress|form|differ|damaged"),
    Fault("Packages.xz missing", of(packages_xz)(removed), "missing"),
    Fault("by-hash missing", of(by_hash)(removed), "missing|by-?hash"),
    Fault("by-hash, one bit", of(by_hash)(trees.flip), "hash|digest|sum"),
    Fault("a package missing", of(first_deb)(removed), "missing"),
    Fault("a package, one bit", of(first_deb)(trees.flip), "hash|digest|sum"),
    Fault("a package cut off", of(first_deb)(cut), "size"),
    Fault("a package not listed", unlisted_deb, "orphan|unlisted"),
    Fault("a wrong size", about_first_deb(stanza(r"^Size: ", "Size: 1")), "size"),
    Fault("a wrong hash", about_first_deb(stanza(r"^SHA256: \w{4}", "SHA256: 0123")), "hash|digest|sum"),
    Fault("a wrong version", about_first_deb(stanza(r"^Version: ", "Version: 9")), "differ|version|control|record"),
    Fault("no hash", without_hashes, "hash|digest|sum|weak"),
    Fault("a path that climbs out", stanza(r"^Filename: ", "Filename: ../"), "path|unsafe"),
    Fault("an architecture that isn't announced", stanza(r"^Architecture: .*$", "Architecture: s390x"), "architecture"),
    Fault("a package twice", twice, "twice|duplicate|conflict"),
    Fault("a broken record", broken_stanza, "form|record|parse|field"),
    Fault("a file left over", staged_file, "orphan|unlisted|left"),
]

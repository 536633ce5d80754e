"""What can be wrong with a YUM repository; the functions take a `trees.YumTree`."""

import gzip
import re
import time

from . import openpgp, tiny, trees
from .planted import Fault, cut, of, removed, there, unreadable


def repomd(tree):
    return tree.repomd


def repomd_signature(tree):
    return tree.signature


def metadata(kind):
    return lambda tree: tree.file(kind)


def first_rpm(tree):
    return tree.root / re.search(r'<location [^>]*href="([^"]+)"', tree.text("primary"))[1]


def changed(tree):
    """A figure of a checksum, which is what the signature is for."""
    text = tree.repomd.read_text()
    at = text.index("</checksum>") - 1
    tree.repomd.unlink()
    tree.repomd.write_text(text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:])
    return tree.relative(tree.signature)


def yum_signed_by(key, *words):
    def plant(tree):
        there(tree.signature)
        tree.sign(key(), *words)
        return tree.relative(tree.signature)
    return plant


def two_signatures(tree):
    there(tree.signature)
    tree.signature.write_bytes(
        openpgp.key("stranger").signature(tree.repomd) + tree.key.signature(tree.repomd))
    return tree.relative(tree.signature)


def other_key(tree):
    path = there(tree.repodata / "repomd.xml.key")
    path.unlink()
    path.write_bytes(openpgp.key("stranger").public.read_bytes())
    return tree.relative(path)


def data_value(kind, name, value):
    """What repomd.xml says of a kind of metadata is another value."""
    def plant(tree):
        tree.edit_data(kind, lambda text: re.sub(rf"(<{name}[^>]*>)[^<]*", rf"\g<1>{value}", text))
        return tree.relative(tree.file(kind))
    return plant


def edited(kind, pattern, replacement):
    """The first match in a kind of metadata changed, and the rest made right."""
    def plant(tree):
        tree.edit(kind, lambda text: re.sub(pattern, replacement, text, count=1))
        return tree.relative(tree.file(kind))
    return plant


def about_first_rpm(plant):
    def planted(tree):
        name = tree.relative(first_rpm(tree))
        plant(tree)
        return name
    return planted


def missing_from(kind):
    """A package that primary has is not in another list."""
    def plant(tree):
        def edit(text):
            text = re.sub(r"<package .*?</package>\s*", "", text, count=1, flags=re.DOTALL)
            return re.sub(r'packages="(\d+)"', lambda found: f'packages="{int(found[1]) - 1}"', text)
        tree.edit(kind, edit)
        return tree.relative(tree.file(kind))
    return plant


def rpm_twice(tree):
    def edit(text):
        first = re.search(r"<package .*?</package>\s*", text, re.DOTALL)[0]
        text = re.sub(r'packages="(\d+)"', lambda found: f'packages="{int(found[1]) + 1}"', text)
        return text.replace("</metadata>", first + "</metadata>")
    tree.edit("primary", edit)
    return tree.relative(tree.file("primary"))


def replaced(make):
    """Another package in the place of the first, and all metadata that names it made right."""
    def plant(tree):
        path = there(first_rpm(tree))
        old = path.read_bytes()
        data = make(path)
        path.unlink()
        path.write_bytes(data)
        tree.replace_package(old, data)
        return tree.relative(path)
    return plant


def of_a_stranger(path):
    made = path.with_name("signed.rpm")
    made.write_bytes(path.read_bytes())
    openpgp.sign_package(made, openpgp.key("stranger"))
    data = made.read_bytes()
    made.unlink()
    return data


def unsigned(path):
    made = path.with_name("unsigned.rpm")
    made.write_bytes(path.read_bytes())
    openpgp.remove_signature(made)
    data = made.read_bytes()
    made.unlink()
    return data


def unlisted_rpm(tree):
    return tree.relative(tiny.rpm(tiny.Package("unlisted", "1.0-1"), first_rpm(tree).parent))


def stale_metadata(tree):
    path = tree.repodata / f"{'0' * 64}-primary.xml.gz"
    path.write_bytes(gzip.compress(b"<metadata/>", mtime=0))
    return tree.relative(path)


def weak_sums(tree):
    """MD5 is all that repomd.xml says of primary."""
    file = tree.file("primary")
    tree.edit_data("primary", lambda text: re.sub(
        r"<checksum [^>]*>[^<]*", f'<checksum type="md5">{trees.digest(file.read_bytes(), "md5")}', text))
    return tree.relative(tree.repomd)


def no_open_checksum(tree):
    tree.edit_data("primary", lambda text: re.sub(r"\s*<open-checksum.*?</open-checksum>", "", text))
    return tree.relative(tree.repomd)


def future_revision(tree):
    tree.edit_repomd(lambda text: re.sub(r"<timestamp>[^<]*", f"<timestamp>{int(time.time()) + 200_000}", text))
    return tree.relative(tree.repomd)


YUM = [
    Fault("repomd.xml, one figure", changed, "signature"),
    Fault("repomd.xml cut off", of(repomd)(cut), "signature|form|xml|damaged"),
    Fault("repomd.xml missing", of(repomd)(removed), "missing"),
    Fault("repomd.xml.asc missing", of(repomd_signature)(removed), "missing|signature"),
    Fault("signed by a stranger", yum_signed_by(lambda: openpgp.key("stranger")), "signature|key|signer"),
    Fault("signed by an expired key", yum_signed_by(lambda: openpgp.expired("long-ago")), "signature|key|expired"),
    Fault("signed with SHA-1", yum_signed_by(lambda: openpgp.key("rpm"), "--digest-algo", "SHA1"), "weak|sha-?1|digest|signature"),
    Fault("two signatures", two_signatures, "signature"),
    Fault("repomd.xml.key another key", other_key, "key"),
    Fault("times in the future", future_revision, "date|future|time"),
    Fault("weak sums", weak_sums, "weak|hash|digest|sum"),
    Fault("no open-checksum", no_open_checksum, "open|checksum"),
    Fault("primary, one bit", of(metadata("primary"))(trees.flip), "hash|digest|sum"),
    Fault("primary missing", of(metadata("primary"))(removed), "missing"),
    Fault("primary not readable", of(metadata("primary"))(unreadable), "mode|readable|permission"),
    Fault("filelists cut off", of(metadata("filelists"))(cut), "size|hash|digest|sum"),
    Fault("filelists missing", of(metadata("filelists"))(removed), "missing"),
    Fault("other, one bit", of(metadata("other"))(trees.flip), "hash|digest|sum"),
    Fault("a wrong open-checksum", data_value("primary", "open-checksum", "0" * 64), "open|hash|digest|sum"),
    Fault("a wrong size", data_value("filelists", "size", "1"), "size"),
    Fault("a wrong open-size", data_value("other", "open-size", "1"), "size"),
    Fault("a wrong count", edited("primary", r'packages="\d+"', 'packages="77"'), "count"),
    Fault("a broken list", edited("primary", r"</package>", "</pakcage>"), "form|xml|parse|damaged"),
    Fault("a package missing from filelists", missing_from("filelists"), "filelists|missing|differ|listed"),
    Fault("a package missing from other", missing_from("other"), "other|missing|differ|listed"),
    Fault("a package twice", rpm_twice, "twice|duplicate|conflict"),
    Fault("a package missing", of(first_rpm)(removed), "missing"),
    Fault("a package, one bit", of(first_rpm)(trees.flip), "hash|digest|sum"),
    Fault("a package cut off", of(first_rpm)(cut), "size"),
    Fault("a package not listed", unlisted_rpm, "orphan|unlisted"),
    Fault("a package not signed", replaced(unsigned), "signature|unsigned"),
    Fault("a stranger's package", replaced(of_a_stranger), "signature|key|signer"),
    Fault("a wrong package size", about_first_rpm(edited("primary", r'package="\d+"', 'package="77"')), "size"),
    Fault("a wrong package sum", about_first_rpm(edited("primary", r'(pkgid="YES">)\w{4}', r"\g<1>0123")),
          "hash|digest|sum|filelists|differ"),
    Fault("a wrong header range", about_first_rpm(edited("primary", r'header-range start="\d+"', 'header-range start="8"')),
          "range|header|differ|record"),
    Fault("a wrong version", about_first_rpm(edited("primary", r' ver="', ' ver="9')), "differ|version|record|identity"),
    Fault("an empty epoch", edited("primary", r'epoch="0"', 'epoch=""'), "epoch|form|differ|damaged"),
    Fault("a path that climbs out", edited("primary", r'(<location [^>]*href=")', r"\g<1>../../"), "path|unsafe"),
    Fault("metadata left over", stale_metadata, "stale|orphan|unlisted"),
]

"""Small packages, .deb and .rpm, whole and valid, made in a fraction of a millisecond: for repositories with many of them.

`Package` says what one is; `catalogue` invents as many as asked for, the same ones each time, as distributions have them:
names, versions, descriptions, relations between them, some thirty files, a changelog.
"""

import gzip
import hashlib
import lzma
import random
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

from .crafted_deb import entry, member
from .crafted_rpm import BIN, I18N, INT16, INT32, STRING, STRINGS, cpio, header

TIME = 1_700_000_000
# What the smallest dictionary costs is a fraction of what preset 6 does.
PACKED = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 65536}]
RPMLIB, ANY, GREATER_OR_EQUAL, EQUAL = 0x01000000, 0, 12, 8
CAPABILITIES = (("rpmlib(CompressedFileNames)", "3.0.4-1"), ("rpmlib(FileDigests)", "4.6.0-1"),
                ("rpmlib(PayloadFilesHavePrefix)", "4.0-1"), ("rpmlib(PayloadIsXz)", "5.2-1"))


@dataclass(frozen=True)
class Package:
    """A package; `files` are absolute paths, `depends` names with the version they must have at least ("" for any)."""

    name: str
    version: str
    summary: str = "A small package"
    description: str = "It is small."
    section: str = "utils"
    url: str = "https://example.invalid/"
    depends: tuple = ()
    files: tuple = ()
    changes: tuple = ()
    content: bytes = b"content\n"

    @property
    def paths(self):
        return self.files or (f"/opt/{self.name}/file", f"/opt/{self.name}/version")

    def text(self, path):
        """What is in a file."""
        return f"{self.version}\n".encode() if path.endswith("/version") else self.content


def deb(package, folder):
    """Writes the package's .deb; returns its path."""
    relations = ", ".join(f"{name} (>= {version})" if version else name for name, version in package.depends)
    lines = package.description.split("\n")
    control = (f"Package: {package.name}\nVersion: {package.version}\nArchitecture: amd64\n"
               f"Maintainer: Nobody <nobody@example.invalid>\nInstalled-Size: {len(package.paths)}\n"
               + (f"Depends: {relations}\n" if relations else "")
               + f"Section: {package.section}\nPriority: optional\nHomepage: {package.url}\n"
               f"Description: {package.summary}\n" + "".join(f" {line or '.'}\n" for line in lines))
    sums = "".join(f"{hashlib.md5(package.text(path)).hexdigest()}  {path[1:]}\n" for path in package.paths)
    inner = TOP + entry("./control", control.encode()) + entry("./md5sums", sums.encode()) + END
    outer = [TOP]
    for kind, path in _tree(package.paths):
        outer.append(_directory(path) if kind == "directory" else _file(path, package.text(path)))
    outer.append(END)
    data = lzma.compress(b"".join(outer), check=lzma.CHECK_CRC64, filters=PACKED)
    path = Path(folder) / f"{package.name}_{package.version.replace(':', '%3a')}_amd64.deb"
    path.write_bytes(b"!<arch>\n" + member("debian-binary", b"2.0\n")
                     + member("control.tar.gz", gzip.compress(inner, 1, mtime=0)) + member("data.tar.xz", data))
    return path


TOP = entry("./", kind=tarfile.DIRTYPE, mode=0o755)
END = bytes(1024)
_headers = {}


def _directory(path):
    if path not in _headers:
        _headers[path] = entry(f".{path}/", kind=tarfile.DIRTYPE, mode=0o755)
    return _headers[path]


def _file(path, content):
    """As `entry` makes it for a name of at most 100 bytes, several times as fast."""
    name = f".{path}".encode()
    block = bytearray(SAMPLE)
    block[:len(name)] = name
    block[124:135] = b"%011o" % len(content)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content + bytes(-len(content) % 512)


SAMPLE = bytearray(entry("", b"")[:512])


def _tree(paths):
    """All directories, each before what is in it, and files."""
    seen = set()
    for path in sorted(paths):
        parts = path.split("/")[1:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/" + "/".join(parts[:depth])
            if folder not in seen:
                seen.add(folder)
                yield "directory", folder
        yield "file", path


def rpm(package, folder, *, sign=None):
    """Writes the package's .rpm; returns its path. `sign` makes an OpenPGP signature over bytes, a packet: that of
    the header.

    The version may end in `-` and a release; it is 1 otherwise.
    """
    version, _, release = package.version.partition("-")
    release = release or "1"
    paths = sorted(package.paths)
    contents = [package.text(path) for path in paths]
    folders = sorted({path.rpartition("/")[0] + "/" for path in paths})
    places = {name: index for index, name in enumerate(folders)}
    archive = b"".join(cpio(f".{path}", content, inode=number, mode=_mode(path))
                       for number, (path, content) in enumerate(zip(paths, contents), 1))
    archive += cpio("TRAILER!!!", mode=0, inode=0)
    payload = lzma.compress(archive, check=lzma.CHECK_CRC32, filters=PACKED)
    count = len(paths)
    needs = sorted([(name, least, GREATER_OR_EQUAL if least else ANY) for name, least in package.depends]
                   + [(name, least, RPMLIB | 10) for name, least in CAPABILITIES])
    provides = [(package.name, f"{version}-{release}"), (f"{package.name}(x86-64)", f"{version}-{release}")]
    fields = {
        100: (STRINGS, ["C"]), 1000: (STRING, package.name), 1001: (STRING, version), 1002: (STRING, release),
        1004: (I18N, [package.summary]), 1005: (I18N, [package.description]), 1006: (INT32, [TIME]),
        1007: (STRING, "localhost"), 1009: (INT32, [sum(map(len, contents))]), 1011: (STRING, "Nobody"),
        1014: (STRING, "MIT"), 1016: (I18N, [package.section]), 1020: (STRING, package.url), 1021: (STRING, "linux"),
        1022: (STRING, "x86_64"), 1028: (INT32, [len(content) for content in contents]),
        1030: (INT16, [_mode(path) for path in paths]), 1033: (INT16, [0] * count), 1034: (INT32, [TIME] * count),
        1035: (STRINGS, [hashlib.sha256(content).hexdigest() for content in contents]), 1036: (STRINGS, [""] * count),
        1037: (INT32, [0] * count), 1039: (STRINGS, ["root"] * count), 1040: (STRINGS, ["root"] * count),
        1044: (STRING, f"{package.name}-{version}-{release}.src.rpm"), 1045: (INT32, [0xFFFFFFFF] * count),
        1047: (STRINGS, [name for name, _ in provides]), 1048: (INT32, [flags for _, _, flags in needs]),
        1049: (STRINGS, [name for name, _, _ in needs]), 1050: (STRINGS, [least for _, least, _ in needs]),
        1064: (STRING, "4.18.0"), 1095: (INT32, [1] * count), 1096: (INT32, list(range(1, count + 1))),
        1097: (STRINGS, [""] * count), 1112: (INT32, [EQUAL] * 2), 1113: (STRINGS, [value for _, value in provides]),
        1116: (INT32, [places[path.rpartition("/")[0] + "/"] for path in paths]),
        1117: (STRINGS, [path.rpartition("/")[2] for path in paths]), 1118: (STRINGS, folders), 1124: (STRING, "cpio"),
        1125: (STRING, "xz"), 1126: (STRING, "6"), 5011: (INT32, [8]), 5062: (STRING, "utf-8"),
        5092: (STRINGS, [hashlib.sha256(payload).hexdigest()]), 5093: (INT32, [8]),
        5097: (STRINGS, [hashlib.sha256(archive).hexdigest()]),
    }
    if package.changes:
        fields |= {1080: (INT32, [time for time, _, _ in package.changes]),
                   1081: (STRINGS, [author for _, author, _ in package.changes]),
                   1082: (STRINGS, [text for _, _, text in package.changes])}
    main = header(fields, 63)
    digests = {269: (STRING, hashlib.sha1(main).hexdigest()), 273: (STRING, hashlib.sha256(main).hexdigest()),
               1000: (INT32, [len(main) + len(payload)]), 1004: (BIN, hashlib.md5(main + payload).digest()),
               1007: (INT32, [len(archive)]), 1008: (BIN, bytes(4128))}
    if sign:
        signature = sign(main)
        digests |= {268: (BIN, signature), 1008: (BIN, bytes(4128 - len(signature) - 16))}
    signed = header(digests, 62)
    label = f"{package.name}-{version}-{release}".encode()[:65]
    lead = b"\xed\xab\xee\xdb\3\0\0\0\0\1" + label.ljust(66, b"\0") + b"\0\1\0\5" + bytes(16)
    path = Path(folder) / f"{package.name}-{version}-{release}.x86_64.rpm"
    path.write_bytes(lead + signed + bytes(-len(signed) % 8) + main + payload)
    return path


def _mode(path):
    return 0o100755 if "bin/" in path else 0o100644


WORDS = """access agent archive audit backup binding bridge buffer builder bundle cache catalog channel client cluster codec
    collector command common compat config connect console context control convert core crypto daemon data database debug
    decode device dialog digest driver editor encode engine event export extra fetch filter format frame gateway graph
    handler helper host image import index input inspect install kernel key language layout library link list loader
    locale lock log mail manager map matrix media memory merge message meta mirror model module monitor mount network node
    object option output package panel parser patch path pattern plugin pool port print process profile proxy query queue
    reader record registry remote render report resource route runtime sample scan schema script search secure select
    server service session shell signal simple socket source storage stream string style summary switch sync system table
    template terminal test text theme thread time token tool trace transfer transport tree type update upload user utility
    vector version video view virtual volume watch web window wrapper writer""".split()
PREFIXES = ("", "", "", "", "lib", "lib", "python3-", "python3-", "golang-", "node-", "perl-", "ruby-", "rust-", "php-")
SUFFIXES = ("", "", "", "-common", "-data", "-dev", "-doc", "-tools", "-utils", "-client", "-server", "-extra")
SECTIONS = ("admin", "devel", "doc", "libs", "net", "python", "utils", "web")


def catalogue(count):
    """That many packages, none of them twice; those of a smaller number are the first of a larger one."""
    data = random.Random(5)
    names = set()
    made = []
    while len(made) < count:
        name = data.choice(PREFIXES) + "-".join(data.sample(WORDS, data.choice((1, 2, 2, 3)))) + data.choice(SUFFIXES)
        if name in names:
            name += str(data.randrange(2, 999))
        if name in names:
            continue
        names.add(name)
        made.append(_invent(data, name, made))
    return made


def _invent(data, name, others):
    def words(least, most):
        return " ".join(data.choices(WORDS, k=data.randint(least, most)))
    version = f"{data.randrange(12)}.{data.randrange(30)}.{data.randrange(20)}-{data.randrange(1, 9)}"
    needed = {(other := data.choice(others)).name: other.version for _ in range(data.randrange(7)) if others}
    depends = tuple((other, data.choice(("", least))) for other, least in sorted(needed.items()))
    stem = data.choice(WORDS)
    files = [f"/usr/bin/{name}", f"/usr/share/doc/{name}/copyright", f"/usr/share/doc/{name}/changelog.gz",
             f"/usr/share/man/man1/{name}.1.gz", f"/etc/{name}/{stem}.conf"]
    for _ in range(data.randrange(15, 35)):
        files.append(f"/usr/lib/{name}/{data.choice(WORDS)}/{data.choice(WORDS)}_{data.choice(WORDS)}.so")
    changes = tuple((TIME - 2_592_000 * number, f"Nobody <nobody@example.invalid> - {version}", f"- {words(4, 15)}")
                    for number in range(data.randrange(1, 5)))
    return Package(
        name, version, words(3, 8).capitalize(), "\n".join(words(8, 13) for _ in range(data.randrange(2, 8))),
        data.choice(SECTIONS), f"https://{stem}.example.invalid/{name}", depends, tuple(dict.fromkeys(files)), changes)

"""Debian packages made by hand, byte by byte, so that one thing in them can be wrong."""

import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import zlib

CONTROL = "Package: demo\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: A <a@example.org>\nDescription: demo\n"


def member(name, content, *, size=None, end=b"`\n", time="0", mode="100644"):
    """A member of an ar archive."""
    size = len(content) if size is None else size
    header = f"{name:<16}{time:<12}{0:<6}{0:<6}{mode:<8}{size:<10}".encode() + end
    return header + content + b"\n" * (len(content) % 2)


def ar(*members):
    return b"!<arch>\n" + b"".join(members)


def entry(name, content=b"", *, kind=tarfile.REGTYPE, mode=0o644, link="", size=None, time=0):
    """A path of a tar archive: header, content, padding."""
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname, info.mtime = kind, mode, link, time
    info.uname = info.gname = "root"
    info.size = len(content) if size is None else size
    return info.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)


def patched(header, offset, value):
    """A tar header with a field changed and its check sum right."""
    block = bytearray(header[:512])
    block[offset:offset + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + header[512:]


def directory(name):
    return entry(name, kind=tarfile.DIRTYPE, mode=0o755)


END = bytes(1024)
TOP = directory("./")
FILE = b"content\n"
GOOD_PATHS = TOP + directory("./opt/") + directory("./opt/demo/") + entry("./opt/demo/file", FILE)
SUMS = hashlib.md5(FILE).hexdigest() + "  opt/demo/file\n"


def control_tar(control=CONTROL, **files):
    """The control archive, unpacked; underscores in names stand for themselves."""
    members = {"control": control, "md5sums": SUMS} | files
    text = TOP
    for name, content in members.items():
        if content is None:
            continue
        content = content.encode() if isinstance(content, str) else content
        text += entry("./" + name, content, mode=0o755 if name.startswith(("pre", "post")) else 0o644)
    return text + END


def package(paths=GOOD_PATHS, *, control=None, end=END, data=None, name="data.tar.xz"):
    """A whole package, around paths of the data archive."""
    control = control_tar() if control is None else control
    data = lzma.compress(paths + end, check=lzma.CHECK_CRC64) if data is None else data
    return ar(
        member("debian-binary", b"2.0\n"), member("control.tar.gz", gzip.compress(control, mtime=0)),
        member(name, data))


def pax(name):
    """A path whose name is in a pax header."""
    info = tarfile.TarInfo(name)
    info.pax_headers = {"path": name}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info)
    return stream.getvalue()[:-1024].rstrip(b"\0").ljust(512 * 3, b"\0")


def bomb(size, packer=None):
    """An archive with one file of zeros, compressed; nothing large is held meanwhile."""
    packer = packer or zlib.compressobj(9, wbits=31)
    packed = packer.compress(entry("./control", size=size))
    packed += b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20))
    return packed + packer.compress(END) + packer.flush()


def many(count):
    """A data archive with so many empty files, compressed."""
    packer = lzma.LZMACompressor(preset=0)
    packed = [packer.compress(GOOD_PATHS)]
    sample = entry("./opt/demo/f0000000")
    base = sum(sample[:148]) + 8 * 32 + sum(sample[156:512]) - 7 * 48
    for index in range(count):
        digits = b"%07d" % index
        packed.append(packer.compress(
            sample[:12] + digits + sample[19:148] + b"%06o\0 " % (base + sum(digits)) + sample[156:]))
    return b"".join(packed) + packer.compress(END) + packer.flush()


def binary_size(value):
    """A size as GNU tar writes numbers that don't fit octal digits."""
    return b"\x80" + value.to_bytes(11, "big", signed=False)


def traps():
    """Name, package, and a part of what must be said, for each trap."""
    yield "no members", b"!<arch>\n", ""
    version = member("debian-binary", b"2.0\n")
    control = member("control.tar.gz", gzip.compress(control_tar(), mtime=0))
    data = member("data.tar.xz", lzma.compress(GOOD_PATHS + END))
    yield "no control archive", ar(version, data), "before the control archive"
    yield "no data archive", ar(version, control), "before its archive of files"
    yield "two control archives", ar(version, control, control, data), "second control archive"
    yield "two data archives", ar(version, control, data, data), "second archive of files"
    yield "members in the wrong order", ar(version, data, control), ""
    yield "debian-binary twice", ar(version, version, control, data), ""
    yield "a premature member", ar(version, member("extra", b"x"), control, data), "only names that begin with _"
    yield "the version of another format", ar(member("debian-binary", b"3.0\n"), control, data), "format"
    yield "a version without newline", ar(member("debian-binary", b"2.0"), control, data), ""
    yield "a size larger than the file", ar(version, member("control.tar.gz", b"xx", size=10**9), data), ""
    yield "a size smaller than the member", ar(version, member("control.tar.gz", b"x" * 100, size=10), data), ""
    yield "the largest size there is", ar(version, member("control.tar.gz", b"xx", size=9_999_999_999), data), ""
    yield "a negative size", ar(version, member("control.tar.gz", b"xx", size=-2), data), ""
    yield "a size in hexadecimal digits", ar(version, member("control.tar.gz", b"xx", size="0x2"), data), ""
    yield "no size", ar(version, member("control.tar.gz", b"xx", size=""), data), ""
    yield "a header that ends otherwise", ar(version, member("control.tar.gz", b"xx", end=b"!!"), data), ""
    yield "empty archives", ar(version, member("control.tar.gz", b""), member("data.tar.xz", b"")), "empty"
    yield "an unknown compression", ar(version, control, member("data.tar.foo", b"xx")), "unknown compression"
    yield "zstd", ar(version, control, member("data.tar.zst", b"xx")), "isn't supported"
    yield "xz that is none", ar(version, control, member("data.tar.xz", b"x" * 64)), ""
    stream = lzma.compress(GOOD_PATHS + END)
    yield "two xz streams", package(data=stream + stream), ""
    yield "xz with bytes behind it", package(data=stream + bytes(4)), ""
    yield "xz with a lying index", package(data=stream[:-24] + bytes(4) + stream[-20:]), ""
    yield "gzip with bytes behind it", ar(
        version, member("control.tar.gz", gzip.compress(control_tar()) + b"rubbish"), data), ""
    yield "a bomb as control archive", ar(version, member("control.tar.gz", bomb(200 << 20)), data), "more than"
    yield "a control archive with 5000 members", package(
        control=TOP + b"".join(entry(f"./f{index}", b"x") for index in range(5000)) + END), ""
    # What is in the control archive.
    yield "no control file", package(control=control_tar(None)), "no file control"
    for name, text in {
        "no package": CONTROL.replace("Package: demo\n", ""), "no version": CONTROL.replace("Version: 1.0-1\n", ""),
        "a field twice": CONTROL + "Version: 2\n", "no colon": CONTROL + "nonsense\n",
        "a bad version": CONTROL.replace("1.0-1", "a:b:c"), "a bad name": CONTROL.replace("demo\nV", "../demo\nV"),
        "a bad relation": CONTROL + "Depends: foo (>> \n", "a bad size": CONTROL + "Installed-Size: 99999999999999999999\n",
        "bytes that are no text": CONTROL.encode() + b"X-Y: \xff\xfe\n", "a NUL": CONTROL + "X-Y: \0\n",
        "two paragraphs": CONTROL + "\n" + CONTROL, "no final newline": CONTROL[:-1] + "\nX-Y",
        "many relations": CONTROL + "Depends: " + ", ".join(f"p{index}" for index in range(100_000)) + "\n",
    }.items():
        yield f"a control file with {name}", package(control=control_tar(text)), ""
    yield "a conffile that isn't there", package(control=control_tar(conffiles="/etc/nothing\n")), ""
    yield "a conffile that is relative", package(control=control_tar(conffiles="etc/x\n")), ""
    yield "an empty line in conffiles", package(control=control_tar(conffiles="\n/opt/demo/file\n")), ""
    yield "a conffile twice", package(control=control_tar(conffiles="/opt/demo/file\n" * 2)), ""
    yield "a wrong MD5", package(control=control_tar(md5sums="0" * 32 + "  opt/demo/file\n")), "MD5"
    yield "an MD5 of nothing", package(control=control_tar(md5sums=SUMS + "0" * 32 + "  opt/demo/other\n")), ""
    yield "an MD5 outside", package(control=control_tar(md5sums="0" * 32 + "  ../../etc/passwd\n")), ""
    yield "no MD5", package(control=control_tar(md5sums="xyz\n")), ""
    yield "a trigger that is none", package(control=control_tar(triggers="explode now\n")), ""
    yield "a control file in a directory", package(control=TOP + directory("./x/") + END), ""
    yield "control as a link", package(
        control=TOP + entry("./control", kind=tarfile.SYMTYPE, link="/etc/passwd") + END), ""
    yield "control twice", package(
        control=TOP + entry("./control", CONTROL.encode()) * 2 + END), "second time"
    # Paths.
    file = entry("./opt/demo/file", FILE)
    below = TOP + directory("./opt/") + directory("./opt/demo/")
    for name, path in {
        "above the top": "./../etc/passwd", "that go up": "./opt/../etc/x", "with a dot": "./opt/./demo",
        "with two slashes": "./opt//x", "that are absolute and go up": "/../etc/x",
        "with a newline": "./opt/demo/a\nb", "that are empty": "",
    }.items():
        yield f"paths {name}", package(GOOD_PATHS + entry(path, b"x")), ""
    yield "a path twice", package(GOOD_PATHS + file), ""
    yield "a file as parent", package(GOOD_PATHS + entry("./opt/demo/file/x", b"x")), ""
    yield "a link as parent", package(
        below + entry("./opt/demo/link", kind=tarfile.SYMTYPE, link="/etc") + entry("./opt/demo/link/x", b"x") + file), ""
    yield "a hard link to nothing", package(
        GOOD_PATHS + entry("./opt/demo/hard", kind=tarfile.LNKTYPE, link="./opt/demo/none")), ""
    yield "a hard link out of it", package(
        GOOD_PATHS + entry("./opt/demo/hard", kind=tarfile.LNKTYPE, link="/etc/passwd")), ""
    yield "a link without target", package(GOOD_PATHS + entry("./opt/demo/link", kind=tarfile.SYMTYPE)), ""
    yield "a pax header", package(GOOD_PATHS + pax("./opt/demo/" + "x" * 200)), ""
    for kind in (b"S", b"x", b"g", b"V", b"M", b"D", b"A", b"Z", b"7"):
        yield f"the type {kind.decode()}", package(GOOD_PATHS + entry("./opt/demo/z", kind=kind)), ""
    # Headers.
    for name, offset, value in (
        ("a size in binary digits that is huge", 124, binary_size(1 << 62)),
        ("a size in binary digits that is larger", 124, b"\x80" + b"\xff" * 11),
        ("a negative size", 124, b"\xff" * 12), ("a size of the largest octal digits", 124, b"77777777777\0"),
        ("a size that is no number", 124, b"9999999999\0\0"), ("a mode that is no number", 100, b"rwxrwxrw"),
        ("an owner that is no number", 108, b"root\0\0\0\0"),
        ("a time that is negative", 136, b"-1\0\0\0\0\0\0\0\0\0\0"), ("another magic", 257, b"ustaX\x0000"),
    ):
        header = patched(entry("./opt/demo/z", b"x"), offset, value)
        yield name, package(GOOD_PATHS + header), ""
    broken = bytearray(entry("./opt/demo/z", b"x"))
    broken[148] ^= 1
    yield "a wrong check sum", package(GOOD_PATHS + bytes(broken)), ""
    yield "padding that isn't zeros", package(GOOD_PATHS[:-1] + b"x"), "padding"
    yield "a directory with content", package(
        below + entry("./opt/demo/dir/", b"x" * 10, kind=tarfile.DIRTYPE) + file), ""
    long_name = struct.pack("100s", b"././@LongLink")
    for name, size in (("huge", 1 << 30), ("empty", 0), ("cut off", 5000)):
        header = patched(entry("x", size=size), 156, b"L")
        yield f"a long name that is {name}", package(GOOD_PATHS + long_name + header[100:] + bytes(512)), ""
    yield "a long name without its path", package(GOOD_PATHS + patched(entry("x", b"y" * 101), 156, b"L")), ""
    yield "no end", package(end=b""), ""
    yield "half an end", package(end=bytes(512)), ""
    yield "bytes behind the end", package(end=END + b"x" * 512), ""
    yield "a part of a block", package(end=END + bytes(100)), ""
    yield "nothing in it", package(b"", end=b""), ""
    yield "a bomb of a file", package(data=bomb(100 << 20, lzma.LZMACompressor()), name="data.tar.xz"), ""
    yield "more paths than are read", package(data=many(263_000)), "more paths than"

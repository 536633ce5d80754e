"""RPM packages made by hand, byte by byte, so that one thing in them can be wrong and every digest right."""

import base64
import gzip
import hashlib
import lzma
import struct

MAGIC = b"\x8e\xad\xe8\x01\0\0\0\0"
INT16, INT32, INT64, STRING, BIN, STRINGS, I18N = 3, 4, 5, 6, 7, 8, 9
WIDTH = {INT16: 2, INT32: 4, INT64: 8}
CONTENT = b"content\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def encoded(kind, value):
    """A value's count and bytes."""
    if kind in WIDTH:
        return len(value), b"".join(number.to_bytes(WIDTH[kind], "big") for number in value)
    if kind == BIN:
        return len(value), value
    texts = [value] if kind == STRING else value
    return len(texts), b"".join((text.encode() if isinstance(text, str) else text) + b"\0" for text in texts)


def header(fields, region):
    """A header with its region; `fields` are tag: (type, value)."""
    index, data = b"", b""
    for tag, (kind, value) in sorted(fields.items()):
        data += bytes(-len(data) % WIDTH.get(kind, 1))
        count, content = encoded(kind, value)
        index += struct.pack(">IIII", tag, kind, len(data), count)
        data += content
    size = 16 * (len(fields) + 1)
    index = struct.pack(">IIII", region, BIN, len(data), 16) + index
    data += struct.pack(">IIiI", region, BIN, -size, 16)
    return MAGIC + struct.pack(">II", len(fields) + 1, len(data)) + index + data


def cpio(name, content=b"", *, mode=0o100644, inode=1, links=1, magic=b"070701", name_size=None, size=None):
    """A member of a newc archive."""
    raw = name.encode() + b"\0"
    numbers = [inode, mode, 0, 0, links, 946684800, len(content) if size is None else size, 0, 0, 0, 0,
               len(raw) if name_size is None else name_size, 0]
    text = magic + b"".join(b"%08X" % number for number in numbers) + raw
    return text + bytes(-len(text) % 4) + content + bytes(-len(content) % 4)


DIRECTORY = cpio("./opt/demo", mode=0o40755, inode=1, links=2)
FILE = cpio("./opt/demo/file", CONTENT, inode=2)
LINK = cpio("./opt/demo/link", b"file", mode=0o120777, inode=3)
TRAILER = cpio("TRAILER!!!", mode=0, inode=0)
FIELDS = {
    100: (STRINGS, ["C"]), 1000: (STRING, "demo"), 1001: (STRING, "1.0"), 1002: (STRING, "1"),
    1004: (I18N, ["a demo"]), 1005: (I18N, ["more"]), 1006: (INT32, [946684800]), 1007: (STRING, "localhost"),
    1009: (INT32, [12]), 1014: (STRING, "MIT"), 1016: (I18N, ["x"]), 1021: (STRING, "linux"), 1022: (STRING, "x86_64"),
    1028: (INT32, [4096, len(CONTENT), 4]), 1030: (INT16, [0o40755, 0o100644, 0o120777]), 1033: (INT16, [0] * 3),
    1034: (INT32, [946684800] * 3), 1035: (STRINGS, ["", SHA256, ""]), 1036: (STRINGS, ["", "", "file"]),
    1037: (INT32, [0] * 3), 1039: (STRINGS, ["root"] * 3), 1040: (STRINGS, ["root"] * 3),
    1045: (INT32, [0xFFFFFFFF] * 3), 1095: (INT32, [1] * 3), 1096: (INT32, [1, 2, 3]), 1097: (STRINGS, [""] * 3),
    1044: (STRING, "demo-1.0-1.src.rpm"), 1047: (STRINGS, ["demo"]), 1112: (INT32, [8]), 1113: (STRINGS, ["1.0-1"]),
    1116: (INT32, [0, 1, 1]), 1117: (STRINGS, ["demo", "file", "link"]), 1118: (STRINGS, ["/opt/", "/opt/demo/"]),
    1124: (STRING, "cpio"), 1125: (STRING, "xz"), 1126: (STRING, "6"), 5011: (INT32, [8]), 5093: (INT32, [8]),
}


def package(archive=DIRECTORY + FILE + LINK + TRAILER, *, fields=None, payload=None, edit=None, signature=None,
            edit_signature=None, lead=None, padding=None):
    """A whole package. `edit` changes the header, `edit_signature` the signature header, both as bytearrays."""
    payload = lzma.compress(archive, check=lzma.CHECK_CRC32) if payload is None else payload
    whole = FIELDS | {
        5092: (STRINGS, [hashlib.sha256(payload).hexdigest()]), 5097: (STRINGS, [hashlib.sha256(archive).hexdigest()]),
    } | (fields or {})
    main = bytearray(header({tag: field for tag, field in whole.items() if field}, 63))
    if edit:
        edit(main)
    main = bytes(main)
    digests = {
        269: (STRING, hashlib.sha1(main).hexdigest()), 273: (STRING, hashlib.sha256(main).hexdigest()),
        1000: (INT32, [len(main) + len(payload)]), 1004: (BIN, hashlib.md5(main + payload).digest()),
        1007: (INT32, [len(archive)]), 1008: (BIN, bytes(256)),
    } | (signature or {})
    signed = bytearray(header({tag: field for tag, field in digests.items() if field}, 62))
    if edit_signature:
        edit_signature(signed)
    if lead is None:
        lead = struct.pack(">4sBBHH66sHH16s", b"\xed\xab\xee\xdb", 3, 0, 0, 1, b"demo-1.0-1", 1, 5, bytes(16))
    padding = bytes(-len(signed) % 8) if padding is None else padding
    return lead + bytes(signed) + padding + main + payload


def entry(tag, *, kind=None, offset=None, count=None, number=None):
    """An edit of a tag's entry in the index."""
    def change(data):
        total, = struct.unpack_from(">I", data, 8)
        for place in range(16, 16 + 16 * total, 16):
            values = list(struct.unpack_from(">IIII", data, place))
            if values[0] == tag:
                for position, value in enumerate((number, kind, offset, count)):
                    values[position] = values[position] if value is None else value
                struct.pack_into(">IIII", data, place, *values)
                return
        raise AssertionError(f"no tag {tag}")
    return change


def words(place, *numbers):
    """An edit of 32-bit numbers at a place; a negative one counts from the end."""
    def change(data):
        struct.pack_into(f">{len(numbers)}I", data, place if place >= 0 else len(data) + place, *numbers)
    return change


HUGE = (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 0x10000000)


def traps():
    """Name, package, and a part of what must be said, for each trap."""
    good = package()
    lead = good[:96]
    for name, data in {
        "lead of version 2": lead[:4] + b"\x02" + lead[5:], "lead of another kind of signature": lead[:78] + b"\0\1" + lead[80:],
        "lead of another name": lead[:12] + b"x" + lead[13:], "lead of another architecture": lead[:9] + b"\x13" + lead[10:],
        "lead of another system": lead[:77] + b"\2" + lead[78:], "lead with bytes at its end": lead[:95] + b"\1",
    }.items():
        yield name, package(lead=data), ""
    yield "lead alone", lead, ""
    yield "no header", good[:96 + 400], ""
    for which, option, region in (("header", "edit", 63), ("signature header", "edit_signature", 62)):
        tag = 1000
        for number in HUGE:
            yield f"{which} that announces {number} tags", package(**{option: words(8, number)}), ""
            yield f"{which} that announces {number} bytes", package(**{option: words(12, number)}), ""
            yield f"{which} with an offset of {number}", package(**{option: entry(tag, offset=number)}), ""
            yield f"{which} with a count of {number}", package(**{option: entry(tag, count=number)}), ""
            yield f"{which} whose region is at {number}", package(**{option: entry(region, offset=number)}), ""
            yield f"{which} whose region has {number} bytes", package(**{option: entry(region, count=number)}), ""
            yield f"{which} whose region ends at {number}", package(**{option: words(-8, number)}), ""
        yield f"{which} without magic", package(**{option: words(0, 0)}), "doesn't begin as one"
        yield f"{which} without tags", package(**{option: words(8, 0)}), ""
        yield f"{which} with a count of 0", package(**{option: entry(tag, count=0)}), ""
        yield f"{which} of an unknown type", package(**{option: entry(tag, kind=10)}), ""
        yield f"{which} of type 0", package(**{option: entry(tag, kind=0)}), ""
        yield f"{which} with another region", package(**{option: entry(region, number=61)}), ""
        yield f"{which} with a region of another type", package(**{option: entry(region, kind=4)}), ""
        yield f"{which} whose values overlap", package(**{option: entry(tag + 4, offset=0)}), ""
        yield f"{which} whose region ends as another tag", package(**{option: words(-16, 60)}), ""
    yield "33 tags in the signature header", package(
        signature={2000 + index: (STRING, "x") for index in range(33)}), ""
    yield "padding that isn't zeros", package(signature={1008: (BIN, bytes(255))}, padding=b"x" * 1 + bytes(0)), ""
    yield "reserved room that isn't zeros", package(signature={1008: (BIN, b"x" * 256)}), "not zero"
    yield "a tag out of order", package(edit=entry(1001, number=1023)), ""
    yield "a tag twice", package(edit=entry(1001, number=1000)), ""
    yield "a string of several", package(edit=entry(1000, count=2)), ""
    yield "a name that is a number", package(fields={1000: (INT32, [1])}), ""
    yield "an array without its end", package(edit=entry(1117, count=4)), ""
    for tag, name in ((1000, "name"), (1001, "version"), (1002, "release"), (1022, "architecture")):
        yield f"no {name}", package(fields={tag: None}), "has no"
    # Lists of paths.
    for tag in (1028, 1030, 1034, 1037, 1045, 1116):
        kind, value = FIELDS[tag]
        yield f"too few elements of {tag}", package(fields={tag: (kind, value[:-1])}), ""
        yield f"too many elements of {tag}", package(fields={tag: (kind, value + value)}), ""
    for tag in (1035, 1036, 1039, 1117):
        yield f"too few elements of {tag}", package(fields={tag: (STRINGS, FIELDS[tag][1][:-1])}), ""
    for tag in (1116, 1117, 1118, 1028, 1030):
        yield f"no {tag}", package(fields={tag: None}), ""
    for name, value in {
        "a directory that isn't there": {1116: (INT32, [0, 1, 9])},
        "a huge number of a directory": {1116: (INT32, [0, 1, 0xFFFFFFFF])},
        "a directory without slash": {1118: (STRINGS, ["/opt/", "/opt/demo"])},
        "a relative directory": {1118: (STRINGS, ["opt/", "/opt/demo/"])},
        "a directory that goes up": {1118: (STRINGS, ["/opt/", "/opt/../etc/"])},
        "a name that goes up": {1117: (STRINGS, ["demo", "..", "link"])},
        "a name with a slash": {1117: (STRINGS, ["demo", "a/b", "link"])},
        "an empty name": {1117: (STRINGS, ["demo", "", "link"])},
        "a path twice": {1117: (STRINGS, ["demo", "file", "file"])},
        "a digest that is none": {1035: (STRINGS, ["", "zz" * 32, ""])},
        "a digest that is too short": {1035: (STRINGS, ["", "ab", ""])},
        "a digest that is wrong": {1035: (STRINGS, ["", "0" * 64, ""])},
        "a size that is wrong": {1028: (INT32, [4096, 7, 4])},
        "a size that is huge": {1028: (INT32, [4096, 0xFFFFFFFF, 4])},
        "a mode that differs": {1030: (INT16, [0o40755, 0o100755, 0o120777])},
        "a mode without type": {1030: (INT16, [0o755, 0o644, 0o777])},
        "a target that differs": {1036: (STRINGS, ["", "", "elsewhere"])},
        "another algorithm": {5011: (INT32, [1])}, "an unknown algorithm": {5011: (INT32, [99])},
        "relations without versions": {1113: (STRINGS, ["1", "2"])},
        "an unknown compressor": {1125: (STRING, "rar")},
        "another compressor": {1125: (STRING, "gzip")}, "zstd": {1125: (STRING, "zstd")},
        "a wrong digest of the payload": {5092: (STRINGS, ["0" * 64])},
        "a wrong digest of the archive": {5097: (STRINGS, ["0" * 64])},
    }.items():
        yield name, package(fields=value), ""
    # Digests and sizes.
    for name, tag, value in (
        ("SHA-1", 269, (STRING, "0" * 40)), ("SHA-256", 273, (STRING, "0" * 64)), ("MD5", 1004, (BIN, bytes(16))),
        ("size", 1000, (INT32, [1])), ("size of the archive", 1007, (INT32, [1])),
        ("large size", 1000, (INT32, [0xFFFFFFFF])),
    ):
        yield f"a wrong {name}", package(signature={tag: value}), ""
    yield "no digest of the header", package(signature={269: None, 273: None}), "no digest"
    yield "a signature that is none", package(signature={268: (BIN, b"nonsense")}), ""
    yield "a signature that isn't base64", package(signature={278: (STRINGS, ["!!!"])}), "base64"
    # The archive.
    for name, archive in {
        "no trailer": DIRECTORY + FILE + LINK, "nothing": b"", "a trailer alone": TRAILER,
        "a file too few": DIRECTORY + LINK + TRAILER,
        "a file too many": DIRECTORY + FILE + LINK + cpio("./etc/passwd", b"x", inode=4) + TRAILER,
        "a file twice": DIRECTORY + FILE + FILE + LINK + TRAILER,
        "a path that goes up": DIRECTORY + cpio("./../etc/passwd", CONTENT, inode=2) + LINK + TRAILER,
        "another content": DIRECTORY + cpio("./opt/demo/file", b"CONTENT\n", inode=2) + LINK + TRAILER,
        "another magic": DIRECTORY + cpio("./opt/demo/file", CONTENT, magic=b"070707") + LINK + TRAILER,
        "no digits": DIRECTORY.replace(b"946", b"xyz") + b"0707010000ZZZZ" * 20,
        "a name of size 0": cpio("./opt/demo", mode=0o40755, name_size=0) + FILE + LINK + TRAILER,
        "a huge name": cpio("./opt/demo", mode=0o40755, name_size=0x7FFFFFFF) + FILE + LINK + TRAILER,
        "a huge file": DIRECTORY + cpio("./opt/demo/file", CONTENT, inode=2, size=0xFFFFFFFF) + LINK + TRAILER,
        "bytes behind the trailer": DIRECTORY + FILE + LINK + TRAILER + b"x" * 512,
        "padding that isn't zeros": DIRECTORY + FILE + LINK[:-2] + b"xx" + TRAILER,
        "a directory with content": cpio("./opt/demo", b"abcd", mode=0o40755) + FILE + LINK + TRAILER,
    }.items():
        yield f"an archive with {name}", package(archive), ""
    archive = DIRECTORY + FILE + LINK + TRAILER
    packed = lzma.compress(archive)
    yield "two xz streams", package(archive, payload=packed + packed), ""
    yield "xz with bytes behind it", package(archive, payload=packed + bytes(8)), ""
    yield "xz cut off", package(archive, payload=packed[:-30]), ""
    yield "no payload", package(archive, payload=b""), ""
    yield "gzip that is cut off", package(
        archive, payload=gzip.compress(archive, mtime=0)[:-9], fields={1125: (STRING, "gzip")}), ""
    packer = lzma.LZMACompressor()
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(100)) + packer.flush()
    yield "a bomb as payload", package(archive, payload=bomb), ""


def signable(package_bytes):
    """Main header and payload of a package."""
    _, count, size = struct.unpack_from(">8sII", package_bytes, 96)
    start = 112 + 16 * count + size
    start += -start % 8
    _, count, size = struct.unpack_from(">8sII", package_bytes, start)
    end = start + 16 + 16 * count + size
    return package_bytes[start:end], package_bytes[end:]


def signed(sign, *, places=(268, 1002), signature=None, **options):
    """A package with signatures at some tags of the signature header; `sign` makes a binary one of bytes.

    268: of the header; 1002: of header and payload; 278: of the header, in base64, as rpm 6 has it.
    """
    main, payload = signable(package(signature=signature, **options))
    made = {}
    for place in places:
        value = sign(main + payload if place in (1002, 1005) else main)
        made[place] = (STRINGS, [base64.b64encode(value)]) if place == 278 else (BIN, value)
    return package(signature=made | (signature or {}), **options)

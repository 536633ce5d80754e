"""Installers changed by hand: plan or payload with one thing wrong and every digest of the trailer right."""

import hashlib
import json
import lzma
import struct

from . import trailer

# What stands for the program: whoever reads an installer doesn't look into it.
HEAD = (b"\x7fELF\2\1" + bytes(12) + b"\x3e\0").ljust(4096, b"\0")


def build(head, payload, plan, *, lengths=None, version=1, edit=None):
    """An unsigned installer of its parts; `edit` changes the trailer before its own digest is made."""
    sizes = lengths or (len(head), len(payload), len(plan))
    end = bytearray(struct.pack(
        "<16sII3Q32s32s", b"AGENTPACK-SETUP\0", version, 0, *sizes, hashlib.sha256(head).digest(),
        hashlib.sha256(plan).digest()) + bytes(112))
    if edit:
        edit(end)
    return head + payload + plan + bytes(end) + hashlib.sha256(end).digest()


def xz(text):
    return lzma.compress(text, check=lzma.CHECK_CRC64)


class Installer:
    """The parts of an installer, with a small head."""

    def __init__(self, data):
        parts = trailer.parts(data)
        self.payload = data[parts["payload"].start:parts["payload"].stop]
        self.plan = json.loads(lzma.decompress(data[parts["plan"].start:parts["plan"].stop]))

    def make(self, change=None, **options):
        """The installer, after `change` changed the plan."""
        plan = json.loads(json.dumps(self.plan))
        if change:
            change(plan)
        return build(HEAD, self.payload, xz(json.dumps(plan).encode()), **options)


def put(value, *keys):
    """A change that puts a value at a place in the plan, or takes it away for `...`."""
    def change(plan):
        place = plan
        for key in keys[:-1]:
            place = place[key]
        if value is ...:
            del place[keys[-1]]
        else:
            place[keys[-1]] = value
    return change


def traps(data):
    """Name, installer, and a part of what must be said, for each trap."""
    good = Installer(data)
    entries = good.plan["entries"]
    file = next(index for index, entry in enumerate(entries) if entry.get("size", 0) > 0)
    yield "another version", good.make(version=2), "format version 2"
    for index, name in enumerate(("head", "payload", "plan")):
        sizes = [len(HEAD), len(good.payload), len(xz(json.dumps(good.plan).encode()))]
        for value in (0, 1, sizes[index] - 1, sizes[index] + 4096, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
            lengths = tuple(value if place == index else size for place, size in enumerate(sizes))
            yield f"a {name} of {value} bytes", good.make(lengths=lengths), ""
    yield "a signature without key", good.make(edit=lambda end: end.__setitem__(150, 1)), "without a key"
    yield "a key that signed nothing", good.make(edit=lambda end: end.__setitem__(112, 1)), "signature"
    yield "bytes where zeros belong", good.make(edit=lambda end: end.__setitem__(210, 1)), ""
    # Plans that are none.
    for name, text in {
        "nothing": b"", "no JSON": b"{", "a list": b"[]", "depth": b"[" * 100_000 + b"]" * 100_000,
        "a key twice": b'{"schema":1,"schema":1}', "bytes that are no text": b'{"schema":"\xff"}',
        "a number": b"1" * 10_000, "nothing known": b"{}", "a NUL": b'{"schema":1}\0',
    }.items():
        yield f"a plan of {name}", build(HEAD, good.payload, xz(text)), ""
    yield "a plan that isn't compressed", build(HEAD, good.payload, b"{}" * 50), ""
    yield "a plan with bytes behind it", build(HEAD, good.payload, xz(json.dumps(good.plan).encode()) + bytes(4)), ""
    packer = lzma.LZMACompressor(check=lzma.CHECK_CRC64)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(300)) + packer.flush()
    yield "a bomb as plan", build(HEAD, good.payload, bomb), "at most"
    # Plans that say what can't be.
    for key in ("schema", "generator", "product", "paths", "config_tool", "entries", "blocks", "frame"):
        if key != "entries":
            yield f"no {key}", good.make(put(..., key)), ""
        yield f"{key} of another type", good.make(put([[]], key)), ""
    for name, path in {
        "that goes up": "../../etc/passwd", "that is absolute": "/etc/passwd", "that is empty": "", "with a dot": "./x",
        "with two slashes": "a//b", "with a NUL": "a\0b", "with a component of 300 bytes": "x" * 300,
        "that ends with a slash": "a/", "without parent": "zzz/none/x",
    }.items():
        yield f"a path {name}", good.make(put(path, "entries", file, "path")), ""
    for key in ("block", "offset", "size", "mode"):
        for value in (-1, 1 << 40, (1 << 63) - 1, "x"):
            yield f"{key} {value!r} of a file", good.make(put(value, "entries", file, key)), ""
    yield "a wrong SHA-256", good.make(put("0" * 64, "entries", file, "sha256")), "SHA-256"
    yield "a SHA-256 that is none", good.make(put("xyz", "entries", file, "sha256")), ""
    yield "a kind that is none", good.make(put("socket", "entries", file, "kind")), ""
    yield "an entry twice", good.make(lambda plan: plan["entries"].insert(file, plan["entries"][file])), ""
    yield "entries out of order", good.make(lambda plan: plan["entries"].reverse()), ""
    yield "a link that leads to nothing", good.make(
        lambda plan: plan["entries"].append({"path": "zz", "kind": "link", "mode": 0o777, "target": ""})), ""
    for key in ("stored_size", "content_size"):
        known = key in good.plan["blocks"][0]
        for value in (0, -1, 1, 1 << 40, (1 << 63) - 1) if known else ():
            yield f"{key} {value} of a block", good.make(put(value, "blocks", 0, key)), ""
    yield "blocks without number", good.make(lambda plan: plan["blocks"].extend(plan["blocks"][:1] * 100_000)), ""
    yield "no blocks", good.make(put([], "blocks")), ""
    yield "a wrong frame", good.make(put("0" * 64, "frame")), "frame"
    yield "a root that is relative", good.make(put("opt/x", "paths", "root")), ""
    yield "a root that goes up", good.make(put("/opt/../etc", "paths", "root")), ""
    yield "a config tool with a slash", good.make(put("a/b", "config_tool")), ""

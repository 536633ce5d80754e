"""APT archives made by hand, so that one thing in them can be wrong."""

import bz2
import gzip
import hashlib
import itertools
import lzma
import os
import subprocess
import time

from . import crafted_deb

CODENAME = "stable"
_START = time.time() - 86400
_written = itertools.count()
FORMS = {"": bytes, ".gz": lambda data: gzip.compress(data, mtime=0), ".xz": lzma.compress, ".bz2": bz2.compress,
         ".zst": lambda data: subprocess.run(["zstd", "-qc"], input=data, check=True, capture_output=True).stdout}
FIELDS = {"md5": "MD5Sum", "sha1": "SHA1", "sha256": "SHA256", "sha512": "SHA512"}
PACKAGE_FIELDS = FIELDS | {"md5": "MD5sum"}


def date(seconds):
    """A time as Release has it."""
    return time.strftime("%a, %d %b %Y %H:%M:%S UTC", time.gmtime(seconds))


def archive(folder, key, *, forms=("", ".gz", ".xz"), listed=None, digests=("sha256",), package_digests=("sha256",),
            by_hash=("sha256",), fields=None, inline=True, detached=True, sign=None, age=60):
    """Writes an archive with the package `demo`, signed by a key of `openpgp`; all is as it should be by default.

    `forms` are those of Packages on the server, `listed` those in Release; `sign` makes InRelease and Release.gpg of
    Release itself, as a pair of bytes; `fields` replace fields of Release, None removes one.
    """
    deb = crafted_deb.package()
    pool = folder / "pool/main/d/demo"
    pool.mkdir(parents=True, exist_ok=True)
    (pool / "demo_1.0-1_amd64.deb").write_bytes(deb)
    sums = "".join(
        f"{PACKAGE_FIELDS[name]}: {hashlib.new(name, deb).hexdigest()}\n" for name in package_digests)
    text = (crafted_deb.CONTROL + f"Filename: pool/main/d/demo/demo_1.0-1_amd64.deb\nSize: {len(deb)}\n{sums}\n").encode()
    top = folder / "dists" / CODENAME
    index = top / "main/binary-amd64"
    index.mkdir(parents=True, exist_ok=True)
    contents = {}
    for form in forms:
        data = FORMS[form](text)
        (index / f"Packages{form}").write_bytes(data)
        for name in by_hash:
            place = index / "by-hash" / FIELDS[name]
            place.mkdir(parents=True, exist_ok=True)
            (place / hashlib.new(name, data).hexdigest()).write_bytes(data)
        contents[form] = data
    contents.setdefault("", text)
    for form in listed or ():
        contents.setdefault(form, FORMS[form](text))
    now = int(time.time())
    lines = {
        "Origin": "Demo", "Label": "Demo", "Suite": CODENAME, "Codename": CODENAME, "Date": date(now - age),
        "Architectures": "amd64", "Components": "main", "Description": "Demo", "Acquire-By-Hash": "yes",
    } | (fields or {})
    release = "".join(f"{name}: {value}\n" for name, value in lines.items() if value is not None)
    for name in digests:
        release += f"{FIELDS[name]}:\n"
        for form in contents if listed is None else listed:
            data = contents[form]
            release += f" {hashlib.new(name, data).hexdigest()} {len(data)} main/binary-amd64/Packages{form}\n"
    (top / "Release").write_text(release)
    pair = sign(release) if sign else signed(release, key)
    if inline:
        (top / "InRelease").write_bytes(pair[0])
    if detached:
        (top / "Release.gpg").write_bytes(pair[1])
    # Servers tell versions apart by whole seconds.
    moment = _START + 10 * next(_written)
    for path in top.rglob("*"):
        os.utime(path, (moment, moment))
    return folder


def signed(release, *keys, options=()):
    """InRelease and Release.gpg, with a signature of each key."""
    homes = keys[0]
    users = [word for key in keys for word in ("--local-user", key.fingerprint)]
    words = [*users, *(options or ("--digest-algo", "SHA512"))]
    inline = homes.gpg(*words, "--clearsign", input=release.encode())
    detached = homes.gpg(*words, "--armor", "--detach-sign", input=release.encode())
    return inline, detached

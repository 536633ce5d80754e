"""YUM repositories made by hand, so that one thing in them can be wrong."""

import bz2
import gzip
import hashlib
import lzma
import struct
import subprocess

COMPRESSIONS = {
    "": bytes, ".gz": lambda data: gzip.compress(data, mtime=0), ".bz2": bz2.compress,
    ".xz": lambda data: lzma.compress(data),
    ".zst": lambda data: subprocess.run(["zstd", "-qc"], input=data, check=True, capture_output=True).stdout}
NAMES = {"md5": "md5", "sha1": "sha", "sha256": "sha256", "sha512": "sha512"}


def header_range(package):
    """Where the main header begins and ends; createrepo's header-range."""
    _, count, size = struct.unpack_from(">8sII", package, 96)
    start = 112 + 16 * count + size
    start += -start % 8
    _, count, size = struct.unpack_from(">8sII", package, start)
    return start, start + 16 + 16 * count + size


def texts(package, href, checksum, version="1.0"):
    """primary, filelists and other for the package `demo`."""
    digest = hashlib.new(checksum, package).hexdigest()
    start, end = header_range(package)
    version = f'<version epoch="0" ver="{version}" rel="1"/>'
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    primary = head + (
        '<metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm" '
        f'packages="1">\n<package type="rpm">\n<name>demo</name>\n<arch>x86_64</arch>\n{version}\n'
        f'<checksum type="{NAMES[checksum]}" pkgid="YES">{digest}</checksum>\n<summary>demo</summary>\n'
        '<description>demo</description>\n<packager/>\n<url/>\n<time file="946684800" build="946684800"/>\n'
        f'<size package="{len(package)}" installed="12" archive="500"/>\n<location href="{href}"/>\n<format>\n'
        '<rpm:license>MIT</rpm:license>\n<rpm:vendor/>\n<rpm:group>x</rpm:group>\n'
        '<rpm:buildhost>localhost</rpm:buildhost>\n<rpm:sourcerpm>demo-1.0-1.src.rpm</rpm:sourcerpm>\n'
        f'<rpm:header-range start="{start}" end="{end}"/>\n<rpm:provides>\n'
        '<rpm:entry name="demo" flags="EQ" epoch="0" ver="1.0" rel="1"/>\n</rpm:provides>\n</format>\n</package>\n'
        '</metadata>\n')
    filelists = head + (
        '<filelists xmlns="http://linux.duke.edu/metadata/filelists" packages="1">\n'
        f'<package pkgid="{digest}" name="demo" arch="x86_64">\n{version}\n<file>/opt/demo/file</file>\n</package>\n'
        '</filelists>\n')
    other = head + (
        '<otherdata xmlns="http://linux.duke.edu/metadata/other" packages="1">\n'
        f'<package pkgid="{digest}" name="demo" arch="x86_64">\n{version}\n</package>\n</otherdata>\n')
    return {"primary": primary.encode(), "filelists": filelists.encode(), "other": other.encode()}


def repository(folder, package, key, *, compression=".gz", checksum="sha256", package_checksum="sha256",
               open_checksum=True, types=("primary", "filelists", "other"), revision=1000, timestamp=1000, sign=None, key_file=True, version="1.0"):
    """Writes a repository with the package `demo`, signed by a key of `openpgp`; all is as it should be by default.

    `types` are the indexes there are. `sign` makes repomd.xml.asc of repomd.xml; it returns None for none.
    """
    (folder / "Packages").mkdir(parents=True, exist_ok=True)
    href = f"Packages/demo-{version}-1.x86_64.rpm"
    (folder / href).write_bytes(package)
    repodata = folder / "repodata"
    repodata.mkdir(exist_ok=True)
    for old in repodata.iterdir():
        old.unlink()
    records = ""
    for name, text in texts(package, href, package_checksum, version).items():
        if name not in types:
            continue
        data = COMPRESSIONS[compression](text)
        digest = hashlib.new(checksum, data).hexdigest()
        file = f"repodata/{digest}-{name}.xml{compression}"
        (folder / file).write_bytes(data)
        opened = (f'<open-checksum type="{NAMES[checksum]}">{hashlib.new(checksum, text).hexdigest()}</open-checksum>\n'
                  if open_checksum else "")
        records += (
            f'<data type="{name}">\n<checksum type="{NAMES[checksum]}">{digest}</checksum>\n{opened}'
            f'<location href="{file}"/>\n<timestamp>{timestamp}</timestamp>\n<size>{len(data)}</size>\n'
            f'<open-size>{len(text)}</open-size>\n</data>\n')
    repomd = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<repomd xmlns="http://linux.duke.edu/metadata/repo" '
        f'xmlns:rpm="http://linux.duke.edu/metadata/rpm">\n<revision>{revision}</revision>\n{records}</repomd>\n').encode()
    (repodata / "repomd.xml").write_bytes(repomd)
    signature = sign(repomd) if sign else signed(repomd, key)
    if signature is not None:
        (repodata / "repomd.xml.asc").write_bytes(signature)
    if key_file:
        (repodata / "repomd.xml.key").write_bytes(key.public.read_bytes())
    return folder


def signed(repomd, *keys, options=("--armor", "--digest-algo", "SHA512")):
    """A detached signature, with one of each key."""
    users = [word for key in keys for word in ("--local-user", key.fingerprint)]
    return keys[0].gpg(*users, *options, "--detach-sign", input=repomd)

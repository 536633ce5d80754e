"""What is packed: a Java runtime made by jlink, and jars of Debian packages that a network agent could ship."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "agentpack-bench"
# Jars that hold no other jar of the list: a product ships each class once.
JARS = ("libspring-core-java libguava-java libbcprov-java libbcpkix-java libnetty-java libjackson2-databind-java "
        "libjackson2-core-java libjackson2-annotations-java libcommons-collections4-java libcommons-lang3-java "
        "libcommons-io-java libcommons-codec-java libhttpclient-java libhttpcore-java libpostgresql-jdbc-java "
        "libslf4j-java liblogback-java").split()
MODULES = "java.se,jdk.crypto.ec,jdk.crypto.cryptoki,jdk.unsupported,jdk.management,jdk.jfr,jdk.zipfs,jdk.naming.dns"

MANIFEST = """\
name: bench-agent
version: 1.0.0
vendor: Nobody
maintainer: Nobody <nobody@example.invalid>
description: The payload of the benchmarks.
packages:
  - name: bench-agent
    contents: [{ source: tree/, to: . }]
# A runtime of this system for this system; copies of it are damaged on purpose.
elf:
  waive:
    - { file: "**", check: needed, reason: nothing is installed }
    - { file: "**", check: machine, reason: nothing is installed }
    - { file: "**", check: rpath, reason: nothing is installed }
"""


def tree():
    """The payload's directory (`jre/` and `lib/`), made once and kept in the cache."""
    key = hashlib.sha256(" ".join([MODULES, *JARS]).encode()).hexdigest()[:12]
    folder = CACHE / f"tree-{key}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            staging = CACHE / "tree.partial"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            _make(staging)
            staging.rename(folder)
    return folder


def product(folder, *, copies=1):
    """A product in `folder` that packs the tree; more copies differ from each other in every file."""
    folder.mkdir(parents=True)
    (folder / "product.yaml").write_text(MANIFEST)
    for number in range(copies):
        copy = folder / "tree" / (f"copy{number}" if copies > 1 else "")
        shutil.copytree(tree(), copy, symlinks=True, dirs_exist_ok=True)
        if number > 0:
            _vary(copy, number)
    return folder


def _vary(folder, number):
    """Changes every 64th byte, so that no block of one copy is a block of another, and sizes stay alike."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size:
            data = bytearray(path.read_bytes())
            data[::64] = bytes((byte + number) & 0xFF for byte in data[::64])
            path.chmod(0o644)
            path.write_bytes(data)


def _make(staging):
    subprocess.run(
        ["jlink", "--add-modules", MODULES, "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages",
         "--output", staging / "jre"], check=True)
    packages = staging / "packages"
    packages.mkdir()
    # As root, apt would download as a user that may not come here.
    download = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *JARS]
    subprocess.run(download, cwd=packages, check=True, stdout=subprocess.DEVNULL)
    for archive in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", archive, packages], check=True)
    (staging / "lib").mkdir()
    for jar in sorted(packages.rglob("*.jar")):
        if not jar.is_symlink() and "osgi" not in jar.name:
            shutil.copyfile(jar, staging / "lib" / jar.name)
    shutil.rmtree(packages)

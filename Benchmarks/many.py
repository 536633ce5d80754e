"""Many small packages for the benchmarks of repositories, made once and kept in the cache with the keys that signed them."""

import fcntl
import hashlib
import multiprocessing
import shutil
from pathlib import Path

import payload
import signer

from harness import crafted_deb, crafted_rpm, openpgp, site, tiny

WORKERS = 2
PART = 500
SOURCES = (tiny, crafted_deb, crafted_rpm, signer)


class Packages:
    """That many .deb and .rpm, and `more`, one further of each; and the keys of a site's roles."""

    def __init__(self, count):
        mark = hashlib.sha256(b"".join(Path(module.__file__).read_bytes() for module in SOURCES)).hexdigest()[:12]
        self.folder = payload.CACHE / f"packages-{count}-{mark}"
        payload.CACHE.mkdir(parents=True, exist_ok=True)
        with open(payload.CACHE / "packages.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.folder.is_dir():
                staging = payload.CACHE / "packages.partial"
                shutil.rmtree(staging, ignore_errors=True)
                _make(staging, count)
                staging.rename(self.folder)
        self.keys = {role: _kept(self.folder / "keys" / role) for role in site.ROLES}

    def files(self, suffix):
        """The packages' files, `.deb` or `.rpm`."""
        return sorted((self.folder / suffix[1:]).iterdir())

    def further(self, suffix):
        """The one further package's file."""
        [file] = (self.folder / "more").glob(f"*{suffix}")
        return file


def _kept(home):
    return openpgp.Key(openpgp.ends(home), (home / "fingerprint").read_text(), home.name)


def _make(folder, count):
    for name in ("deb", "rpm", "more"):
        (folder / name).mkdir(parents=True)
    for role in site.ROLES:
        made = openpgp.key(role)
        home = folder / "keys" / role
        shutil.copytree(made.home, home, ignore=shutil.ignore_patterns("S.*"))
        home.chmod(0o700)
        (home / "fingerprint").write_text(made.fingerprint)
    sign = signer.Signer(openpgp.key("rpm"))
    made = tiny.catalogue(count + 1)
    parts = [(folder, made[at:min(at + PART, count)], sign) for at in range(0, count, PART)]
    with multiprocessing.Pool(WORKERS) as pool:
        for _ in pool.imap_unordered(_part, parts):
            pass
    tiny.deb(made[-1], folder / "more")
    tiny.rpm(made[-1], folder / "more", sign=sign)


def _part(part):
    folder, made, sign = part
    for package in made:
        tiny.deb(package, folder / "deb")
        tiny.rpm(package, folder / "rpm", sign=sign)

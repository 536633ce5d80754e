"""Base roots: Debian file trees built once with mmdebstrap and kept below /var/cache/agentpack-e2e.

A root's directory carries the hash of what it is made of, so a changed package list makes a new one. It is built in a
staging directory and renamed, under a lock: a directory with the final name is whole, whatever was interrupted.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

CACHE = Path("/var/cache/agentpack-e2e")
# The release of this machine, and of the roots where no other is meant.
SUITE = "bookworm"

# init-system-helpers brings `service`; the rest is what an administrator's minimal server has.
SERVER = ["ca-certificates", "init-system-helpers", "iproute2", "procps", "sudo"]
SYSTEMD = [*SERVER, "systemd", "systemd-sysv", "dbus"]
# Debian's SysV init, with the scripts that packages made for systemd no longer bring.
SYSV = [*SERVER, "sysvinit-core", "initscripts", "sysv-rc", "insserv", "orphan-sysvinit-scripts"]

# What the manual's lines for an APT repository are typed with, beside systemd.
APT = [*SYSTEMD, "curl", "gpg", "lsb-release"]

# What installs RPM packages, beside systemd.
RPM = [*SYSTEMD, "rpm", "dnf", "dnf-plugins-core", "createrepo-c"]

# The Debian release and the packages of each base root.
RECIPES = {
    "bullseye-systemd": ("bullseye", SYSTEMD),
    "bookworm-systemd": ("bookworm", SYSTEMD),
    "trixie-systemd": ("trixie", SYSTEMD),
    "bullseye-apt": ("bullseye", APT),
    "bookworm-apt": ("bookworm", APT),
    "trixie-apt": ("trixie", APT),
    # What looks a file's package up.
    "bookworm-apt-file": ("bookworm", [*APT, "apt-file"]),
    "bookworm-sysv": ("bookworm", SYSV),
    "bookworm-minimal": ("bookworm", ["ca-certificates", "init-system-helpers", "procps"]),
    "trixie-minimal": ("trixie", ["ca-certificates", "init-system-helpers", "procps"]),
    # rpm 4.18 and dnf 4.14; rpm 4.20, dnf 4.23 and zypper; rpm 6 and dnf 5.
    "bookworm-rpm": ("bookworm", RPM),
    "trixie-rpm": ("trixie", [*RPM, "zypper"]),
    "forky-rpm": ("forky", [*SYSTEMD, "rpm", "dnf5"]),
    # What looks at packages without installing them.
    "trixie-checks": ("trixie", ["busybox", "debsums", "lintian", "rpm", "rpmlint", "xz-utils"]),
    # What `agentpack` is linked with.
    "bookworm-tool": ("bookworm", ["libarchive13", "libgpgme11", "libjansson4", "libssl3", "libstdc++6"]),
    "trixie-tool": ("trixie", ["libarchive13t64", "libgpgme11t64", "libjansson4", "libssl3t64", "libstdc++6"]),
}

# Packages that are unpacked with all that they need and never configured: tools to be run in a throw-away root.
UNPACKED = {
    # Installed, its scripts would want man pages and a boot.
    "bullseye-jdk": ("bullseye", ["openjdk-17-jdk-headless"]),
}

# A Debian root where rpm is the package manager: what is already there gets a package without files, so that packages
# can require it, its libraries by the names that rpm's own tool gives them. Debian's plugin `local` keeps unsigned
# copies of what it sees, and breaks every later install.
RPM_BASE = """
Name: e2e-base
Version: 1
Release: 1
Summary: Stands for the files that the root already has
License: MIT
BuildArch: noarch
Provides: /bin/sh
Provides: /bin/bash
Provides: /usr/bin/sh
Provides: systemd
Provides: system-release = 9
Provides: system-release(releasever) = 9
Provides: rtld(GNU_HASH)
@LIBRARIES@
%description
Provides only.
%files
"""
# rpm's elfdeps and its options; glibc's own package is made with the second.
ELFDEPS = ["/usr/lib/rpm/elfdeps", "--provides", "--filter-private"]
LIBRARIES = "usr/lib/x86_64-linux-gnu"
RPM_SETUP = """
set -e
mkdir -p /etc/rpm
echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros    # Debian has it in the home directory
rpm --install --nodeps /e2e-base.rpm
rm /e2e-base.rpm
mkdir -p /etc/yum.repos.d /etc/zypp/repos.d
for file in /etc/dnf/plugins/local.conf /etc/dnf/libdnf5-plugins/local.conf; do
    [ ! -f $file ] || sed -i 's/^enabled.*/enabled = false/' $file
done
"""

# Roots of releases whose index is older than it allows itself to be, because this mirror is a snapshot.
EXPIRED = ("forky",)

# What the installer of a distribution writes and mmdebstrap doesn't.
FILES = {
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
    "etc/hostname": "e2e\n",
}


def base(name):
    """The directory of the base root `name`, built first when this machine has none yet."""
    suite, packages = RECIPES[name]
    inputs = [suite, sorted(packages), _options(), FILES]
    if name.endswith("-rpm"):
        inputs += [RPM_BASE, ELFDEPS, LIBRARIES, RPM_SETUP]
    return _root(name, "minbase", suite, packages, inputs)


def unpacked(name):
    """The directory that holds the files of the packages `name` of UNPACKED, with mount points, built as above."""
    suite, packages = UNPACKED[name]
    return _root(name, "extract", suite, packages, ["extract", suite, sorted(packages), _options(), FILES])


def _root(name, variant, suite, packages, inputs):
    root = CACHE / f"{name}-{hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:16]}"
    if not root.is_dir():
        with locked("roots"):
            if not root.is_dir():
                _build(name, variant, suite, packages, root)
    return root


def empty():
    """A directory with nothing in it but mount points: the root for programs that must need nothing."""
    root = CACHE / "empty-1"
    with locked("roots"):
        (root / "proc").mkdir(parents=True, exist_ok=True)
    return root


@contextmanager
def locked(name):
    """Holds the machine-wide lock `name` of the end-to-end tests."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _options():
    return [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "man", "locale")]


def _build(name, variant, suite, packages, root):
    for leftover in CACHE.glob("*.partial"):
        shutil.rmtree(leftover)
    print(f"building the base root {name} (once per machine, about half a minute)", flush=True)
    staging = CACHE / f"{root.name}.partial"
    command = ["mmdebstrap", "--quiet", f"--variant={variant}", f"--include={','.join(packages)}", *_options()]
    command += ["--aptopt=Acquire::Check-Valid-Until \"false\""] if suite in EXPIRED else []
    command += _proxy_options() + [suite, str(staging), mirror()]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0:
        shutil.rmtree(staging, ignore_errors=True)
        raise RuntimeError(f"mmdebstrap could not build {name}:\n{result.stderr[-4000:]}")
    for path, text in FILES.items():
        (staging / path).write_text(text)
    (staging / "proc").mkdir(exist_ok=True)
    if name.endswith("-rpm"):
        _set_up_rpm(staging)
    staging.rename(root)


def _set_up_rpm(root):
    """Installs RPM_BASE there and does RPM_SETUP."""
    files = sorted(str(path) for path in (root / LIBRARIES).glob("*.so.*") if path.is_file())
    found = subprocess.run(ELFDEPS, input="\n".join(files) + "\n", check=True, capture_output=True, text=True).stdout
    libraries = "\n".join(f"Provides: {name}" for name in sorted(set(found.split("\n")) - {""}))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "e2e-base.spec").write_text(RPM_BASE.replace("@LIBRARIES@", libraries))
        command = ["rpmbuild", "-bb", "--quiet", f"--define=_topdir {folder}", f"{folder}/e2e-base.spec"]
        subprocess.run(command, check=True, capture_output=True)
        [package] = Path(folder).rglob("*.rpm")
        shutil.copyfile(package, root / "e2e-base.rpm")
    path = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    subprocess.run(["chroot", root, "sh", "-c", RPM_SETUP], check=True, capture_output=True, env=path)


def mirror():
    """The package mirror that this machine itself uses."""
    candidates = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for file in candidates:
        if file.suffix not in (".list", ".sources") or not file.is_file():
            continue
        text = file.read_text()
        if SUITE not in text:
            continue
        deb822 = re.search(r"^URIs:\s*(\S+)", text, re.MULTILINE)
        one_line = re.search(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+" + SUITE + r"\s", text, re.MULTILINE)
        if deb822 or one_line:
            return (deb822 or one_line).group(1)
    raise RuntimeError(f"no apt source of this machine serves {SUITE}")


def _proxy_options():
    dump = subprocess.run(["apt-config", "dump", "Acquire::http::Proxy"], capture_output=True, text=True).stdout
    return [f"--aptopt={line.rstrip(';')}" for line in dump.splitlines() if '""' not in line]


def debian_package(name):
    """The files of a Debian package, unpacked into a directory that is kept like a base root."""
    folder = CACHE / f"package-{name}"
    with locked("roots"):
        if not folder.is_dir():
            staging = CACHE / f"{folder.name}.partial"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            _download(name, staging)
            [archive] = staging.glob("*.deb")
            subprocess.run(["dpkg-deb", "-x", archive, staging], check=True)
            archive.unlink()
            staging.rename(folder)
    return folder


def _download(name, folder):
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "-o", "APT::Sandbox::User=root"]
    first = subprocess.run([*command, "download", name], cwd=folder, capture_output=True)
    if first.returncode != 0:
        subprocess.run([*command, "update"], check=True, capture_output=True)
        subprocess.run([*command, "download", name], cwd=folder, check=True, capture_output=True)

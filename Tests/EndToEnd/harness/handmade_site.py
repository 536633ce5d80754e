"""A site as a vendor would make it by hand, with apt-ftparchive, createrepo_c and gpg, under the documented paths."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from . import openpgp, product, server, tiny

URL = f"https://{server.SITE}"
PREFIX = "scm/linux"

REPO = """\
[{name}]
name={name}
baseurl={url}/yum/$basearch
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey={url}/{prefix}/rpm-sign.asc
       {url}/{prefix}/rpm-sign-2.asc
"""


class HandmadeSite:
    """Packages `name` and `name`-jre for some code names and for x86_64; `public` is the top."""

    def __init__(self, name, codenames):
        self.name, self.codenames = name, codenames
        self.keys = {role: openpgp.key(role) for role in ("apt", "apt-next", "rpm", "rpm-next")}
        self.public = product.public_folder() / "site"
        files = self.public / PREFIX
        files.mkdir(parents=True)
        (files / "apt-sign.gpg").write_bytes(openpgp.armored([self.keys["apt"], self.keys["apt-next"]]))
        shutil.copyfile(self.keys["rpm"].public, files / "rpm-sign.asc")
        shutil.copyfile(self.keys["rpm-next"].public, files / "rpm-sign-2.asc")
        (files / f"{name}.repo").write_text(REPO.format(name=name, url=URL, prefix=PREFIX))

    def publish(self, version):
        """Adds a version of both packages."""
        folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        packages = self.public / "yum/x86_64/Packages"
        packages.mkdir(parents=True, exist_ok=True)
        for name in (self.name, f"{self.name}-jre"):
            made = tiny.Package(name, version)
            for codename in self.codenames:
                pool = self.public / f"apt-{codename}/pool/main/{name[0]}/{name}"
                pool.mkdir(parents=True, exist_ok=True)
                shutil.copy(tiny.deb(made, folder), pool)
            rpm = tiny.rpm(made, folder)
            openpgp.sign_package(rpm, self.keys["rpm"])
            shutil.copy(rpm, packages)
        for codename in self.codenames:
            self._index_debs(codename)
        self._run("createrepo_c --quiet --update yum/x86_64")
        repomd = self.public / "yum/x86_64/repodata/repomd.xml"
        repomd.with_name("repomd.xml.asc").write_bytes(self.keys["rpm"].signature(repomd))
        repomd.with_name("repomd.xml.key").write_bytes(self.keys["rpm"].public.read_bytes())
        self._run("chmod --recursive a+rX .")

    def put_installer(self, path, content):
        """Publishes a file as an installer, with its checksum and its signature."""
        file = self.public / path
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        self._run(f"cd {file.parent}; sha256sum {file.name} > {file.name}.sha256")
        file.with_name(f"{file.name}.asc").write_bytes(self.keys["apt"].signature(file))
        self._run("chmod --recursive a+rX .")

    def _index_debs(self, codename):
        folder = f"dists/{codename}/main/binary-amd64"
        options = f"-o APT::FTPArchive::Release::Codename={codename} -o APT::FTPArchive::Release::Origin=Example"
        self._run(f"""
            cd apt-{codename}; mkdir -p {folder}; rm -f dists/{codename}/*Release*
            apt-ftparchive packages pool > {folder}/Packages; gzip --keep --force {folder}/Packages
            release=$(apt-ftparchive {options} release dists/{codename})
            printf '%s\\n' "$release" > dists/{codename}/Release""")
        release = self.public / f"apt-{codename}/dists/{codename}/Release"
        release.with_name("InRelease").write_bytes(self.keys["apt"].clear_signed(release))

    def _run(self, script):
        subprocess.run(["sh", "-euc", script], cwd=self.public, check=True, capture_output=True)

    def archive(self, path):
        """A tar archive of all of it."""
        subprocess.run(["tar", "--create", "--file", path, "--directory", self.public, "."], check=True)
        path.chmod(0o644)
        return path

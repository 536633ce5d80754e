"""An older vendor's packages of the network agent, made by dpkg-deb and rpmbuild: flat, they own the configuration, and
stop and disable the service whenever they go, also when it is for a newer version.
"""

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import product
from .network_agent import CONFIGURATION, NAME, ROOT, STATE

VERSION = "1.9.0"
UNIT = f"""[Unit]
Description=Network Agent of old
[Service]
ExecStart={ROOT}/agent --config {CONFIGURATION} --state {STATE}
[Install]
WantedBy=multi-user.target
"""
STARTS = f"systemctl daemon-reload\nsystemctl enable {NAME}\nsystemctl start {NAME}\n"
ENDS = f"systemctl stop {NAME}\nsystemctl disable {NAME}\n"
SETTINGS = "# change this\nagent.token=\n"
CONTROL = f"""Package: {NAME}
Version: {VERSION}
Architecture: amd64
Maintainer: Somebody <somebody@example.invalid>
Description: Network Agent of old
"""
SPEC = f"""
Name: {NAME}
Version: {VERSION}
Release: 1
Summary: Network Agent of old
License: Proprietary
%define __os_install_post %{{nil}}
%define debug_package %{{nil}}
%define _build_id_links none
AutoReqProv: no
%description
Network Agent of old.
%install
cp -a %{{tree}}/. %{{buildroot}}
%post
{STARTS}
%preun
{ENDS}
%files
%dir {ROOT}
{ROOT}/agent
%config {CONFIGURATION}
/lib/systemd/system/{NAME}.service
"""


def _files(folder):
    for path, text, mode in ((CONFIGURATION, SETTINGS, 0o600), (f"/lib/systemd/system/{NAME}.service", UNIT, 0o644)):
        target = folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)
    (folder / ROOT.lstrip("/")).mkdir(parents=True)
    shutil.copy(product.PROGRAMS / "reference-agent", folder / ROOT.lstrip("/") / "agent")
    return folder


@functools.cache
def deb():
    """The Debian package."""
    folder = Path(tempfile.mkdtemp(dir=product.scratch()))
    files = _files(folder / "files")
    control = files / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(CONTROL)
    (control / "conffiles").write_text(f"{CONFIGURATION}\n")
    for name, text in (("postinst", STARTS), ("prerm", ENDS)):
        (control / name).write_text(f"#!/bin/sh\n{text}")
        (control / name).chmod(0o755)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", files, folder / "vendor.deb"], check=True,
                   stdout=subprocess.DEVNULL)
    return folder / "vendor.deb"


@functools.cache
def rpm():
    """The RPM package."""
    folder = Path(tempfile.mkdtemp(dir=product.scratch()))
    (folder / "vendor.spec").write_text(SPEC)
    command = ["rpmbuild", "-bb", "--quiet", f"--define=_topdir {folder}", f"--define=tree {_files(folder / 'files')}",
               "--target=x86_64", folder / "vendor.spec"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"rpmbuild: {done.stderr}")
    [package] = (folder / "RPMS").rglob("*.rpm")
    return package

"""Kernels of Debian releases for virtual machines, kept below /var/cache/agentpack-e2e like the base roots."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from . import product, roots

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# A package that depends on the release's kernel, and what a machine's image gets besides: strace and its library.
KERNEL = "linux-image-cloud-amd64"
EXTRA = ["strace", "libunwind8"]
# What the machine needs before it can see its disk, in the order of loading; a release lacks some of them.
MODULES = ["virtio", "virtio_ring", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_blk"]

INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /root
/bin/busybox mount -t devtmpfs dev /dev
for module in {modules}; do /bin/busybox insmod "/modules/$module"; done
# Metadata is committed each second and data stays in memory for an hour, unless a program asks for more: what isn't
# synced is lost with the power.
until /bin/busybox mount -t ext4 -o {options} /dev/vda /root; do /bin/busybox sleep 0.1; done
/bin/busybox mount -t proc proc /proc
echo 360000 > /proc/sys/vm/dirty_expire_centisecs
/bin/busybox umount /proc
/bin/busybox mount --move /dev /root/dev
exec /bin/busybox switch_root /root /sbin/init
"""


class Kernel:
    """A release's kernel: `image` is what QEMU loads, `extra` a directory of programs for the machine's image."""

    def __init__(self, suite):
        key = hashlib.sha256(json.dumps([suite, KERNEL, EXTRA, MODULES]).encode()).hexdigest()[:16]
        self.suite = suite
        self.folder = roots.CACHE / f"kernel-{suite}-{key}"
        if not self.folder.is_dir():
            with roots.locked("kernels"):
                if not self.folder.is_dir():
                    _fetch(suite, self.folder)
        self.image = self.folder / "vmlinuz"
        self.extra = self.folder / "extra"
        self.modules = [name for name in MODULES if (self.folder / f"{name}.ko").exists()]

    def disk_ramdisk(self, options="commit=1"):
        """An initial file system that mounts the first disk and runs its init."""
        script = INIT.format(modules=" ".join(f"{name}.ko" for name in self.modules), options=options)
        files = {f"modules/{name}.ko": self.folder / f"{name}.ko" for name in self.modules}
        return ramdisk(script, files)


def ramdisk(init, files):
    """An initial file system: busybox, the script `init` as its first program, and files of this machine by path."""
    names = {name: str(path) for name, path in files.items()}
    key = hashlib.sha256(json.dumps([init, names]).encode()).hexdigest()[:16]
    archive = product.scratch() / f"ramdisk-{key}.gz"
    if archive.exists():
        return archive
    folder = product.scratch() / f"ramdisk-{key}"
    (folder / "bin").mkdir(parents=True)
    shutil.copy("/bin/busybox", folder / "bin/busybox")
    (folder / "init").write_text(init)
    (folder / "init").chmod(0o755)
    for name, path in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / name)
    names = "\n".join(str(path.relative_to(folder)) for path in sorted(folder.rglob("*"))).encode()
    packed = subprocess.run(
        ["/bin/busybox", "cpio", "-o", "-H", "newc"], input=names, cwd=folder, check=True, capture_output=True).stdout
    archive.write_bytes(gzip.compress(packed, 1))
    shutil.rmtree(folder)
    return archive


def _fetch(suite, folder):
    """Downloads the packages, with their signatures checked, and keeps what machines need of them."""
    staging = folder.with_name(f"{folder.name}.partial-kernel")
    shutil.rmtree(staging, ignore_errors=True)
    lists = staging / "apt"
    (lists / "lists/partial").mkdir(parents=True)
    (lists / "status").touch()
    (lists / "sources.list").write_text(f"deb [signed-by={KEYRING}] {roots.mirror()} {suite} main\n")
    options = {
        "Dir::Etc::SourceList": lists / "sources.list", "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": lists / "lists", "Dir::State::Status": lists / "status", "Dir::Cache": lists,
        "APT::Sandbox::User": "root", "APT::Architecture": "amd64", "Acquire::Languages": "none"}
    settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]

    def apt(program, *words):
        result = subprocess.run([program, *settings, *words], cwd=staging, capture_output=True, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"{program} {' '.join(words)} for {suite}: {result.stdout}{result.stderr}")
        return result.stdout

    print(f"fetching the kernel of {suite} (once per machine)", flush=True)
    apt("apt-get", "-q", "update")
    [kernel] = re.findall(r"Depends: (linux-image-\S+)", apt("apt-cache", "depends", KERNEL))
    apt("apt-get", "-q", "download", kernel, *EXTRA)
    for name, target in [(kernel, "kernel"), *[(name, "extra") for name in EXTRA]]:
        [archive] = staging.glob(f"{name}_*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, staging / target], check=True)
        archive.unlink()
    [image] = (staging / "kernel/boot").glob("vmlinuz-*")
    image.rename(staging / "vmlinuz")
    for module in (staging / "kernel").rglob("*.ko"):
        if module.stem in MODULES:
            module.rename(staging / module.name)
    shutil.rmtree(staging / "kernel")
    shutil.rmtree(lists)
    staging.rename(folder)

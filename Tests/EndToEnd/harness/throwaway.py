"""Throw-away roots: an overlay over a base root, in mount, process, network, host name and IPC namespaces of its own.

A keeper process holds the namespaces; it ends when this process closes its pipe or dies, and everything that was
mounted or started inside ends with it. Files are reached from outside through /proc/KEEPER/root.
"""

import os
import shutil
import subprocess
from pathlib import Path

from . import overlay, process, roots, secrecy, terminal

MOUNTPOINT = roots.CACHE / "mnt"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "TERM": "xterm"}

# Process 1 of the new namespaces once all is mounted: buries what daemons leave behind, ends with its standard input.
REAPER = r"""
import os, signal, sys
def bury(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]: pass
    except ChildProcessError: pass
signal.signal(signal.SIGCHLD, bury)
bury()
print("ready", flush=True)
sys.stdin.read()
"""

# What process 1 does before.
KEEPER = r"""
set -e
lower=$1 top=$2 size=$3 mounts=$4
ip link set lo up
mount -t tmpfs -o "mode=755,size=$size" tmpfs "$top"
mkdir "$top/upper" "$top/work" "$top/root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$top/upper,workdir=$top/work" "$top/root"
root=$top/root
if [ "$mounts" = proc ] || [ "$mounts" = full ]; then mount -t proc proc "$root/proc"; fi
if [ "$mounts" = full ]; then
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for node in null zero full random urandom tty; do
        touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount --bind /dev/pts "$root/dev/pts"    # the host's, so that ttyname() finds the terminals of the tests
    ln -s pts/ptmx "$root/dev/ptmx"; ln -s /proc/self/fd "$root/dev/fd"
    ln -s fd/0 "$root/dev/stdin"; ln -s fd/1 "$root/dev/stdout"; ln -s fd/2 "$root/dev/stderr"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    hostname e2e
fi
exec /usr/bin/python3 -I -S -c "$5"
"""


class Root:
    """An overlay over a base root; a context manager.

    `mounts` says what is mounted inside: "full" (proc, sys, dev, run, tmp), "proc" (nothing else), or "none".
    `size` is the room for everything that is written outside /tmp and /run. `layer` is a directory that `save_layer` of
    another root made, laid over the base. `network` is another root whose network this one shares.
    Without `watched` nothing follows the programs inside, for tests that trace them or run thousands.
    """

    def __init__(self, base, *, size="1g", mounts="full", layer=None, network=None, watched=True):
        MOUNTPOINT.mkdir(parents=True, exist_ok=True)
        self.base = Path(base)
        self.layer = layer
        self.watch = secrecy.Watch() if watched else None
        lower = f"{layer}:{base}" if layer else base
        command = ["nsenter", f"--target={network.keeper}", "--net", "--"] if network else []
        command += ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"]
        command += [] if network else ["--net"]
        command += ["--propagation", "private", "bash", "-c", KEEPER, "keeper", lower, MOUNTPOINT, size, mounts, REAPER]
        self._process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True)
        if self._process.stdout.readline() != "ready\n":
            self._process.wait()
            raise RuntimeError(f"the throw-away root over {base} could not be set up")
        self.keeper = process.children(self._process.pid)[0]
        top = Path(f"/proc/{self.keeper}/root{MOUNTPOINT}")
        self.mounted = top / "root"
        self.upper = top / "upper"

    @property
    def path(self):
        """The root's files, seen from outside."""
        return self.mounted

    @classmethod
    def of(cls, name, **options):
        """A throw-away copy of the base root `name`."""
        return cls(roots.base(name), **options)

    @classmethod
    def nothing(cls, **options):
        """A root that holds nothing but a mounted /proc."""
        return cls(roots.empty(), mounts="proc", **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends everything inside and unmounts it; an error when a secret was left or shown where it must not be."""
        if self._process.poll() is None:
            found = [line for place in self._places() for line in secrecy.in_files(place)]
            self._end()
            self._process.stdin.close()
            self._process.wait()
            if self.watch:
                self.watch.end()
                found += self.watch.findings()
                self.watch.forget()
            if found:
                raise AssertionError("secrets where they must not be:\n" + "\n".join(found[:20]))
        self._process.stdout.close()

    def _end(self):
        """Ends what a kind of machine started besides."""

    def _places(self):
        """Where programs of this machine can have left files."""
        return [self.upper, *(self.inside(name) for name in ("/tmp", "/run", "/dev/shm"))]

    def inside(self, path):
        """Where the file `path` of the root is, seen from outside (links in it aren't resolved inside the root)."""
        return self.path / str(path).lstrip("/")

    def copy_in(self, source, destination, mode=None):
        """Copies a file into the root; its directory is made."""
        target = self.inside(destination)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        shutil.copymode(source, target)
        if mode is not None:
            target.chmod(mode)
        return str(destination)

    def write(self, path, content, mode=0o644):
        """Writes a file in the root; its directory is made."""
        target = self.inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        target.chmod(mode)
        return str(path)

    def read(self, path):
        """A file's text."""
        return self.inside(path).read_text(errors="replace")

    def exists(self, path):
        """Whether something has that name, a dangling link included."""
        return os.path.lexists(self.inside(path))

    def command(self, command, before=()):
        """The host's command line that runs `command` inside; `before` is a program of the host to run it with."""
        enter = ["/usr/bin/nsenter", f"--target={self.keeper}", "--mount", "--pid", "--uts", "--ipc", "--net"]
        words = [*enter, *before, "/usr/sbin/chroot", MOUNTPOINT / "root", *command]
        return [str(word) for word in words]

    def run(self, *command, env=None, input=None, timeout=120):
        """Runs a program inside; `env` adds to a fixed environment."""
        result = process.run(
            self.command(command), env=ENVIRONMENT | (env or {}), input=input, timeout=timeout, watch=self.watch)
        assert not secrecy.found_in(result.said), f"{command} shows {secrecy.found_in(result.said)}: {result}"
        return result

    def spawn(self, *command, env=None, outside=(), **options):
        """Starts a program inside on a terminal of its own; `outside` is a program of the host to start it with."""
        command = [*outside, *self.command(command, before=terminal.LEADER)]
        return terminal.Terminal(command, env=ENVIRONMENT | (env or {}), watch=self.watch, **options)

    def start_beside(self, command, **options):
        """Starts a program of the host in the root's network, stopped with the root."""
        enter = ["/usr/bin/nsenter", f"--target={self.keeper}", "--pid", "--net", "--"]
        return subprocess.Popen(enter + [str(word) for word in command], start_new_session=True, **options)

    def mount(self, *arguments, at):
        """Mounts something at a path of the root, as `mount ARGUMENTS PATH` does."""
        target = self.inside(at)
        if not target.exists():
            target.mkdir(parents=True)
        enter = ["/usr/bin/nsenter", f"--target={self.keeper}", "--mount"]
        inside = f"{MOUNTPOINT}/root/{str(at).lstrip('/')}"
        result = process.run([*enter, "/usr/bin/mount", *arguments, inside])
        if result.code != 0:
            raise RuntimeError(f"mount {arguments} at {at}: {result}")

    def bind(self, source, at, *, options=None):
        """Shows a directory of the host (or one of the root itself, when `source` is `at`) at a path of the root."""
        inside = f"{MOUNTPOINT}/root/{str(at).lstrip('/')}"
        self.mount("--bind", inside if source == at else source, at=at)
        if options:
            self.mount("-o", f"remount,bind,{options}", at=at)

    def save_layer(self, directory):
        """Keeps what was changed here as a layer for other roots."""
        subprocess.run(["cp", "--archive", f"{self.upper}/.", directory], check=True)

    def changes(self):
        """What differs from the base root: a dictionary from path to what is there now (None: removed)."""
        return overlay.changes(self.upper, self.base)

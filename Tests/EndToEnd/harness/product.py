"""The product under test: finds the release programs, makes variants of the test product, builds installers."""

import atexit
import functools
import os
import random
import re
import shutil
import tempfile
from pathlib import Path

from . import process

REPOSITORY = Path(__file__).resolve().parents[3]
PROGRAMS = Path(os.environ.get("AGENTPACK_PROGRAMS") or REPOSITORY / ".build" / "release")
PRODUCTS = REPOSITORY / "Tests" / "EndToEnd" / "products"

TOKEN = "0123-token-that-nobody-may-see"
# One that somebody gives where the tool doesn't take secrets, and that is on a command line therefore.
MISPLACED_TOKEN = "0123-token-on-a-command-line"
PROXY_PASSWORD = "proxy-password-that-nobody-may-see"
ANSWERS = f"token={TOKEN}\nauto_update=no\n"


@functools.cache
def scratch():
    """A directory of this run, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="agentpack-e2e-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def public_folder():
    """A new directory that every account can read, as a web server's is, removed at the end of the run."""
    folder = Path(tempfile.mkdtemp(prefix="agentpack-site-", dir="/var/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def agentpack(*arguments, cwd=None, env=None, umask=-1, timeout=300):
    """Runs the tool."""
    settings = {"PATH": os.environ["PATH"], "HOME": str(scratch()), "LC_ALL": "C.UTF-8"}
    command = [PROGRAMS / "agentpack", *arguments]
    return process.run(command, cwd=cwd, env=settings | (env or {}), umask=umask, timeout=timeout)


def prepare(folder, *, version="1.0.0", edit=None):
    """Copies the test product to `folder`, sets its version, and lets `edit` change the copy."""
    folder = Path(folder)
    shutil.copytree(PRODUCTS / "acme-agent", folder, dirs_exist_ok=True)
    manifest = folder / "product.yaml"
    manifest.write_text(re.sub(r"^version: .*$", f"version: {version}", manifest.read_text(), flags=re.MULTILINE))
    data = random.Random(7)
    text = " ".join(str(data.randrange(10**6)) for _ in range(60_000))
    (folder / "agent/lib/data.bin").write_text(text)
    (folder / "agent/lib/noise.bin").write_bytes(data.randbytes(40_000))
    (folder / "agent/lib/version").write_text(version + "\n")
    if edit:
        edit(folder)
    return folder


def build(folder, *options, out=None, **settings):
    """Builds the installer of the product in `folder`; returns its path, the one whose name has the version."""
    return build_all(folder, *options, formats="bin", out=out, **settings).bin


class Artifacts:
    """What one build left in a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @property
    def bin(self):
        """The installer, the file whose name has the version."""
        return max(self.folder.glob("*.bin"), key=lambda path: len(path.name))

    def packages(self, suffix):
        """The native packages whose names end so, `.deb` or `.rpm`: the agent's, whose name is the shortest, first."""
        found = sorted(self.folder.glob(f"*{suffix}"), key=lambda path: (len(path.name.split("-")), path.name))
        if not found:
            raise AssertionError(f"{self.folder} has no {suffix}: {[path.name for path in self.folder.iterdir()]}")
        return found


def build_all(folder, *options, formats="bin,deb,rpm", out=None, **settings):
    """Builds the product in `folder` in several formats; returns its `Artifacts`."""
    out = Path(out or tempfile.mkdtemp(dir=scratch()))
    result = agentpack("build", "--format", formats, "--out", out, *options, cwd=folder, **settings)
    if result.code != 0:
        raise AssertionError(f"agentpack build in {folder}: {result}")
    return Artifacts(out)


@functools.cache
def installer(version="1.0.0", edit=None):
    """The test product's installer in one version, built once a run."""
    return build(prepare(scratch() / f"acme-{version}-{edit.__name__ if edit else ''}", version=version, edit=edit))

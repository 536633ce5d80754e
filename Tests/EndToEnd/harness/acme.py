"""The test product on a machine: where its files are, and installing it there as fleet automation would."""

import os
import tarfile
from pathlib import PurePosixPath

from . import overlay, product

NAME = "acme-agent"
ROOT = PurePosixPath("/opt/acme-agent")
STATE = PurePosixPath("/var/opt/acme-agent")
OPTIONS = PurePosixPath("/etc/opt/acme-agent")
CONFIGURATION = STATE / "conf/agent.properties"
CONFIG_TOOL = ROOT / "acme-config"
UNINSTALL = ROOT / "uninstall"

# The questions of an installation and plain answers, in their order.
ACCEPT = (r"Type yes or no", "yes")
SECRET = (r"Installation token", product.TOKEN)
NO_PROXY = (r"Use a proxy", "no")
UPDATES = (r"Enable automatic updates", "")
CONFIRM = (r"Install now\?", "yes")
PLAIN = [ACCEPT, SECRET, NO_PROXY, UPDATES, CONFIRM]


def put(machine, installer=None, name="acme-agent.bin"):
    """Copies an installer to where nothing of the installation goes; returns its path there."""
    return machine.copy_in(installer or product.installer(), f"/tmp/{name}", mode=0o755)


def silent(machine, *options, installer=None, answers=product.ANSWERS, name="acme-agent.bin"):
    """Puts installer and answers in place; returns the command that installs without questions."""
    path = put(machine, installer, name)
    machine.write("/tmp/answers", answers, mode=0o600)
    return [path, "--silent", "--accept-eula", "--answers", "/tmp/answers", *options]


def install(machine, *options, installer=None, answers=product.ANSWERS, **settings):
    """Installs without questions; returns the result."""
    return machine.run(*silent(machine, *options, installer=installer, answers=answers), **settings)


def configuration(machine):
    """What the agent's configuration file says."""
    lines = machine.read(CONFIGURATION).splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def active_version(machine):
    """The name of the directory that `current` points to."""
    return PurePosixPath(machine.inside(ROOT / "current").readlink()).name


def state(machine):
    """Everything of the product on a machine, but logs and the lock: a dictionary from path to what is there."""
    found = {}
    places = [ROOT, STATE, OPTIONS, f"/etc/systemd/system/{NAME}.service", f"/etc/init.d/{NAME}"]
    pending = [machine.inside(place) for place in places]
    while pending:
        path = pending.pop()
        if not os.path.lexists(path) or path.name in ("install.log", ".lock"):
            continue
        found["/" + str(path.relative_to(machine.path))] = overlay.describe(path)
        if path.is_dir() and not path.is_symlink():
            pending += path.iterdir()
    return found


def archived_text(path):
    """The names and contents of all files in a tar archive, one after the other."""
    with tarfile.open(path) as archive:
        parts = [f"{member.name}\n" + archive.extractfile(member).read().decode(errors="replace")
                 for member in archive if member.isfile()]
    return "\n".join(parts)

"""The machines that customers have, by name: each claim about the service is tried on all of them."""

from .systemd_host import SystemdHost
from .sysv_host import SysVHost

# The init and its base root: systemd 247, 252 and 257, and SysV init.
MACHINES = {
    "bullseye": (SystemdHost, "bullseye-systemd"),
    "bookworm": (SystemdHost, "bookworm-systemd"),
    "trixie": (SystemdHost, "trixie-systemd"),
    "sysv": (SysVHost, "bookworm-sysv"),
}
# Those with rpm as well: 4.18, 4.20 and 6.
RPM_MACHINES = {name: (SystemdHost, name) for name in ("bookworm-rpm", "trixie-rpm", "forky-rpm")}
# Those on which the manual's lines for an APT repository can be typed.
APT_MACHINES = {name: (SystemdHost, name) for name in ("bullseye-apt", "bookworm-apt", "trixie-apt")}


def machine(name, **options):
    """A machine of that name, not booted yet."""
    host, base = (MACHINES | RPM_MACHINES | APT_MACHINES)[name]
    return host(base, **options)

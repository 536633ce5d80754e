"""Machine images: packages are installed in a directory, where systemd is there and doesn't run, and booted later."""

import tempfile
from pathlib import Path

from . import acme, chain, product
from .systemd_host import SystemdHost
from .throwaway import Root

UNIT = f"{acme.NAME}.service"


class Images:
    """A part of a test class, which says for which packages."""

    BASE = None
    SUFFIX = None
    INSTALL = ()

    def image(self, *, configured):
        """The layer of an image with the packages."""
        folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        with Root.of(self.BASE) as root:
            files = [root.copy_in(path, f"/srv/{path.name}") for path in chain.artifacts("1.0.0").packages(self.SUFFIX)]
            result = root.run(*self.INSTALL, *files)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(root.run("pgrep", "-f", str(acme.ROOT)).out, "")
            if configured:
                root.write("/tmp/token", product.TOKEN, mode=0o600)
                result = root.run(acme.CONFIG_TOOL, "set", "token", "--from", "/tmp/token")
                self.assertEqual(result.code, 0, result)
            root.save_layer(folder)
        return folder

    def test_unconfigured(self):
        """It boots, and nothing failed."""
        with SystemdHost(self.BASE, layer=self.image(configured=False)) as host:
            self.assertEqual(host.run("systemctl", "is-system-running").out.strip(), "running")
            self.assertEqual(host.failed_units(), [])
            self.assertTrue(host.is_enabled(acme.NAME))
            self.assertFalse(host.exists(acme.STATE / "state/version"))

    def test_configured(self):
        """Its agent runs after the first boot."""
        with SystemdHost(self.BASE, layer=self.image(configured=True)) as host:
            self.assertEqual(host.failed_units(), [])
            self.assertEqual(host.property(UNIT, "ActiveState"), "active", host.journal(UNIT))
            self.assertEqual(host.read(acme.STATE / "state/version").strip(), "1.0.0")

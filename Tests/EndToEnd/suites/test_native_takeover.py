"""An older vendor's Debian package is replaced by ours, in a container: what it disabled, kept and left.

Without an init packages start nothing; that what ran runs again is test_native_chains.DebLegacy's on a booted machine.
"""

import functools
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import acme, product
from harness.throwaway import Root

NAME, PACKAGE = acme.NAME, "acme-agent"
LEGACY = acme.ROOT / "old/settings.properties"
CONFFILE = acme.ROOT / "etc/agent.conf"
INIT = """#!/bin/sh
### BEGIN INIT INFO
# Provides: acme-agent
# Required-Start: $remote_fs
# Required-Stop: $remote_fs
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
case "$1" in
    start) touch /run/old-agent ;;
    stop) rm -f /run/old-agent ;;
    status) [ -e /run/old-agent ] ;;
esac
"""
# Once, it kills the dpkg that runs it, before or after it did its work.
KILL = "if [ -e /srv/kill-{0} ]; then rm /srv/kill-{0}; kill -9 $PPID; exit 1; fi\n"
PRERM = f"#!/bin/sh\n{KILL.format('before')}/etc/init.d/{NAME} stop\nupdate-rc.d -f {NAME} remove\n{KILL.format('after')}"
OLD = {
    "DEBIAN/control": f"Package: {PACKAGE}\nVersion: 0.9\nArchitecture: amd64\n"
                      "Maintainer: Somebody <somebody@example.invalid>\nDescription: of old\n",
    "DEBIAN/postinst": f"#!/bin/sh\nupdate-rc.d {NAME} defaults\n/etc/init.d/{NAME} start\n",
    "DEBIAN/prerm": PRERM,
    f"etc/init.d/{NAME}": INIT,
    str(LEGACY)[1:]: "agent.token=\n",
    str(CONFFILE)[1:]: "default=old\n",
}


@functools.cache
def old():
    """The older package, made by dpkg-deb."""
    folder = Path(tempfile.mkdtemp(dir=product.scratch()))
    for name, text in OLD.items():
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
    files = folder / "files"
    sums = subprocess.run("find opt etc -type f -exec md5sum {} +", shell=True, cwd=files, check=True,
                          capture_output=True, text=True).stdout
    (files / "DEBIAN/md5sums").write_text(sums)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", files, folder / "old.deb"], check=True,
                   stdout=subprocess.DEVNULL)
    return folder / "old.deb"


def edit(folder):
    """A legacy path, a configuration file, a trigger, and scripts that say how they are called."""
    manifest = folder / "product.yaml"
    (folder / "agent/etc").mkdir()
    (folder / "agent/etc/agent.conf").write_text("default=new\n")
    (folder / "packaging").mkdir()
    (folder / "packaging/after.sh").write_text('echo "after_install $*"\n')
    (folder / "packaging/before_remove.sh").write_text("[ ! -e /srv/keep ] || exit 1\n")
    text = manifest.read_text()
    text = text.replace("      - { source: agent/, to: . }\n", "      - { source: agent/, to: ., exclude: [etc/**] }\n"
                        "      - { source: agent/etc/, to: etc, config: true }\n")
    text = text.replace("agent:\n  command", "    deb: { triggers: [interest-noawait /srv/watched] }\n    scripts:\n"
                        "      after_install: packaging/after.sh\n      before_remove: packaging/before_remove.sh\n"
                        "agent:\n  command")
    manifest.write_text(text + f"legacy: {{ paths: [{LEGACY}] }}\n")


@functools.cache
def new():
    """Our package."""
    folder = product.prepare(product.scratch() / "takeover", version="2.0.0", edit=edit)
    return product.build_all(folder, formats="deb").packages(".deb")[0]


class Takeover(unittest.TestCase):
    BASE = "bookworm-minimal"
    SETTINGS = f"agent.token={product.TOKEN}\n"

    def machine(self, *, configured=True):
        """One on which the older package runs, with settings of an administrator."""
        root = Root.of(self.BASE)
        self.addCleanup(root.close)
        self.old, self.new = (root.copy_in(path, f"/srv/{name}.deb") for path, name in ((old(), "old"), (new(), "new")))
        self.dpkg(root, self.old)
        # Enough for the clock of links and logs to go on.
        root.run("touch", "-d", "1 hour ago", *[f"/etc/rc{level}.d" for level in "2345"])
        if configured:
            root.write(acme.CONFIGURATION, self.SETTINGS, mode=0o600)
        return root

    def dpkg(self, root, *words, code=0):
        result = root.run("sh", "-c", 'exec dpkg --install "$@" </dev/null', "-", *words)
        self.assertEqual(result.code, code, result)
        return result

    def is_enabled(self, root):
        return any(path.name.startswith("S") for path in root.inside("/etc").glob(f"rc[2-5].d/*{NAME}"))

    def agents(self, root):
        """The processes of our agent."""
        return root.run("pgrep", "-f", f"{acme.ROOT}/bin/acme-agent").out

    def test_upgrade(self):
        """Enabled before, so after; settings and configuration are the administrator's, nobody is asked."""
        root = self.machine()
        root.write(LEGACY, "agent.token=mine\n")
        root.write(CONFFILE, "default=mine\n")
        said = self.dpkg(root, self.new).said
        self.assertTrue(self.is_enabled(root), said)
        self.assertEqual(root.read(LEGACY), "agent.token=mine\n")
        self.assertEqual(root.read(CONFFILE), "default=mine\n")
        self.assertIn('exec "$program"', root.read(f"/etc/init.d/{NAME}"))
        self.assertNotIn("not configured", said)
        self.assertEqual(root.run("find", "/opt", "/etc/init.d", "-name", "*-kept", "-o", "-name", "*-old").out, "")

    def test_unchanged_configuration(self):
        """What nobody changed becomes the new package's."""
        root = self.machine()
        self.dpkg(root, self.new)
        self.assertEqual(root.read(CONFFILE), "default=new\n")

    def test_container_with_a_clock_of_its_own(self):
        """lxcfs shows a container's own uptime, while processes count from the host's boot."""
        root = self.machine()
        root.write("/srv/uptime", "1.00 1.00\n")
        self.assertEqual(root.run("mount", "--bind", "/srv/uptime", "/proc/uptime").code, 0)
        self.dpkg(root, self.new)
        self.assertTrue(self.is_enabled(root))

    def test_killed(self):
        """dpkg is killed in the older package's prerm, before or after that did its work, and run again later."""
        for when in ("before", "after"):
            with self.subTest(when):
                root = self.machine()
                root.write(f"/srv/kill-{when}", "")
                self.dpkg(root, self.new, code=-9)
                self.assertFalse(root.exists(f"/srv/kill-{when}"))
                # Long ago, as dpkg's log and the links have it.
                root.run("sh", "-c", "sed -i 's/^....-..-.. ..:..:../2024-05-05 05:05:05/' /var/log/dpkg.log")
                root.run("touch", "-d", "2024-05-05 05:05:06", *[f"/etc/rc{level}.d" for level in "2345"])
                self.dpkg(root, self.new)
                self.assertTrue(self.is_enabled(root))

    def test_disabled(self):
        """What an administrator stopped and disabled stays so."""
        root = self.machine()
        root.run("service", NAME, "stop")
        root.run("update-rc.d", NAME, "disable")
        # The older prerm disables once more, which changes nothing.
        root.write(f"/var/lib/dpkg/info/{PACKAGE}.prerm", "#!/bin/sh\n")
        root.run("touch", "-d", "1 hour ago", *[f"/etc/rc{level}.d" for level in "2345"])
        self.dpkg(root, self.new)
        self.assertFalse(self.is_enabled(root))

    def test_without_settings_of_ours(self):
        """Where the agent has to be configured first, dpkg's output ends with how."""
        root = self.machine(configured=False)
        said = self.dpkg(root, self.new).out
        self.assertIn(
            f"{PACKAGE}: Acme Agent doesn't run, because it is not configured yet: there is no {acme.CONFIGURATION}. Run "
            f"\"sudo {acme.CONFIG_TOOL} interactive\", then \"sudo service {NAME} start\".\n", said)
        self.assertTrue(self.is_enabled(root))

    def test_triggers(self):
        """A trigger of the manifest runs its script, and the agent is left alone."""
        root = self.machine()
        self.dpkg(root, self.new)
        self.assertEqual(root.run("service", NAME, "start").code, 0)
        before = self.agents(root)
        self.assertNotEqual(before, "")
        folder = Path(tempfile.mkdtemp(dir=product.scratch()))
        for name, text in (("DEBIAN/control", OLD["DEBIAN/control"].replace(PACKAGE, "watched")), ("srv/watched/a", "")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", folder, folder / "x.deb"], check=True,
                       stdout=subprocess.DEVNULL)
        result = self.dpkg(root, root.copy_in(folder / "x.deb", "/srv/x.deb"))
        self.assertIn("after_install triggered /srv/watched\n", result.out)
        self.assertNotIn("Agent is", result.out)
        self.assertEqual(self.agents(root), before)

    def test_removal(self):
        """Called off, it leaves the agent running; done, nothing is left, and /opt stays."""
        root = self.machine()
        self.dpkg(root, self.new)
        self.assertEqual(root.run("service", NAME, "start").code, 0)
        root.write("/srv/keep", "")
        self.assertNotEqual(root.run("dpkg", "--remove", PACKAGE).code, 0)
        self.assertNotEqual(self.agents(root), "")
        root.inside("/srv/keep").unlink()
        result = root.run("dpkg", "--purge", PACKAGE)
        self.assertEqual((result.code, result.err), (0, ""), result)
        self.assertTrue(root.exists("/opt"))
        left = [path for path in root.changes() if NAME in path and not path.startswith("/var/log")]
        self.assertEqual(left, [])

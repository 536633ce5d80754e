"""Cases on a real machine with Linux 5.10 and systemd 247: both products at /srv, one boot for a class of tests."""

import shutil
import unittest

from . import acme, agents, network_agent, product, server
from .product import PROXY_PASSWORD, TOKEN
from .virtual_machine import VirtualMachine

UNIT = f"{acme.NAME}.service"
INSTALL = ["--silent", "--accept-eula"]
AGENT = network_agent.NAME
SERVER_URL = "https://localhost:8443"


def drive():
    """What the machines find at /srv: both installers of the test product, one of the first product, answers."""
    folder = product.scratch() / "old-machines"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(product.installer("1.0.0"), folder / "old.bin")
    shutil.copy(product.installer("1.1.0"), folder / "new.bin")
    (folder / "answers").write_text(product.ANSWERS)
    shutil.copy(agents.installers("reference")[network_agent.VERSIONS[0]], folder / "agent.bin")
    (folder / "agent-answers").write_text(
        f"token={TOKEN}\nserver_url={SERVER_URL}\nca_file=/srv/ca.pem\n"
        f"proxy_host=127.0.0.1\nproxy_port=9\nproxy_user=site-proxy\nproxy_password={PROXY_PASSWORD}\n")
    for name in ("ca.pem", "server.pem", "server.key"):
        shutil.copy(server.certificates() / name, folder / name)
    return folder


class OldMachineCase(unittest.TestCase):
    """The machine, booted at `CLOCK`, and the test product on it."""

    CLOCK = None

    @classmethod
    def setUpClass(cls):
        cls.machine = VirtualMachine(drive=drive(), clock=cls.CLOCK)
        cls.addClassCleanup(cls.machine.__exit__)
        state = cls.machine.boot()
        assert state == "running", (state, cls.machine.failed_units())
        if cls.CLOCK:
            assert cls.machine.run("date", "+%F").out.strip() == cls.CLOCK

    def succeed(self, *command, **options):
        result = self.machine.run(*command, **options)
        self.assertEqual(result.code, 0, result)
        return result

    def wait_for(self, script, seconds=120):
        """Waits until a script of the shell succeeds on the machine."""
        result = self.machine.shell(f"until {script}; do [ $SECONDS -lt {seconds} ] || exit 9; sleep 0.1; done")
        self.assertEqual(result.code, 0, result)
        return result

    def status(self):
        """The service runs and the config tool says so."""
        self.assertEqual(self.machine.property(UNIT, "ActiveState"), "active")
        self.assertRegex(self.succeed(acme.CONFIG_TOOL, "status").out, r"Running: +yes")

    def install(self, name):
        return self.succeed(f"/srv/{name}.bin", *INSTALL, "--answers", "/srv/answers")

    def remove(self):
        self.succeed(acme.UNINSTALL, "--purge", "--yes")
        left = self.machine.shell("find / -xdev -name '*acme-agent*' -not -path '/srv/*'").out
        self.assertEqual(left, "")
        self.assertEqual(self.machine.failed_units(), [])

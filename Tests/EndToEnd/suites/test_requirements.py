"""The manual of the network agent, Linux self-extracting installer: its commands, as written, in its order.

Each machine lives through the manual twice: with a proxy that asks for a password, then without. The administrator is
an ordinary account with sudo, at a terminal. Headings and commands are the manual's; what is checked stands beside.
"""

import unittest

from harness import agents, product
from harness.machines import MACHINES
from harness.network_agent import CONFIGURATION, LOGS, NAME, OPTIONS_FILE, ROOT, STATE, UNINSTALL, VERSIONS
from harness.shell import HOME, Shell
from harness.walkthrough import PROXY_USER, Walkthrough

OLD, NEW = VERSIONS


class Manual:
    """The manual's chapters on one machine, for one kind of agent; subclasses say which."""

    AGENT = None
    MACHINE = None

    @classmethod
    def setUpClass(cls):
        cls.walk = Walkthrough(agent=cls.AGENT, machine=cls.MACHINE)
        cls.addClassCleanup(cls.walk.__exit__)
        cls.walk.build()
        cls.walk.start_machine()
        cls.host = cls.walk.host

    def setUp(self):
        self.open_shell()

    def tearDown(self):
        self.shell.terminal.close()

    def open_shell(self):
        self.shell = Shell(self.host)
        self.type = self.shell.type

    def test_1_with_a_proxy(self):
        self.install_a_network_agent(proxy=True)
        settings = self.walk.settings()
        for line in (f"proxy.user={PROXY_USER}", f"proxy.password={product.PROXY_PASSWORD}"):
            self.assertIn(line, settings)
        self.assertIn("CONNECT localhost:443", self.walk.proxy_log.read_text())
        self.network_agent_service_commands()
        self.custom_java_runtime_environments()
        self.update_a_network_agent()
        self.assertEqual(self.walk.settings(), settings)
        self.runs_after_a_reboot()
        self.uninstall_a_network_agent()

    def test_2_without_a_proxy(self):
        self.install_a_network_agent(proxy=False)
        self.assertNotIn("proxy.", self.walk.settings())
        self.disabled_by_the_administrator()
        self.update_a_network_agent(running=False)
        self.stays_disabled()
        self.type(f"sudo {UNINSTALL} --purge --yes")
        self.nothing_is_left()

    def install_a_network_agent(self, *, proxy):
        self.walk.new_token()
        # The agent should now be listed on the Network Agents page with a status of Pending.
        self.assertEqual(self.walk.status()[0], "Pending")
        self.download(OLD)
        # Give execute permission to the installer binary.
        self.type("chmod +x sectigo-network-agent.bin")
        # Run the installer. Accept the EULA. When prompted, paste the agent installation token. (Optional) Enter your
        # proxy details. Select if auto update should be enabled.
        shown = self.type("sudo ./sectigo-network-agent.bin", talk=self.answer(self.walk.questions(proxy=proxy)))
        self.assertNotIn(self.walk.token, shown)
        self.assertNotIn(product.PROXY_PASSWORD, shown)
        # The agent should now be listed on the Network Agents page with a status of Connected.
        self.walk.wait_for("Connected", OLD)
        # For Linux, the network agent logs are stored in /var/opt/sectigo-network-agent/logs and the configuration
        # files are stored in /var/opt/sectigo-network-agent/conf.
        self.assertIn("agent.log", self.type("sudo ls /var/opt/sectigo-network-agent/logs"))
        self.assertIn("agent.properties", self.type("sudo ls /var/opt/sectigo-network-agent/conf"))
        self.assertIn("agent.auto_update=true", self.walk.settings())

    def update_a_network_agent(self, *, running=True):
        settings = self.walk.settings()
        # (Optional) If required, move the sectigo-network-agent.bin file to the install location of the existing
        # network agent.
        self.download(NEW)
        # Give execute permission to the installer binary.
        self.type("chmod +x sectigo-network-agent.bin")
        # Run the installer. Accept the EULA.
        self.type("sudo ./sectigo-network-agent.bin", talk=self.answer(self.walk.update_questions()))
        self.assertEqual(self.walk.settings(), settings)
        if running:
            self.walk.wait_for("Connected", NEW)

    def uninstall_a_network_agent(self):
        # Stop the network agent service.
        self.type("sudo service sectigo-network-agent stop")
        # Navigate to the /etc/init.d directory.
        self.type("cd /etc/init.d")
        # Delete the sectigo-network-agent directory.
        self.type("sudo rm -r sectigo-network-agent")
        # Delete the network agent installation files: Navigate to the /opt directory. Delete the sectigo-network-agent
        # directory.
        self.type("cd /opt")
        self.type("sudo rm -r sectigo-network-agent")
        # (Optional) Delete the files and logs associated with the network agent: Navigate to the /var/opt directory.
        # Delete the sectigo-network-agent directory.
        self.type("cd /var/opt")
        self.type("sudo rm -r sectigo-network-agent")
        self.boots_clean()

    def network_agent_service_commands(self):
        # Start, stop, query the status of a network agent.
        self.type("sudo service sectigo-network-agent start")
        self.type("sudo service sectigo-network-agent status")
        self.assertNotEqual(self.process(), 0)
        self.type("sudo service sectigo-network-agent stop")
        self.assertEqual(self.process(), 0)
        self.assertEqual(self.host.failures(), [])
        self.type("sudo service sectigo-network-agent status", code=3)
        self.walk.wait_for("Offline")
        self.type("sudo service sectigo-network-agent start")
        self.type("sudo service sectigo-network-agent status")
        self.walk.wait_for("Connected")

    def custom_java_runtime_environments(self):
        # Create a file in /etc/opt/sectigo-network-agent named start-agent.ini
        # Enter the required JVM parameters on separate lines.
        lines = agents.KINDS[self.AGENT].option_lines(self.host)
        self.host.write(OPTIONS_FILE, "\n".join(lines) + "\n")
        before = self.process()
        # Restart the service.
        self.type("sudo service sectigo-network-agent stop")
        self.type("sudo service sectigo-network-agent start")
        self.walk.wait_for("Connected")
        now = self.process()
        self.assertNotIn(now, (0, before))
        arguments = self.host.arguments(now)
        for line in lines:
            self.assertIn(line.replace('"', ""), arguments)

    def runs_after_a_reboot(self):
        self.reboot()
        self.type("sudo service sectigo-network-agent status")
        self.assertNotEqual(self.process(), 0)
        self.walk.wait_for("Connected", NEW)

    def disabled_by_the_administrator(self):
        self.assertTrue(self.host.is_enabled(NAME))
        result = self.host.disable(NAME)
        self.assertEqual(result.code, 0, result)
        self.type("sudo service sectigo-network-agent stop")
        self.assertFalse(self.host.is_enabled(NAME))

    def stays_disabled(self):
        self.assertFalse(self.host.is_enabled(NAME))
        self.assertEqual(self.process(), 0)
        self.reboot()
        self.type("sudo service sectigo-network-agent status", code=3)
        self.assertEqual(self.process(), 0)
        result = self.host.enable(NAME)
        self.assertEqual(result.code, 0, result)
        self.assertTrue(self.host.is_enabled(NAME))

    def boots_clean(self):
        """No unit failed, no script complained, neither when the machine went down nor when it came up.

        SysV init's own links to the script are left by the manual, and it names them; Documentation/installer.md has the rest.
        """
        self.assertEqual(self.process(), 0)
        complaints = [f"{NAME}: No such file or directory", f"startpar: service(s) returned failure: {NAME} ... failed!"]
        self.reboot(complaints if self.MACHINE == "sysv" else [])

    def nothing_is_left(self):
        left = [path for path in self.host.changes() if NAME in path and not path.startswith(HOME)]
        self.assertEqual(left, [])

    def reboot(self, complaints=()):
        self.shell.terminal.close()
        known = self.host.failures()
        self.host.power_off()
        # SysV init says on the console what went wrong at shutdown; systemd's units are gone by now.
        if self.MACHINE == "sysv":
            self.assertEqual(self.host.failures(), known + list(complaints)[:1])
        state = self.host.boot()
        self.assertEqual(self.host.failures(), list(complaints))
        self.assertEqual(state, "failed" if complaints else "running", self.host.console)
        self.open_shell()

    def download(self, version):
        """A browser saves a file without execute permission."""
        self.host.copy_in(self.walk.installers[version], f"{HOME}/{NAME}.bin", mode=0o644)
        self.host.run("chown", "admin:admin", f"{HOME}/{NAME}.bin")
        self.assertIn("ermission denied", self.type("./sectigo-network-agent.bin", code=126))

    def answer(self, questions):
        def talk(terminal):
            terminal.page_to(questions[0][0])
            terminal.converse(questions)
        return talk

    def process(self):
        return self.host.main_process(NAME, STATE)


for kind in agents.KINDS:
    for machine in MACHINES:
        name = f"{kind.capitalize()}Agent{machine.capitalize()}"
        globals()[name] = type(name, (Manual, unittest.TestCase), {"AGENT": kind, "MACHINE": machine})

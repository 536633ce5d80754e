"""The manual of the network agent, Linux native packages: its commands in its order, for one agent, machine and package
manager. The files that were built are named where the manual names a repository's package.

`Manual` is a part of a test class: test_native_deb and test_native_rpm say which ones there are.
"""

import re
import time

from . import agents, product
from .managers import MANAGERS
from .network_agent import CONFIG_TOOL, CONFIGURATION, NAME, OPTIONS_FILE, ROOT, STATE, VERSIONS
from .shell import HOME, Shell
from .walkthrough import PROXY_USER, Walkthrough

OLD, NEW = VERSIONS
# Where the packages are on the machine, a directory for each release.
PLACE = "/srv/packages"
# What EL has: nothing is enabled that no other preset names.
POLICY = "/usr/lib/systemd/system-preset/99-default-disable.preset"
# What both kinds of supervisor say when they start the agent.
START = re.compile(r"systemd\[1\]: Started |started the agent, process ")
# What SysV init says of a service that isn't configured yet.
SKIPPED = f"startpar: service(s) skipped, program is not configured: {NAME} ... (warning)."


class Manual:
    """The chapters of the manual, and what is checked beside."""

    AGENT = "java"
    MACHINE = None
    MANAGER = None

    @classmethod
    def setUpClass(cls):
        cls.manager = MANAGERS[cls.MANAGER]
        cls.built = {name: made.packages(cls.manager.suffix) for name, made in agents.packages(cls.AGENT).items()}
        cls.walk = Walkthrough(agent=cls.AGENT, machine=cls.MACHINE)
        cls.addClassCleanup(cls.walk.__exit__)
        cls.walk.start_machine()
        cls.host = cls.walk.host
        cls.host.failures_at_boot = []
        # An administrator's options, which a purge takes along.
        cls.options = cls.host.read(OPTIONS_FILE) if cls.host.exists(OPTIONS_FILE) else None
        for name, files in cls.built.items():
            for file in files:
                cls.host.copy_in(file, f"{PLACE}/{name}/{file.name}", mode=0o644)
        if cls.is_systemd():
            cls.host.write(POLICY, "disable *\n")

    @classmethod
    def is_systemd(cls):
        return cls.MACHINE != "sysv"

    @property
    def names(self):
        """The product's packages; the one that needs the others comes first."""
        return [NAME, f"{NAME}-jre"] if self.AGENT == "java" else [NAME]

    def setUp(self):
        self.open_shell()

    def tearDown(self):
        self.shell.terminal.close()

    def open_shell(self):
        self.shell = Shell(self.host)
        self.type = self.shell.type

    def test_1_with_a_proxy(self):
        self.install_the_network_agent()
        self.unconfigured()
        self.configure_the_network_agent(proxy=True)
        self.start_the_network_agent_service()
        settings = self.walk.settings()
        for line in (f"proxy.user={PROXY_USER}", f"proxy.password={product.PROXY_PASSWORD}"):
            self.assertIn(line, settings)
        self.assertIn("CONNECT localhost:443", self.walk.proxy_log.read_text())
        self.network_agent_service_commands()
        self.run_the_update_package("new")
        if len(self.names) > 1:
            self.a_new_runtime()
        self.runs_after_a_reboot()
        self.uninstall_a_network_agent()
        self.assertEqual(self.walk.settings(), settings)
        self.boots_clean()
        self.delete_the_files_and_logs()

    def test_2_without_a_proxy(self):
        self.install_the_network_agent()
        self.configure_the_network_agent(proxy=False)
        self.start_the_network_agent_service()
        self.assertNotIn("proxy.", self.walk.settings())
        self.stopped_stays_stopped()
        self.disabled_stays_disabled()
        self.type(f"sudo service {NAME} start")
        self.walk.wait_for("Connected", NEW)
        self.removed_while_it_runs()

    # The chapters.

    def install_the_network_agent(self):
        """Without a question, and nothing runs then."""
        self.walk.new_token()
        if self.options:
            self.host.write(OPTIONS_FILE, self.options)
        # The agent should now be listed on the Network Agents page with a status of Pending.
        self.assertEqual(self.walk.status()[0], "Pending")
        self.manage("install", "old")
        self.assertEqual(self.process(), 0)
        self.nothing_failed()
        self.assertTrue(self.host.is_enabled(NAME))
        self.assertEqual(self.walk.status()[0], "Pending")

    def configure_the_network_agent(self, *, proxy):
        # When prompted, paste the agent installation token. (Optional) Enter your proxy details.
        shown = self.type(f"sudo {CONFIG_TOOL} interactive", talk=lambda terminal: terminal.converse(
            [(r"Installation token", self.walk.token), *self.walk.proxy_questions(proxy)]))
        # Linux native packages do not support auto-update.
        self.assertNotIn("updates", shown)
        self.assertNotIn(self.walk.token, shown)
        self.assertNotIn(product.PROXY_PASSWORD, shown)
        self.assertNotIn("auto_update=true", self.walk.settings())

    def start_the_network_agent_service(self):
        self.type(f"sudo service {NAME} start")
        # The agent should now be listed on the Network Agents page with a status of Connected.
        self.walk.wait_for("Connected", OLD)
        # The network agent logs are stored in …/logs and the configuration files are stored in …/conf.
        self.assertIn("agent.log", self.type(f"sudo ls {STATE}/logs"))
        self.assertIn("agent.properties", self.type(f"sudo ls {STATE}/conf"))

    def network_agent_service_commands(self):
        self.type(f"sudo service {NAME} status")
        self.type(f"sudo service {NAME} stop")
        self.assertEqual(self.process(), 0)
        self.nothing_failed()
        self.type(f"sudo service {NAME} status", code=3)
        self.walk.wait_for("Offline")
        self.type(f"sudo service {NAME} start")
        self.type(f"sudo service {NAME} status")
        self.walk.wait_for("Connected")

    def run_the_update_package(self, release):
        """A running agent is restarted, once."""
        self.restarts_once(lambda: self.manage("upgrade", release))

    def uninstall_a_network_agent(self):
        # Remove the network agent. Remove the JRE.
        for name in self.names:
            shown = self.remove(name)
            if name == NAME:
                self.assertEqual(self.process(), 0)
                if self.manager.suffix == ".rpm":
                    self.assertIn(STATE, shown, "says what is left and how to delete it")
        self.type(f"sudo service {NAME} status", code=None)
        self.assertNotEqual(self.shell.code, 0)
        self.assertFalse(self.host.exists(ROOT), self.host.run("find", ROOT))
        self.nothing_failed()

    def delete_the_files_and_logs(self):
        if self.manager.purge:
            self.remove(*self.names, action="purge")
            self.assertFalse(self.host.exists(STATE), self.host.run("find", STATE))
        else:
            # Navigate to the /var/opt directory. Delete the sectigo-network-agent directory.
            self.type("cd /var/opt")
            self.type(f"sudo rm -r {NAME}")
        self.nothing_is_left()

    # What is checked beside.

    def unconfigured(self):
        """Who starts the service is told what to do; a machine boots without a failure."""
        for when in ("installed", "booted"):
            with self.subTest(when):
                told = self.type(f"sudo service {NAME} start", code=1 if self.is_systemd() else 6)
                if self.is_systemd():
                    # systemctl never shows a service's own words; it names the command that does.
                    self.assertIn(f'See "systemctl status {NAME}.service"', told)
                    told = self.told()
                self.assertIn("not configured yet", told)
                self.assertIn(f"{CONFIG_TOOL} interactive", told)
                self.assertEqual(self.process(), 0)
            if when == "installed":
                self.reboot(() if self.is_systemd() else [SKIPPED])
        self.assertEqual(self.walk.status()[0], "Pending")

    def told(self):
        """What `systemctl status` shows, once the journal has the service's last words."""
        limit = time.monotonic() + 5
        while True:
            told = self.host.run("systemctl", "status", "--full", "--lines=50", f"{NAME}.service").out
            if "interactive" in told or time.monotonic() > limit:
                return told
            time.sleep(0.1)

    def a_new_runtime(self):
        """A package that brings nothing but another runtime restarts the agent as well, once."""
        self.type(f"cd {PLACE}/runtime")
        file = self.built["runtime"][1].name
        self.restarts_once(
            lambda: self.type(self.manager.line("upgrade", [f"./{file}"]), talk=self.manager.talk("upgrade")))

    def runs_after_a_reboot(self):
        self.reboot()
        self.type(f"sudo service {NAME} status")
        self.assertNotEqual(self.process(), 0)
        self.walk.wait_for("Connected", NEW)

    def stopped_stays_stopped(self):
        self.type(f"sudo service {NAME} stop")
        starts = self.starts()
        self.manage("upgrade", "new")
        self.assertEqual(self.process(), 0)
        self.assertEqual(self.starts(), starts)
        self.assertTrue(self.host.is_enabled(NAME))
        self.nothing_failed()

    def disabled_stays_disabled(self):
        result = self.host.disable(NAME)
        self.assertEqual(result.code, 0, result)
        for action, release in (("downgrade", "old"), ("upgrade", "new")):
            self.manage(action, release)
            self.assertFalse(self.host.is_enabled(NAME), action)
            self.assertEqual(self.process(), 0, action)
        self.reboot()
        self.type(f"sudo service {NAME} status", code=3)
        self.assertFalse(self.host.is_enabled(NAME))

    def removed_while_it_runs(self):
        """All packages in one command; the state is kept, and taken up by the next installation."""
        settings = self.walk.settings()
        self.remove(*self.names)
        self.assertEqual(self.process(), 0)
        self.assertFalse(self.host.exists(ROOT), self.host.run("find", ROOT))
        self.assertEqual(self.walk.settings(), settings)
        self.manage("install", "new")
        self.assertEqual(self.walk.settings(), settings)
        self.type(f"sudo service {NAME} start")
        self.walk.wait_for("Connected", NEW)
        self.remove(*self.names, action="purge" if self.manager.purge else "remove")
        self.assertEqual(self.process(), 0)
        if not self.manager.purge:
            self.host.run("rm", "-r", STATE)
        self.nothing_is_left()
        self.boots_clean()

    def boots_clean(self):
        self.reboot()
        self.assertEqual(self.process(), 0)

    def nothing_is_left(self):
        """Nothing that the packages brought or made; an administrator's own options stay but for a purge."""
        kept = () if self.manager.purge else (OPTIONS_FILE, OPTIONS_FILE.rsplit("/", 1)[0])
        left = [path for path in self.host.changes()
                if NAME in path and not path.startswith((HOME, PLACE)) and path not in kept]
        self.assertEqual(left, [])

    # Tools.

    def manage(self, action, release):
        """Types what an administrator does with all packages of a release; returns what was shown."""
        self.type(f"cd {PLACE}/{release}")
        files = [f"./{file.name}" for file in self.built[release]]
        return self.type(self.manager.line(action, files), talk=self.manager.talk(action))

    def remove(self, *names, action="remove"):
        """Types what removes packages; returns what was shown."""
        return self.type(self.manager.line(action, names), talk=self.manager.talk(action))

    def restarts_once(self, action):
        settings, before, starts = self.walk.settings(), self.process(), self.starts()
        self.assertNotEqual(before, 0)
        action()
        self.walk.wait_for("Connected", NEW)
        self.assertNotIn(self.process(), (0, before))
        self.assertEqual(self.starts(), starts + 1, self.host.words(NAME, STATE))
        self.assertEqual(self.walk.settings(), settings)
        self.nothing_failed()

    def nothing_failed(self):
        """Since the machine was booted; what SysV init's console said then stays there."""
        self.assertEqual(self.host.failures(), self.host.failures_at_boot)

    def starts(self):
        """How often the agent was started since the boot, as its supervisor says."""
        return len(START.findall(self.host.words(NAME, STATE)))

    def process(self):
        return self.host.main_process(NAME, STATE)

    def reboot(self, complaints=()):
        """Neither on the way down nor on the way up may anything fail but `complaints`."""
        self.shell.terminal.close()
        state = self.host.reboot()
        self.host.failures_at_boot = self.host.failures()
        failures = [line for line in self.host.failures_at_boot if "not configured yet" not in line]
        self.assertEqual(failures, list(complaints), self.host.console)
        self.assertEqual(state, "failed" if complaints else "running", self.host.console)
        self.open_shell()

"""The whole life of the first product on one booted machine: what `make demo` shows and a test searches for secrets.

An agent is wrapped with the definition in templates/, installed by answering its prompts, connected to the stand-in
server through a proxy with a password, updated and removed.
"""

import tempfile
import time
from pathlib import Path

from . import agents, machines, product, server
from .network_agent import CONFIGURATION, NAME, STATE, UNINSTALL

PROXY_USER = "site-proxy"


class Walkthrough:
    """The machine, its server and proxy, and the steps; a context manager.

    `agent` is a kind of harness.agents, `machine` one of harness.machines.
    """

    def __init__(self, *, agent="reference", machine="bookworm"):
        self.agent = agent
        self.folder = Path(tempfile.mkdtemp(prefix="walkthrough-", dir=product.scratch()))
        self.installers = {}
        self.host = machines.machine(machine)
        self.services = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for service in self.services:
            service.close()
        self.host.close()

    def build(self):
        """Builds both versions."""
        self.installers = agents.installers(self.agent)

    def start_machine(self, *, trusts=True):
        """Boots, and starts server and proxy in the machine's network; `trusts`: the machine trusts the server's CA."""
        self.host.boot()
        certificates = server.certificates()
        self.server = server.ManagementServer(self.host, tls=certificates, offline_after=5, port=443)
        self.services.append(self.server)
        self.proxy_log = self.folder / "proxy.log"
        self.proxy = server.Proxy(
            self.host, user=PROXY_USER, password=product.PROXY_PASSWORD, log=self.proxy_log)
        self.services.append(self.proxy)
        if trusts:
            agents.KINDS[self.agent].trust(self.host, self.server.ca)

    def new_token(self):
        """Adds the machine to the server's list, as an administrator does in the web interface."""
        self.token = self.server.new_token("web-server-7")
        return self.token

    def status(self):
        """The status in the server's list of what was added last, and the version it reports."""
        agent = self.server.agents()[-1]
        return agent["status"], agent["version"]

    def wait_for(self, status, version=None, seconds=60):
        """Waits until the server's list says so."""
        limit = time.monotonic() + seconds
        while True:
            found = self.status()
            if found[0] == status and (version is None or found[1] == version):
                return found
            if time.monotonic() > limit:
                words = self.host.words(NAME, STATE)
                raise AssertionError(f"the server's list says {found}, expected {status} {version}\n{words}")
            time.sleep(0.1)

    def questions(self, *, proxy=True):
        """What the installer asks, and the answers."""
        return [
            (r"Type yes or no", "yes"), (r"Installation token", self.token), *self.proxy_questions(proxy),
            (r"automatic updates", ""), (r"Install now\?", "yes"),
        ]

    def proxy_questions(self, proxy):
        """What it asks of a proxy, and the answers; `proxy`: whether there is one."""
        if not proxy:
            return [(r"Use an HTTP proxy", "no")]
        return [
            (r"Use an HTTP proxy", "yes"), (r"Your choice", "2"), (r"Proxy host", "127.0.0.1"),
            (r"Proxy port", str(self.proxy.port)), (r"Proxy user", PROXY_USER),
            (r"Proxy password", product.PROXY_PASSWORD), (r"Test the connection", "yes"),
        ]

    def update_questions(self):
        """What it asks when an older version is there."""
        return [(r"Type yes or no", "yes")]

    def install(self, version, questions, *, show=None):
        """Runs an installer on a terminal and answers; returns all that the terminal showed."""
        path = self.host.copy_in(self.installers[version], f"/root/{NAME}.bin", mode=0o755)
        with self.host.spawn(path) as terminal:
            terminal.echo_to = show
            terminal.page_to(questions[0][0])
            terminal.converse(questions)
            code = terminal.wait()
            if code != 0:
                raise AssertionError(f"the installer ended with {code}:\n{terminal.transcript}")
            return terminal.transcript

    def settings(self):
        """The agent's configuration file."""
        return self.host.read(CONFIGURATION)

    def uninstall(self):
        """Removes everything; returns the result."""
        return self.host.run(UNINSTALL, "--purge", "--yes")

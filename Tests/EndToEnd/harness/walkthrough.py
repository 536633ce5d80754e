"""The whole life of the first product on one booted machine: what `make demo` shows and a test searches for secrets.

The reference agent is wrapped with the definition in templates/, installed by answering its prompts, connected to the
stand-in server through a proxy with a password, updated and removed.
"""

import shutil
import time

from . import product, server
from .systemd_host import SystemdHost

NAME = "sectigo-network-agent"
CONFIG_TOOL = f"/opt/{NAME}/sectigona-config"
UNINSTALL = f"/opt/{NAME}/uninstall"
STATE = f"/var/opt/{NAME}"
CONFIGURATION = f"/var/opt/{NAME}/conf/agent.properties"
PROXY_USER = "site-proxy"
# The calls by which a secret would get into a process list or a file.
TRACED = "trace=execve,write,writev,pwrite64,sendto,sendmsg"
VERSIONS = ("2.3.0", "2.4.0")


def define(folder):
    """Makes the product's directory: the template's manifest, with the reference agent as its program."""
    result = product.agentpack("init", "--template", "network-agent", folder)
    if result.code != 0:
        raise RuntimeError(f"agentpack init: {result}")
    shutil.copyfile(product.PROGRAMS / "reference-agent", folder / "bin/network-agent")
    manifest = folder / "product.yaml"
    text = manifest.read_text()
    for old, new in {
        '[bin/network-agent, "@options"]':
            f'[bin/network-agent, --config, {CONFIGURATION}, --state, {STATE}, "@options"]\n'
            f"  health: {{ command: [bin/network-agent, health, --state, {STATE}], within: 5s }}",
        "to: bin/, mode: 0755 }": "to: bin/, mode: 0755 }\n      - { source: bin/agent-version, to: bin/ }",
        "  format: properties": "  format: properties\n  values: { agent.heartbeat: 1 }",
    }.items():
        if text.count(old) != 1:
            raise RuntimeError(f"the template has not one {old!r}")
        text = text.replace(old, new)
    manifest.write_text(text)
    return folder


class Walkthrough:
    """The machine, its server and proxy, and the steps; a context manager."""

    def __init__(self, *, base=None):
        self.folder = product.scratch() / "walkthrough"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.installers = {}
        self.host = SystemdHost(base)
        self.services = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for service in self.services:
            service.close()
        self.host.close()

    def build(self):
        """Builds both versions."""
        source = define(self.folder / "product")
        for version in VERSIONS:
            (source / "bin/agent-version").write_text(version + "\n")
            self.installers[version] = product.build(source, "--version", version, out=self.folder / version)

    def start_machine(self):
        """Boots, and starts server and proxy in the machine's network."""
        self.host.boot()
        certificates = server.certificates()
        self.server = server.ManagementServer(self.host, tls=certificates, offline_after=5)
        self.services.append(self.server)
        self.proxy_log = self.folder / "proxy.log"
        self.proxy = server.Proxy(
            self.host, user=PROXY_USER, password=product.PROXY_PASSWORD, log=self.proxy_log)
        self.services.append(self.proxy)
        self.host.copy_in(certificates / "ca.pem", "/etc/ssl/stand-in-ca.pem", mode=0o644)

    def new_token(self):
        """Adds the machine to the server's list, as an administrator does in the web interface."""
        self.token = self.server.new_token("web-server-7")
        return self.token

    def status(self):
        """The machine's status in the server's list, and the version it reports."""
        [agent] = self.server.agents()
        return agent["status"], agent["version"]

    def wait_for(self, status, version=None, seconds=20):
        """Waits until the server's list says so."""
        limit = time.monotonic() + seconds
        while True:
            found = self.status()
            if found[0] == status and (version is None or found[1] == version):
                return found
            if time.monotonic() > limit:
                journal = self.host.journal(f"{NAME}.service")
                raise AssertionError(f"the server's list says {found}, expected {status} {version}\n{journal}")
            time.sleep(0.1)

    def questions(self):
        """What the installer asks, and the answers."""
        return [
            (r"Type yes or no", "yes"), (r"Installation token", self.token), (r"Use an HTTP proxy", "yes"),
            (r"Your choice", "2"), (r"Proxy host", "127.0.0.1"), (r"Proxy port", str(self.proxy.port)),
            (r"Proxy user", PROXY_USER), (r"Proxy password", product.PROXY_PASSWORD), (r"Test the connection", "yes"),
            (r"automatic updates", ""), (r"Install now\?", "yes"),
        ]

    def update_questions(self):
        """What it asks when an older version is there."""
        return [(r"Type yes or no", "yes")]

    def install(self, version, questions, *, show=None, trace=None):
        """Runs an installer on a terminal and answers; returns all that the terminal showed.

        A first installation is told where the stand-in server is; customers' copies know their server. `trace` is a file
        of this machine for the record of strace.
        """
        path = self.host.copy_in(self.installers[version], f"/root/{NAME}.bin", mode=0o755)
        options = [] if self.host.exists(CONFIGURATION) else [f"--server-url={self.server.url}", "--ca-file=/etc/ssl/stand-in-ca.pem"]
        strace = ["/usr/bin/strace", "-f", "-y", "-qq", "-s", "65536", "-e", TRACED, "-o", str(trace)] if trace else []
        with self.host.spawn(path, *options, outside=strace) as terminal:
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

"""The product of templates/network-agent, wrapped around an agent: what is the same whichever agent it is.

A kind of agent is a `NetworkAgent`; `harness.agents` lists them. A suite that takes a kind is run for each.
"""

import shutil
import tempfile
from pathlib import Path

from . import product

NAME = "sectigo-network-agent"
ROOT = f"/opt/{NAME}"
STATE = f"/var/opt/{NAME}"
OPTIONS_FILE = f"/etc/opt/{NAME}/start-agent.ini"
CONFIG_TOOL = f"{ROOT}/sectigona-config"
UNINSTALL = f"{ROOT}/uninstall"
CONFIGURATION = f"{STATE}/conf/agent.properties"
LOGS = f"{STATE}/logs"
AGENT_LOG = f"{LOGS}/agent.log"
VERSIONS = ("2.3.0", "2.4.0")
# What is built as native packages: the releases of those versions, and one in which nothing is new but the runtime, for
# agents that have one as a package of its own.
RELEASES = {"old": VERSIONS[0], "new": VERSIONS[1], "runtime": VERSIONS[1]}

# The vendor's server, in whose place the stand-in is on the tests' machines.
SERVER_URL = "https://localhost"
# What every kind of agent has different from the template: its server, and a heartbeat a second, not each half minute.
SETTINGS = {
    "default: https://cert-manager.com": f"default: {SERVER_URL}",
    "  format: properties": "  format: properties\n  values: { agent.heartbeat: 1 }",
}


class NetworkAgent:
    """A kind of agent for the product: its files, and what they change in the template's manifest."""

    # What a suite calls it.
    name = None

    def put(self, folder):
        """Puts the agent's files into the product's folder."""
        raise NotImplementedError

    def release(self, folder, version):
        """Makes the agent in the product's folder one of `version`, which is what it then reports to the server."""
        raise NotImplementedError

    def edits(self):
        """What is different in the manifest: texts of the template, each there once, and what comes in their place."""
        raise NotImplementedError

    def trust(self, host, authority):
        """Has a machine, and the agent on it, trust a private authority: a file of this machine, PEM.

        Here the machine's own list is enough.
        """
        host.copy_in(authority, "/usr/local/share/ca-certificates/stand-in.crt", mode=0o644)
        result = host.run("update-ca-certificates")
        if result.code != 0:
            raise RuntimeError(f"update-ca-certificates: {result}")

    def option_lines(self, host):
        """Lines for start-agent.ini, as documented; what they name is put on the machine."""
        return ['-Djdk.http.auth.proxying.disabledSchemes=""', '-Djdk.http.auth.tunneling.disabledSchemes=""']

    def define(self, folder):
        """Makes the product's folder: the template with this agent; returns it. `release` comes after it."""
        folder = Path(folder)
        result = product.agentpack("init", "--template", "network-agent", folder)
        if result.code != 0:
            raise RuntimeError(f"agentpack init: {result}")
        manifest = folder / "product.yaml"
        text = manifest.read_text()
        for old, new in (SETTINGS | self.edits()).items():
            if text.count(old) != 1:
                raise RuntimeError(f"the template has not one {old!r}")
            text = text.replace(old, new)
        manifest.write_text(text)
        self.put(folder)
        return folder

    def installers(self, versions=VERSIONS):
        """Builds the installers of some versions; returns a dictionary from version to path."""
        folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=product.scratch()))
        source = self.define(folder / "product")
        built = {}
        for version in versions:
            self.release(source, version)
            built[version] = product.build(source, "--version", version, out=folder / version)
        return built

    def packages(self, releases=RELEASES):
        """Builds all formats of some releases; returns a dictionary from their names to `product.Artifacts`."""
        folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-packages-", dir=product.scratch()))
        source = self.define(folder / "product")
        built = {}
        for name, version in releases.items():
            self.release(source, version)
            options = ["--version", version, *self.release_options(name)]
            built[name] = product.build_all(source, *options, out=folder / name)
        return built

    def release_options(self, name):
        """What building a release of `packages` needs besides."""
        return []


class ReferenceAgent(NetworkAgent):
    """This repository's own example."""

    name = "reference"

    def put(self, folder):
        shutil.copyfile(product.PROGRAMS / "reference-agent", folder / "bin/network-agent")

    def release(self, folder, version):
        (folder / "bin/agent-version").write_text(version + "\n")

    def edits(self):
        return {
            '[bin/network-agent, "@options"]':
                f'[bin/network-agent, --config, {CONFIGURATION}, --state, {STATE}, "@options"]\n'
                f"  health: {{ command: [bin/network-agent, health, --state, {STATE}], within: 5s }}",
            "to: bin/, mode: 0755 }": "to: bin/, mode: 0755 }\n      - { source: bin/agent-version, to: bin/ }",
        }

"""The network agent's product with a Java agent, as a vendor would make it: jars, and a runtime of its own.

Everything Java comes from Debian's OpenJDK for bullseye, the oldest release that the suites boot: a runtime that is
linked there runs on newer ones. It is unpacked, not installed, and used in a throw-away root.
"""

import hashlib
import json
import shutil
import subprocess
import time

from . import product, roots
from .network_agent import CONFIGURATION, NAME, OPTIONS_FILE, RELEASES, STATE, VERSIONS, NetworkAgent
from .throwaway import Root

SOURCES = product.PRODUCTS / "java-agent"
JDK = "/usr/lib/jvm/java-17-openjdk-amd64"
JLINK = ["--add-modules", "java.base,jdk.crypto.ec", "--strip-java-debug-attributes", "--no-man-pages",
         "--no-header-files"]
STRIP = ["strip", "--strip-unneeded"]
# OpenJDK disables Basic authentication in tunnels through a proxy. A vendor whose manual tells administrators how to
# enable it again there and for plain requests ships a runtime that disables it for both, and so does this one.
NET_PROPERTIES = "\njdk.http.auth.proxying.disabledSchemes=Basic\n"
# The version of the runtime in each release.
RUNTIMES = {"old": "17.0.1", "new": "17.0.2", "runtime": "17.0.3"}
# Where the suites keep what the JVM is to trust.
KEYSTORE = "/etc/ssl/stand-in.jks"
# What a JVM writes about its crash goes to where nobody else can read it; its memory, with the secrets, nowhere.
CRASHES = f'"-XX:ErrorFile={STATE}/logs/hs_err_pid%p.log", "-XX:-CreateCoredumpOnCrash"'


def jdk():
    """A throw-away root with the JDK, a context manager; `keytool` and the rest are in JDK/bin."""
    return Root(roots.unpacked("bullseye-jdk"), mounts="proc")


def tool(root, name, *arguments):
    """Runs a program of the JDK in such a root."""
    result = root.run(f"{JDK}/bin/{name}", *arguments)
    if result.code != 0:
        raise RuntimeError(f"{name} {arguments}: {result}")
    return result


def runtime():
    """The archive of the Java runtime, made once a machine."""
    def build(folder):
        with jdk() as root:
            tool(root, "jlink", "--module-path", f"{JDK}/jmods", *JLINK, "--output", "/tmp/jre-17")
            with open(root.inside("/tmp/jre-17/conf/net.properties"), "a") as file:
                file.write(NET_PROPERTIES)
            # Debian's jmods have their symbols, half of the runtime's size.
            programs = [path for path in root.inside("/tmp/jre-17").rglob("*")
                        if path.is_file() and not path.is_symlink() and path.open("rb").read(4) == b"\x7fELF"]
            subprocess.run([*STRIP, *programs], check=True)
            command = ["tar", "--sort=name", "--mtime=@946684800", "-C", root.inside("/tmp"), "-czf",
                       folder / "jre.tar.gz", "jre-17"]
            subprocess.run(command, check=True)
    return _cached("jre", [JLINK, NET_PROPERTIES, STRIP], build) / "jre.tar.gz"


def class_name(version):
    """What the class of discovery.jar is called in a version: later ones gave it another name, as happens."""
    return "Discovery" if version == VERSIONS[0] else "Survey"


def jars(version):
    """A folder with agent.jar and discovery.jar of a version, compiled once a machine."""
    sources = {}
    for name in ("NetworkAgent", "Discovery"):
        text = (SOURCES / f"{name}.java").read_text().replace("Discovery", class_name(version))
        sources[name.replace("Discovery", class_name(version))] = text

    def build(folder):
        with jdk() as root:
            for name, text in sources.items():
                root.write(f"/tmp/agent/{name}.java", text)
            tool(root, "javac", "--release", "11", "-encoding", "UTF-8", "-Xlint:all", "-Werror", "-d", "/tmp/classes",
                 *[f"/tmp/agent/{name}.java" for name in sources])
            own = f"Implementation-Version: {version}\n"
            root.write("/tmp/agent.mf", f"{own}Main-Class: agent.NetworkAgent\n")
            root.write("/tmp/discovery.mf", own)
            lazy = f"agent/{class_name(version)}.class"
            first = sorted(f"agent/{path.name}" for path in root.inside("/tmp/classes/agent").iterdir())
            first.remove(lazy)
            for name, classes in {"agent": first, "discovery": [lazy]}.items():
                tool(root, "jar", "--create", "--date=2000-01-01T00:00:00Z", f"--file=/tmp/{name}.jar",
                     f"--manifest=/tmp/{name}.mf", "-C", "/tmp/classes", classes[0],
                     *[word for path in classes[1:] for word in ("-C", "/tmp/classes", path)])
                shutil.copyfile(root.inside(f"/tmp/{name}.jar"), folder / f"{name}.jar")
    return _cached(f"java-agent-{version}", [sources, version], build)


def keystore(certificate, path, *, kind="JKS", password="changeit"):
    """Writes a keystore that holds a CA's certificate, as an administrator makes it with keytool."""
    with jdk() as root:
        root.copy_in(certificate, "/tmp/ca.pem")
        tool(root, "keytool", "-importcert", "-noprompt", "-alias", "private-ca", "-file", "/tmp/ca.pem",
             "-storetype", kind, "-storepass", password, "-keystore", "/tmp/keystore")
        shutil.copyfile(root.inside("/tmp/keystore"), path)
    return path


class JavaAgent(NetworkAgent):
    """A JVM that does the reference agent's job."""

    name = "java"

    def trust(self, host, authority):
        """The JVM has trust of its own, and this runtime no Basic authentication to proxies: an administrator who knows
        that writes start-agent.ini before the installation.
        """
        super().trust(host, authority)
        host.copy_in(keystore(authority, product.scratch() / "stand-in.jks"), KEYSTORE, mode=0o644)
        host.write(OPTIONS_FILE, "\n".join(self.option_lines(host)) + "\n")

    def option_lines(self, host):
        return [f"-Djavax.net.ssl.trustStore={KEYSTORE}", *super().option_lines(host)]

    def put(self, folder):
        (folder / "downloads").mkdir()
        shutil.copyfile(runtime(), folder / "downloads/jre-linux-x64.tar.gz")
        (folder / "lib").mkdir()

    def release(self, folder, version):
        shutil.copytree(jars(version), folder / "lib", dirs_exist_ok=True, ignore=shutil.ignore_patterns("used"))

    def edits(self):
        return {
            # The lines that the template's comments give for a Java agent.
            "- { source: bin/network-agent, to: bin/, mode: 0755 }": "- { source: lib/, to: lib }",
            "  # A Java runtime would be a package of its own, on which the agent's depends:\n": "",
            f"  #   - name: {NAME}-jre\n": f"    depends: [{NAME}-jre]\n  - name: {NAME}-jre\n",
            "  #     contents: [{ archive:": "    contents: [{ archive:",
            # What documentation says of such a runtime, and that it was linked on Debian 11.
            "settings:\n  - id: token\n":
                "elf:\n  libraries: [libz.so.1, libstdc++.so.6]\n"
                '  waive: [{ file: "jre/lib/server/libjvm.so", check: glibc, reason: tested on Debian 11 and later }]\n\n'
                "settings:\n  - id: token\n",
            'command: [bin/network-agent, "@options"]':
                f'command: [jre/bin/java, {CRASHES}, "@options", -jar, lib/agent.jar, '
                f"--config, {CONFIGURATION}, --state, {STATE}]\n"
                f"  health: {{ command: [jre/bin/java, -jar, lib/agent.jar, health, --state, {STATE}], within: 10s }}",
        }

    def installers(self, versions=VERSIONS):
        """As for every kind; kept on this machine, because the runtime takes seconds to compress."""
        inputs = self._inputs(versions)

        def build(folder):
            for version, path in super(JavaAgent, self).installers(versions).items():
                shutil.copyfile(path, folder / f"{version}.bin")
        folder = _cached("java-installers", inputs, build)
        return {version: folder / f"{version}.bin" for version in versions}


    def release_options(self, name):
        """The runtime's own version."""
        return ["--set", f"packages[1].version={RUNTIMES[name]}"]

    def packages(self, releases=RELEASES):
        """As for every kind; kept as the installers are."""
        def build(folder):
            for name, made in super(JavaAgent, self).packages(releases).items():
                shutil.copytree(made.folder, folder / name)
        folder = _cached("java-packages", [*self._inputs(releases.values()), releases, RUNTIMES], build)
        return {name: product.Artifacts(folder / name) for name in releases}

    def _inputs(self, versions):
        """What the product is made of."""
        programs = _hash([(product.PROGRAMS / name).read_bytes() for name in ("agentpack", "setup")])
        files = [runtime(), *[jars(version) / name for version in versions for name in ("agent.jar", "discovery.jar")]]
        return [programs, list(versions), self.edits(), [_hash([path.read_bytes()]) for path in files]]


def _hash(parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _cached(name, inputs, build):
    """A folder that `build` fills once for these inputs; those of other inputs go when a week has passed unused."""
    key = _hash([json.dumps([inputs, roots.unpacked("bullseye-jdk").name], sort_keys=True).encode()])[:16]
    folder = roots.CACHE / f"{name}-{key}"
    with roots.locked(name):
        if not folder.is_dir():
            staging = roots.CACHE / f"{folder.name}.new"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(parents=True)
            build(staging)
            staging.rename(folder)
        (folder / "used").touch()
        for other in roots.CACHE.glob(f"{name}-" + "?" * 16):
            if other != folder and time.time() - (other / "used").stat().st_mtime > 7 * 86_400:
                shutil.rmtree(other, ignore_errors=True)
    return folder

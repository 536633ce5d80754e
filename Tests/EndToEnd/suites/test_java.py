"""A Java agent on booted machines: the JVM options that the manual names, how it ends, its classes in an update."""

import os
import signal
import subprocess
import time
import unittest

from harness import agents, java, machines, network_agent, process, product, server
from harness.network_agent import (
    AGENT_LOG, CONFIG_TOOL, LOGS, NAME, OPTIONS_FILE, ROOT, STATE, UNINSTALL, VERSIONS)

OLD, NEW = VERSIONS
UNIT = f"{NAME}.service"
USER = "site-proxy"
# The lines of the manual, as they are written there.
KEYSTORE = f"/etc/opt/{NAME}/keystore.jks"
TRUST = f"-Djavax.net.ssl.trustStore={KEYSTORE}\n"
PROXYING = '-Djdk.http.auth.proxying.disabledSchemes=""\n'
TUNNELING = '-Djdk.http.auth.tunneling.disabledSchemes=""\n'
DISCOVERY = f"{STATE}/state/discovery.txt"


class Case(unittest.TestCase):
    """A booted machine whose own trust store has the private CA (the JVM's has not), and the server with it."""

    machine = "bookworm"

    @classmethod
    def setUpClass(cls):
        cls.host = machines.machine(cls.machine).__enter__()
        cls.addClassCleanup(cls.host.close)
        authority = server.certificates() / "ca.pem"
        network_agent.NetworkAgent().trust(cls.host, authority)
        cls.keystore = java.keystore(authority, product.scratch() / "keystore.jks")
        cls.server = server.ManagementServer(cls.host, tls=server.certificates(), offline_after=5)
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.addCleanup(self.uninstall)

    def uninstall(self):
        if self.host.exists(UNINSTALL):
            result = self.host.run(UNINSTALL, "--purge", "--yes")
            self.assertEqual(result.code, 0, result)

    def install(self, *before, version=OLD, **answers):
        """Installs without questions and adds an agent to the server for it; `before` runs the installer."""
        url = answers.setdefault("server_url", self.server.url)
        where = self.server if url == self.server.url else self.plain
        self.agent = where, f"{self.id()} {time.monotonic()}"
        answers["token"] = where.new_token(self.agent[1])
        path = self.host.copy_in(agents.installers("java")[version], f"/root/{NAME}.bin", mode=0o755)
        self.host.write("/root/answers", "".join(f"{key}={value}\n" for key, value in answers.items()), mode=0o600)
        result = self.host.run(*before, path, "--silent", "--accept-eula", "--answers", "/root/answers")
        self.assertEqual(result.code, 0, result)
        return result

    def options(self, text):
        """Writes start-agent.ini and does what the manual says then."""
        self.host.write(OPTIONS_FILE, text)
        self.host.copy_in(self.keystore, KEYSTORE, mode=0o644)
        for verb in ("stop", "start"):
            result = self.host.run("service", NAME, verb)
            self.assertEqual(result.code, 0, result)

    def wait_for(self, condition, what, seconds=60):
        limit = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > limit:
                self.fail(f"{what} did not happen\n{self.log()}\n{self.host.words(NAME, STATE)}")
            time.sleep(0.1)
        return found

    def log(self):
        return self.host.read(AGENT_LOG) if self.host.exists(AGENT_LOG) else ""

    def wait_for_log(self, text):
        self.wait_for(lambda: text in self.log(), f"the log's ‘{text}’")

    def listed(self):
        where, name = self.agent
        [agent] = [agent for agent in where.agents() if agent["name"] == name]
        return agent["status"], agent["version"]

    def wait_until_connected(self, version=OLD):
        self.wait_for(lambda: self.listed() == ("Connected", version), f"being Connected with {version}")

    def main(self):
        return self.host.main_process(NAME, STATE)


class Options(Case):
    """Each line of the manual for start-agent.ini does what it is there for, and without it that is missing.

    The suite of the manual has all of them together, on every machine.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = server.ManagementServer(cls.host, offline_after=5)
        cls.addClassCleanup(cls.plain.close)
        cls.squid = server.Squid(cls.host, users=[(USER, product.PROXY_PASSWORD)])
        cls.addClassCleanup(cls.squid.close)

    def proxy(self):
        return {"proxy_host": "127.0.0.1", "proxy_port": self.squid.port, "proxy_user": USER,
                "proxy_password": product.PROXY_PASSWORD}

    def test_trust_store(self):
        """A server behind a private CA, for which the JVM has no trust of its own."""
        self.install()
        self.wait_for_log("PKIX path building failed")
        self.assertEqual(self.listed()[0], "Pending")
        self.options(TRUST)
        self.wait_until_connected()
        self.assertIn(TRUST.strip(), self.host.arguments(self.main()))

    def test_schemes_of_tunnels(self):
        """HTTPS through a proxy that wants Basic authentication, in a tunnel that CONNECT opens."""
        self.install(**self.proxy())
        self.options(TRUST)
        self.wait_for_log('Unable to tunnel through proxy. Proxy returns "HTTP/1.1 407')
        self.assertEqual(self.listed()[0], "Pending")
        self.options(TRUST + TUNNELING)
        self.wait_until_connected()
        self.assertIn("-Djdk.http.auth.tunneling.disabledSchemes=", self.host.arguments(self.main()))
        self.squid.wait_for_request(method="CONNECT", user=USER, status=200)

    def test_schemes_of_plain_requests(self):
        """HTTP through the same proxy."""
        self.install(server_url=self.plain.url, **self.proxy())
        self.wait_for_log("the proxy wants a user and a password (407)")
        self.assertEqual(self.listed()[0], "Pending")
        self.options(PROXYING)
        self.wait_until_connected()
        self.assertIn("-Djdk.http.auth.proxying.disabledSchemes=", self.host.arguments(self.main()))
        self.squid.wait_for_request(method="POST", user=USER, status=200)

    def test_lines_as_editors_of_other_systems_leave_them(self):
        """A byte order mark, carriage returns, comments, blanks around a line, and several options in one file."""
        self.install(**self.proxy())
        lines = "# for the site's proxy\n\n  " + TRUST + TUNNELING + "-Dgreeting=a b\n; the end\n"
        self.options("\ufeff" + lines.replace("\n", "\r\n"))
        self.wait_until_connected()
        arguments = self.host.arguments(self.main())
        first = arguments.index(TRUST.strip())
        self.assertEqual(
            arguments[first:first + 4],
            [TRUST.strip(), "-Djdk.http.auth.tunneling.disabledSchemes=", "-Dgreeting=a b", "-jar"])


class Life:
    """The JVM's ends, its files, and an update while it runs."""

    def setUp(self):
        super().setUp()
        self.install("sh", "-c", 'umask 077; exec "$@"', "sh", ca_file="/usr/local/share/ca-certificates/stand-in.crt")
        self.wait_until_connected()
        # The journal has the words of earlier tests as well.
        self.said_before = len(self.host.words(NAME, STATE))

    def test_stop_is_no_failure(self):
        """A JVM ends with 143 then."""
        self.assertEqual(self.host.run("service", NAME, "stop").code, 0)
        self.assert_stopped()
        self.assertIn("stopped", self.log().splitlines()[-1])
        self.assertEqual(self.host.failures(), [])

    def test_leaves_its_program_alone(self):
        """Whatever the JVM writes, it isn't written into the product; and the agent's files are its account's alone."""
        self.discover()
        self.host.run("service", NAME, "stop")
        result = self.host.run(CONFIG_TOOL, "verify")
        self.assertEqual(result.code, 0, result)
        # The runtime works for every account, whatever the mask was when it was installed.
        java_program = f"{ROOT}/jre/bin/java"
        result = self.host.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", java_program, "-version")
        self.assertEqual(result.code, 0, result)
        for path in ("logs/agent.log", "state/agent.properties", "state/status.properties", "conf/agent.properties"):
            self.assertEqual(oct(self.host.inside(f"{STATE}/{path}").stat().st_mode & 0o777), "0o600", path)

    def test_crash_is_described_in_private(self):
        """A JVM that crashes says much of its memory: in the logs, where nobody else can read it, and nowhere else."""
        before = self.strays()
        # Started by an installer that allows itself no core file, the agent under SysV init has no right to one either.
        seen = self.log().count("connected as")
        self.assertEqual(self.host.run("service", NAME, "restart").code, 0)
        # The server still lists the old process; and a JVM that is hit while it starts can hang in its report.
        self.wait_for(lambda: self.log().count("connected as") > seen, "being connected again")
        old = self.main()
        result = self.host.run("prlimit", f"--pid={old}", "--core=unlimited:unlimited")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.host.run("kill", "-SEGV", str(old)).code, 0)
        self.wait_for(lambda: self.main() not in (0, old), "a new start")
        self.wait_until_connected()
        self.assertTrue(self.host.exists(f"{LOGS}/hs_err_pid{old}.log"))
        self.assertEqual(self.host.inside(LOGS).stat().st_mode & 0o007, 0)
        self.assertEqual(self.strays(), before)

    def strays(self):
        """Files of crashes anywhere but in the logs: in the product, in public directories."""
        result = self.host.run("find", "/", "-xdev", "(", "-name", "hs_err*", "-o", "-name", "core", "-o", "-name",
                               "core.*", ")", "-not", "-path", "/proc/*", "-not", "-path", f"{LOGS}/*")
        tmp = self.host.run("find", "/tmp", "-type", "f", "-perm", "/044")
        return sorted(result.out.splitlines() + tmp.out.splitlines())

    def discover(self):
        """Has the agent load the class that it didn't need before; returns what that says, or nothing."""
        self.host.run("rm", "-f", DISCOVERY)
        self.host.write(f"{STATE}/state/discover", "")
        self.wait_for(lambda: not self.host.exists(f"{STATE}/state/discover"), "the discovery")
        return dict(line.split("=", 1) for line in self.host.read(DISCOVERY).splitlines()) if self.host.exists(
            DISCOVERY) else None

    def update(self, meanwhile):
        """Runs the newer installer, and `meanwhile` when it has switched to its version and is about to restart."""
        path = self.host.copy_in(agents.installers("java")[NEW], "/root/newer.bin", mode=0o755)
        code = self.host.inside("/root/code")
        code.unlink(missing_ok=True)
        script = f"{path} --silent --accept-eula; echo $? >/root/code.new; mv /root/code.new /root/code"
        # Every program that the installer starts is stopped before its first instruction.
        stop = ["/usr/bin/strace", "-f", "-qq", "-I2", "-o", "/dev/null", "-e", "trace=execve",
                "-e", "inject=execve:signal=SIGSTOP"]
        with subprocess.Popen([*stop, *self.host.command(['sh', '-c', script])], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as tracer:
            self.addCleanup(tracer.kill)
            windows = []

            def is_done():
                # A supervisor's parent is the machine's init.
                for number, words in [*stopped(tracer.pid, tracer.pid), *stopped(self.host.leader, tracer.pid)]:
                    if "try-restart" in words and not windows:
                        windows.append(words)
                        meanwhile()
                    os.kill(number, signal.SIGCONT)
                return code.exists() and not list(stopped(self.host.leader, tracer.pid))
            self.wait_for(is_done, "the installer's end", 120)
            # It may follow a supervisor that goes on, and lets go of it.
            tracer.terminate()
        self.assertEqual(code.read_text(), "0\n")
        self.assertEqual(len(windows), 1)

    def test_update_with_classes_that_load_late(self):
        """Between switch and restart the old agent goes on, with what is its own."""
        old = self.main()
        found = []

        def meanwhile():
            self.assertIn(NEW, os.readlink(self.host.inside(f"{ROOT}/current")))
            found.append(self.discover())
            self.assertEqual(self.main(), old)

        self.update(meanwhile)
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0]["version"], OLD)
        self.assertEqual(found[0]["jar"], f"{ROOT}/versions/{OLD}-1/lib/discovery.jar")
        self.wait_until_connected(NEW)
        self.assertEqual(self.discover()["version"], NEW)
        for word in ("NoClassDefFound", "ClassNotFound", "Error", "Exception"):
            self.assertNotIn(word, self.log() + self.host.words(NAME, STATE)[self.said_before:])


def stopped(ancestor, tracer):
    """The processes below another one that a tracer has stopped: number and command line."""
    for child in process.children(ancestor):
        yield from stopped(child, tracer)
        try:
            with open(f"/proc/{child}/status", encoding="utf-8", errors="replace") as file:
                status = dict(line.split(":", 1) for line in file.read().splitlines())
            with open(f"/proc/{child}/cmdline", encoding="utf-8", errors="replace") as file:
                words = file.read().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if status["State"].split()[0] in "Tt" and int(status["TracerPid"]) == tracer:
            yield child, words


class LifeUnderSystemd(Life, Case):
    def assert_stopped(self):
        self.assertEqual(self.host.property(UNIT, "ActiveState"), "inactive")
        self.assertEqual(self.host.property(UNIT, "Result"), "success")
        self.assertEqual(self.host.property(UNIT, "ExecMainStatus"), "143")

    def test_an_update_in_place_would_break(self):
        """The update's test can fail: with the new jar in the old one's place the same class isn't found."""
        def meanwhile():
            jars = [f"{ROOT}/versions/{version}-1/lib/discovery.jar" for version in (NEW, OLD)]
            self.assertEqual(self.host.run("cp", "--remove-destination", *jars).code, 0)
            self.discover()

        self.update(meanwhile)
        self.assertFalse(self.host.exists(DISCOVERY))
        self.assertIn("discovery failed: java.lang.ClassNotFoundException: agent.Discovery", self.log())


class LifeUnderSysV(Life, Case):
    machine = "sysv"

    def assert_stopped(self):
        self.assertEqual(self.host.run("service", NAME, "status").code, 3)
        self.assertFalse(self.host.exists(f"/run/{NAME}.pid"))
        self.assertNotIn("started again", self.host.words(NAME, STATE))


class UnderSysV(Case):
    machine = "sysv"

    def test_names_of_files_in_utf_8(self):
        """Where init gives no language to a service, the JVM still finds a file whose name isn't ASCII."""
        self.install()
        self.host.copy_in(self.keystore, "/etc/ssl/schlüssel.jks", mode=0o644)
        self.host.write(OPTIONS_FILE, "-Djavax.net.ssl.trustStore=/etc/ssl/schlüssel.jks\n")
        for verb in ("stop", "start"):
            result = self.host.run("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "service", NAME, verb)
            self.assertEqual(result.code, 0, result)
        self.wait_until_connected()

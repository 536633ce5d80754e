"""The service on booted machines: started, stopped, restarted once by an update, gone after a removal."""

import time
import unittest

from harness import acme, product
from harness.systemd_host import SystemdHost

UNIT = f"{acme.NAME}.service"


class Case(unittest.TestCase):
    def setUp(self):
        self.host = SystemdHost().__enter__()
        self.addCleanup(self.host.close)

    def install(self, *options, **settings):
        result = acme.install(self.host, *options, **settings)
        self.assertEqual(result.code, 0, result)
        return result

    def service(self, verb):
        return self.host.run("service", acme.NAME, verb).code

    def starts(self):
        """How often the agent was started since the installation."""
        return len(self.host.read(acme.STATE / "state/starts").splitlines())

    def wait_for(self, condition, seconds=10):
        limit = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), limit, self.host.journal(UNIT))
            time.sleep(0.05)


class Service(Case):
    def test_life(self):
        self.install()
        self.assertEqual(self.host.property(UNIT, "ActiveState"), "active")
        self.assertEqual(self.host.run("systemctl", "is-enabled", UNIT).out.strip(), "enabled")
        self.assertEqual(self.service("status"), 0)
        self.assertEqual(self.service("stop"), 0)
        self.assertEqual(self.host.property(UNIT, "ActiveState"), "inactive", "exit code 143 is a success")
        self.assertEqual(self.service("status"), 3)
        self.assertEqual(self.service("stop"), 0)
        self.assertEqual(self.service("start"), 0)
        self.assertEqual(self.service("start"), 0)
        self.assertEqual(self.service("status"), 0)
        self.assertIn("acme-agent stopped", self.host.read(acme.STATE / "state/stops"))

    def test_runs_after_a_reboot(self):
        self.install()
        self.assertEqual(self.host.reboot(), "running")
        self.assertEqual(self.host.property(UNIT, "ActiveState"), "active")

    def test_restarted_after_a_crash(self):
        self.install()
        old = self.host.property(UNIT, "MainPID")
        self.host.run("kill", "-KILL", old)
        self.wait_for(lambda: self.host.property(UNIT, "MainPID") not in (old, "0"), 30)

    def test_runs_from_its_version(self):
        self.install()
        self.wait_for(lambda: self.host.exists(acme.STATE / "state/starts"))
        self.assertIn("/opt/acme-agent/versions/1.0.0-1/bin/acme-agent", self.host.read(acme.STATE / "state/starts"))

    def test_options_file(self):
        self.install()
        self.host.write(
            acme.OPTIONS / "start-agent.ini",
            '\ufeff# for the proxy\r\n\r\n  -Djdk.http.auth.proxying.disabledSchemes=""  \r\n-Dname="a b" c\r\n')
        self.assertEqual(self.service("restart"), 0)
        self.wait_for(lambda: self.starts() == 2)
        self.assertEqual(
            self.host.read(acme.STATE / "state/arguments"),
            "argument: -Djdk.http.auth.proxying.disabledSchemes=\nargument: -Dname=a b c\n")

    def test_options_file_of_somebody_else_is_refused(self):
        self.install()
        self.host.write(acme.OPTIONS / "start-agent.ini", "-Dx=1\n", mode=0o666)
        self.service("restart")
        self.wait_for(lambda: "start-agent.ini" in self.host.journal(UNIT))
        self.assertEqual(self.starts(), 1)

    def test_not_started_on_request(self):
        self.install("--no-start")
        self.assertEqual(self.host.property(UNIT, "ActiveState"), "inactive")
        self.assertFalse(self.host.exists(acme.STATE / "state/starts"))


class Update(Case):
    def test_restarts_once_and_keeps_the_settings(self):
        self.install()
        self.wait_for(lambda: self.host.exists(acme.STATE / "state/starts"))
        before = self.host.read(acme.CONFIGURATION)
        self.install(installer=product.installer("1.1.0"), answers="")
        self.wait_for(lambda: self.starts() == 2)
        time.sleep(0.5)
        self.assertEqual(self.starts(), 2)
        self.assertIn("versions/1.1.0-1", self.host.read(acme.STATE / "state/starts").splitlines()[-1])
        self.assertEqual(self.host.read(acme.CONFIGURATION), before)

    def test_an_agent_that_is_not_restarted_keeps_its_files(self):
        """The active version and the one before stay, and so does one that still runs: it may open files late."""
        self.install()
        main = self.host.property(UNIT, "MainPID")
        for version in ("1.1.0", "1.2.0"):
            self.install("--no-start", installer=product.installer(version), answers="")
        self.assertEqual(self.host.property(UNIT, "MainPID"), main)
        versions = acme.ROOT / "versions"
        for version in ("1.0.0-1", "1.1.0-1", "1.2.0-1"):
            self.assertTrue(self.host.exists(versions / version), version)
        self.assertEqual(self.service("restart"), 0)
        self.install(installer=product.installer("1.3.0"), answers="")
        self.assertFalse(self.host.exists(versions / "1.0.0-1"))

    def test_without_a_restart_the_old_version_runs_on(self):
        self.install()
        result = acme.install(self.host, "--no-start", installer=product.installer("1.1.0"), answers="")
        self.assertEqual(result.code, 0, result)
        said = " ".join(result.said.split())
        self.assertIn(f"The service still runs the version before; restart it with `service {acme.NAME} restart`.", said)
        self.assertIn("still version 1.0.0-1", self.host.run(acme.CONFIG_TOOL, "status").out)
        self.assertEqual(self.service("restart"), 0)
        self.assertNotIn("still version", self.host.run(acme.CONFIG_TOOL, "status").out)

    def test_a_disabled_service_stays_disabled_and_stopped(self):
        self.install()
        self.host.run("systemctl", "disable", "--now", UNIT)
        self.install(installer=product.installer("1.1.0"), answers="")
        self.assertEqual(self.host.run("systemctl", "is-enabled", UNIT).out.strip(), "disabled")
        self.assertEqual(self.host.property(UNIT, "ActiveState"), "inactive")


class Removal(Case):
    def ours(self):
        return [path for path in self.host.changes() if acme.NAME in path]

    def test_uninstall(self):
        self.install()
        result = self.host.run(acme.UNINSTALL, "--purge", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.ours(), [])
        self.assertEqual(self.host.property(UNIT, "LoadState"), "not-found")
        self.assertEqual(self.host.failed_units(), [])
        self.assertEqual(self.host.reboot(), "running")

    def test_manual_removal_as_documented(self):
        """The lines of the product's documentation, then a boot without a failed unit."""
        self.install()
        self.assertEqual(self.service("stop"), 0)
        self.host.run("rm", "-rf", f"/etc/init.d/{acme.NAME}")
        self.host.run("rm", "-rf", acme.ROOT)
        self.assertEqual(self.host.reboot(), "running")
        self.assertEqual(self.host.failed_units(), [])
        self.host.run("rm", "-rf", acme.STATE)
        self.assertEqual(self.host.reboot(), "running")
        self.assertNotIn("rror", self.host.journal(UNIT))


class Inspection(Case):
    def test_config_tool(self):
        self.install()
        show = self.host.run(acme.CONFIG_TOOL, "show")
        self.assertEqual(show.code, 0, show)
        self.assertNotIn(product.TOKEN, show.said)
        for verb in ("status", "check"):
            result = self.host.run(acme.CONFIG_TOOL, verb)
            self.assertEqual(result.code, 0, result)
        refused = self.host.run(acme.CONFIG_TOOL, "set", f"token={product.MISPLACED_TOKEN}")
        self.assertEqual(refused.code, 64, refused)
        self.assertNotIn(product.MISPLACED_TOKEN, refused.said)
        result = self.host.run(acme.CONFIG_TOOL, "set", "token", "--from", "-", input="another-token-0123\n")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(acme.configuration(self.host)["agent.token"], "another-token-0123")

    def test_what_is_in_the_way(self):
        """`check` and `status` name a program that is gone and a configuration that is missing."""
        self.install()
        program = acme.ROOT / "versions/1.0.0-1/bin/acme-agent"
        for spoil in (["chmod", "0644", program], ["rm", program]):
            self.host.run(*spoil)
            result = self.host.run(acme.CONFIG_TOOL, "check")
            self.assertNotEqual(result.code, 0, result)
            self.assertIn("bin/acme-agent", result.said)
            self.assertIn(f"{acme.CONFIG_TOOL} verify", " ".join(result.said.split()))
        self.host.run("service", acme.NAME, "stop")
        self.host.run("rm", acme.CONFIGURATION)
        result = self.host.run(acme.CONFIG_TOOL, "status")
        self.assertIn("not configured yet", result.out)
        self.assertIn(f"{acme.CONFIG_TOOL} interactive", result.out)

    def test_support_bundle(self):
        self.install()
        result = self.host.run("sh", "-c", f"cd /root && {acme.CONFIG_TOOL} support-bundle")
        self.assertEqual(result.code, 0, result)
        bundles = [path for path in self.host.changes() if path.startswith("/root/") and acme.NAME in path]
        self.assertEqual(len(bundles), 1, self.host.changes())
        status = self.host.inside(bundles[0]).stat()
        self.assertEqual(oct(status.st_mode & 0o777), "0o600")
        text = acme.archived_text(self.host.inside(bundles[0]))
        self.assertNotIn(product.TOKEN, text)
        self.assertIn("bookworm", text)

"""The way to the server through proxies: squid, tinyproxy, and what else answers on a proxy's port."""

import unittest

from harness import server
from harness.network import CA, TOKEN, NetworkCase, Scripted
from harness.network_agent import CONFIG_TOOL
from harness.product import PROXY_PASSWORD

USER = "site-proxy"
# Users and passwords with everything that a form, an URL, a shell or Base64 might spoil.
ODD_USERS = [
    ("user@example.com", "p@ss:word%41"), ("two words", " blanks at both ends "), ("DOMAIN\\user", "back\\slash"),
    ("jürgen", "pässwörd-€-日本"), ('"quoted"', "it's \"so\" $HOME `id`"), ("100%25", "a=b;c#d&e+f?g/h"),
    ("u" * 64, "p" * 100),
]


def credentials(user=USER, password=PROXY_PASSWORD):
    return {"proxy_user": user, "proxy_password": password}


class Case(NetworkCase):
    """A server that speaks HTTP, and one that speaks HTTPS with the certificate of a private CA."""

    NAMES = {"server.example": ["127.0.0.1"], "proxy.example": ["127.0.0.1"]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.begin(server.ManagementServer)
        cls.secure = cls.begin(server.ManagementServer, tls=cls.certificates)

    def by(self, proxy, host="127.0.0.1", **more):
        """The settings of a way through the proxy."""
        return {"proxy_host": host, "proxy_port": proxy.port} | more

    def to_plain(self, **more):
        return {"server_url": self.plain.url} | more

    def to_secure(self, **more):
        return {"server_url": self.secure.url, "ca_file": CA} | more


class SquidWithBasicAuthentication(Case):
    """squid that knows users by Basic, on IPv4 and IPv6."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.squid = cls.begin(
            server.Squid, users=[(USER, PROXY_PASSWORD), *ODD_USERS], addresses=["127.0.0.1", "::1"])

    def test_right_credentials_to_http_and_https(self):
        way = self.by(self.squid) | credentials()
        self.assertReached(f"through the proxy 127.0.0.1:{self.squid.port}", **self.to_plain(**way))
        self.squid.wait_for_request(user=USER, method="GET", url=self.plain.url + "/", status=200)
        self.assertReached(f"through the proxy 127.0.0.1:{self.squid.port}", **self.to_secure(**way))
        self.squid.wait_for_request(user=USER, method="CONNECT", url=f"localhost:{self.secure.port}", status=200)

    def test_the_agent_registers_through_it(self):
        for target in (self.to_plain(), self.to_secure()):
            self.set(target | self.by(self.squid) | credentials())
            self.assertAgentSays("works with", f"through the proxy 127.0.0.1:{self.squid.port}")
            self.assertAgentSays("the server does not know the installation token (401)")
            self.set(target | self.by(self.squid) | credentials(password="wrong-password"))
            self.assertAgentSays("the proxy did not accept the user and password", "Check the proxy user")
        self.squid.wait_for_request(user=USER, method="POST", status=401)
        self.set(self.to_secure(**self.by(self.squid), **credentials()))
        self.installed.write("/root/token", self.secure.new_token("through-squid") + "\n", mode=0o600)
        result = self.installed.run(CONFIG_TOOL, "set", "token", "--from", "/root/token")
        self.assertEqual(result.code, 0, result)
        self.assertAgentSays("connected as")
        [agent] = [agent for agent in self.secure.agents() if agent["name"] == "through-squid"]
        self.assertEqual(agent["status"], "Connected")

    def test_wrong_and_missing_credentials(self):
        for target in (self.to_plain(), self.to_secure()):
            with self.subTest(url=target["server_url"]):
                self.assertRefused(
                    "did not accept the user and password", "Check the proxy user and the proxy password",
                    **target, **self.by(self.squid), **credentials(password="wrong-password"))
                self.assertRefused(
                    "did not accept the user and password", **target, **self.by(self.squid), **credentials("nobody"))
                self.assertRefused(
                    "wants a user and a password", "Set the proxy user and the proxy password", **target,
                    **self.by(self.squid))

    def test_odd_users_and_passwords(self):
        for user, password in ODD_USERS:
            with self.subTest(user=user):
                self.assertReached(**self.to_secure(**self.by(self.squid), **credentials(user, password)))
                self.assertAgentSays("(401)", "installation token")

    def test_servers_by_name_and_address(self):
        way = self.by(self.squid) | credentials() | {"ca_file": CA}
        six = self.begin(server.ManagementServer, tls=self.certificates, address="::1")
        for url in (f"https://127.0.0.1:{self.secure.port}", f"https://[::1]:{six.port}", self.secure.url):
            with self.subTest(url=url):
                self.assertReached("through the proxy", server_url=url, **way)

    def test_addresses_and_names_of_the_proxy(self):
        for host in ("127.0.0.1", "::1", "[::1]", "localhost", "proxy.example", "PROXY.example."):
            with self.subTest(host=host):
                self.assertReached(**self.to_secure(**self.by(self.squid, host), **credentials()))


class SquidWithOtherSchemes(Case):
    """squid that takes users by anything but Basic, which the failure names."""

    def scheme(self, *schemes):
        squid = server.Squid(self.installed, users=[(USER, PROXY_PASSWORD)], schemes=schemes)
        self.addCleanup(squid.close)
        return self.by(squid)

    def test_without_basic(self):
        for schemes, named in ((["digest"], "Digest"), (["ntlm"], "NTLM"), (["digest", "ntlm"], "Digest, NTLM")):
            way = self.scheme(*schemes)
            for target in (self.to_plain(), self.to_secure()):
                for more in ({}, credentials()):
                    with self.subTest(schemes=schemes, url=target["server_url"], user=more.get("proxy_user")):
                        self.assertRefused(
                            f"the proxy takes users by {named} alone, and only Basic is known here",
                            "Ask the proxy's administrator to offer Basic", **target, **way, **more)
        self.assertAgentSays(f"the proxy takes users by {named} alone", "offer Basic")

    def test_basic_among_others(self):
        way = self.scheme("digest", "ntlm", "basic")
        self.assertReached(**self.to_plain(), **way, **credentials())
        self.assertReached(**self.to_secure(), **way, **credentials())
        self.assertRefused("wants a user and a password (407)", **self.to_secure(), **way)


class SquidThatRefuses(Case):
    """squid that doesn't allow a port or a host, and squid that can't reach the server itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.squid = cls.begin(server.Squid, "--connect-port", "443", "--deny-host", ".denied.example", "--patience", "3")

    def test_ports_and_hosts_that_are_not_allowed(self):
        for target in (self.to_secure(), {"server_url": "http://www.denied.example/"}):
            self.assertRefused(
                "the proxy refused to open a connection to the server (status 403)",
                "Ask the proxy's administrator to allow http", **target, **self.by(self.squid))
        self.assertAgentSays("the proxy refused to open a connection to the server (status 403)", "administrator")

    def test_servers_that_squid_can_not_reach(self):
        for url, status in (("http://localhost:9/", "503"), ("http://absent.example/", "50"),
                            ("https://absent.example/", "50")):
            with self.subTest(url=url):
                self.assertRefused(
                    f"the proxy could not reach the server (status {status}", "Check the server's name and port",
                    "ask the proxy's administrator whether the proxy can reach", server_url=url, **self.by(self.squid))

    def test_the_servers_own_refusals_are_answers(self):
        """Whatever a server says through the proxy shows that it was reached."""
        scripted = self.begin(Scripted, **{
            f"s{status}": {"send": f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n"}
            for status in (401, 403, 404, 500, 503)})
        for port in scripted.ports.values():
            self.assertReached("through the proxy", server_url=f"http://127.0.0.1:{port}/", **self.by(self.squid))


class SquidThatInspectsTLS(Case):
    """squid that opens TLS and shows certificates of its own CA."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.certificates
        cls.squid = cls.begin(
            server.Squid, "--intercept-ca", folder / "other-ca.pem", "--intercept-key", folder / "other-ca.key",
            "--upstream-ca", folder / "ca.pem")

    def test_its_authority_must_be_known(self):
        target = {"server_url": self.secure.url} | self.by(self.squid)
        for more in ({}, {"ca_file": CA}):
            self.assertRefused(
                "the server's certificate is not trusted", "it was issued by agentpack test other-ca",
                "If the server, or a proxy that inspects TLS, has a private CA, give that CA's certificate as a PEM file"
                " (ca_file).", **target, **more)
        path = self.put("/etc/ssl/inspection.pem", (self.certificates / "other-ca.pem").read_text())
        self.assertReached("through the proxy", **target, ca_file=path)
        both = (self.certificates / "ca.pem").read_text() + (self.certificates / "other-ca.pem").read_text()
        path = self.put("/etc/ssl/both.pem", both)
        self.assertReached("through the proxy", **target, ca_file=path)
        self.assertReached(server_url=self.secure.url, ca_file=path)
        self.set({"server_url": self.secure.url, "ca_file": path} | self.by(self.squid))
        self.assertAgentSays("the server does not know the installation token (401)")


class Tinyproxy(Case):
    """tinyproxy, which answers wrong credentials with 401 where others say 407."""

    def tinyproxy(self, **settings):
        proxy = server.Proxy(self.installed, **settings)
        self.addCleanup(proxy.close)
        return proxy

    def test_credentials(self):
        proxy = self.tinyproxy(user=USER, password=PROXY_PASSWORD)
        for target in (self.to_plain(), self.to_secure()):
            with self.subTest(url=target["server_url"]):
                self.assertReached("through the proxy", **target, **self.by(proxy), **credentials())
                self.assertRefused(
                    "did not accept the user and password", "Check the proxy user and the proxy password", **target,
                    **self.by(proxy), **credentials(password="wrong-password"))
                self.assertRefused("wants a user and a password (407)", **target, **self.by(proxy))
        self.set(self.to_secure(**self.by(proxy), **credentials()))
        self.assertAgentSays("the server does not know the installation token (401)")

    def test_a_401_of_the_server_is_its_own(self):
        proxy = self.tinyproxy()
        scripted = self.begin(Scripted, closed={
            "send": "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"})
        self.assertReached(
            "through the proxy", server_url=f"http://127.0.0.1:{scripted.ports['closed']}/", **self.by(proxy))

    def test_what_it_can_not_do(self):
        proxy = self.tinyproxy(options=["--connect-port", "1"])
        self.assertRefused(
            "the proxy refused to open a connection to the server (status 403)", **self.to_secure(), **self.by(proxy))
        proxy = self.tinyproxy()
        for url in ("http://127.0.0.1:9/", "https://127.0.0.1:9/"):
            self.assertRefused("the proxy could not reach the server (status 500)", server_url=url, **self.by(proxy))

    def test_ipv6(self):
        proxy = self.tinyproxy(options=["--address", "::1"])
        self.assertReached(f"through the proxy [::1]:{proxy.port}", **self.to_secure(), **self.by(proxy, "::1"))


class WhatIsNoProxy(Case):
    """Other programs on the port that was given as the proxy's."""

    HINT = "Check the proxy's host and port"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ok = "HTTP/1.1 200 OK\r\n\r\n"
        cls.scripted = cls.begin(
            Scripted, closes={}, resets={"then": "reset"}, banner={"read": False, "send": "SSH-2.0-OpenSSH_9.2p1\r\n"},
            noise={"send": "\x05\x00"}, tls={"send": "\x15\x03\x01\x00\x02\x02\x46"},
            half={"send": "HTTP/1.1 200 OK\r\nX"}, page={"send": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"}, then_resets={"send": ok, "then": "reset"},
            bad_gateway={"send": "HTTP/1.1 502 Bad Gateway\r\n\r\n"},
            too_slow={"send": "HTTP/1.1 504 Gateway Timeout\r\n\r\n"},
            status={"send": "HTTP/1.1 502 Bad Gateway\r\nProxy-Status: p.example; error=dns_error\r\n"
                            "Content-Length: 0\r\n\r\n"})

    def through(self, name):
        return {"proxy_host": "127.0.0.1", "proxy_port": self.scripted.ports[name]}

    def test_no_answer_of_a_proxy(self):
        begin = "what answers on the proxy's port does not work as a proxy: "
        for name, words in {
                "closes": "closed without a reply", "resets": "Connection reset by peer",
                "banner": "it does not start with an HTTP/1 status line",
                "noise": "it does not start with an HTTP/1 status line", "tls": "it is TLS",
                "half": "closed in the middle of its answer", "page": "it answers CONNECT with a page"}.items():
            with self.subTest(name):
                self.assertRefused(begin + words, self.HINT, "reached without TLS", **self.to_secure(),
                                   **self.through(name))
        self.assertAgentSays(begin, self.HINT)

    def test_a_tunnel_that_leads_nowhere(self):
        self.assertRefused(
            f"the connection to {self.secure.url} behind the proxy broke: Connection reset by peer", **self.to_secure(),
            **self.through("then_resets"))

    def test_gateway_errors(self):
        for name, status in (("bad_gateway", 502), ("too_slow", 504), ("status", 502)):
            self.assertRefused(
                f"the proxy could not reach the server (status {status})", **self.to_secure(), **self.through(name))
        self.assertRefused(
            "the proxy could not reach the server (status 502)", **self.to_plain(), **self.through("status"))

    def test_a_web_server(self):
        self.assertRefused(
            "what answers on the proxy's port does not work as a proxy (status 501)", self.HINT,
            "a web server may listen there", **self.to_secure(), **self.by(self.plain))

    def test_a_proxy_that_is_written_as_a_url(self):
        for host in ("http://127.0.0.1", "127.0.0.1:3128", "http://bob:hidden-in-the-url@proxy.example:3128/"):
            with self.subTest(host=host):
                result = self.run_installer(self.fresh, self.to_plain(proxy_host=host, proxy_port=3128))
                self.assertEqual(result.code, 64, result)
                self.assertWords(["proxy_host", "without scheme"], result.err)
                self.assertEqual(self.fresh.changes(), self.untouched)
                result = self.installed.run(CONFIG_TOOL, "set", f"proxy_host={host}", "proxy_port=3128")
                self.assertEqual(result.code, 64, result)

    def test_a_user_that_basic_can_not_carry(self):
        result = self.run_installer(self.fresh, self.to_plain(**self.by(self.plain), **credentials("site:user")))
        self.assertEqual(result.code, 64, result)
        self.assertWords(["‘:’, which Basic authentication can't carry"], result.err)
        result = self.installed.run(
            CONFIG_TOOL, "set", "proxy_host=127.0.0.1", "proxy_port=1", "proxy_user=site:user")
        self.assertEqual(result.code, 64, result)


class Prompts(Case):
    """The connection test at the prompts of the installer and of the config tool."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.squid = cls.begin(server.Squid, users=[(USER, PROXY_PASSWORD)])

    def talk(self, root, *command):
        terminal = root.spawn(*command)
        self.addCleanup(terminal.close)
        return terminal

    def proxy(self, password):
        """The questions of the proxy, answered."""
        return [(r"Your choice", "2"), (r"Proxy host", "127.0.0.1"), (r"Proxy port", str(self.squid.port)),
                (r"Proxy user", USER), (r"Proxy password", password), (r"Test the connection", "yes")]

    def test_installer(self):
        terminal = self.talk(self.fresh, "/tmp/product.bin", f"--server-url={self.secure.url}", f"--ca-file={CA}")
        terminal.page_to(r"Type yes or no")
        terminal.converse([(r"Type yes or no", "yes"), (r"Installation token", TOKEN), (r"Use an HTTP proxy", "yes"),
                           *self.proxy("wrong-password")])
        terminal.expect(r"did\s+not\s+accept\s+the\s+user\s+and\s+password")
        terminal.converse([(r"Your choice", "1"), (r"Use an HTTP proxy", "yes"), *self.proxy(PROXY_PASSWORD)])
        terminal.expect(r"answers\s+through\s+the\s+proxy")
        terminal.converse([(r"automatic updates", "")])
        terminal.expect(r"Install now\?")
        terminal.interrupt()
        self.assertEqual(terminal.wait(), 130, terminal.transcript)
        self.assertHidden(terminal.transcript, credentials())
        self.assertNotIn("wrong-password", terminal.transcript)
        self.assertEqual(self.fresh.changes(), self.untouched)

    def test_installer_goes_on_without(self):
        """A proxy that can't be used is left out again, and the server is reached directly."""
        terminal = self.talk(self.fresh, "/tmp/product.bin", f"--server-url={self.secure.url}", f"--ca-file={CA}")
        terminal.page_to(r"Type yes or no")
        terminal.converse([(r"Type yes or no", "yes"), (r"Installation token", TOKEN), (r"Use an HTTP proxy", "yes"),
                           *self.proxy("wrong-password")])
        terminal.expect(r"did\s+not\s+accept\s+the\s+user\s+and\s+password")
        terminal.converse([(r"Your choice", "3"), (r"automatic updates", "")])
        terminal.expect(r"Install now\?")
        terminal.interrupt()
        self.assertEqual(terminal.wait(), 130, terminal.transcript)

    def test_installer_keeps_what_does_not_work(self):
        """Whoever keeps the settings after a failed test isn't asked, nor refused, at the end."""
        terminal = self.talk(self.fresh, "/tmp/product.bin", f"--server-url={self.secure.url}", f"--ca-file={CA}")
        terminal.page_to(r"Type yes or no")
        terminal.converse([(r"Type yes or no", "yes"), (r"Installation token", TOKEN), (r"Use an HTTP proxy", "yes"),
                           *self.proxy("wrong-password"), (r"install all the same[^?]*Your choice", "2"),
                           (r"automatic updates", "")])
        terminal.expect(r"Install now\?")
        terminal.interrupt()
        self.assertEqual(terminal.wait(), 130, terminal.transcript)
        self.assertEqual(self.fresh.changes(), self.untouched)

    def test_installer_asks_before_a_server_ends_it(self):
        """No changes nothing; yes goes on to the last question."""
        for answer in ("no", "yes"):
            terminal = self.talk(self.fresh, "/tmp/product.bin", "--server-url=https://127.0.0.1:9")
            terminal.page_to(r"Type yes or no")
            terminal.converse([(r"Type yes or no", "yes"), (r"Installation token", TOKEN), (r"Use an HTTP proxy", "no"),
                               (r"automatic updates", "")])
            terminal.expect(r"127\.0\.0\.1:9")
            terminal.converse([(r"Install all the same\?", answer)])
            if answer == "yes":
                terminal.expect(r"Install now\?")
                terminal.interrupt()
            self.assertEqual(terminal.wait(), 3 if answer == "no" else 130, terminal.transcript)
            self.assertEqual(self.fresh.changes(), self.untouched)

    def test_config_tool(self):
        self.set({"server_url": self.secure.url, "ca_file": CA})
        terminal = self.talk(self.installed, CONFIG_TOOL, "interactive")
        terminal.converse([(r"Installation token", ""), (r"Use an HTTP proxy", "yes"), *self.proxy("wrong-password")])
        terminal.expect(r"did\s+not\s+accept\s+the\s+user\s+and\s+password")
        terminal.converse([(r"Your choice", "1"), (r"Use an HTTP proxy", "yes"), *self.proxy(PROXY_PASSWORD)])
        terminal.expect(r"answers\s+through\s+the\s+proxy")
        terminal.converse([(r"automatic updates", "")])
        self.assertEqual(terminal.wait(), 0, terminal.transcript)
        self.assertHidden(terminal.transcript, credentials())
        self.assertEqual(self.installed.run(CONFIG_TOOL, "check").code, 0)


class HostsWithoutProxy(Case):
    """`no_proxy`: a proxy that nobody listens for shows whether it is asked."""

    DEAD = {"proxy_host": "127.0.0.1", "proxy_port": 9}
    NAMES = {name: ["127.0.0.1"] for name in ("server.example", "a.server.example", "badserver.example")}

    def at(self, host, **more):
        return {"server_url": f"http://{host}:{self.plain.port}"} | self.DEAD | more

    def test_what_an_entry_covers(self):
        port = self.plain.port
        for host, entry in (
                ("server.example", "server.example"), ("a.server.example", "server.example"),
                ("server.example", ".server.example"), ("a.server.example", "*.EXAMPLE."), ("localhost", "a, localhost"),
                ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "127.0.0.0/8"), ("server.example", "*"),
                ("server.example", f"server.example:{port}"), ("127.0.0.1", f"127.0.0.1:{port}")):
            with self.subTest(host=host, no_proxy=entry):
                self.assertReached("without the proxy, as no_proxy says", **self.at(host, no_proxy=entry))

    def test_what_an_entry_does_not_cover(self):
        for host, entry in (
                ("badserver.example", "server.example"), ("server.example", "a.server.example"),
                ("localhost", "127.0.0.1"), ("127.0.0.1", "localhost"), ("server.example", "127.0.0.0/8"),
                ("127.0.0.1", "10.0.0.0/8,192.168.0.0/16"), ("server.example", "server.example:443")):
            with self.subTest(host=host, no_proxy=entry):
                self.assertRefused("the proxy 127.0.0.1:9 refused the connection", **self.at(host, no_proxy=entry))

    def test_nothing_is_left_out_by_itself(self):
        for host in ("localhost", "127.0.0.1"):
            self.assertRefused("the proxy 127.0.0.1:9 refused the connection", **self.at(host))

    def test_https_and_ipv6(self):
        secure = self.begin(server.ManagementServer, tls=self.certificates, address="::1")
        url = {"server_url": f"https://[::1]:{secure.port}", "ca_file": CA} | self.DEAD
        for entry in ("::1", "[::1]", "[::1]/128", "::/64", f"[::1]:{secure.port}"):
            with self.subTest(no_proxy=entry):
                self.assertReached("without the proxy", **url, no_proxy=entry)
        self.assertRefused("the proxy 127.0.0.1:9 refused", **url, no_proxy="::2,0.0.0.0/0")

    def test_the_agent_reads_it_too(self):
        self.set(self.at("localhost", no_proxy="localhost"))
        self.assertAgentSays("the server does not know the installation token (401)")
        self.set(self.at("localhost", no_proxy=".example"))
        self.assertAgentSays("the proxy 127.0.0.1:9 refused the connection")

    def test_a_list_that_names_no_hosts_is_refused(self):
        for entry, named in (("localhost|127.*", "localhost|127.*"), ("https://server.example", "https://server.example"),
                             ("a,10.0.0.0/33", "10.0.0.0/33"), ("a b;c", "b;c"), ("192.168.*", "192.168.*")):
            with self.subTest(no_proxy=entry):
                result = self.run_installer(self.fresh, self.at("localhost", no_proxy=entry))
                self.assertEqual(result.code, 64, result)
                self.assertWords([f"‘{named}’", "10.0.0.0/8"], result.err)
                self.assertEqual(self.fresh.changes(), self.untouched)
                result = self.installed.run(CONFIG_TOOL, "set", f"no_proxy={entry}")
                self.assertEqual(result.code, 64, result)
                self.assertWords([f"‘{named}’", "10.0.0.0/8"], result.err)

    def test_every_way_to_give_it(self):
        way = self.at("localhost")
        variable = {"SECTIGO_NETWORK_AGENT_NO_PROXY": "localhost"}
        for options, env in ((["--no-proxy=localhost"], {}), (["--no-proxy", "localhost"], {}), ([], variable)):
            result = self.run_installer(self.fresh, way, "--dry-run", *options, env=env)
            self.assertEqual(result.code, 0, result)
            self.assertNotIn("Warning", result.err)


class TheEnvironment(Case):
    """The proxy variables that other programs read."""

    NAMES_OF_VARIABLES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
    VALUE = "http://eve:secret-in-the-environment@127.0.0.1:9"

    def test_is_not_read(self):
        env = {name: self.VALUE for name in self.NAMES_OF_VARIABLES}
        self.assertReached(**self.to_plain(), env=env)
        self.assertReached(**self.to_secure(), env=env)
        squid = self.begin(server.Squid)
        for name in ("no_proxy", "NO_PROXY"):
            self.assertReached(f"through the proxy 127.0.0.1:{squid.port}", **self.to_plain(**self.by(squid)),
                               env={name: "*"})

    def test_is_spoken_of_where_it_would_have_been_the_way(self):
        for name in self.NAMES_OF_VARIABLES:
            with self.subTest(variable=name):
                self.assertRefused(
                    "refused the connection", f"The environment's {name} is not used", "set proxy_host and proxy_port",
                    server_url="http://127.0.0.1:9", env={name: self.VALUE})
        result = self.run_installer(self.fresh, {"server_url": "http://127.0.0.1:9"}, env={"https_proxy": self.VALUE})
        self.assertNotIn("secret-in-the-environment", result.said)

    def test_is_not_spoken_of_otherwise(self):
        for env, more in (({}, {}), ({"https_proxy": ""}, {}),
                          ({"https_proxy": self.VALUE}, {"proxy_host": "127.0.0.1", "proxy_port": 10})):
            result = self.run_installer(self.fresh, {"server_url": "http://127.0.0.1:9"} | more, env=env)
            self.assertEqual(result.code, 3, result)
            self.assertNotIn("environment", result.err)


if __name__ == "__main__":
    unittest.main()

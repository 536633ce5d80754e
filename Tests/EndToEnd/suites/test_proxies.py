"""The way to the server through proxies: squid, tinyproxy, and what else answers on a proxy's port."""

import unittest

from harness import server
from harness.network import CA, CHECK, NetworkCase, Scripted
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
        self.secure.new_token("through-squid")
        for target in (self.to_plain(), self.to_secure()):
            self.set(target | self.by(self.squid) | credentials())
            self.assertAgentSays("works with", f"through the proxy 127.0.0.1:{self.squid.port}")
            self.assertAgentSays("the server does not know the installation token (401)")
            self.set(target | self.by(self.squid) | credentials(password="wrong-password"))
            self.assertAgentSays("the proxy did not accept the user and password", "Check the proxy user")
        self.squid.wait_for_request(user=USER, method="POST", status=401)

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

    def test_addresses_and_names_of_the_proxy(self):
        for host in ("127.0.0.1", "::1", "[::1]", "localhost", "proxy.example", "PROXY.example."):
            with self.subTest(host=host):
                self.assertReached(**self.to_secure(**self.by(self.squid, host), **credentials()))


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

"""PAC files: fetched, evaluated and followed by the installer, the config tool and the agent."""

import json
import time
import unittest

from harness import product, server
from harness.network import CA, CHECK, NetworkCase
from harness.network_agent import CONFIG_TOOL, NAME, STATE, VERSIONS
from harness.product import PROXY_PASSWORD
from harness.walkthrough import Walkthrough

# A name for the proxy's own use and one that only the PAC file knows what to do with.
NAMES = {"proxy.example": ["127.0.0.1"], "server.example": ["127.0.0.1"], "direct.example": ["127.0.0.1"]}


def script(answer, before=""):
    """A PAC file whose function answers with an expression."""
    return f"{before}\nfunction FindProxyForURL(url, host) {{\n  return {answer};\n}}\n"


class Case(NetworkCase):
    """A server by HTTP and by HTTPS, a server of PAC files, two proxies and a port on which nothing listens."""

    NAMES = NAMES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.begin(server.ManagementServer)
        cls.secure = cls.begin(server.ManagementServer, tls=cls.certificates)
        cls.files = cls.begin(server.ManagementServer)
        cls.squid = cls.begin(server.Squid)
        cls.closed = cls.begin(server.ManagementServer)
        cls.closed.close()

    def pac(self, content, status=200):
        """Puts a PAC file on its server; the settings that name it and the server by HTTPS."""
        path = f"/{next(self.numbers)}.pac"
        self.files.request("POST", "/admin/pages", {"path": path, "content": content, "status": status})
        self.location = f"http://127.0.0.1:{self.files.port}{path}"
        return {"proxy_pac_url": self.location, "server_url": self.secure.url, "ca_file": CA}

    def assertUnusable(self, *words, **settings):
        """Installer and config tool refuse the PAC file itself with these words, and leave the server untried."""
        result = self.run_installer(self.fresh, settings)
        self.assertEqual(result.code, 3, result)
        self.assertWords([*words, "--waive proxy-pac"], result.err)
        self.assertEqual(self.fresh.changes(), self.untouched)
        code, findings = self.check(settings)
        self.assertEqual(code, 3, findings)
        self.assertEqual(findings["proxy-pac"]["outcome"], "refusal")
        self.assertWords(words, f"{findings['proxy-pac']['message']} {findings['proxy-pac']['hint']}")
        self.assertEqual(findings[CHECK]["outcome"], "warning")
        self.assertIn("was not tested: there is no PAC file to say how", findings[CHECK]["message"])

    def find_proxy(self, *words, code=0):
        result = self.installed.run(CONFIG_TOOL, "find-proxy", *words)
        self.assertEqual(result.code, code, result)
        return result


class TheWayThatThePACFileNames(Case):
    def test_a_proxy_for_https_and_for_http(self):
        way = f"PROXY 127.0.0.1:{self.squid.port}"
        settings = self.pac(script(f'"{way}"'))
        through = f"through the proxy 127.0.0.1:{self.squid.port}, as {self.location} says"
        self.assertReached(through, **settings)
        self.squid.wait_for_request(method="CONNECT", url=f"localhost:{self.secure.port}", status=200)
        self.assertReached(through, **settings | {"server_url": self.plain.url})
        self.squid.wait_for_request(method="GET", url=self.plain.url + "/", status=200)
        self.assertAgentSays("the server does not know the installation token (401)")
        self.squid.wait_for_request(method="POST", url=self.plain.url + "/api/agents/register", status=401)

    def test_directly_for_the_server_and_not_for_others(self):
        settings = self.pac(script(
            'dnsDomainIs(host, ".example") || host == "localhost" ? "DIRECT" : "PROXY 127.0.0.1:%d"' % self.closed.port))
        before = len(self.squid.requests())
        self.assertReached(f"answers without a proxy, as {self.location} says", **settings)
        self.assertRefused(
            f"through the proxy 127.0.0.1:{self.closed.port}", "refused the connection", f"as {self.location} says",
            **settings | {"server_url": f"https://127.0.0.1:{self.secure.port}"})
        self.assertEqual(len(self.squid.requests()), before)

    def test_by_name_address_and_the_url_without_its_path(self):
        """The script sees what browsers show it, and the name service and addresses of this machine."""
        before = """
            var seen = [];
            function ask(url, host) {
              if (url != "https://server.example:" + port + "/") return "PROXY wrong-url.invalid:1";
              if (host != "server.example" || !isInNet(host, "127.0.0.0", "255.0.0.0")) return "PROXY wrong-host.invalid:1";
              if (isResolvable("no-such.example") || dnsResolve("proxy.example") != "127.0.0.1") return "PROXY dns.invalid:1";
              if (!/^[0-9.]+$/.test(myIpAddress())) return "PROXY own.invalid:1";
              if (!weekdayRange("SUN", "SAT") || timeRange(0, 23) !== true) return "PROXY clock.invalid:1";
              return "PROXY proxy.example:" + proxy;
            }
            var port = %d, proxy = %d;""" % (self.secure.port, self.squid.port)
        settings = self.pac(script("ask(url, host)", before))
        settings["server_url"] = f"https://SERVER.example:{self.secure.port}/secret/path?token=1"
        code, findings = self.check(settings)
        # The server's certificate is for localhost: its name is looked at after the proxy has opened the way.
        self.assertEqual(code, 3)
        self.assertIn("the server's certificate is for another name", findings[CHECK]["message"])
        self.assertIn(f"through the proxy proxy.example:{self.squid.port}", findings[CHECK]["message"])
        self.squid.wait_for_request(method="CONNECT", url=f"server.example:{self.secure.port}", status=200)

    def test_the_next_one_where_a_proxy_is_down(self):
        settings = self.pac(script(
            f'"PROXY no-such-proxy.example:3128; PROXY 127.0.0.1:{self.closed.port}; SOCKS5 127.0.0.1:1080; " + '
            f'"PROXY 127.0.0.1:{self.squid.port}; DIRECT"'))
        self.assertReached(
            f"through the proxy 127.0.0.1:{self.squid.port}, as {self.location} says",
            "SOCKS 127.0.0.1:1080 can't be used: only HTTP proxies (PROXY) are supported",
            "PROXY no-such-proxy.example:3128 did not work: the name no-such-proxy.example does not exist",
            f"PROXY 127.0.0.1:{self.closed.port} did not work: the proxy 127.0.0.1:{self.closed.port} refused",
            **settings)

    def test_nothing_is_left_to_try(self):
        settings = self.pac(script(f'"PROXY 127.0.0.1:{self.closed.port}; PROXY no-such-proxy.example:8080"'))
        self.assertRefused(
            "cannot reach " + self.secure.url, "through the proxy no-such-proxy.example:8080",
            "the name no-such-proxy.example does not exist",
            f"The way was through the proxy no-such-proxy.example:8080, as {self.location} says",
            f"PROXY 127.0.0.1:{self.closed.port} did not work", **settings)

    def test_only_what_is_not_supported(self):
        settings = self.pac(script('"SOCKS5 127.0.0.1:1080; HTTPS secure-proxy.example"'))
        self.assertRefused(
            f"the PAC file {self.location} names no way to {self.secure.url} that can be used",
            "SOCKS 127.0.0.1:1080 can't be used", "HTTPS secure-proxy.example:443 can't be used",
            "Have an HTTP proxy added to the PAC file, or set the proxy's host and port instead", **settings)

    def test_a_proxy_that_wants_a_password(self):
        keeper = self.begin(server.Squid, users=[("site-proxy", PROXY_PASSWORD)])
        settings = self.pac(script(f'"PROXY 127.0.0.1:{keeper.port}; DIRECT"'))
        for url in (self.secure.url, self.plain.url):
            self.assertRefused(
                "the proxy wants a user and a password (407), which a PAC file can't give",
                "Set the proxy's host, port, user and password instead of the PAC file's URL",
                **settings | {"server_url": url})

    def test_no_proxy_comes_before_the_file(self):
        settings = self.pac(script('"PROXY 127.0.0.1:%d"' % self.closed.port)) | {"no_proxy": "localhost"}
        self.assertReached("without the proxy, as no_proxy says", **settings)
        self.assertEqual(self.find_proxy().out, f"{self.secure.url}/  DIRECT\n")

    def test_a_file_that_is_fetched_by_https(self):
        self.secure.request("POST", "/admin/pages", {
            "path": "/secure.pac", "content": script(f'"PROXY 127.0.0.1:{self.squid.port}"'), "status": 200})
        location = f"https://localhost:{self.secure.port}/secure.pac"
        self.assertReached(
            f"through the proxy 127.0.0.1:{self.squid.port}, as {location} says",
            proxy_pac_url=location, server_url=self.plain.url, ca_file=CA)
        self.assertUnusable(
            "the server's certificate is not trusted", proxy_pac_url=location, server_url=self.plain.url)


class FilesThatCanNotBeUsed(Case):
    def test_the_wrong_address(self):
        settings = self.pac("{}", status=404)
        self.assertUnusable("can't fetch the proxy auto-config file", "status 404", **settings)
        settings["proxy_pac_url"] = f"http://127.0.0.1:{self.closed.port}/proxy.pac"
        self.assertUnusable(
            "can't fetch the proxy auto-config file", f"http://127.0.0.1:{self.closed.port} refused the connection",
            **settings)
        settings["proxy_pac_url"] = "http://no-such-host.example/proxy.pac"
        self.assertUnusable("the name no-such-host.example does not exist", **settings)
        self.assertAgentSays("can't fetch the proxy auto-config file", "no-such-host.example")

    def test_no_script(self):
        self.assertUnusable(
            "is not a proxy auto-config file: it is a web page", **self.pac("<html>sign in</html>\n"))
        settings = self.pac("function FindProxyForURL(url, host) {\n  if (host ==) return;\n}\n")
        self.assertUnusable(
            f"{self.location}, line 2, column 14: expected is a value, found ‘)’",
            "Check the address of the PAC file, and the file, with whoever runs the proxy", **settings)
        settings["proxy_pac_url"] = self.files.url + "/bytes/1048577"
        self.assertUnusable("the reply is larger than 1048576 bytes", **settings)

    def test_scripts_that_fail(self):
        settings = self.pac("var other = 1;\n")
        self.assertRefused(f"{self.location}, line 1, column 1: the file does not define the function", **settings)
        settings = self.pac(script("noSuchFunction(host)"))
        self.assertRefused(f"{self.location}, line 3, column 10: ‘noSuchFunction’ is not defined", **settings)
        settings = self.pac(script('"squid.example:3128"'))
        self.assertRefused(
            "FindProxyForURL gave no usable answer for localhost",
            "expected is text such as ‘PROXY proxy.example.com:3128; DIRECT’, found ‘squid.example:3128’", **settings)
        self.assertAgentSays("FindProxyForURL gave no usable answer for localhost")

    def test_hostile_scripts(self):
        """Loops, recursion and memory without end are found out within seconds."""
        for body, words in [
            ("while (true) {}", "the script takes too long"), ("for (;;) f(); function f() {}", "more than 64 MiB of memory"),
            ("function f() { return f(); } return f();", "calls are nested too deeply"),
            ("var s = 'x'; for (;;) s += s;", "more than 64 MiB of memory"),
            ("return /^(a+)+$/.test('" + "a" * 60 + "b')", "a regular expression takes too long"),
            ("for (var i = 0; ; i++) dnsResolve('h' + i + '.example')", "looks up more than 64 host names"),
        ]:
            settings = self.pac(f"function FindProxyForURL(url, host) {{ {body} }}\n")
            begin = time.monotonic()
            with self.subTest(body=body):
                self.assertRefused(words, f"{self.location}, line 1", **settings)
                self.assertLess(time.monotonic() - begin, 90)
        self.assertAgentSays("looks up more than 64 host names")


class TheToolThatFindsProxies(Case):
    def test_words_json_and_exit_codes(self):
        settings = self.pac(script(
            '"SOCKS s.example; PROXY " + host + ":80" + (url.length % 10) + "; PROXY [2001:db8::1]:3128; DIRECT"'))
        self.set(settings)
        result = self.find_proxy("http://www.example/")
        self.assertEqual(result.out, "PROXY www.example:809; PROXY [2001:db8::1]:3128; DIRECT\n")
        self.assertIn("SOCKS s.example:1080 can't be used", result.err)
        self.assertIn("PROXY localhost:80", self.find_proxy().out)
        found = json.loads(self.find_proxy("http://www.example/", "--json").out)
        self.assertEqual(found, {
            "schema": 1, "pac_url": self.location, "servers": [{
                "url": "http://www.example/",
                "ways": [{"kind": "proxy", "host": "www.example", "port": 809},
                         {"kind": "proxy", "host": "2001:db8::1", "port": 3128}, {"kind": "direct"}],
                "passed_over": ["SOCKS s.example:1080 can't be used: only HTTP proxies (PROXY) are supported"]}]})
        self.assertIn("is not a usable URL", self.find_proxy("www.example", code=64).err)
        self.assertIn("unexpected argument", self.find_proxy("http://a/", "http://b/", code=64).err)

        self.set(self.pac("function FindProxyForURL() { return 1 }"))
        self.assertIn("answered with number instead of a text", self.find_proxy("http://a/", code=1).err)
        self.set({"server_url": self.plain.url, "proxy_host": "p.example", "proxy_port": "3128",
                  "proxy_user": "site-proxy", "proxy_password": PROXY_PASSWORD})
        result = self.find_proxy("http://a/")
        self.assertEqual((result.out, result.err), ("PROXY p.example:3128\n", ""))
        self.set({"server_url": self.plain.url})
        self.assertEqual(self.find_proxy("http://a/").out, "DIRECT\n")


class AnAgentThatFollows(unittest.TestCase):
    """The whole way on a booted machine, where the server is reached through what the PAC file chose."""

    @classmethod
    def setUpClass(cls):
        cls.walk = Walkthrough()
        cls.addClassCleanup(cls.walk.__exit__)
        cls.walk.build()
        cls.walk.start_machine()
        cls.host = cls.walk.host
        cls.files = server.ManagementServer(cls.host)
        cls.addClassCleanup(cls.files.close)
        cls.first = server.Squid(cls.host)
        cls.addClassCleanup(cls.first.close)
        cls.second = server.Squid(cls.host)
        cls.addClassCleanup(cls.second.close)
        cls.location = cls.files.url + "/proxy-of-the-site.pac"

    def tearDown(self):
        self.walk.uninstall()

    def name(self, *ways):
        """Has the PAC file name these ways, and no way without a proxy."""
        self.files.request("POST", "/admin/pages", {
            "path": "/proxy-of-the-site.pac", "content": script(json.dumps("; ".join(ways))), "status": 200})

    def wait_for_log(self, *words):
        limit = time.monotonic() + 30
        while True:
            log = self.host.inside(f"{STATE}/logs/agent.log")
            lines = log.read_text().splitlines() if log.exists() else []
            if any(all(word in line for word in words) for line in lines):
                return
            self.assertLess(time.monotonic(), limit, lines)
            time.sleep(0.1)

    def test_silently_and_through_another_proxy_when_the_first_goes(self):
        first, second = (f"127.0.0.1:{proxy.port}" for proxy in (self.first, self.second))
        self.name(f"PROXY {first}")
        token = self.walk.new_token()
        path = self.host.copy_in(self.walk.installers[VERSIONS[0]], f"/root/{NAME}.bin", mode=0o755)
        self.host.write("/root/answers", f"token={token}\nproxy_pac_url={self.location}\n", mode=0o600)
        result = self.host.run(path, "--silent", "--accept-eula", "--answers", "/root/answers")
        self.assertEqual(result.code, 0, result)
        self.walk.wait_for("Connected")
        self.wait_for_log("connected as", f"through the proxy {first}, as {self.location} says")
        self.first.wait_for_request(method="CONNECT", url="localhost:443", status=200)
        self.assertEqual(self.host.run(CONFIG_TOOL, "check").code, 0)
        self.assertEqual(
            self.host.run(CONFIG_TOOL, "find-proxy").out, f"https://localhost/  PROXY {first}\n")

        # The first proxy goes out of service: the agent asks for the PAC file again and follows it.
        self.name(f"PROXY {second}")
        self.first.close()
        self.wait_for_log("connected as", f"through the proxy {second}, as {self.location} says")
        self.second.wait_for_request(method="CONNECT", url="localhost:443", status=200)
        self.walk.wait_for("Connected")

    def test_by_answering_the_prompts(self):
        proxy = f"127.0.0.1:{self.second.port}"
        self.name(f"PROXY {proxy}")
        token = self.walk.new_token()
        terminal = self.walk.install(VERSIONS[0], [
            (r"Type yes or no", "yes"), (r"Installation token", token), (r"Use an HTTP proxy", "yes"),
            (r"Your choice", "1"), (r"Proxy PAC URL", self.files.url + "/page.html"), (r"Test the connection", "yes"),
            (r"it is a web page[\s\S]*Your choice", "1"), (r"Use an HTTP proxy", ""), (r"Your choice", "1"), (r"Proxy PAC URL", self.location), (r"Test the connection", "yes"),
            (r"automatic updates", ""), (r"Install now\?", "yes"),
        ])
        self.assertIn(f"through the proxy {proxy}, as {self.location} says", " ".join(terminal.split()))
        self.walk.wait_for("Connected")
        self.second.wait_for_request(method="CONNECT", url="localhost:443", status=200)
        self.assertNotIn(product.PROXY_PASSWORD, self.walk.settings())

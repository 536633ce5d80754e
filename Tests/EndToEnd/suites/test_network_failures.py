"""Every failure on the way to the server, told apart in words that say what to change.

Each case is tried by the installer, which ends with 3 and changes nothing, and by the config tool's `check`, which ends
with 3; many also by the agent.
"""

import concurrent.futures
import subprocess
import time
import unittest

from harness import server
from harness.network import CA, NetworkCase, Scripted

OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHECK_PORT = "Check host and port, and that the firewall allows this machine to connect there."
NEEDS_PROXY = "If this network needs a proxy, set its host and port."
CLOCK = "If that is not today's date, set this machine's clock."
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def today():
    return time.strftime("%Y-%m-%d", time.gmtime())


class Connecting(NetworkCase):
    """Names, addresses and routes."""

    NAMES = {"server.example": ["127.0.0.1"], "both.example": ["::1", "127.0.0.1"], "six.example": ["2001:db8::1"],
             "routeless.example": ["2001:db8::1", "192.0.2.77", "127.0.0.1"], "broken.example": "failure",
             "nothing.example": []}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.begin(server.ManagementServer)
        for words in (["unreachable", "198.51.100.1"], ["prohibit", "198.51.100.2"]):
            result = cls.installed.start_beside(["/usr/sbin/ip", "route", "add", *words])
            if result.wait() != 0:
                raise RuntimeError(f"ip route add {words}")

    def test_refused(self):
        self.assertRefused(
            "cannot reach http://127.0.0.1:9", "http://127.0.0.1:9 refused the connection", "nothing listens on that port",
            CHECK_PORT, NEEDS_PROXY, server_url="http://127.0.0.1:9")
        self.assertAgentSays("http://127.0.0.1:9 refused the connection", CHECK_PORT)
        self.assertRefused(
            "cannot reach http://server.example:80 through the proxy 127.0.0.1:9",
            "the proxy 127.0.0.1:9 refused the connection", CHECK_PORT, server_url="http://server.example/",
            proxy_host="127.0.0.1", proxy_port=9)

    def test_no_route(self):
        for host, words in (("192.0.2.1", "Network is unreachable"), ("[2001:db8::1]", "Network is unreachable"),
                            ("198.51.100.1", "No route to host"), ("198.51.100.2", "Permission denied")):
            with self.subTest(host=host):
                self.assertRefused(
                    f"cannot reach http://{host}:80: {words}", "Check this machine's network and routes, and that its"
                    " firewall allows the connection.", NEEDS_PROXY, server_url=f"http://{host}/")
                self.assertRefused(
                    f"the proxy {host}:3128 can't be reached: {words}", "Check this machine's network and routes",
                    server_url="http://server.example/", proxy_host=host, proxy_port=3128)

    def test_unknown_names(self):
        for name in ("absent.example", "nothing.example"):
            with self.subTest(name=name):
                self.assertRefused(
                    f"the name {name} does not exist in DNS or /etc/hosts", f"Check the spelling of {name}.", NEEDS_PROXY,
                    server_url=f"https://{name}/")
                self.assertRefused(
                    f"the name {name} does not exist in DNS or /etc/hosts", f"Check the spelling of {name}.",
                    server_url="https://server.example/", proxy_host=name, proxy_port=3128)
        self.assertAgentSays("the name nothing.example does not exist")

    def test_a_name_server_that_fails(self):
        self.assertRefused(
            "no name server answered for broken.example", "Check the name servers in /etc/resolv.conf.", NEEDS_PROXY,
            server_url="https://broken.example/")

    def test_no_name_server_at_all(self):
        for text in ("nameserver 127.0.0.2\n", "nameserver 192.0.2.1\n"):
            with self.subTest(text):
                for root in (self.installed, self.fresh):
                    root.write("/etc/resolv.conf", text)
                    self.addCleanup(root.write, "/etc/resolv.conf", "nameserver 127.0.0.1\n")
                self.untouched = self.fresh.changes()
                self.assertRefused(
                    "no name server answered for server.example", "Check the name servers in /etc/resolv.conf.",
                    server_url=f"http://server.example:{self.server.port}/")
                self.assertReached(server_url=self.server.url)

    def test_the_next_address_is_tried(self):
        for name in ("server.example", "both.example", "routeless.example"):
            with self.subTest(name=name):
                self.assertReached(server_url=f"http://{name}:{self.server.port}/")
        squid = self.begin(server.Squid)
        self.assertReached(server_url=self.server.url, proxy_host="both.example", proxy_port=squid.port)

    def test_of_several_addresses_the_telling_one_is_named(self):
        self.assertRefused("routeless.example:9 refused the connection", server_url="http://routeless.example:9/")
        self.assertRefused("cannot reach http://six.example:80: Network is unreachable", server_url="http://six.example/")


class Certificates(NetworkCase):
    """Certificates that don't hold, of a server and behind a proxy, and files of CA certificates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ["server", "wrong", "expired", "future", "untrusted", "self", "old", "chained"]
        # `self` is no name for an argument.
        entries = {f"{name}_": cls.secure(name) for name in names}
        cls.scripted = cls.begin(
            Scripted, **entries, chain=cls.secure("chain", key="chained"),
            ancient=cls.secure("server", max_tls="1.1"),
            mutual=cls.secure("server", wants_certificate=str(cls.certificates / "ca.pem")), plain={"read": False, "send": "HTTP/1.1 400 Bad Request\r\n\r\n"},
            mute={"read": False, "send": "220 mail.example ESMTP\r\n"}, closing={"read": False})
        cls.squid = cls.begin(server.Squid)
        cls.bundle = cls.fresh.read(BUNDLE)

    @classmethod
    def secure(cls, name, key=None, **more):
        return {"cert": str(cls.certificates / f"{name}.pem"), "key": str(cls.certificates / f"{key or name}.key"),
                "send": OK} | more

    def url(self, name, host="localhost"):
        ports = self.scripted.ports
        port = ports[name] if name in ports else ports[f"{name}_"]
        return {"server_url": f"https://{host}:{port}"}

    def proxy(self):
        return {"proxy_host": "127.0.0.1", "proxy_port": self.squid.port}

    def assertBothRefused(self, *words, name, **settings):
        """Refused without a proxy and behind one."""
        self.assertRefused(*words, **self.url(name), **settings)
        self.assertRefused("through the proxy", *words, **self.url(name), **self.proxy(), **settings)

    def test_good(self):
        for host in ("localhost", "127.0.0.1"):
            self.assertReached(**self.url("server", host), ca_file=CA)
            self.assertReached(**self.url("chain", host), ca_file=CA)
        self.assertReached("through the proxy", **self.url("server"), **self.proxy(), ca_file=CA)

    def test_unknown_authority(self):
        for name, issuer in (("untrusted", "agentpack test other-ca"), ("chained", "agentpack test middle-ca")):
            self.assertBothRefused(
                "the server's certificate is not trusted", f"it was issued by {issuer}",
                "give that CA's certificate as a PEM file (ca_file)", "update this machine's CA certificates", name=name,
                ca_file=CA)
        self.assertBothRefused("the server's certificate is not trusted", "agentpack test ca", name="server")
        self.assertAgentSays("the server's certificate is not trusted", "agentpack test ca", "PEM file")

    def test_self_signed(self):
        self.assertBothRefused(
            "the server's certificate is not trusted: self-signed certificate", "it was issued by self.test.invalid",
            name="self", ca_file=CA)

    def test_wrong_name(self):
        words = ["the server's certificate is for another name: it holds elsewhere.test.invalid",
                 "Use a name that the certificate holds"]
        self.assertBothRefused(*words, name="wrong", ca_file=CA)
        self.assertRefused(*words, **self.url("wrong", "127.0.0.1"), ca_file=CA)
        self.assertAgentSays(*words)

    def test_time_is_over(self):
        words = ["the server's certificate has expired: it was valid until 2021-01-01", "this machine's clock says",
                 CLOCK, "Otherwise the certificate must be renewed."]
        self.assertBothRefused(*words, name="expired", ca_file=CA)
        self.assertAgentSays(*words[:1], CLOCK)

    def test_time_has_not_begun(self):
        before = today()
        words = ["the server's certificate is not valid yet: it is valid from 2048-01-01", CLOCK]
        self.assertBothRefused(*words, name="future", ca_file=CA)
        result = self.run_installer(self.fresh, self.url("future") | {"ca_file": CA})
        self.assertTrue(any(f"this machine's clock says {day}" in result.err for day in (before, today())), result)

    def test_an_authority_whose_time_is_over(self):
        self.put("/etc/ssl/old-ca.pem", (self.certificates / "old-ca.pem").read_text())
        self.assertBothRefused(
            "the certificate of the CA that vouches for the server has expired: it was valid until 2021-01-01", CLOCK,
            name="old", ca_file="/etc/ssl/old-ca.pem")

    def test_files_of_authorities_that_serve(self):
        ca, other, middle, own = (
            (self.certificates / name).read_text() for name in ("ca.pem", "other-ca.pem", "middle-ca.pem", "self.pem"))
        for what, text, name in (
                ("CRLF", ca.replace("\n", "\r\n"), "server"), ("several", other + "\n\n" + ca, "server"),
                ("several", ca + other, "untrusted"), ("words between", f"# CA\nsubject=x\n{ca}end", "server"),
                ("no final newline", ca.rstrip(), "server"), ("a byte order mark", "\ufeff" + ca, "server"),
                ("the CA in the middle alone", middle, "chained"), ("the server's own", own, "self")):
            with self.subTest(what):
                path = self.put("/etc/ssl/given.pem", text)
                self.assertReached(**self.url(name), ca_file=path)

    def test_files_of_authorities_that_do_not_serve(self):
        ca = (self.certificates / "ca.pem").read_text()
        der = subprocess.run(["openssl", "x509", "-outform", "DER"], input=ca.encode(), capture_output=True, check=True)
        hint = "Give a readable file with the CA's certificates in PEM form."
        for words, content in (
                ("it holds no certificate in PEM form", ""), ("it holds no certificate in PEM form", "hello\n"),
                ("it is in DER form (openssl x509 -inform DER converts it)", der.stdout),
                ("no certificate in it can be read", (self.certificates / "ca.key").read_text()),
                ("no certificate in it can be read", ca.replace("M", "!", 9)),
                ("no certificate in it can be read", ca[:300])):
            with self.subTest(words, content=content[:30]):
                path = self.put("/etc/ssl/given.pem", content)
                self.assertRefused(
                    f"the CA certificate file {path} can't be used: {words}", hint, **self.url("server"), ca_file=path)
        self.assertRefused(
            "the CA certificate file /etc/ssl/absent.pem can't be used: No such file or directory", hint,
            **self.url("server"), ca_file="/etc/ssl/absent.pem")
        self.assertAgentSays("the CA certificate file /etc/ssl/absent.pem can't be used", "PEM form")
        self.assertRefused(
            "the CA certificate file /etc/ssl can't be used: Is a directory", hint, **self.url("server"),
            ca_file="/etc/ssl")

    def test_a_file_of_authorities_that_the_agent_may_not_read(self):
        path = self.put("/etc/ssl/given.pem", (self.certificates / "ca.pem").read_text(), 0o600)
        self.set(self.url("server") | {"ca_file": path})
        settings = self.installed.read("/var/opt/sectigo-network-agent/conf/agent.properties")
        self.installed.write("/tmp/readable.properties", settings)
        result = self.installed.run(
            "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "sh", "-c",
            "mkdir -p /tmp/state && exec timeout 5 /opt/sectigo-network-agent/bin/network-agent "
            "--config /tmp/readable.properties --state /tmp/state")
        self.assertWords([f"the CA certificate file {path} can't be used: Permission denied"], result.err)

    def with_bundle(self, text):
        for root in (self.installed, self.fresh):
            if text is None:
                root.inside(BUNDLE).unlink()
            else:
                root.write(BUNDLE, text)
            self.addCleanup(root.write, BUNDLE, self.bundle)
        self.untouched = self.fresh.changes()

    def test_the_systems_own_certificates(self):
        self.with_bundle(None)
        self.assertRefused(
            "this machine has no CA certificates to check the server with", "Install the package ca-certificates",
            "(ca_file)", **self.url("server"))
        self.assertReached(**self.url("server"), ca_file=CA)
        for text in ("", "-----BEGIN CERTIFICATE-----\nx\n", self.bundle[:2000]):
            self.with_bundle(text)
            self.assertRefused(
                f"this machine's CA certificates in {BUNDLE} can't be used: the file is empty or damaged",
                "Make it again (update-ca-certificates, update-ca-trust)", **self.url("server"))
            self.assertReached(**self.url("server"), ca_file=CA)
        self.with_bundle(self.bundle + (self.certificates / "ca.pem").read_text())
        self.assertReached(**self.url("server"))

    def test_what_is_no_tls(self):
        hint = "Check the port, that it speaks TLS 1.2 or newer, and that the URL starts with the right scheme."
        for name in ("plain", "mute"):
            self.assertBothRefused("TLS failed: the port does not answer in TLS", hint, name=name, ca_file=CA)
        self.assertBothRefused("TLS failed: the connection was closed in the handshake", hint, name="closing", ca_file=CA)

    def test_too_old_tls(self):
        self.assertBothRefused(
            "TLS failed: the server speaks no version of TLS from 1.2 on", "that it speaks TLS 1.2 or newer",
            name="ancient", ca_file=CA)

    def test_a_server_that_wants_a_certificate(self):
        self.assertRefused(
            "TLS failed: the server asks for a certificate of the client, which is not supported", **self.url("mutual"),
            ca_file=CA)


class Replies(NetworkCase):
    """Replies that end early, are too long, or are no HTTP."""

    ENTRIES = {
        "ok": {"send": OK}, "closes": {}, "resets": {"then": "reset"}, "instantly": {"read": False, "then": "reset"},
        "half_a_head": {"send": "HTTP/1.1 200 OK\r\nContent-Le"},
        "half_a_body": {"send": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"},
        "half_a_chunk": {"send": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nshort"},
        "two_lengths": {"send": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"},
        "bad_length": {"send": "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok"},
        "length_and_chunks": {
            "send": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        "long_header": {"send": "HTTP/1.1 200 OK\r\nX: " + "x" * 9000 + "\r\n\r\n"},
        "many_headers": {"send": "HTTP/1.1 200 OK\r\n" + "X: y\r\n" * 200 + "\r\n"},
        "old_noise": {"send": "hello\r\n"}, "noise": {"send": "\x00\x01\x02\x03"},
        "endless_noise": {"send": "x" * 4096, "repeat": 10_000},
        "tls": {"send": "\x15\x03\x01\x00\x02\x02\x46"},
        "other_version": {"send": "HTTP/2 200\r\n\r\n"}, "bad_status": {"send": "HTTP/1.1 xyz OK\r\n\r\n"},
        "control": {"send": "HTTP/1.1 \x1b[2J\r\n\r\n"},
        "redirects": {"send": "HTTP/1.1 302 Found\r\nLocation: https://portal.example/login\r\nContent-Length: 0\r\n\r\n"},
        "long_body": {"send": "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + "x" * 4096},
        "compressed": {"send": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"},
        "unavailable": {"send": "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno"},
        "not_found": {"send": "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"},
    }
    BROKEN = {
        "closes": ["the connection to", "broke: closed without a reply", "a firewall or proxy may cut the connection"],
        "resets": ["the connection to", "broke: Connection reset by peer", "a firewall or proxy may cut the connection"],
        "instantly": ["the connection to", "broke: ", "a firewall or proxy may cut the connection"],
        "half_a_head": ["no usable answer from", "before its end", "a firewall or proxy may cut the connection"],
        "half_a_body": ["no usable answer from", "the reply ended after 5 bytes of 100"],
        "half_a_chunk": ["no usable answer from", "the reply ended after", "before its end"],
        "two_lengths": ["the reply is not HTTP: its Content-Length is not one number", "Check the address and the port."],
        "bad_length": ["the reply is not HTTP: its Content-Length is not one number"],
        "length_and_chunks": ["the reply is not HTTP: both Content-Length and Transfer-Encoding"],
        "long_header": ["the reply is not HTTP: a line is longer than 8192 bytes"],
        "many_headers": ["the reply is not HTTP: more than 128 headers"],
        "old_noise": ["the reply is not HTTP: it does not start with an HTTP/1 status line", "Check the address and the port."],
        "noise": ["the reply is not HTTP: it does not start with an HTTP/1 status line"],
        "endless_noise": ["the reply is not HTTP: a line is longer than 8192 bytes"],
        "tls": ["the reply is not HTTP: it is TLS", "Check the address and the port."],
        "other_version": ["the reply is not HTTP: it does not start with an HTTP/1 status line"],
        "bad_status": ["the reply is not HTTP: its status is not a number from 100 to 599"],
        "control": ["the reply is not HTTP: its status is not a number from 100 to 599"],
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        secure = {f"{name}_secure": entry | {
            "cert": str(cls.certificates / "server.pem"), "key": str(cls.certificates / "server.key")}
            for name, entry in cls.ENTRIES.items()}
        secure["cut_secure"] = secure["closes_secure"] | {"send": "HTTP/1.1 200 OK\r\n\r\npart", "then": "raw-close"}
        cls.scripted = cls.begin(Scripted, **cls.ENTRIES, **secure)

    def url(self, name, scheme="http"):
        return {"server_url": f"{scheme}://localhost:{self.scripted.ports[name]}"}

    def test_answers_that_are_none(self):
        for name, words in self.BROKEN.items():
            with self.subTest(name):
                self.assertRefused(*words, **self.url(name))

    def test_under_tls(self):
        for name in ("half_a_body", "two_lengths", "old_noise", "long_header", "half_a_chunk"):
            with self.subTest(name):
                self.assertRefused(*self.BROKEN[name], **self.url(f"{name}_secure", "https"), ca_file=CA)
        self.assertRefused("broke: closed without TLS's closing message", **self.url("cut_secure", "https"), ca_file=CA)

    def test_any_answer_shows_that_the_server_is_there(self):
        for name in ("ok", "redirects", "long_body", "compressed", "unavailable", "not_found"):
            with self.subTest(name):
                self.assertReached(**self.url(name))
                self.assertReached(**self.url(f"{name}_secure", "https"), ca_file=CA)

    def test_the_agent_needs_more_than_any_answer(self):
        for name, words in {
                "redirects": ["the server points to https://portal.example:443", "Use that address instead"],
                "unavailable": ["the server answered with status 503 Service Unavailable", "Try again later."],
                "not_found": ["the server answered with status 404 Not Found", "Check the address."],
                "long_body": ["the reply is larger than"], "compressed": ["the reply is compressed (gzip)"],
                "half_a_body": self.BROKEN["half_a_body"], "closes": self.BROKEN["closes"],
                "tls": self.BROKEN["tls"], "ok": ["the server's answer"]}.items():
            with self.subTest(name):
                self.set(self.url(name))
                self.assertAgentSays(*words)


class Silence(NetworkCase):
    """What never answers ends in bounded time. All cases wait at once."""

    NAMES = {"silent.example": "silence"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ip = "/usr/sbin/ip"
        # A cable to a machine with another address than the one that packets are sent to.
        for words in ("link add hole type veth peer name far", "link set far up", "link set hole up",
                      "address add 203.0.113.1/24 dev hole",
                      "neighbour add 203.0.113.9 lladdr 02:00:00:00:00:09 dev hole nud permanent"):
            if cls.installed.start_beside([ip, *words.split()]).wait() != 0:
                raise RuntimeError(f"ip {words}")
        cls.scripted = cls.begin(
            Scripted, mute={"then": "hold"}, tunnel={"tunnel": True, "then": "hold", "read": False},
            half={"send": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "then": "hold"})
        mute, tunnel, half = (cls.scripted.ports[name] for name in ("mute", "tunnel", "half"))
        local = {"proxy_host": "127.0.0.1"}
        # The settings, the words, and the seconds that it may take.
        cls.cases = {
            "connecting": (
                {"server_url": "http://203.0.113.9/"},
                ["http://203.0.113.9:80 did not answer in time: a firewall may drop the packets", CHECK_PORT, NEEDS_PROXY],
                10),
            "connecting_to_proxy": (
                {"server_url": "http://server.example/", "proxy_host": "203.0.113.9", "proxy_port": 3128},
                ["the proxy 203.0.113.9:3128 did not answer in time: a firewall may drop the packets", CHECK_PORT], 10),
            "looking_up": (
                {"server_url": "http://silent.example/"},
                ["no name server answered", "Check the name servers in /etc/resolv.conf.", NEEDS_PROXY], 10),
            "looking_up_proxy": (
                {"server_url": "http://server.example/", "proxy_host": "silent.example", "proxy_port": 3128},
                ["no name server answered", "Check the name servers in /etc/resolv.conf."], 10),
            "shaking_hands": (
                {"server_url": f"https://127.0.0.1:{mute}/", "ca_file": CA},
                [f"https://127.0.0.1:{mute} took the connection but did not answer in TLS in time"], 10),
            "shaking_hands_behind_proxy": (
                {"server_url": "https://server.example/", "ca_file": CA, "proxy_port": tunnel} | local,
                ["https://server.example:443 behind the proxy took the connection but did not answer in TLS in time"], 10),
            "replying": (
                {"server_url": f"http://127.0.0.1:{mute}/"},
                [f"http://127.0.0.1:{mute} did not answer the request in time", "Try again later"], 20),
            "half_a_reply": (
                {"server_url": f"http://127.0.0.1:{half}/"},
                [f"http://127.0.0.1:{half} did not answer the request in time", "Try again later"], 20),
            "proxy_replying": (
                {"server_url": "http://server.example/", "proxy_port": mute} | local,
                [f"the proxy 127.0.0.1:{mute} did not answer the request in time", "Try again later"], 20),
            "proxy_opening": (
                {"server_url": "https://server.example/", "ca_file": CA, "proxy_port": mute} | local,
                [f"the proxy 127.0.0.1:{mute} did not open a connection to the server in time",
                 "Check the proxy's host and port, and that the proxy can reach the server."], 20),
        }
        cls.before = cls.fresh.changes()
        pool = concurrent.futures.ThreadPoolExecutor(len(cls.cases))
        cls.addClassCleanup(pool.shutdown)
        cls.ends = {name: pool.submit(cls.timed, case[0]) for name, case in cls.cases.items()}

    @classmethod
    def timed(cls, settings):
        began = time.monotonic()
        result = cls.run_installer(cls.fresh, settings)
        return result, time.monotonic() - began

    def assertEnds(self, name):
        settings, words, limit = self.cases[name]
        result, seconds = self.ends[name].result()
        self.assertEqual(result.code, 3, result)
        self.assertWords(words, result.err)
        self.assertGreater(seconds, limit - 1)
        # Generous for a machine that does much else; far below what the C library or a proxy would wait.
        self.assertLess(seconds, limit + 9)

    def test_connecting(self):
        self.assertEnds("connecting")
        self.assertEnds("connecting_to_proxy")

    def test_looking_up(self):
        self.assertEnds("looking_up")
        self.assertEnds("looking_up_proxy")

    def test_shaking_hands(self):
        self.assertEnds("shaking_hands")
        self.assertEnds("shaking_hands_behind_proxy")

    def test_replying(self):
        self.assertEnds("replying")
        self.assertEnds("half_a_reply")
        self.assertEnds("proxy_replying")
        self.assertEnds("proxy_opening")

    def test_nothing_was_installed(self):
        concurrent.futures.wait(self.ends.values())
        self.assertEqual(self.fresh.changes(), self.before)

    def test_check_ends_as_well(self):
        settings, words, _ = self.cases["connecting"]
        code, findings = self.check(settings)
        self.assertEqual(code, 3, findings)
        finding = findings["reach:server_url"]
        self.assertWords(words, f"{finding['message']} {finding['hint']}")


if __name__ == "__main__":
    unittest.main()

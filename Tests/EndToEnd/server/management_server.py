#!/usr/bin/python3
"""A stand-in for the server that manages agents; for demo and tests only.

It prints one JSON line, {"port": …, "scheme": …}, when it listens, and ends on SIGTERM.

    GET  /health                   200 "ok"
    GET  /proxy.pac                a proxy auto-config file; /page.html is one that isn't; see also /admin/pages
    GET  /bytes/N                  N bytes
    POST /api/agents/register      {"token", "host", "version"} -> {"agent", "secret"}; 401 unknown, 409 used token
    POST /api/agents/heartbeat     {"agent", "secret", "version"} -> {}; 401 unknown agent
    POST /admin/tokens             {"name"} -> {"agent", "token"}: an agent, Pending until the token is used
    GET  /admin/agents             every agent with its status: Pending, Connected, Offline
    POST /admin/pages              {"path", "content", "status"}: what GET answers from now on
    POST /admin/faults             a fault for the next requests that are not /admin (see Faults)
"""

import argparse
import json
import os
import secrets
import signal
import socket
import ssl
import sys
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAC = 'function FindProxyForURL(url, host) { return "PROXY proxy.invalid:3128; DIRECT"; }\n'
MAXIMUM_BODY = 1 << 20


class Agents:
    """The agents and their tokens, in memory."""

    def __init__(self, offline_after):
        self.offline_after = offline_after
        self.lock = threading.Lock()
        self.agents = {}
        self.tokens = {}

    def add(self, name):
        with self.lock:
            agent = f"agent-{len(self.agents) + 1}"
            token = secrets.token_urlsafe(24)
            self.agents[agent] = {"id": agent, "name": name, "host": None, "version": None, "seen": None,
                                  "heartbeats": 0, "secret": None}
            self.tokens[token] = agent
            return {"agent": agent, "token": token}

    def register(self, body):
        with self.lock:
            agent = self.agents.get(self.tokens.get(body.get("token")))
            if agent is None:
                return 401, {"error": "unknown installation token"}
            if agent["secret"] is not None:
                return 409, {"error": "the installation token was used before"}
            agent.update(secret=secrets.token_urlsafe(24), host=body.get("host"), version=body.get("version"),
                         seen=time.monotonic())
            return 200, {"agent": agent["id"], "secret": agent["secret"]}

    def heartbeat(self, body):
        with self.lock:
            agent = self.agents.get(body.get("agent"))
            given = str(body.get("secret"))
            if agent is None or agent["secret"] is None or not secrets.compare_digest(agent["secret"], given):
                return 401, {"error": "unknown agent"}
            agent.update(version=body.get("version"), seen=time.monotonic(), heartbeats=agent["heartbeats"] + 1)
            return 200, {}

    def status(self, agent):
        if agent["seen"] is None:
            return "Pending"
        return "Connected" if time.monotonic() - agent["seen"] <= self.offline_after else "Offline"

    def list(self):
        with self.lock:
            shown = ("id", "name", "host", "version", "heartbeats")
            return [{**{key: agent[key] for key in shown}, "status": self.status(agent)}
                    for agent in self.agents.values()]


class Faults:
    """What goes wrong with the next requests.

    {"count": 1, "status": 503}       answer with that status
    {"count": 1, "delay": 2.5}        wait so many seconds first
    {"count": 1, "redirect": "/x"}    302 to there
    {"count": 1, "truncate": true}    announce the whole body, send half, close
    {"count": 1, "chunked": true}     send the body in chunks
    {"count": 1, "close": true}       close without an answer
    A count of 0 takes the fault back.
    """

    NAMES = {"count", "status", "delay", "redirect", "truncate", "chunked", "close"}

    def __init__(self):
        self.lock = threading.Lock()
        self.fault = {}
        self.left = 0

    def set(self, fault):
        unknown = set(fault) - self.NAMES
        if unknown:
            return 400, {"error": f"unknown faults: {sorted(unknown)}"}
        with self.lock:
            self.left = int(fault.pop("count", 1))
            self.fault = fault
        return 200, {}

    def take(self):
        with self.lock:
            if self.left <= 0:
                return {}
            self.left -= 1
            return dict(self.fault)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "management-stand-in"
    timeout = 30

    def do_GET(self):
        self.respond(b"")

    do_HEAD = do_GET

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > MAXIMUM_BODY:
            self.close_connection = True
            return self.answer(413, {"error": "too large"}, {})
        self.respond(self.rfile.read(length))

    def respond(self, data):
        fault = {} if self.path.startswith("/admin/") else self.server.faults.take()
        time.sleep(fault.get("delay", 0))
        if fault.get("close"):
            self.close_connection = True
            self.note("closed")
            return
        if "redirect" in fault:
            return self.answer(302, {}, fault, {"Location": fault["redirect"]})
        if "status" in fault:
            return self.answer(fault["status"], {"error": "a fault that a test asked for"}, fault)
        try:
            body = json.loads(data or b"{}")
            if not isinstance(body, dict):
                raise ValueError("not an object")
        except ValueError as error:
            return self.answer(400, {"error": f"not JSON: {error}"}, fault)
        self.answer(*self.route(body), fault)

    def route(self, body):
        agents = self.server.agents
        path = self.path.split("?")[0]
        if self.command == "POST":
            routes = {"/api/agents/register": lambda: agents.register(body),
                      "/api/agents/heartbeat": lambda: agents.heartbeat(body),
                      "/admin/tokens": lambda: (201, agents.add(str(body.get("name", "agent")))),
                      "/admin/pages": lambda: self.server.set_page(body),
                      "/admin/faults": lambda: self.server.faults.set(body)}
        else:
            if path in self.server.pages:
                return self.server.pages[path]
            routes = {"/health": lambda: (200, "ok\n"), "/": lambda: (200, "ok\n"),
                      "/proxy.pac": lambda: (200, PAC), "/page.html": lambda: (200, "<html>sign in</html>\n"),
                      "/admin/agents": lambda: (200, {"agents": agents.list()})}
            if path.startswith("/bytes/") and path[7:].isdigit():
                return 200, "x" * int(path[7:])
        return routes.get(path, lambda: (404, {"error": "no such path"}))()

    def answer(self, status, content, fault, headers=None):
        body = content.encode() if isinstance(content, str) else json.dumps(content).encode() + b"\n"
        self.send_response_only(status)
        self.send_header("Content-Type", "text/plain" if isinstance(content, str) else "application/json")
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.close_connection = True
        if fault.get("chunked"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(body), 7):
                part = body[start:start + 7]
                self.wfile.write(b"%x;note=test\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\nX-Trailer: yes\r\n\r\n")
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[:len(body) // 2] if fault.get("truncate") else body)
        self.note(status)

    def note(self, status):
        """One line for each request; bodies hold secrets and are never written down."""
        if self.server.access_log:
            line = {"method": self.command, "path": self.path, "status": status, "peer": self.client_address[0],
                    "agent": self.headers.get("User-Agent"), "via": self.headers.get("Via")}
            with self.server.log_lock, open(self.server.access_log, "a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, arguments):
        if ":" in arguments.address:
            self.address_family = socket.AF_INET6
        super().__init__((arguments.address, arguments.port), Handler)
        self.agents = Agents(arguments.offline_after)
        self.faults = Faults()
        self.pages = {}
        self.access_log = arguments.log
        self.log_lock = threading.Lock()
        self.tls = None
        if arguments.cert:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if arguments.max_tls == "1.1":
                warnings.simplefilter("ignore", DeprecationWarning)
                self.tls.set_ciphers("ALL:@SECLEVEL=0")
                self.tls.minimum_version = ssl.TLSVersion.TLSv1_1
                self.tls.maximum_version = ssl.TLSVersion.TLSv1_1
            self.tls.load_cert_chain(arguments.cert, arguments.key)

    def set_page(self, body):
        self.pages[body["path"]] = (body.get("status", 200), body["content"])
        return 200, {}

    def finish_request(self, request, client_address):
        # In the connection's own thread: a client that never shakes hands keeps nobody else waiting.
        if self.tls:
            request.settimeout(30)
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)
        if self.tls:
            try:
                request.unwrap()
            except (OSError, ssl.SSLError):
                pass
            request.close()

    def handle_error(self, request, client_address):
        pass


def end_with_input():
    """Ends with whoever holds the other side of our standard input, however that one ends."""
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--cert", help="PEM with the certificate and its chain: serve HTTPS")
    parser.add_argument("--key", help="PEM with its key")
    parser.add_argument("--max-tls", choices=["1.1"], help="offer this version of TLS alone")
    parser.add_argument("--offline-after", type=float, default=15, help="seconds without a heartbeat")
    parser.add_argument("--log", help="file for one JSON line a request")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    server = Server(arguments)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if arguments.until_eof:
        threading.Thread(target=end_with_input, daemon=True).start()
    scheme = "https" if arguments.cert else "http"
    print(json.dumps({"port": server.server_address[1], "scheme": scheme}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

"""The stand-in management server and the proxy, run in a root's own network."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import product, secrecy

SERVER = Path(__file__).resolve().parents[1] / "server"
# The documented name of the dist site, which harness.site_server serves.
SITE = "dist.sectigo.com"

# Sends one request from inside the root's network, where the server listens.
REQUEST = r"""
import json, ssl, sys, urllib.request
method, url, body, ca = sys.argv[1:]
context = ssl.create_default_context(cafile=ca) if ca else None
request = urllib.request.Request(url, method=method, data=body.encode() if body else None)
sys.stdout.write(urllib.request.urlopen(request, context=context, timeout=10).read().decode())
"""


class Service:
    """A program of server/ that prints one JSON line when it listens and ends with its standard input."""

    def __init__(self, root, script, *options):
        command = ["/usr/bin/python3", SERVER / script, "--until-eof", *options]
        self.root = root
        self._process = root.start_beside(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{script} did not start (exit {self._process.wait()})")
        self.facts = json.loads(line)
        self.port = self.facts["port"]

    def close(self):
        """Stops it."""
        if self._process.poll() is None:
            self._process.stdin.close()
            self._process.wait(10)
        self._process.stdout.close()


class ManagementServer(Service):
    """The stand-in server; with `tls`, a folder that `certificates` made, it speaks HTTPS. Port 0: any that is free."""

    def __init__(self, root, *, tls=None, log=None, offline_after=15, address="127.0.0.1", port=0):
        options = ["--offline-after", offline_after, "--address", address, "--port", port]
        if tls:
            options += ["--cert", tls / "server.pem", "--key", tls / "server.key"]
        if log:
            options += ["--log", log]
        super().__init__(root, "management_server.py", *options)
        self.ca = tls / "ca.pem" if tls else None
        self.url = f"{self.facts['scheme']}://localhost:{self.port}"

    def request(self, method, path, body=None):
        """The decoded reply to a request."""
        text = json.dumps(body) if body is not None else ""
        command = [sys.executable, "-c", REQUEST, method, self.url + path, text, self.ca or ""]
        process = self.root.start_beside(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate(timeout=20)
        if process.returncode != 0:
            raise RuntimeError(f"{method} {path}: {err}")
        return json.loads(out)

    def new_token(self, name="an agent"):
        """Adds an agent and returns its installation token, a secret from now on."""
        token = self.request("POST", "/admin/tokens", {"name": name})["token"]
        secrecy.add(token)
        return token

    def agents(self):
        """The server's list."""
        return self.request("GET", "/admin/agents")["agents"]


class Proxy(Service):
    """tinyproxy, with a user and a password when given."""

    def __init__(self, root, *, user=None, password=None, log=None, options=()):
        options = list(options)
        if user:
            file = product.scratch() / f"proxy-password-{os.getpid()}"
            file.touch(0o600)
            file.write_text(password)
            secrecy.add_credentials(user, password)
            options += ["--user", user, "--password-file", file]
        if log:
            options += ["--log", log]
        super().__init__(root, "proxy.py", *options)


class Squid(Service):
    """squid, listening on all `addresses` at one port.

    `users` is a list of (user, password), for each of `schemes`: basic unless said otherwise, or digest, ntlm,
    negotiate. `options` are further ones of server/squid.py.
    """

    def __init__(self, root, *options, users=(), schemes=(), addresses=("127.0.0.1",)):
        words = list(options)
        for address in addresses:
            words += ["--address", address]
        for scheme in schemes:
            words += ["--scheme", scheme]
        for user, password in users:
            secrecy.add_credentials(user, password)
        if users:
            descriptor, file = tempfile.mkstemp(prefix="squid-users-", dir=product.scratch())
            with open(descriptor, "w") as stream:
                json.dump(list(users), stream)
            words += ["--credentials", file]
        super().__init__(root, "squid.py", *words)

    def requests(self):
        """What squid was asked and how it answered, a dictionary with user, method, url and status for each request."""
        log = Path(self.facts["log"])
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def wait_for_request(self, seconds=20, **expected):
        """Waits until the log has a request with these entries (a CONNECT is logged when its tunnel ends)."""
        limit = time.monotonic() + seconds
        while True:
            requests = self.requests()
            for request in requests:
                if expected.items() <= request.items():
                    return request
            if time.monotonic() > limit:
                raise AssertionError(f"squid was not asked {expected} but {requests}")
            time.sleep(0.05)


def certificates():
    """A folder with a test CA and server certificates, made once a run."""
    folder = product.scratch() / "certificates"
    if not folder.exists():
        subprocess.run(["sh", SERVER / "make_certificates.sh", folder, SITE], check=True, capture_output=True)
    return folder

"""The web server of a dist site: nginx in a network of its own, which machines are connected to by cables.

A machine that is connected finds the site under its documented name, by its hosts file, and trusts the private authority
that signed its certificate. It reaches nothing else.
"""

import itertools
import json
import os
import subprocess
import time
from pathlib import Path

from . import process, product, server
from .throwaway import Root

HOST = server.SITE
ADDRESS = "10.77.0.1"
# Where an administrator puts a private authority's certificate, and the command that then makes it trusted.
AUTHORITY = "/usr/local/share/ca-certificates/dist-site.crt"


class SiteServer:
    """Serves a directory; a context manager. `serve` shows another one under the same name from one request to the next.

    `lines` is a file with further lines for nginx.
    """

    def __init__(self, folder, *, lines=None):
        self.machine = Root.nothing(watched=False)
        self._numbers = itertools.count(2)
        self._services = []
        self._addresses = {}
        self._root = product.public_folder() / "served"
        try:
            self._link("addr", "add", f"{ADDRESS}/32", "dev", "lo")
            self.serve(folder)
            certificates = server.certificates()
            options = ["--address", ADDRESS, "--root", self._root, "--name", HOST]
            options += ["--include", lines] if lines else []
            options += ["--certificate", certificates / "server.pem", "--key", certificates / "server.key"]
            self.nginx = self._start(server.Service, "nginx.py", *options)
        except BaseException:
            self.close()
            raise
        self._seen = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for service in self._services:
            service.close()
        self.machine.close()

    def _start(self, kind, *arguments, **options):
        service = kind(self.machine, *arguments, **options)
        self._services.append(service)
        return service

    def _link(self, *words):
        command = ["/usr/bin/nsenter", f"--target={self.machine.keeper}", "--net", "ip", *words]
        result = process.run(command)
        if result.code != 0:
            raise RuntimeError(f"ip {words}: {result}")

    def serve(self, folder):
        """Shows the directory `folder` from the next request on."""
        staged = self._root.with_name("staged")
        staged.unlink(missing_ok=True)
        staged.symlink_to(folder)
        os.rename(staged, self._root)

    def connect(self, root):
        """Lays a cable to a machine; it then knows the site by name and trusts its certificate."""
        number = next(self._numbers)
        name, address = f"site{number}", f"10.77.{number >> 8}.{number & 255}"
        self._addresses[root.keeper] = address
        self._link("link", "add", name, "type", "veth", "peer", "name", "uplink", "netns", str(root.keeper))
        self._link("addr", "add", ADDRESS, "peer", address, "dev", name)
        self._link("link", "set", name, "up")
        enter = ["/usr/bin/nsenter", f"--target={root.keeper}", "--net", "ip"]
        for words in (["addr", "add", address, "peer", ADDRESS, "dev", "uplink"], ["link", "set", "uplink", "up"]):
            subprocess.run([*enter, *words], check=True)
        root.write("/etc/hosts", root.read("/etc/hosts") + f"{ADDRESS} {HOST}\n")
        if root.exists("/usr/sbin/update-ca-certificates"):
            root.copy_in(server.certificates() / "ca.pem", AUTHORITY, mode=0o644)
            result = root.run("update-ca-certificates")
            if result.code != 0:
                raise RuntimeError(f"update-ca-certificates: {result}")
        return root

    def address(self, root):
        """Where the requests of a connected machine come from."""
        return self._addresses[root.keeper]

    def squid(self):
        """A caching squid with Debian's default rules, on the server's address."""
        hosts = product.public_folder() / "hosts"
        hosts.write_text(f"127.0.0.1 localhost\n{ADDRESS} {HOST}\n")
        hosts.chmod(0o644)
        return self._start(server.Squid, "--cache", "--hosts", hosts, addresses=(ADDRESS,))

    def requests(self):
        """What nginx was asked since the last time this was called, a dictionary for each request."""
        # nginx writes a line once the last byte is sent.
        time.sleep(0.2)
        lines = Path(self.nginx.facts["log"]).read_text().splitlines()
        new, self._seen = lines[self._seen:], len(lines)
        return [json.loads(line) for line in new]

    def failures(self, requests=None):
        """The requests, as above, that ended in an error."""
        requests = self.requests() if requests is None else requests
        return [f"{request['status']} {request['method']} {request['path']} ({request['agent']})"
                for request in requests if request["status"] >= 400]

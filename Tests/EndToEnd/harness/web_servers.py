"""Real web servers on a port of the loopback interface, with the configuration that a site comes with."""

import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class WebServer:
    """A server of a site's directory, until the `with` block ends; `url` has no slash at its end."""

    def __init__(self, site):
        self._folder = tempfile.TemporaryDirectory(prefix="agentpack-web-")
        self.folder = Path(self._folder.name)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.configuration = self.folder / "configuration"
        self.configuration.write_text(self.text(Path(site)))
        self.check()
        self._process = subprocess.Popen(
            self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "errors", "wb"), env=self.environment())
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    self.__exit__()
                    raise RuntimeError(f"{type(self).__name__} does not listen")
                time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)
        self._folder.cleanup()

    def environment(self):
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    def check(self):
        """Lets the server read its configuration."""
        done = subprocess.run(self.command_that_checks(), env=self.environment(), capture_output=True, text=True)
        said = done.stdout + done.stderr
        if done.returncode or "[warn]" in said or '"level":"warn"' in said:
            raise AssertionError(f"{type(self).__name__} doesn't take the configuration:\n{said}")

    def get(self, path, **headers):
        """Status, headers (names in lower case) and body of an answer."""
        request = urllib.request.Request(self.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


class Nginx(WebServer):
    def text(self, site):
        return f"""
daemon off;
pid {self.folder}/pid;
error_log stderr;
user root;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log {self.folder}/requests;
    client_body_temp_path {self.folder}/body;
    proxy_temp_path {self.folder}/proxy;
    fastcgi_temp_path {self.folder}/fastcgi;
    uwsgi_temp_path {self.folder}/uwsgi;
    scgi_temp_path {self.folder}/scgi;
    server {{
        listen 127.0.0.1:{self.port};
        root {site}/public;
        include {site}/nginx.conf;
    }}
}}
"""

    def command(self):
        return ["nginx", "-p", self.folder, "-e", "stderr", "-c", self.configuration]

    def command_that_checks(self):
        return [*self.command(), "-t"]

    @property
    def log(self):
        return (self.folder / "requests").read_text()


class Caddy(WebServer):
    def text(self, site):
        return f"""{{
	admin off
}}
http://127.0.0.1:{self.port} {{
	root * {site}/public
	import {site}/Caddyfile
}}
"""

    def command(self):
        return ["caddy", "run", "--adapter", "caddyfile", "--config", self.configuration]

    def command_that_checks(self):
        return ["caddy", "validate", "--adapter", "caddyfile", "--config", self.configuration]

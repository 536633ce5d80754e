#!/usr/bin/python3
"""Runs nginx for a directory, with http and https; for tests only.

It prints one JSON line, {"port": …, "log": …}, when nginx listens, and ends it with standard input. All that nginx writes
is in a directory of its own. Its workers are Debian's account for web servers: what that can't read isn't served. The log
has a JSON line for each request: client, method, host, path, status, bytes, agent, secure, the time when it was answered
in seconds, and what directory the root led to then.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ACCOUNT = "www-data"
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
SETTINGS = """\
daemon off;
user {account};
worker_processes 1;
pid {directory}/pid;
error_log {directory}/error.log info;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format line escape=json '{{"client":"$remote_addr","method":"$request_method","host":"$host",'
        '"path":"$request_uri","status":$status,"bytes":$body_bytes_sent,"agent":"$http_user_agent","secure":"$https",'
        '"time":$msec,"served_from":"$realpath_root"}}';
    access_log {directory}/access.log line;
    server_tokens off;
    {places}
    server {{
        listen {address}:80;
        {secure}
        server_name {names};
        root {root};
        index index.html;
        {include}
    }}
}}
"""
SECURE = "listen {address}:443 ssl; ssl_certificate {certificate}; ssl_certificate_key {key};"


def configuration(arguments, directory):
    secure = SECURE.format(**vars(arguments)) if arguments.certificate else ""
    places = "\n    ".join(f"{name}_temp_path {directory}/{name};" for name in PLACES)
    include = f"include {arguments.include};" if arguments.include else ""
    return SETTINGS.format(
        account=ACCOUNT, directory=directory, places=places, address=arguments.address, secure=secure,
        names=" ".join(arguments.name), root=arguments.root, include=include)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--root", required=True, help="the directory to serve; links in it are followed")
    parser.add_argument("--name", action="append", required=True, help="a host name")
    parser.add_argument("--certificate", help="PEM, for https")
    parser.add_argument("--key", help="PEM with its key")
    parser.add_argument("--include", help="further lines of the server, such as headers")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if not program:
        sys.exit("nginx is not installed")
    directory = tempfile.mkdtemp(prefix="nginx-")
    os.chmod(directory, 0o755)
    path = f"{directory}/nginx.conf"
    with open(path, "w", encoding="utf-8") as file:
        file.write(configuration(arguments, directory))
    nginx = subprocess.Popen(
        [program, "-p", directory, "-e", f"{directory}/error.log", "-c", path], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def end(*_):
        nginx.terminate()
        nginx.wait()
        shutil.rmtree(directory, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    limit = time.monotonic() + 30
    ports = (80, 443) if arguments.certificate else (80,)
    while not all(is_listening(arguments.address, port) for port in ports):
        if nginx.poll() is not None:
            sys.exit(f"nginx ended with {nginx.returncode}: {nginx.stderr.read().decode()}")
        if time.monotonic() > limit:
            nginx.terminate()
            sys.exit("nginx does not listen")
        time.sleep(0.02)
    print(json.dumps({"port": ports[-1], "log": f"{directory}/access.log", "errors": f"{directory}/error.log"}),
          flush=True)
    if arguments.until_eof:
        sys.stdin.buffer.read()
        end()
    nginx.wait()


def is_listening(address, port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Runs squid on addresses of this machine, with authentication if asked; for tests only.

It prints one JSON line, {"port": …, "log": …, "directory": …}, when the proxy listens, and ends it on SIGTERM. All that
squid writes is in a directory of its own. The log has a JSON line for each request: user, method, url, status. For a
CONNECT that line comes when the tunnel ends.
"""

import argparse
import glob
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HELPERS = "/usr/lib/squid"
REALM = "e2e"
DEFAULTS = "/etc/squid/squid.conf"
# squid refuses to work as root; Debian's package makes this account.
ACCOUNT = "proxy"
SETTINGS = """\
pid_filename {directory}/pid
coredump_dir {directory}
logformat line {{"user":"%un","method":"%rm","url":"%ru","status":%>Hs,"outcome":"%Ss"}}
access_log stdio:{directory}/access.log line
cache_log {directory}/cache.log
cache_store_log none
netdb_filename none
cache_mem 64 MB
digest_generation off
max_filedescriptors 1024
pinger_enable off
visible_hostname proxy.test
hosts_file {hosts}
dns_nameservers 127.0.0.1
dns_retransmit_interval 1 second
dns_timeout 2 seconds
connect_timeout {patience} seconds
forward_timeout {patience} seconds
"""


def free_port(addresses):
    """A port that is free on all addresses."""
    while True:
        port = 0
        for address in addresses:
            with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
                try:
                    probe.bind((address, port))
                except OSError:
                    break
                port = probe.getsockname()[1]
        else:
            return port


def write(path, text):
    """Writes a file that squid's account alone can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    give(path)
    return path


def give(path):
    account = pwd.getpwnam(ACCOUNT)
    os.chown(path, account.pw_uid, account.pw_gid)


def authentication(arguments, directory):
    """The lines that make squid ask for one of the users, by the schemes that were asked for."""
    if not arguments.credentials:
        return []
    with open(arguments.credentials, encoding="utf-8") as file:
        users = json.load(file)
    hashes = "".join(f"{user}:{basic_hash(password)}\n" for user, password in users)
    digests = "".join(f"{user}:{REALM}:{digest_hash(user, password)}\n" for user, password in users)
    lines = []
    for scheme in arguments.scheme or ["basic"]:
        program = {"basic": f"{HELPERS}/basic_ncsa_auth {write(f'{directory}/passwords', hashes)}",
                   "digest": f"{HELPERS}/digest_file_auth -c {write(f'{directory}/digests', digests)}",
                   "ntlm": f"{HELPERS}/ntlm_fake_auth",
                   "negotiate": f"{HELPERS}/negotiate_kerberos_auth_test"}[scheme]
        lines += [f"auth_param {scheme} program {program}",
                  f"auth_param {scheme} children 1 startup=0 idle=1"]
        if scheme in ("basic", "digest"):
            lines.append(f"auth_param {scheme} realm {REALM}")
        if scheme == "basic":
            lines.append("auth_param basic casesensitive on")
    return [*lines, "acl known proxy_auth REQUIRED", "http_access deny !known"]


def basic_hash(password):
    """The password's crypt(3) hash; openssl reads the password where no process list shows it."""
    command = ["openssl", "passwd", "-6", "-stdin"]
    return subprocess.run(command, input=password.encode(), capture_output=True, check=True).stdout.decode().strip()


def digest_hash(user, password):
    return hashlib.md5(f"{user}:{REALM}:{password}".encode()).hexdigest()


def interception(arguments, directory):
    """The lines that make squid open TLS with certificates of its own CA, and what follows each http_port."""
    if not arguments.intercept_ca:
        return [], ""
    authority = ""
    for path in (arguments.intercept_ca, arguments.intercept_key):
        with open(path, encoding="utf-8") as file:
            authority += file.read()
    write(f"{directory}/authority.pem", authority)
    database = f"{directory}/certificates"
    helper = f"{HELPERS}/security_file_certgen"
    subprocess.run([helper, "-c", "-s", database, "-M", "4MB"], check=True, capture_output=True)
    give(database)
    for entry in os.scandir(database):
        give(entry.path)
    lines = [f"sslcrtd_program {helper} -s {database} -M 4MB", "sslcrtd_children 1 startup=1 idle=1",
             "ssl_bump bump all"]
    if arguments.upstream_ca:
        lines.append(f"tls_outgoing_options cafile={arguments.upstream_ca}")
    return lines, f" ssl-bump generate-host-certificates=on tls-cert={directory}/authority.pem"


def refresh_patterns():
    """The rules of Debian's configuration by which squid guesses how long an answer stays good."""
    with open(DEFAULTS, encoding="utf-8") as file:
        found = [line.strip() for line in file if line.startswith("refresh_pattern")]
    if not found:
        sys.exit(f"{DEFAULTS} has no refresh_pattern")
    return found


def configuration(arguments, directory, port):
    bump, options = interception(arguments, directory)
    shown = [f"[{address}]" if ":" in address else address for address in arguments.address]
    lines = [f"http_port {address}:{port}{options}" for address in shown]
    hosts = arguments.hosts or "/etc/hosts"
    lines += refresh_patterns() if arguments.cache else ["cache deny all"]
    lines += SETTINGS.format(directory=directory, hosts=hosts, patience=arguments.patience).splitlines()
    if arguments.connect_port:
        ports = " ".join(str(port) for port in arguments.connect_port)
        lines += [f"acl allowed port {ports}", "http_access deny CONNECT !allowed"]
    for host in arguments.deny_host:
        lines += [f"acl denied dstdomain {host}", "http_access deny denied"]
    lines += [*bump, *authentication(arguments, directory), "http_access allow all"]
    return "\n".join(lines) + "\n"


def is_listening(address, port):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", action="append", help="127.0.0.1 alone unless given")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--credentials", help="JSON file with a list of [user, password]")
    parser.add_argument("--scheme", action="append", choices=["basic", "digest", "ntlm", "negotiate"])
    parser.add_argument("--connect-port", type=int, action="append", default=[], help="CONNECT to these ports alone")
    parser.add_argument("--deny-host", action="append", default=[], help="no request to this host or .domain")
    parser.add_argument("--hosts", help="squid's /etc/hosts")
    parser.add_argument("--patience", type=int, default=60, help="seconds that a server has to take a connection")
    parser.add_argument("--intercept-ca", help="PEM of a CA: open TLS and show certificates that it signs")
    parser.add_argument("--intercept-key", help="PEM with that CA's key")
    parser.add_argument("--upstream-ca", help="PEM of what an intercepting squid trusts")
    parser.add_argument("--cache", action="store_true", help="keep answers in memory, by Debian's default rules")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    arguments.address = arguments.address or ["127.0.0.1"]
    program = shutil.which("squid", path="/usr/sbin:/usr/bin")
    if not program:
        sys.exit("squid is not installed")

    directory = tempfile.mkdtemp(prefix="squid-")
    give(directory)
    port = arguments.port or free_port(arguments.address)
    path = write(f"{directory}/squid.conf", configuration(arguments, directory, port))
    # The name keeps the shared memory of several squids apart.
    name = "e2e" + secrets.token_hex(6)
    command = [program, "-N", "-n", name, "-f", path]
    squid = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def clean_up():
        # It has nothing to save, and asked to end it takes a second; its helpers end with their standard input.
        squid.kill()
        squid.wait()
        shutil.rmtree(directory, ignore_errors=True)
        for left in glob.glob(f"/dev/shm/{name}-*"):
            os.unlink(left)

    def end(*_):
        clean_up()
        os._exit(0)

    def give_up(reason):
        try:
            with open(f"{directory}/cache.log", encoding="utf-8", errors="replace") as log:
                reason += "\n" + log.read()[-2000:]
        except OSError:
            pass
        clean_up()
        sys.exit(reason)

    signal.signal(signal.SIGTERM, end)
    limit = time.monotonic() + 30
    while not all(is_listening(address, port) for address in arguments.address):
        if squid.poll() is not None:
            give_up(f"squid ended with {squid.returncode}")
        if time.monotonic() > limit:
            give_up("squid does not listen")
        time.sleep(0.05)
    print(json.dumps({"port": port, "log": f"{directory}/access.log", "directory": directory,
                      "name": name}), flush=True)
    if arguments.until_eof:
        sys.stdin.buffer.read()
        end()
    squid.wait()
    give_up(f"squid ended with {squid.returncode}")


if __name__ == "__main__":
    main()

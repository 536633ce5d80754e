#!/usr/bin/python3
"""Runs tinyproxy on an address of this machine, with Basic authentication if asked; for demo and tests only.

It prints one JSON line, {"port": …, "log": …}, when the proxy listens, and ends it on SIGTERM. The password comes from a
file, so that no process list shows it.
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
import threading
import time


def free_port(address):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def configuration(arguments, port, log):
    lines = [f"Port {port}", f"Listen {arguments.address}", "Timeout 60", "MaxClients 20", "LogLevel Connect",
             f'LogFile "{log}"']
    if arguments.user:
        with open(arguments.password_file, encoding="utf-8") as file:
            lines.append(f"BasicAuth {arguments.user} {file.read().strip()}")
    lines += [f"ConnectPort {port}" for port in arguments.connect_port]
    return "\n".join(lines) + "\n"


def is_listening(address, port):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--user")
    parser.add_argument("--password-file", help="file that holds the user's password")
    parser.add_argument("--connect-port", type=int, action="append", default=[], help="CONNECT to these ports alone")
    parser.add_argument("--log", help="tinyproxy's log")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    program = shutil.which("tinyproxy")
    if not program:
        sys.exit("tinyproxy is not installed")

    directory = tempfile.mkdtemp(prefix="proxy-")
    log = arguments.log or os.path.join(directory, "log")
    port = arguments.port or free_port(arguments.address)
    path = os.path.join(directory, "tinyproxy.conf")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write(configuration(arguments, port, log))

    proxy = subprocess.Popen([program, "-d", "-c", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def end(*_):
        proxy.kill()
        proxy.wait()
        shutil.rmtree(directory, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    for _ in range(100):
        if is_listening(arguments.address, port):
            break
        if proxy.poll() is not None:
            shutil.rmtree(directory, ignore_errors=True)
            sys.exit(f"tinyproxy ended with {proxy.returncode}")
        time.sleep(0.05)
    else:
        proxy.kill()
        sys.exit("tinyproxy does not listen")
    if arguments.until_eof:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), end()), daemon=True).start()
    print(json.dumps({"port": port, "log": log}), flush=True)
    proxy.wait()
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()

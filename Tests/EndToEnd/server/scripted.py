#!/usr/bin/python3
"""Servers that do what no server should, as a JSON list on the command line tells; for tests only.

Each entry of the list is a port of its own:
  name    what the port is called in the JSON line that this program prints: {"port": 0, "ports": {name: port}}
  address where it listens; 127.0.0.1 unless given
  read    whether a request's head is waited for before anything is sent (true)
  tunnel  answer the first head, a CONNECT, with 200 and go on with the second head
  cert, key, max_tls, wants_certificate  speak TLS, before the first head or inside of the tunnel
  send    Latin-1 text to send
  repeat  how often to send it (1); a client that goes away ends it
  then    "close" (the default), "reset", "hold" (keep the connection open and silent), or "raw-close" (under TLS: close
          without TLS's own goodbye)
"""

import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import warnings


def head(connection):
    """Reads up to the empty line after a request's head."""
    text = b""
    while b"\r\n\r\n" not in text:
        part = connection.recv(4096)
        if not part:
            break
        text += part
    return text


def context(entry):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if entry.get("max_tls") == "1.1":
        warnings.simplefilter("ignore", DeprecationWarning)
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
    if entry.get("wants_certificate"):
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(entry["wants_certificate"])
    made.load_cert_chain(entry["cert"], entry["key"])
    return made


def secured(connection, entry):
    """The connection under TLS; where that fails, it stays open until the client has heard why."""
    spare = connection.dup()
    try:
        return context(entry).wrap_socket(connection, server_side=True)
    except ssl.SSLError:
        spare.settimeout(5)
        while spare.recv(4096):
            pass
        raise
    finally:
        spare.close()


def serve(connection, entry):
    try:
        connection.settimeout(60)
        if entry.get("tunnel"):
            head(connection)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if "cert" in entry:
            connection = secured(connection, entry)
        if entry.get("read", True):
            head(connection)
        for _ in range(entry.get("repeat", 1)):
            connection.sendall(entry.get("send", "").encode("latin-1"))
        then = entry.get("then", "close")
        if then == "hold":
            time.sleep(600)
        elif then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif then == "close" and "cert" in entry:
            connection = connection.unwrap()
        elif then == "close" and not entry.get("read", True):
            # What the client sends and nobody has read would make a reset of the close.
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(5)
            while connection.recv(4096):
                pass
    except OSError:
        pass
    finally:
        connection.close()


def listen(entry):
    address = entry.get("address", "127.0.0.1")
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, entry.get("port", 0)))
    listener.listen(50)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, entry), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def main():
    words = [word for word in sys.argv[1:] if word != "--until-eof"]
    ports = {entry["name"]: listen(entry) for entry in json.loads(words[0])}
    print(json.dumps({"port": 0, "ports": ports}), flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()

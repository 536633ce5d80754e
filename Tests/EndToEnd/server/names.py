#!/usr/bin/python3
"""A name server on 127.0.0.1:53 with the names that a JSON object on the command line lists; for tests only.

Each value is a list of IPv4 and IPv6 addresses, or a word: "silence" (no answer ever), "failure" (SERVFAIL). Whatever is
not listed does not exist (NXDOMAIN).
"""

import json
import os
import socket
import struct
import sys
import threading

FAMILIES = {1: socket.AF_INET, 28: socket.AF_INET6}


def question(packet):
    """The name that is asked for, in lower case, the type of record, and where the question ends."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii", "replace").lower())
        at += 1 + packet[at]
    return ".".join(labels), struct.unpack(">H", packet[at + 1:at + 3])[0], at + 5


def reply(packet, code, addresses=()):
    _, kind, end = question(packet)
    records = b"".join(
        struct.pack(">HHHIH", 0xC00C, kind, 1, 1, len(address)) + address for address in addresses)
    flags = 0x8180 | code
    return packet[:2] + struct.pack(">HHHHH", flags, 1, len(addresses), 0, 0) + packet[12:end] + records


def packed(family, texts):
    return [socket.inet_pton(family, text) for text in texts if (":" in text) == (family == socket.AF_INET6)]


def main():
    words = [word for word in sys.argv[1:] if word != "--until-eof"]
    names = json.loads(words[0])
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def serve():
        while True:
            packet, peer = server.recvfrom(4096)
            name, kind, _ = question(packet)
            found = names.get(name)
            if found == "silence":
                continue
            if found == "failure":
                answer = reply(packet, 2)
            elif found is None:
                answer = reply(packet, 3)
            else:
                answer = reply(packet, 0, packed(FAMILIES[kind], found) if kind in FAMILIES else ())
            server.sendto(answer, peer)

    threading.Thread(target=serve, daemon=True).start()
    print(json.dumps({"port": 53}), flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()

"""Where the parts of an installer are, read from its trailer without the help of the code under test."""

import struct

TRAILER = 256


def parts(data):
    """The ranges of head (the program), payload, plan and trailer in an installer's bytes."""
    start = len(data) - TRAILER
    magic, head, payload, plan = struct.unpack_from("<16s8xQQQ", data, start)
    assert magic == b"AGENTPACK-SETUP\0" and head + payload + plan == start, "not an installer"
    return {
        "head": range(head), "payload": range(head, head + payload), "plan": range(head + payload, start),
        "trailer": range(start, len(data)),
    }

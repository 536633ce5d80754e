"""Changes of good files that any format must notice: deterministic, so that a failure can be looked at again."""

import random

from .examiner import Case


def spread(size, count):
    """So many positions, even ones."""
    return sorted({size * index // count for index in range(count)})


def mutations(name, data, seed, *, uncovered=lambda position: False, flips=40, cuts=12, bits=16,
              words=8):
    """Cuts, flips, overwritten and repeated parts.

    `uncovered` says of which bytes no digest and no rule of the format says what they must be.
    """
    source = random.Random(seed)
    for size in sorted({0, 1, 7, 8, 20, 96, 100, len(data) - 1, len(data) - 2, *spread(len(data), cuts)}):
        yield Case(f"{name} cut to {size} bytes", data[:size])
    for position in spread(len(data), flips):
        changed = bytearray(data)
        changed[position] ^= 0xFF
        yield Case(f"{name} with byte {position} flipped", bytes(changed), harmless=uncovered(position))
    for bit in range(bits):
        position = source.randrange(len(data))
        changed = bytearray(data)
        changed[position] ^= 1 << bit % 8
        yield Case(f"{name} with bit {bit % 8} of byte {position} flipped", bytes(changed), harmless=uncovered(position))
    for position in spread(len(data), words):
        for label, word in (("zeros", bytes(16)), ("ones", b"\xff" * 16)):
            changed = data[:position] + word + data[position + 16:]
            harmless = changed == data or all(uncovered(position + index) for index in range(16))
            yield Case(f"{name} with {label} at byte {position}", changed[:len(data)], harmless=harmless)
    for extra in (b"\n", b"\0\0", bytes(512), source.randbytes(300)):
        yield Case(f"{name} with {len(extra)} bytes behind it", data + extra)
    yield Case(f"{name} twice", data + data)
    middle = len(data) // 2
    yield Case(f"{name} with its halves exchanged", data[middle:] + data[:middle])
    yield Case(f"{name} without its middle", data[:middle - 50] + data[middle + 50:])
    yield Case(f"{name} with a part repeated", data[:middle] + data[middle - 64:])

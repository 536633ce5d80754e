"""xz streams whose filters the liblzma of this machine may not have."""

import lzma
import struct
import zlib

ARM64, RISCV = 0x0A, 0x0B


def stream(content, filter, check=lzma.CHECK_CRC64):
    """A stream of one block with a branch filter, around content that the filter doesn't change: text and zeros."""
    filters = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 6}]
    data = bytearray(lzma.compress(content, check=check, filters=filters))
    size = (data[12] + 1) * 4
    header = data[12:12 + size]
    header[header.index(b"\x04\x00", 2)] = filter
    header[-4:] = struct.pack("<I", zlib.crc32(bytes(header[:-4])))
    data[12:12 + size] = header
    return bytes(data)

"""OpenPGP signatures by an RSA key in a few milliseconds, without a program for each: RFC 4880, 5.2.3 and 5.2.4."""

import ctypes
import hashlib
import struct
import time

# DER of a DigestInfo for SHA-512 up to the digest: RFC 8017, 9.2, note 1.
DIGEST_INFO = bytes.fromhex("3051300d060960864801650304020305000440")
RSA, SHA512, BINARY = 1, 10, 0
CREATED, ISSUER, FINGERPRINT = 2, 16, 33


class Signer:
    """Signs bytes with an `openpgp.Key` without a passphrase; its secret numbers are in this process."""

    def __init__(self, key):
        self.fingerprint = bytes.fromhex(key.fingerprint)
        self.key = key
        self.time = int(time.time())
        self._secret = None

    def __getstate__(self):
        return self.__dict__ | {"_secret": None}

    def __call__(self, data):
        """The signature's packet."""
        hashed = _subpacket(CREATED, struct.pack(">I", self.time)) + _subpacket(FINGERPRINT, b"\x04" + self.fingerprint)
        head = struct.pack(">BBBBH", 4, BINARY, RSA, SHA512, len(hashed)) + hashed
        digest = hashlib.sha512(data + head + struct.pack(">BBI", 4, 0xFF, len(head))).digest()
        open_part = _subpacket(ISSUER, self.fingerprint[-8:])
        body = head + struct.pack(">H", len(open_part)) + open_part + digest[:2] + _number(self._sign(digest))
        return b"\xc2" + _length(len(body)) + body

    def _sign(self, digest):
        if self._secret is None:
            self._secret = _Secret(self.key.gpg(
                "--pinentry-mode", "loopback", "--passphrase", "", "--export-secret-keys", self.key.fingerprint))
        info = DIGEST_INFO + digest
        return self._secret(b"\x00\x01" + b"\xff" * (self._secret.size - len(info) - 3) + b"\x00" + info)


class _Secret:
    """RSA's private operation by OpenSSL."""

    def __init__(self, data):
        self.lib = ctypes.CDLL("libcrypto.so.3")
        for name in ("RSA_new", "BN_bin2bn"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        self.key = ctypes.c_void_p(self.lib.RSA_new())
        modulus, public, private, first, second = _numbers(data)
        self.size = (modulus.bit_length() + 7) // 8
        inverse = pow(second, -1, first)
        for name, numbers in (("key", (modulus, public, private)), ("factors", (first, second)), ("crt_params", (
                private % (first - 1), private % (second - 1), inverse))):
            assert getattr(self.lib, f"RSA_set0_{name}")(self.key, *map(self._big, numbers)) == 1

    def _big(self, value):
        data = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return ctypes.c_void_p(self.lib.BN_bin2bn(data, len(data), None))

    def __call__(self, padded):
        out = ctypes.create_string_buffer(self.size)
        no_padding = 3
        if self.lib.RSA_private_encrypt(len(padded), padded, out, self.key, no_padding) != self.size:
            raise ArithmeticError("RSA_private_encrypt")
        return int.from_bytes(out.raw, "big")


def _numbers(data):
    """Modulus, exponents and primes of the first packet, a secret key that isn't encrypted: RFC 4880, 5.5.3."""
    tag = data[0]
    if tag & 0xC0 == 0xC0:
        at = 2 if data[1] < 192 else 3 if data[1] < 224 else 6
    else:
        at = 1 + (1, 2, 4)[tag & 3]
    at += 6
    numbers = []
    for index in range(5):
        if index == 2:
            assert data[at] == 0, "the key has a passphrase"
            at += 1
        size = (struct.unpack_from(">H", data, at)[0] + 7) // 8
        numbers.append(int.from_bytes(data[at + 2:at + 2 + size], "big"))
        at += 2 + size
    assert numbers[3] * numbers[4] == numbers[0]
    return numbers


def _subpacket(kind, content):
    return bytes([len(content) + 1, kind]) + content


def _number(value):
    return struct.pack(">H", value.bit_length()) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def _length(size):
    return bytes([size]) if size < 192 else bytes([(size - 192 >> 8) + 192, size - 192 & 255])

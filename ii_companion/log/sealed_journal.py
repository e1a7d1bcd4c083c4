"""A sealed journal: still a line an event, each sealed by itself and bound to the one before.

Line 0 is `{"format": "ii-companion.sealed-journal", "version": 1, "key": KEY}`: 32 random bytes, for this file alone,
sealed by age for the folder's keys, in base64. Each further line is base64(nonce 12 | ciphertext | tag 16) of a line of
an ordinary journal, by ChaCha20-Poly1305. Its associated data are `iij1`, the line's number (8 bytes, the highest
first; the header's is 1) and the tag of the line before; for the header, which has none before it, the first 16 bytes
of the SHA-256 of the file's name from the data folder. So a line that is torn, moved, doubled, foreign or dropped, and
a journal in another's place, do not open. Lines cut off the end of an ended journal are found by what its month keeps.
"""

from __future__ import annotations

import binascii
import os
from typing import Any

import msgspec

from ii_companion.session.refusal import Refusal

FORMAT = "ii-companion.sealed-journal"
VERSION = 1
PREFIX = b'{"format":"' + FORMAT.encode() + b'"'
NONCE, TAG, KEY = 12, 16, 32
BOUND = b"iij1"


class _First(msgspec.Struct):
    format: str
    version: int
    key: bytes


class Spoiled(OSError):  # noqa: N818 - as `Damaged`
    """Something sealed that does not open with the folder's own key: damaged, changed, or in another's place."""


class Chain:
    """The seal of one journal's lines, in order: as far as it was written or read."""

    def __init__(self, key: bytes, name: str) -> None:
        # 14 ms to load, once, and only where something is sealed
        import hashlib

        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        self._box: Any = ChaCha20Poly1305(key)
        self.lines = 0
        self.tag = hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:TAG]

    def _bound(self) -> bytes:
        return BOUND + (self.lines + 1).to_bytes(8) + self.tag

    def seal(self, line: bytes) -> bytes:
        """The next line, sealed, with its line break; `line` is without."""
        nonce = os.urandom(NONCE)
        sealed: bytes = self._box.encrypt(nonce, line, self._bound())
        self.lines += 1
        self.tag = sealed[-TAG:]
        return binascii.b2a_base64(nonce + sealed)

    def open(self, line: bytes) -> bytes | None:
        """What the next line (without its line break) says; None, and nothing has changed, if it is not the next."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = binascii.a2b_base64(line)
            if binascii.b2a_base64(raw, newline=False) != line:  # several texts would decode to these bytes
                return None
            said: bytes = self._box.decrypt(raw[:NONCE], raw[NONCE:], self._bound())
        except (binascii.Error, InvalidTag, ValueError):
            return None
        self.lines += 1
        self.tag = raw[-TAG:]
        return said


def first_line(key: bytes) -> bytes:
    """Line 0; `key` as age has sealed it."""
    return msgspec.json.encode(_First(FORMAT, VERSION, key)) + b"\n"


def key_in(line: bytes, path: str) -> bytes:
    """The sealed key in line 0. Raises Spoiled, and Refusal for a newer version."""
    try:
        first = msgspec.json.decode(line, type=_First)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Spoiled(1, "line 1", path) from error
    if first.version > VERSION:
        raise Refusal(
            "{path}: written by a newer version of ii-companion (sealed journal version {version}; this one reads {known}). "
            "It is left as it is; update to read it.",
            path=path,
            version=first.version,
            known=VERSION,
        )
    if first_line(first.key) != line.rstrip(b"\n") + b"\n":
        raise Spoiled(1, "line 1", path)
    return first.key


def count_and_tag(data: bytes) -> tuple[int, str]:
    """How many whole sealed lines a journal has, and the tag of the last in hexadecimal, without any key."""
    lines = data[: data.rfind(b"\n") + 1].splitlines()[1:]
    if not lines:
        return 0, ""
    try:
        return len(lines), binascii.a2b_base64(lines[-1])[-TAG:].hex()
    except binascii.Error:
        return len(lines), ""

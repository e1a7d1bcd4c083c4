"""The handshake and what follows it: SPAKE2, a key for each direction, and boxes that open once and in order.

    guest → host  text    {"ii":1,"ask":"code"|"link"|"again","peer":"" or id,"x":…}
    host → guest  text    {"ii":1,"y":…}   or   {"ii":1,"no":"closed|busy|full|unknown|version"}
    guest → host  binary  confirmation of the guest (32 bytes), then its first box
    host → guest  binary  confirmation of the host, then its first box

The keys come from the password and from both texts as they were sent, so nothing in them can be altered unseen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from spake2 import SPAKE2_A, SPAKE2_B

from ii_companion.devices.code import LARGEST_BINARY, LARGEST_TEXT, VERSION, password

GUEST_NAME, HOST_NAME = b"ii-companion guest 1", b"ii-companion host 1"
INFO = b"ii-companion pair 1"
CONFIRM_BYTES = 32
PADDED_TO = 256
ASKS = ("code", "link", "again")
NOS = ("closed", "busy", "full", "unknown", "version")


class Altered(Exception):  # noqa: N818 - a fact about what came
    """It does not open: another password, or somebody altered, dropped, repeated or sent back a frame."""


class First(msgspec.Struct, frozen=True):
    """The guest's first text."""

    ii: int
    ask: str = ""
    peer: str = ""
    x: str = ""


class Second(msgspec.Struct, frozen=True):
    """The host's answer."""

    ii: int
    y: str = ""
    no: str = ""


_Text = TypeVar("_Text", First, Second)


class Box:
    """One direction. Each box has the next number as its nonce, so none opens twice or in another order."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)
        self._counter = 0

    def _nonce(self) -> bytes:
        nonce = self._counter.to_bytes(12, "big")
        self._counter += 1
        return nonce

    def seal(self, plain: bytes) -> bytes:
        """Close a message, padded so that its length tells little."""
        padded = plain + b" " * (-len(plain) % PADDED_TO)
        return self._cipher.encrypt(self._nonce(), padded, None)

    def open(self, data: bytes) -> bytes:
        """The message, with its padding. Raises Altered."""
        try:
            return self._cipher.decrypt(self._nonce(), data, None)
        except (InvalidTag, ValueError) as error:
            raise Altered from error


class Keys:
    """What both sides have after the texts: a box a direction and a confirmation each."""

    def __init__(self, shared: bytes, first: bytes, second: bytes) -> None:
        said = b"".join(len(text).to_bytes(4, "big") + text for text in (first, second))
        self.transcript = hashlib.sha256(said).digest()
        okm = HKDF(SHA256(), 128, self.transcript, INFO).derive(shared)
        self.okm = okm
        self.guest_box, self.host_box = Box(okm[:32]), Box(okm[32:64])
        self.guest_confirms = hmac.digest(okm[64:96], self.transcript, "sha256")
        self.host_confirms = hmac.digest(okm[96:], self.transcript, "sha256")


def first_text(ask: str, peer: str, x: bytes) -> bytes:
    return msgspec.json.encode(First(VERSION, ask, peer, _b64(x)))


def second_text(y: bytes) -> bytes:
    return msgspec.json.encode({"ii": VERSION, "y": _b64(y)})


def no_text(why: str) -> bytes:
    return msgspec.json.encode({"ii": VERSION, "no": why})


def read_first(text: str | bytes) -> First:
    """The guest's first text. Raises Altered for what is none; another version is the caller's to refuse."""
    first = _decoded(text, First)
    if first.ii == VERSION and (first.ask not in ASKS or bool(first.peer) != (first.ask == "again")):
        raise Altered
    return first


def read_second(text: str | bytes) -> Second:
    """The host's answer. Raises Altered for what is none."""
    return _decoded(text, Second)


def _decoded(text: str | bytes, kind: type[_Text]) -> _Text:
    data = text.encode() if isinstance(text, str) else text
    if len(data) > LARGEST_TEXT:
        raise Altered
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Altered from error


class Guest:
    """The guest's side of one handshake."""

    def __init__(
        self, ask: str, secret: str, peer: str = "", entropy: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._pake = SPAKE2_A(password(ask, secret), GUEST_NAME, HOST_NAME, entropy_f=entropy)
        self.first = first_text(ask, peer, self._pake.start())

    def answered(self, text: str | bytes, y: str) -> Keys:
        """The keys, from the host's answer and the `y` in it. Raises Altered."""
        second = text.encode() if isinstance(text, str) else text
        return Keys(_finished(self._pake, y), self.first, second)


class Host:
    """The host's side of one handshake."""

    def __init__(
        self,
        first_as_sent: bytes,
        first: First,
        secret: str,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Raises Altered if what the guest sent is no element of the group."""
        pake = SPAKE2_B(password(first.ask, secret), GUEST_NAME, HOST_NAME, entropy_f=entropy)
        self.second = second_text(pake.start())
        self.keys = Keys(_finished(pake, first.x), first_as_sent, self.second)


def confirmed(frame: str | bytes, confirms: bytes, box: Box) -> bytes:
    """What is in the first box behind a confirmation. Raises Altered if either is not right."""
    if not isinstance(frame, bytes) or len(frame) > LARGEST_BINARY:
        raise Altered
    if not hmac.compare_digest(frame[:CONFIRM_BYTES], confirms):
        raise Altered
    return box.open(frame[CONFIRM_BYTES:])


def _finished(pake: Any, text: str) -> bytes:
    try:
        shared = pake.finish(_unb64(text))
    except Exception as error:  # the library raises six kinds, a bare Exception and failed asserts among them
        raise Altered from error
    return bytes(shared)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    """33 bytes: the side and the element."""
    if len(text) != 44:
        raise Altered
    return base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)

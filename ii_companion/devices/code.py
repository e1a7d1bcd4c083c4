"""Codes, links, roles and limits: everything about pairing that is decided without a socket. Time and chance are arguments."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from enum import StrEnum

import msgspec

from ii_companion.session.refusal import Refusal

VERSION = 1
"""Of the handshake and the messages; both sides say it first."""
PORT = 47114
PORTS = 10
"""The port, or the next free of so many."""
FIGURES = 6
OPEN_S = 180.0
TRIES = 3
LINK_BYTES = 10
PEER_BYTES = 6
SECRET_BYTES = 32
MOST_PEERS = 6
MOST_OF_ROLE = 2
"""Mentors; and as many coders."""
MOST_CONNECTIONS = 24
MOST_OF_ADDRESS = 6
HANDSHAKE_S = 5.0
HANDSHAKES_A_SECOND = 2.0
HANDSHAKES_AT_ONCE = 6.0
LARGEST_MESSAGE = 16 * 2**10
LARGEST_TEXT = 1024
LARGEST_BINARY = 4096
MOST_UNSENT = 64 * 2**10
SILENT_S = 12.0
BEAT_S = 2.0
OLD_S = 5.0
"""So long without a frame, and a guest clears its screen."""
SEND_EVERY_S = 3.0
EVENTS_AT_ONCE = 40
MOST_CHARACTERS = 60
"""Of a mentor's own words."""


class Role(StrEnum):
    """What a guest gets, least first; a coder gets less than a mentor, but other things than a page."""

    SCREEN = "screen"
    REMOTE = "remote"
    CODER = "coder"
    MENTOR = "mentor"


OPENED = (Role.SCREEN, Role.REMOTE, Role.MENTOR)
"""What an opening can be for; a coder asks for less than a mentor's opening gives."""
PAGES = frozenset({Role.SCREEN, Role.REMOTE})
"""All a browser page can ever be."""
NAMED = frozenset({Role.MENTOR, Role.CODER})
"""Those who see what is keyed, or are told of the learner."""


def granted(opened: Role, asked: Role) -> Role:
    """The role of a guest who asked for one in an opening for another: never more than was opened."""
    given = {
        Role.SCREEN: {Role.SCREEN},
        Role.REMOTE: {Role.SCREEN, Role.REMOTE},
        Role.MENTOR: set(Role),
        Role.CODER: {Role.SCREEN, Role.CODER},
    }[opened]
    return asked if asked in given else opened


def new_code(below: Callable[[int], int]) -> str:
    """Six figures; `below(n)` gives an unforeseeable number from 0 to n − 1."""
    return f"{below(10**FIGURES):0{FIGURES}d}"


def new_link(some: Callable[[int], bytes]) -> str:
    """80 bits as 16 capitals and figures; `some(n)` gives n unforeseeable bytes."""
    return base64.b32encode(some(LINK_BYTES)).decode("ascii")


def new_token(some: Callable[[int], bytes], size: int) -> str:
    """So many bytes as letters that may stand in an address."""
    return base64.urlsafe_b64encode(some(size)).rstrip(b"=").decode("ascii")


def spaced(code: str) -> str:
    """A code as it is shown: “482 913”."""
    return f"{code[: FIGURES // 2]} {code[FIGURES // 2 :]}"


def read_code(text: str) -> str:
    """The code that was typed, spaces or not. Raises Refusal for anything but six figures."""
    figures = "".join(text.split())
    if len(figures) != FIGURES or not (figures.isascii() and figures.isdigit()):
        raise Refusal("A code is six figures, such as 482 913.")
    return figures


def password(ask: str, secret: str) -> bytes:
    """What both sides have to know, by what the guest asks with."""
    return f"{ask}:{secret}".encode()


class Opening(msgspec.Struct, frozen=True):
    """Pairing is open for one guest in one role. Times are seconds on the host's clock."""

    role: Role
    code: str
    link: str
    until: float
    guesses: int = 0
    """Codes that were answered; each is a guess, whatever comes of it."""
    wrong: int = 0

    def answers(self, ask: str, now: float) -> Opening | None:
        """The opening once it has answered a guest who asks by `code` or `link`; None if it answers no more."""
        if now >= self.until or (ask == "code" and self.guesses >= TRIES):
            return None
        return msgspec.structs.replace(self, guesses=self.guesses + 1) if ask == "code" else self

    def secret(self, ask: str) -> str:
        return self.code if ask == "code" else self.link

    def failed(self, ask: str) -> Opening | None:
        """The opening once a guest has failed; None after the last try. Wrong links use up none."""
        if ask != "code":
            return self
        wrong = self.wrong + 1
        return msgspec.structs.replace(self, wrong=wrong) if wrong < TRIES else None


class Bucket(msgspec.Struct, frozen=True):
    """So many at once, and then so many a second."""

    rate: float
    most: float
    level: float
    at: float

    @classmethod
    def full(cls, rate: float, most: float, now: float) -> Bucket:
        return cls(rate, most, most, now)

    def taken(self, now: float) -> Bucket | None:
        """The bucket without one more; None if there is none to take."""
        level = min(self.most, self.level + (now - self.at) * self.rate)
        return msgspec.structs.replace(self, level=level - 1, at=now) if level >= 1 else None


class Caller(msgspec.Struct, frozen=True):
    """One connection, as the door sees it."""

    number: int
    """Rising: who came first has the lower one."""
    address: str
    admitted: bool


def room_for(address: str, callers: Iterable[Caller]) -> tuple[bool, int | None]:
    """Whether one more from that address may come in, and the number of who has to make room for it."""
    every = list(callers)
    theirs = [one for one in every if one.address == address]
    if len(theirs) >= MOST_OF_ADDRESS:
        full = theirs
    elif len(every) >= MOST_CONNECTIONS:
        full = every
    else:
        return True, None
    oldest = min((one.number for one in full if not one.admitted), default=None)
    return oldest is not None, oldest


def good_words(text: str, most_words: int) -> bool:
    """Whether a mentor's own words may be sent: few, short, and nothing that drives a terminal."""
    return 0 < len(text.split()) <= most_words and len(text) <= MOST_CHARACTERS and text.isprintable()

"""Opening the conversation on standard input and output, and closing it, whatever ends it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ii_companion.plain.arriving import Arrivals, Leaving
from ii_companion.plain.keyboard import keyboard

if TYPE_CHECKING:
    from ii_companion.plain.talk import Talk


def talk(act: Callable[[Talk], int], noticed: Callable[[int], object]) -> int:
    """Hold a conversation. The exit code: of `act`, or of what ended it. `noticed` hears how often no key came."""
    arrivals = Arrivals()
    gc.freeze()  # what is loaded is no garbage; from here on there may be some
    gc.enable()
    with keyboard(sys.stdin, arrivals) as singly:
        try:
            return act(_singly(arrivals, noticed) if singly else _by_line(arrivals))
        except Leaving as leaving:
            return leaving.code


def _singly(arrivals: Arrivals, noticed: Callable[[int], object]) -> Talk:
    from ii_companion.plain.by_key import KeyTalk

    return KeyTalk(arrivals, _write, rub_out=_rub_out, noticed=noticed, encoding=sys.stdout.encoding)


def _by_line(arrivals: Arrivals) -> Talk:
    from ii_companion.plain.by_line import LineTalk

    return LineTalk(arrivals, _write, sys.stdout.encoding)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _rub_out(cells: int) -> None:
    """As the line of a terminal itself echoes Backspace; `PlainStream` lets no such thing through."""
    sys.stdout.buffer.write(b"\b \b" * cells)
    sys.stdout.buffer.flush()

"""What terminals sent that were no keys: how often, for `check` to say. No content is kept."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime

import msgspec

from ii_companion.log.header import Moment
from ii_companion.log.places import Places, make_folder
from ii_companion.log.sealing import read, write_whole
from ii_companion.session.refusal import Refusal


class Noise(msgspec.Struct, frozen=True):
    """How many things the terminal sent that were no keys, in the last session in which it did."""

    times: int
    at: Moment
    terminal: str = ""


def remember_noise(places: Places, times: int, at: datetime) -> None:
    """Keep the count for `check`; where the folder cannot be written, do nothing."""
    with contextlib.suppress(OSError, Refusal):
        make_folder(places.root)
        noise = Noise(times, at, os.environ.get("TERM_PROGRAM") or os.environ.get("TERM", ""))
        write_whole(places.root / "terminal.json", msgspec.json.encode(noise), sync=False)


def noise(places: Places) -> Noise | None:
    """What is remembered; None if there is nothing, or nothing that can be read."""
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(read(places.root / "terminal.json", 2**20), type=Noise)
    return None

"""What every reader of other people's files gives: observations, on a session's own clock, before anybody is mapped.

A reader says what the file says: who, what, when, for how long, and where each of these comes from. It decides nothing
about learners; `mapped.py` does that.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.log.table import LONGEST_S
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, said


class Mark(msgspec.Struct, frozen=True):
    """One thing somebody coded. Times are seconds since the session's origin, which the reader found."""

    t: float
    subject: str
    code: str
    modifiers: str = ""
    comment: str = ""
    stop: float | None = None
    """Where it ended, if it lasts and its end is there."""
    lasts: bool = False
    number: int = 0
    """Which of the file's events it is, from 1, for refusals."""


class Observation(msgspec.Struct):
    """What becomes a session of each learner in it."""

    name: str
    path: Path
    length: float = 0.0
    length_from: str = ""
    marks: list[Mark] = []
    started: datetime | None = None
    date_from: str = ""
    sure: bool = False
    """Whether the date is the observation's own, so that it tells two observations apart; else it is a guess."""
    aside: Counter[str] = msgspec.field(default_factory=Counter)
    """What the reader left out, by why."""
    ours: bool = False
    """Whether we wrote the file: its name may then be one of our ids."""

    @property
    def where(self) -> Said:
        return said("{path}, observation {name}", path=self.path, name=self.name)


class Hints(msgspec.Struct):
    """What a file says about its words beyond their use: for the mapping that is written for it."""

    roles: dict[str, str] = {}
    """What a file calls a subject, such as CHAT's “CHI Child”."""


def text_of(value: Any) -> str:
    """A word as it is compared: composed and trimmed; two ways to type é are one, capitals stay."""
    return unicodedata.normalize("NFC", value if isinstance(value, str) else str(value or "")).strip()


def local(moment: datetime) -> datetime:
    """A moment in UTC; without a zone it is this computer's local time, as those programs write it. Raises Refusal."""
    from datetime import UTC

    try:
        return moment.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, OSError, ValueError) as error:
        raise Refusal(
            "{date} is no date of a session; expected one since 1900.", date=f"{moment:%Y-%m-%d}"
        ) from error


def dated(text: object) -> datetime | None:
    """A date as those programs write it, in UTC; None if there is none, or it is no date."""
    try:
        found = datetime.fromisoformat(str(text).strip().replace("/", "-").replace(" ", "T", 1))
        return local(found) if found.year >= 1900 else None
    except (ValueError, Refusal):
        return None


def refuse_long(length: float, where: str) -> None:
    """Raise Refusal for a length that no session has."""
    if not 0 <= length <= LONGEST_S:
        raise Refusal(
            "{where}: it lasts {end} s; a session is two days at most.", where=where, end=f"{length:g}"
        )

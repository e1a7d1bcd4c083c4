"""The first line of a journal: what is agreed before a session begins."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from ii_companion.log.versions import FIRST, HEADER, newest, written
from ii_companion.session.card import Card
from ii_companion.session.refusal import Wrong
from ii_companion.session.said import Said, said
from ii_companion.words import N_

JOURNAL_FORMAT = "ii-companion.journal"
JOURNAL_VERSION = newest(HEADER)
LONGEST_TEXT = 20_000
LONGEST_ID = 140
EARLIEST_YEAR = 1900
LATEST_YEAR = 9998
"""So that the local time of every moment can be told; the calendar ends a year later."""

Stage = Annotated[int, msgspec.Meta(ge=1, le=4)]
KeptStage = Annotated[int, msgspec.Meta(ge=0, le=4)]
"""As `Stage`, or `UNKNOWN_STAGE`: what comes from other programs does not say."""
UNKNOWN_STAGE = 0
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Words = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]

STAGE_WORDS: dict[int, str] = {
    1: N_("new"),
    2: N_("practising"),
    3: N_("fluent"),
    4: N_("independent"),
}


def stage_said(stage: int) -> Said:
    """A stage as facts about a session name it."""
    return said("stage {stage}", stage=stage) if stage else said("stage unknown")


class Mode(StrEnum):
    SOLO = "solo"
    PAIRED = "paired"
    PRACTICE = "practice"
    AFTERWARDS = "afterwards"
    """Noted without keying: there is no journal, and nothing was counted."""


MODE_WORDS: dict[Mode, str] = {
    Mode.SOLO: N_("solo"),
    Mode.PAIRED: N_("paired"),
    Mode.PRACTICE: N_("practice"),
    Mode.AFTERWARDS: N_("afterwards"),
}


class ChosenPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt chosen for one session; `text` only if it is in the pair's own words."""

    id: str
    text: str = ""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first line of a journal: who, where, when, and the learner's card as it was used."""

    format: str = JOURNAL_FORMAT
    version: int = FIRST
    id: str
    learner: str
    practitioner: str = ""
    mentor: str = ""
    stage: KeptStage = 1
    mode: Mode = Mode.SOLO
    probe: bool = False
    place: Words = ""
    started_at: Moment
    assent_at_start: bool | None = None
    card: Card
    chosen: tuple[ChosenPrompt, ...] = ()
    seed: int | None = None
    for_s: float | None = None
    """How long there is for the session, in seconds, if somebody said."""
    along_film: bool = False
    """Keyed along a film: times are the film's, lines stand in the order of keying, and are read in the film's."""

    def __post_init__(self) -> None:
        if self.for_s is not None and not (math.isfinite(self.for_s) and self.for_s > 0):
            raise Wrong("for_s is {value}; it is a number of seconds above 0", value=self.for_s)
        refuse_bad_id(self.id)
        refuse_not_utc("started_at", self.started_at)


def header_line(header: Header) -> bytes:
    """The first line of a journal, in the oldest version that can say it."""
    document, version = written(header, HEADER)
    return msgspec.json.encode({**document, "version": version}) + b"\n"


def refuse_bad_id(session_id: str) -> None:
    """Raise Wrong for an id that could not be a file's name: it names the session's journal."""
    if not 0 < len(session_id) <= LONGEST_ID or not all(c.isalnum() or c in "-_" for c in session_id):
        raise Wrong(
            "id is {id}; it is letters, digits and dashes, {most} at most",
            id=repr(session_id),
            most=LONGEST_ID,
        )


def refuse_not_utc(name: str, moment: datetime) -> None:
    """Raise Wrong for a time that is not UTC, or lies before there were such sessions."""
    if moment.year < EARLIEST_YEAR:
        raise Wrong(
            "{field} is in the year {year}; it is {earliest} or later",
            field=name,
            year=moment.year,
            earliest=EARLIEST_YEAR,
        )
    if moment.year > LATEST_YEAR:
        raise Wrong(
            "{field} is in the year {year}; it is {latest} or earlier",
            field=name,
            year=moment.year,
            latest=LATEST_YEAR,
        )
    if moment.tzinfo is None:
        raise Wrong("{field} has no time zone; times are UTC", field=name)
    if moment.utcoffset() != UTC.utcoffset(None):
        raise Wrong("{field} is not UTC", field=name)

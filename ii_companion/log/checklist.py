"""A mentor's observation list, kept with the log it belongs to. No total."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from ii_companion.content.folder import read_list
from ii_companion.log.header import Words
from ii_companion.log.records import BriefLog
from ii_companion.words import N_


class Seen(StrEnum):
    SEEN = "seen"
    PARTLY = "partly"
    NOT_SEEN = "not_seen"
    NOT_APPLICABLE = "not_applicable"


SEEN_WORDS: dict[Seen, str] = {
    Seen.SEEN: N_("seen"),
    Seen.PARTLY: N_("partly"),
    Seen.NOT_SEEN: N_("not seen"),
    Seen.NOT_APPLICABLE: N_("not applicable"),
}


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mentor saw of one item, with a remark."""

    item: str
    seen: Seen | None = None
    remark: Words = ""


class Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One filled-in list: the session's id, and one strength, one question, one thing to try."""

    id: str
    mentor: str = ""
    saved_at: datetime | None = None
    answers: tuple[Answer, ...] = ()
    strength: Words = ""
    question: Words = ""
    try_next: Words = ""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the list."""

    id: str
    words: str


def items(language: str) -> list[Item]:
    """The list in a language. Raises Refusal if the file is not what it should be."""
    return read_list(language, "checklist.toml", "item", Item)


def blank(log: BriefLog, language: str) -> Checklist:
    """An empty list for a session."""
    return Checklist(id=log.id, mentor=log.mentor, answers=tuple(Answer(item.id) for item in items(language)))

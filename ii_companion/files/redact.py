"""Other people's codes replaced by letters, before something about one person leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from ii_companion.log.activity import Line
from ii_companion.log.checklist import Checklist
from ii_companion.log.header import Header
from ii_companion.log.records import BriefLog
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

_TEXTS = (
    "id",
    "learner",
    "practitioner",
    "mentor",
    "place",
    "journal",
    "who",
    "strength",
    "question",
    "try_next",
    "path",
    "session",
)
_NOTES = ("what_happened", "typical_moment", "best_moment", "next_time")
_CARD = ("code", "enjoys", "maybe_signs", "clear_signs", "distress_signs", "touch", "not_to_copy")
_FIELDS = frozenset((*_TEXTS, *_NOTES, *_CARD))
"""Where a person's code stands, or a person's words, which may hold one."""
Record = TypeVar("Record", bound=msgspec.Struct)


class Letters:
    """Each other person is one letter, the same everywhere: person-a, person-b …"""

    def __init__(self, codes: Iterable[str], keep: str, *, unredacted: bool = False) -> None:
        others = [] if unredacted else sorted({code for code in codes if code} - {keep})
        self.of = {code: f"person-{_letter(n)}" for n, code in enumerate(others)}
        longest_first = sorted(self.of, key=len, reverse=True)
        named = "|".join(map(re.escape, longest_first))
        # a dash belongs to a code, but not the dashes of an id's time before it and of its end behind it
        self._pattern = re.compile(rf"(?<!\w)(?:{named})(?!\w)", re.IGNORECASE) if named else None

    def text(self, text: str) -> str:
        """The text with letters for codes, wherever one stands as a word, in ids of sessions too."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self.of[found[0].lower()], text)

    def record(self, record: Record) -> Record:
        """A record with letters in its codes and in what people wrote."""
        changed: dict[str, Any] = {
            name: self.text(value)
            for name in record.__struct_fields__
            if name in _FIELDS and isinstance(value := getattr(record, name), str)
        }
        match record:
            case Header():
                changed["card"] = self.record(record.card)
                changed["chosen"] = tuple(
                    msgspec.structs.replace(one, text=self.text(one.text)) for one in record.chosen
                )
            case Checklist():
                changed["answers"] = tuple(
                    msgspec.structs.replace(one, remark=self.text(one.remark)) for one in record.answers
                )
            case Line():
                changed["sessions"] = tuple(map(self.text, record.sessions))
            case Event(kind=Kind.NOTE | Kind.MOMENT):
                changed["detail"] = self.text(record.detail)
            case _:
                pass
        return msgspec.structs.replace(record, **changed)


def _letter(n: int) -> str:
    """A … z, aa, ab …"""
    letters = ""
    n += 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def free_texts(record: BriefLog | Checklist | Card | Event) -> list[tuple[str, str]]:
    """What people wrote in their own words: the field, and the words."""
    if isinstance(record, Event):
        is_words = (
            record.kind in (Kind.NOTE, Kind.MOMENT)
            and record.detail
            and not record.detail.startswith("pause:")
        )
        return [("note", record.detail)] if is_words else []
    fields = {
        BriefLog: (*_NOTES, "place"),
        Checklist: ("strength", "question", "try_next"),
        Card: _CARD[1:],
    }[type(record)]
    found = [(name, text) for name in fields if (text := getattr(record, name))]
    if isinstance(record, Checklist):
        found += [(one.item, one.remark) for one in record.answers if one.remark]
    return found

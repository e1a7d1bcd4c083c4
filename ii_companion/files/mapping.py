"""A mapping file (TOML): whose sessions other people's codings are, who is who in them, and what is what.

learner = "p17"                     # the learner's code; or, for several, [learners]
practitioner = "k7"                   # may be left out
date = 2026-03-02T10:00:00            # for files that do not say when
coded = "code_random"                 # ELAN: the tier of what was coded; between its clips is a gap
comments = true                       # keep their comments, which may hold names; left behind unless said
[learners]                            # subjects who are learners, each with sessions of their own
C1 = "p17"
[subjects]                            # who else is whom
Child = "learner"
Adult = "practitioner"
"*" = ""                              # everybody who is not named
[codes]                               # their codes (ELAN: annotation values): which of ours
vocalises = "act"
"contact|hand" = "act"                # with this modifier
ignored = ""                          # left out, knowingly
"out of sight" = "paused"             # one that lasts pauses, and resumes at its end
[codes.Adult]                         # where one code means another thing by another person
vocalises = "other"
"*" = "act"                           # all that is not named
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.content.folder import read_toml
from ii_companion.content.toml_lines import line_of
from ii_companion.files.coding import dated, text_of
from ii_companion.files.lines import lines
from ii_companion.session.codes import code
from ii_companion.session.kinds import BOTH, KIND_OF, LEARNER, PRACTITIONER
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, said

KNOWN = ("learner", "practitioner", "date", "coded", "comments", "learners", "subjects", "codes")
OURS = {word: kind for word, kind in KIND_OF.items() if kind.row.boris_key}
ROLES = (LEARNER, PRACTITIONER, BOTH)
ANY = "*"
UNFILLED = "?"
"""What a starter writes where it has no guess."""


class Mapping(msgspec.Struct, frozen=True):
    """Whose session it is, who is who, and what is what. Their words are composed and trimmed."""

    learner: str
    practitioner: str
    subjects: dict[str, str]
    codes: dict[str, str]
    path: Path
    learners: dict[str, str] = {}
    codes_of: dict[str, dict[str, str]] = {}
    """By subject."""
    coded: str = ""
    date: datetime | None = None
    comments: bool = False

    @property
    def whose(self) -> tuple[str, ...]:
        """The learners there may be sessions of."""
        return tuple(dict.fromkeys(self.learners.values())) or (self.learner,)

    def role(self, subject: str, learner: str) -> str | None:
        """Whom of ours a subject is in a learner's session; empty: left out; None: not mapped."""
        if subject in self.learners:
            return LEARNER if self.learners[subject] == learner else ""
        return self.subjects.get(subject, self.subjects.get(ANY))

    def ours(self, subject: str, theirs: str, modifiers: str) -> tuple[str | None, bool]:
        """Which of ours a code is, None if it is not mapped, and whether its modifiers decided."""
        exact = (
            [f"{theirs}|{modifiers}", *(f"{theirs}|{part}" for part in modifiers.split("|"))]
            if modifiers
            else []
        )
        own = self.codes_of.get(subject, {})
        for table in (own, self.codes):
            for key in exact:
                if key in table:
                    return table[key], True
            if theirs in table:
                return table[theirs], False
        return own.get(ANY, self.codes.get(ANY)), False


def read_mapping(path: Path, learner: str = "") -> Mapping:
    """The mapping file; `learner` stands in for one it leaves empty. Raises Refusal naming file and line."""
    table, text = read_toml(path)
    return _Reader(path, text).read(table, learner)


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text

    def read(self, table: dict[str, Any], learner: str) -> Mapping:
        unknown = next((name for name in table if name not in KNOWN), None)
        if unknown:
            raise self._wrong(
                (unknown,),
                said("“{name}” is not known; expected {known}.", name=unknown, known=", ".join(KNOWN)),
            )
        subjects = self._words(table, "subjects", (*ROLES, ""))
        codes, codes_of = self._codes(table)
        learners = {
            theirs: self._code("learners", theirs, value)
            for theirs, value in self._table(table, "learners").items()
            if isinstance(value, str)
        }
        self._refuse_unfilled(table, learner)
        if twice := next((one for one in learners if one in subjects), None):
            raise self._wrong(
                ("subjects", twice), said("“{name}” is in [learners] too; one of them.", name=twice)
            )
        whose = str(table.get("learner") or learner)
        if learners and table.get("learner"):
            raise self._wrong(("learner",), said("there are [learners] too; say one of them."))
        practitioner = str(table.get("practitioner") or "")
        try:
            return Mapping(
                "" if learners else code(learner or whose),
                code(practitioner, "practitioner") if practitioner else "",
                subjects, codes, self._path, learners, codes_of,
                text_of(table.get("coded", "")), self._date(table), self._comments(table),
            )  # fmt: skip
        except Refusal as refusal:
            raise Refusal("{where}: {what}", where=self._path, what=refusal.sentence) from refusal

    def _codes(self, table: dict[str, Any]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        found = self._table(table, "codes")
        by_subject = {who: value for who, value in found.items() if isinstance(value, dict)}
        flat = {theirs: value for theirs, value in found.items() if not isinstance(value, dict)}
        known = (*OURS, "")
        return self._words({"codes": flat}, "codes", known), {
            text_of(who): self._words({f"codes.{who}": value}, f"codes.{who}", known)
            for who, value in by_subject.items()
        }

    def _table(self, table: dict[str, Any], part: str) -> dict[str, Any]:
        found = table.get(part, {})
        if not isinstance(found, dict):
            raise self._wrong((part,), said("[{part}] is not a table of their words and ours.", part=part))
        return {text_of(theirs): value for theirs, value in found.items()}

    def _words(self, table: dict[str, Any], part: str, known: tuple[str, ...]) -> dict[str, str]:
        found = self._table(table, part)
        for theirs, ours in found.items():
            if not isinstance(ours, str):
                raise self._wrong(
                    (part,), said("[{part}] is not a table of their words and ours.", part=part)
                )
            if ours not in (*known, UNFILLED):
                raise self._wrong(
                    (part, theirs),
                    said(
                        "“{word}”; expected one of {known}, or nothing to leave it out.",
                        word=ours,
                        known=", ".join(filter(None, known)),
                    ),
                )
        return found

    def _refuse_unfilled(self, table: dict[str, Any], learner: str) -> None:
        """Name all that a starter left open, at once."""
        wanting: list[str] = []
        whose = table.get("learner", "")
        if whose == UNFILLED or (not whose and not table.get("learners") and not learner):
            wanting.append(said("{path}, line {line}: learner is empty; give the learner's code, such as p17.",
                path=self._path, line=line_of(self._text, "learner")))  # fmt: skip
        for part, theirs, value in _entries(table):
            if value == UNFILLED:
                wanting.append(
                    said("{path}, line {line}: “{word}” is still “?”; expected one of {known}, or nothing to leave it out.",
                        path=self._path, line=line_of(self._text, part, theirs), word=theirs,
                        known=", ".join(ROLES if part == "subjects" else OURS))
                )  # fmt: skip
        if wanting:
            raise Refusal(lines(wanting))

    def _code(self, part: str, theirs: str, value: str) -> str:
        try:
            return code(value)
        except Refusal as refusal:
            raise self._wrong((part, theirs), said("{what}", what=refusal.sentence)) from refusal

    def _date(self, table: dict[str, Any]) -> datetime | None:
        value = table.get("date")
        if value in (None, ""):
            return None
        found = dated(value.isoformat() if isinstance(value, date | datetime) else value)
        if found is None:
            raise self._wrong(
                ("date",),
                said(
                    "“{word}” is no date; expected one such as {example}.",
                    word=str(value),
                    example="2026-03-02T10:00:00",
                ),
            )
        return found

    def _comments(self, table: dict[str, Any]) -> bool:
        value = table.get("comments", False)
        if not isinstance(value, bool):
            raise self._wrong(("comments",), said("“{word}”; expected true or false.", word=str(value)))
        return value

    def _wrong(self, place: tuple[str, ...], what: Said) -> Refusal:
        return Refusal(
            "{path}, line {line}: {what}", path=self._path, line=line_of(self._text, *place), what=what
        )


def _entries(table: dict[str, Any]) -> Iterable[tuple[str, str, Any]]:
    """Part, their word and ours, of all that a starter may have left open."""
    for part in ("learners", "subjects", "codes"):
        found = table.get(part)
        for theirs, value in found.items() if isinstance(found, dict) else ():
            if isinstance(value, dict):
                yield from ((f"{part}.{theirs}", inner, ours) for inner, ours in value.items())
            else:
                yield part, theirs, value

"""Searching logs: words, and `learner:heron me:k7 mentor:m1 tag:turns since:2026-01 until:2026-03 mode:paired`."""

from __future__ import annotations

import re

import msgspec

from ii_companion.session.said import Said, said

FIELDS = ("learner", "me", "mentor", "tag", "since", "until", "mode")


_A_DATE = re.compile(r"^\d{1,4}(-((0?|0[1-9]|1[0-2]?)(-([0-2]?\d?|3[01]?))?)?)?$")
"""A date, or the beginning of one that is being typed."""


class Found(msgspec.Struct, frozen=True):
    """What of a log is searched: dates as ISO text, the rest in small letters."""

    learner: str
    practitioner: str
    mentor: str
    mode: str
    date: str
    tags: tuple[str, ...]
    words: str


class Query(msgspec.Struct, frozen=True):
    """What is looked for; every part must hold."""

    fields: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


def parse(text: str) -> Query:
    """The query in a line of text; a field without a value is only words being typed."""
    fields: list[tuple[str, str]] = []
    words: list[str] = []
    for part in text.lower().split():
        name, colon, value = part.partition(":")
        if colon and name in FIELDS:
            if value:
                fields.append((name, value))
        else:
            words.append(part)
    return Query(tuple(fields), tuple(words))


def mistakes(text: str) -> list[Said]:
    """What in a line of text looks like a field and is none, or like a date and is none: a sentence each."""
    found = []
    for part in text.lower().split():
        name, colon, value = part.partition(":")
        if colon and name.isalpha() and name not in FIELDS:
            found.append(
                said("“{name}:” is not a field; fields are {fields}.", name=name, fields=", ".join(FIELDS))
            )
        elif name in ("since", "until") and value and not _A_DATE.match(value):
            found.append(said("“{value}” is not a date; write 2026, 2026-01 or 2026-01-31.", value=value))
    return found


def _holds(name: str, value: str, found: Found) -> bool:
    match name:
        case "learner":
            return found.learner.startswith(value)
        case "me":
            return found.practitioner.startswith(value)
        case "mentor":
            return found.mentor.startswith(value)
        case "mode":
            return found.mode.startswith(value)
        case "tag":
            return any(tag.startswith(value) for tag in found.tags)
        case "since":
            return found.date[: len(value)] >= value
        case _:
            return found.date[: len(value)] <= value


def search(query: Query, every: list[Found]) -> list[int]:
    """Where in `every` the logs are that are looked for; codes match from their start, dates by their length. Words
    go first, in plain loops: with ten thousand logs each key must still be answered without a delay.
    """
    hits = list(range(len(every)))
    for word in query.words:
        hits = [n for n in hits if word in every[n].words]
    for name, value in query.fields:
        hits = [n for n in hits if _holds(name, value, every[n])]
    return hits

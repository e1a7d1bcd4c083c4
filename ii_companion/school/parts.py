"""What of a log travels, in which parts, and how versions of a part come to be one: pure, by content, without a clock.

A version's id is made from what it says, so that the same edit has the same id wherever it is noticed. A version replaces
every one that was on the screen when it was written. Heads are versions that nobody has replaced; the greatest, by its
bytes, is shown, and the others are told of beside it. Nothing is merged and nothing is dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ii_companion.log.records import BriefLog
from ii_companion.session.card import Card

WHO = ("id", "learner", "practitioner", "mentor", "started_at")
"""Fields of a session that are written once."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "facts": ("schema", "stage", "mode", "probe", "duration_s", "paused_s", "end_reason"),
    "figures": ("measures", "prompts", "hushed_s"),
    "words": (
        "place", "assent_at_start", "arousal_start", "arousal_end", "enjoyed_by_learner", "enjoyed_by_me", "novelty",
        "typical_moment", "best_moment", "next_time", "what_happened", "fundamentals", "engagement", "touch_used", "journal_digest",
    ),
}  # fmt: skip
"""Which fields of a brief log are in which part; the journal is a part of its own, and so is the checklist."""
STAYS = ("journal",)
"""Fields that stay: the name of a file."""
ME, MENTOR, SCHOOL = 0, 1, 2
"""Who else may see figures, or words: nobody, the practitioner's mentors, the school's co-ordinators too."""
GREATEST_N = 0xFFFF

Versions = dict[str, tuple[tuple[str, ...], str]]
"""What each version replaces, and who wrote it, by its id."""


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of the versions of one part; kind `session` says how its session stands instead."""

    id: str
    kind: str
    shown: tuple[str, ...] = ()
    """The heads that were on the screen; the greatest of them is what the log says."""
    versions: Versions = {}
    sent: tuple[str, ...] = ()
    """Versions that the school's log has shown to have."""
    bodies: dict[str, str] = {}
    """What heads say that are not what the log says."""
    before: tuple[str, ...] | None = None
    """Of a card's field: what was shown before a change that is to come; `bodies` has what the file will say."""
    state: str = ""
    """Of a session: `sent`, `kept` here, `refused`; empty: here, and not sent yet."""
    audience: tuple[int, int] | None = None
    """Of a session: who else may see figures and words, where that was said for this one."""
    told: tuple[int, int] | None = None
    """Of a session: the audience that the school's log has."""


def split(document: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a brief log as canonical JSON, each without fields that hold their default."""
    return {kind: part_of(document, kind) for kind in PARTS}


def part_of(document: Mapping[str, Any], kind: str) -> str:
    """One part as canonical JSON."""
    return canonical(_held(document, PARTS[kind]))


def _held(document: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {
        name: document[name] for name in names if name in document and document[name] != DEFAULTS.get(name)
    }


def canonical(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def joined(document: Mapping[str, Any], kind: str, body: str) -> dict[str, Any]:
    """The log with one part as `body` has it. Raises ValueError for a body that is no such part."""
    held = msgspec.json.decode(body)
    if not isinstance(held, dict) or not set(held) <= set(PARTS[kind]):
        raise ValueError(kind)
    plain = {name: DEFAULTS[name] for name in PARTS[kind] if name in document and name in DEFAULTS}
    return {**document, **plain, **held}


def without(document: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The log without one part: nothing tells that it was ever there."""
    return {
        **document,
        **{name: DEFAULTS[name] for name in PARTS[kind] if name in document and name in DEFAULTS},
    }


def vid(kind: str, key: str, replaces: Iterable[str], author: str, body: str) -> str:
    """A version's id: two bytes that count how often the part was replaced, then 14 of SHA-256 over what it says."""
    replaced = sorted(replaces)
    n = min(1 + max((int(one[:4], 16) for one in replaced), default=0), GREATEST_N)
    said = msgspec.json.encode(
        [kind, key, replaced, author, body if kind == "journal" else msgspec.Raw(body.encode())]
    )
    return f"{n:04x}{hashlib.sha256(said).hexdigest()[:28]}"


def heads(versions: Versions) -> list[str]:
    """Versions that nobody has replaced, the greatest last."""
    replaced = {one for replaces, _author in versions.values() for one in replaces}
    return sorted(set(versions) - replaced)


def same(row: Row, shown: tuple[str, ...], body: str) -> bool:
    """Whether `body` is what the greatest of `shown` says."""
    if not shown:
        return body == BLANK
    replaces, author = row.versions[max(shown)]
    return vid(row.kind, row.id, replaces, author, body) == max(shown)


def noticed(row: Row, body: str, author: str) -> Row:
    """The row after `body` was found in the log: an edit is a new version that replaces all that was on the screen."""
    if same(row, row.shown, body):
        return put(row) if row.before is not None else row
    seen = row.shown
    if row.before is not None:
        if same(row, row.before, body):
            return row  # what was to be put in the file has not been put yet
        seen = ()  # edited before that was put, or after: nobody knows what was on the screen, so nothing is replaced
    if not seen and body == BLANK:
        return row
    made = vid(row.kind, row.id, seen, author, body)
    versions = {**row.versions, made: (tuple(sorted(seen)), author)}
    left = [one for one in row.shown if one not in seen]
    bodies = {one: text for one, text in row.bodies.items() if one in left}
    return msgspec.structs.replace(row, versions=versions, shown=(made,), bodies=bodies, before=None)


def put(row: Row) -> Row:
    """The row once the card's file says what was to come."""
    bodies = {one: text for one, text in row.bodies.items() if one != max(row.shown, default="")}
    return msgspec.structs.replace(row, before=None, bodies=bodies)


class Laid(msgspec.Struct, frozen=True):
    """A row with versions laid over it, and what the log is to say now; None: as it does."""

    row: Row
    body: str | None


def laid(row: Row, body: str, versions: Versions, bodies: Mapping[str, str]) -> Laid:
    """Lay versions from elsewhere over a row whose log says `body`; notice edits first, or they are taken for old."""
    every = {**versions, **row.versions}
    known = {**bodies, **row.bodies}
    if row.shown and row.before is None:
        known[max(row.shown)] = body
    shown = tuple(one for one in heads(every) if one in known)
    if not shown:
        return Laid(msgspec.structs.replace(row, versions=every), None)
    pick = shown[-1]
    beside = {one: known[one] for one in shown if one != pick}
    stays = row.before is None and row.shown and max(row.shown) == pick
    changed = None if stays else known[pick]
    return Laid(msgspec.structs.replace(row, versions=every, shown=shown, bodies=beside), changed)


def unsent(row: Row, author: str) -> list[str]:
    """The heads that this person wrote and the school's log has not shown to have."""
    return [one for one in heads(row.versions) if row.versions[one][1] == author and one not in row.sent]


def body_of(row: Row, one: str, body: str) -> str | None:
    """What a head says; `body` is what the log says."""
    is_shown = row.before is None and row.shown and one == max(row.shown)
    return body if is_shown else row.bodies.get(one)


def fields_of(card: Card) -> dict[str, str]:
    """A card's fields, each as canonical JSON; those that hold their default are blank."""
    every = msgspec.to_builtins(card)
    plain = msgspec.to_builtins(Card(card.code))
    return {
        name: canonical(value) if value != plain[name] else BLANK
        for name, value in every.items()
        if name != "code"
    }


def card_with(card: Card, changed: Mapping[str, str]) -> Card:
    """The card with fields as those bodies have them. Raises ValueError for one that cannot stand there."""
    plain = msgspec.to_builtins(Card(card.code))
    values = {
        name: plain[name] if body == BLANK else msgspec.json.decode(body) for name, body in changed.items()
    }
    return msgspec.convert({**msgspec.to_builtins(card), **values}, Card)


def grave(salt: bytes, what: str) -> str:
    """What a tombstone has in place of a name; `what` is `learner:CODE` or `session:ID`."""
    return hashlib.sha256(salt + what.encode()).hexdigest()


BLANK = "{}"
"""A part, or a card's field, in which nothing stands."""
DEFAULTS: dict[str, Any] = msgspec.to_builtins(
    {
        field.name: field.default
        for field in msgspec.structs.fields(BriefLog)
        if field.default is not msgspec.NODEFAULT and field.name != "schema"
    }
)

"""Whether a session that comes in is new, here already, or here with other events; and what is then done about it."""

from __future__ import annotations

import re
from enum import StrEnum
from hashlib import blake2s

import msgspec

from ii_companion.files.sessions import Travelling
from ii_companion.log.records import BriefLog
from ii_companion.log.store import Store, longest_good
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said
from ii_companion.words import date_and_time

_IDENTITY = re.compile(r"^\d{8}-\d{6}-(?P<which>.+-[0-9a-f]{10})(?:-[0-9a-f]{6})?$")
WORDS_OF_PEOPLE = (
    "mentor", "place", "assent_at_start", "arousal_start", "arousal_end", "enjoyed_by_learner", "enjoyed_by_me", "novelty",
    "typical_moment", "best_moment", "next_time", "what_happened", "fundamentals", "touch_used",
)  # fmt: skip
"""What a person may have added to a log, which a better coding does not take away."""


class Meeting(StrEnum):
    """What to do about a session that is here with other events."""

    REFUSE = "refuse"
    REPLACE = "replace"
    AGAIN = "again"


class Standing(msgspec.Struct):
    session: Travelling
    words: str
    conflict: bool = False
    replaces: bool = False


class Standings:
    """What is kept, to compare with. Sessions decided on are remembered, so that one file cannot bring one twice."""

    def __init__(self, store: Store, meeting: Meeting) -> None:
        self._store, self._meeting = store, meeting
        self._ids: dict[str, list[str]] = {}
        for one in sorted(store.known()):
            self._ids.setdefault(_which(one), []).append(one)

    def of(self, session: Travelling) -> Standing:
        """How a session stands; with `--replace` or `--again` it is given back as it is to be kept."""
        here = self._ids.get(_which(session.log.id), [])
        if not here:
            return Standing(session, said("new"))
        for one in here:
            if self._same(one, session):
                return Standing(renamed(session, one), said("already here, and left as it is"))
        match self._meeting:
            case Meeting.REPLACE:
                return self._replacing(here[0], session)
            case Meeting.AGAIN:
                events = msgspec.json.encode(session.events)
                new = f"{session.log.id}-{blake2s(events, digest_size=3).hexdigest()}"
                return Standing(renamed(session, new), said("taken in again, beside the one that is here"))
            case Meeting.REFUSE:
                return Standing(session, said("here already, with other events"), conflict=True)

    def _same(self, session_id: str, session: Travelling) -> bool:
        """Whether the log is of these events and the journal is, or is what an import that was cut short left of it."""
        log = self._store.get(session_id)
        if log is not None and not _measured_alike(log, session.log):
            return False
        try:
            written = self._store.written(session_id)
        except Refusal:
            return log is not None and self._meeting is Meeting.REFUSE
        if written is None:
            return log is not None
        if log is not None and written.events == session.events[: len(written.events)]:
            return True
        return _as_coded(longest_good(written.events).events(), session.effective())

    def _replacing(self, session_id: str, session: Travelling) -> Standing:
        old = self._store.get(session_id)
        if old is None:
            raise Refusal(
                "{id} is here, but its log cannot be read, or it was never finished; it is not replaced.",
                id=session_id,
            )
        if f"{old.started_at:%Y-%m}" != f"{session.log.started_at:%Y-%m}":
            raise Refusal(
                "{id} is of {when}; it is not replaced by one of another month. Remove it first: ii-companion log delete {id}",
                id=session_id,
                when=date_and_time(old.started_at.astimezone()),
            )
        kept = {
            name: getattr(old, name) for name in WORDS_OF_PEOPLE if getattr(old, name) not in (None, "", ())
        }
        log: BriefLog = msgspec.structs.replace(session.log, **kept)
        made = renamed(msgspec.structs.replace(session, log=log), session_id)
        return Standing(made, said("replaces the one that was here"), replaces=True)


def renamed(session: Travelling, session_id: str) -> Travelling:
    log = msgspec.structs.replace(session.log, id=session_id, journal=f"{session_id}.jsonl")
    header = session.header and msgspec.structs.replace(session.header, id=session_id)
    return msgspec.structs.replace(session, log=log, header=header)


def _which(session_id: str) -> str:
    """What is the same in all versions of one observation; a guessed date differs."""
    found = _IDENTITY.match(session_id)
    return found["which"] if found else session_id


def _as_coded(kept: list[Event], coming: list[Event]) -> bool:
    """Whether the codes that files can tell are the same, to the millisecond; a detail that was left behind is no difference."""

    def told(events: list[Event]) -> list[Event]:
        return [event for event in events if event.kind.row.word or event.kind is Kind.GAP]

    old, new = told(kept), told(coming)
    return len(old) == len(new) and all(
        a.kind is b.kind and abs(a.t - b.t) < 0.0015 and (not b.detail or a.detail == b.detail)
        for a, b in zip(old, new, strict=True)
    )


def _measured_alike(kept: BriefLog, coming: BriefLog) -> bool:
    """Whether two logs are of as long a session, with as many of everything."""
    if kept.measures is None or coming.measures is None:
        return kept.duration_s == coming.duration_s
    return (kept.duration_s, kept.measures.counts) == (coming.duration_s, coming.measures.counts)

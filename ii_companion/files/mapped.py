"""An observation and a mapping become a session, and a receipt of what became of every event."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from hashlib import blake2s

import msgspec

from ii_companion.files.coding import Mark, Observation
from ii_companion.files.lines import lines
from ii_companion.files.mapping import OURS, Mapping
from ii_companion.files.receipt import Receipt
from ii_companion.files.sessions import Travelling, check
from ii_companion.files.spans import Span, inside, merged
from ii_companion.log.closing import brief_log, suggested_reason
from ii_companion.log.header import UNKNOWN_STAGE, Header
from ii_companion.log.plan import new_id
from ii_companion.log.records import EndReason
from ii_companion.log.table import TURN_ACTOR
from ii_companion.session.card import Card
from ii_companion.session.events import Event, IllegalEvent, fold
from ii_companion.session.kinds import BOTH, LEARNER, Kind
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import said

OUR_END = "end"


def refuse_unmapped(observations: Iterable[Observation], mapping: Mapping) -> None:
    """Raise Refusal naming every subject and code at once that the mapping does not say, or says wrong."""
    wrong: dict[tuple[str, ...], str] = {}
    for one in observations:
        for mark in one.marks:
            if not _beside(mark, one, mapping):
                for learner in mapping.whose:
                    _note_wrong(wrong, mark, one, mapping, learner)
        if mapping.coded and not any(_is_coded(mark, mapping) for mark in one.marks):
            wrong[one.name, "coded"] = said(
                "{where}: there is no “{coded}”, which {path} names as what was coded.",
                where=one.where, coded=mapping.coded, path=mapping.path,
            )  # fmt: skip
    if wrong:
        raise Refusal(lines(list(wrong.values())))


def _note_wrong(
    wrong: dict[tuple[str, ...], str], mark: Mark, one: Observation, mapping: Mapping, learner: str
) -> None:
    role = mapping.role(mark.subject, learner)
    if role is None:
        wrong.setdefault((mark.subject,), said(
            "{where}: the subject “{subject}” is not in {path}, [subjects]{near}",
            where=one.where, subject=mark.subject, path=mapping.path,
            near=_near(mark.subject, {**mapping.subjects, **mapping.learners}),
        ))  # fmt: skip
        return
    if not role:
        return
    ours, _ = mapping.ours(mark.subject, mark.code, mark.modifiers)
    if ours is None:
        wrong.setdefault(("", mark.code), said(
            "{where}: the code “{code}” at {time} s is not in {path}, [codes]{near}",
            where=one.where, code=mark.code, time=f"{mark.t:g}", path=mapping.path,
            near=_near(mark.code, {**mapping.codes, **mapping.codes_of.get(mark.subject, {})}),
        ))  # fmt: skip
        return
    expected = TURN_ACTOR.get(OURS[ours], role) if ours else role
    if role != expected:
        wrong.setdefault((mark.subject, mark.code, ours), said(
            "{where}: “{theirs}” by “{subject}” at {time} s would be {ours} by {actor}; expected {expected}.",
            where=one.where, theirs=mark.code, subject=mark.subject, time=f"{mark.t:g}",
            ours=ours, actor=role, expected=expected,
        ))  # fmt: skip


def _near(word: str, known: dict[str, str]) -> str:
    by_fold = {one.casefold(): one for one in known}
    near = by_fold.get(word.casefold()) or next(iter(get_close_matches(word, known, 1, 0.8)), "")
    return said("; did you mean {near}?", near=near) if near else "."


def _is_coded(mark: Mark, mapping: Mapping) -> bool:
    return bool(mapping.coded) and mapping.coded in (mark.subject, mark.code)


def _beside(mark: Mark, one: Observation, mapping: Mapping) -> bool:
    """What is no act: what was coded, and the end that we write."""
    return _is_coded(mark, mapping) or (one.ours and mark.code == OUR_END)


def sessions_of(
    one: Observation, mapping: Mapping, card_of: Callable[[str], Card]
) -> Iterable[tuple[Travelling | None, Receipt]]:
    """A session of each learner in the observation. Raises Refusal."""
    subjects = {mark.subject for mark in one.marks if not _beside(mark, one, mapping)}
    there = [
        learner
        for learner in mapping.whose
        if any(mapping.role(subject, learner) in (LEARNER, BOTH) for subject in subjects)
    ]
    if not there:
        yield None, Receipt(one.name, left_out=said("no learner of the mapping is in it"))
    for learner in there:
        made = _Making(one, mapping, learner)
        events = made.events()
        if len(there) > 1:
            made.receipt.notes.append(
                said("several learners are in it; what others did counts for each of them")
            )
        yield _session(one, mapping.practitioner, card_of(learner), events), made.receipt


class _Making:
    """The events of one learner's session."""

    def __init__(self, one: Observation, mapping: Mapping, learner: str) -> None:
        self._one, self._mapping, self._learner = one, mapping, learner
        clips = merged((mark.t, mark.stop or mark.t) for mark in one.marks if _is_coded(mark, mapping))
        self._length = min(one.length, clips[-1][1]) if clips else one.length
        starts = [0.0, *(stop for _, stop in clips)]
        self._gaps = [(a, b) for a, (b, _) in zip(starts, clips, strict=False) if b > a]
        self._pauses: list[Span] = []
        source = said("what was coded") if clips else one.length_from
        self.receipt = Receipt(
            one.name,
            learner,
            one.started,
            one.date_from,
            self._length,
            source,
            of=sum(one.aside.values()),
            aside=Counter(one.aside),
        )

    def events(self) -> list[Event]:
        found = [
            (t, order, kind, detail) for mark in self._one.marks for t, order, kind, detail in self._of(mark)
        ]
        self._pauses = merged(self._pauses)
        kept = [row for row in found if not self._refused(row)]
        self.receipt.taken += len(kept)
        rows = kept + [(stop, 0, Kind.GAP, repr(round(stop - start, 6))) for start, stop in self._gaps]
        for start, stop in self._pauses:
            rows.append((start, 2, Kind.PAUSED, ""))
            if stop < self._length:
                rows.append((stop, 0, Kind.RESUMED, ""))
        rows.sort(key=lambda row: row[:2])
        end = max(self._length, rows[-1][0] if rows else 0.0)
        events = []
        for n, (t, _, kind, detail) in enumerate([*rows, (end, 3, Kind.ENDED, "")], 1):
            try:
                events.append(Event(n, t, kind, detail))
            except ValueError as error:
                raise Refusal(
                    "{where}, at {time} s: {why}.", where=self._one.where, time=f"{t:g}", why=said_by(error)
                ) from error
        return events

    def _of(self, mark: Mark) -> Iterable[tuple[float, int, Kind, str]]:
        """The event a mark is; a mark that pauses is put by."""
        if _beside(mark, self._one, self._mapping):
            return
        receipt = self.receipt
        receipt.of += 1
        role = self._mapping.role(mark.subject, self._learner)
        ours, by_modifier = self._mapping.ours(mark.subject, mark.code, mark.modifiers)
        if not role:
            other = mark.subject in self._mapping.learners
            receipt.aside[said("another learner's") if other else said("by somebody mapped to nothing")] += 1
            return
        if not ours:
            receipt.aside[said("mapped to nothing")] += 1
            return
        receipt.modifiers += bool(mark.modifiers) and not by_modifier
        receipt.comments += bool(mark.comment) and not self._mapping.comments
        kind = OURS[ours]
        if kind is Kind.PAUSED and mark.lasts:
            stop = self._length if mark.stop is None else min(mark.stop, self._length)
            if stop > mark.t:
                self._pauses.append((mark.t, stop))
            receipt.taken += 1
        elif mark.number < 0:
            receipt.aside[said("begun before the time that was observed")] += 1
        else:
            yield mark.t, 1, kind, mark.comment if self._mapping.comments else ""

    def _refused(self, row: tuple[float, int, Kind, str]) -> bool:
        """Whether nothing could have been seen at its time; told in the receipt."""
        t, _, kind, _ = row
        if t > self._length or inside(t, self._gaps):
            self.receipt.aside[said("outside what was coded")] += 1
            return True
        if not kind.row.in_pause and inside(t, self._pauses):
            self.receipt.aside[said("in a pause")] += 1
            return True
        return False


def _session(one: Observation, practitioner: str, card: Card, events: list[Event]) -> Travelling:
    if one.started is None:
        raise Refusal(
            "{where}: it has no date; say when it began with --date, such as --date 2026-03-02T10:00, "
            "or with date = in the mapping.",
            where=one.where,
        )
    header = Header(
        id=session_id(one, card.code),
        learner=card.code,
        practitioner=practitioner,
        stage=UNKNOWN_STAGE,
        started_at=one.started,
        card=card,
    )
    try:
        ended = suggested_reason(fold(events))
        known = (
            ended is EndReason.LEARNER_HAD_ENOUGH
        )  # keyed by whoever coded; any other end is nobody's word
        log = brief_log(header, events, ended if known else EndReason.UNKNOWN)
    except IllegalEvent as illegal:
        raise Refusal("{where}: {why}.", where=one.where, why=said_by(illegal)) from illegal
    found = Travelling(log, header, tuple(events))
    check(found, one.where)
    return found


session = _session


def session_id(one: Observation, learner: str) -> str:
    """When, whose, and a hash of which observation it is, so that it is known again when its events were mended.

    No word of theirs stands in it, since it might be a name. A guessed date is no part of the hash: the next copy of the
    file would have another.
    """
    who = "".join(c if c.isalnum() or c == "-" else "_" for c in learner)
    if one.ours and re.fullmatch(
        rf"\d{{8}}-\d{{6}}-{re.escape(who)}-[0-9a-f]{{4,16}}(-[0-9a-f]{{6}})?", one.name
    ):
        return one.name  # one of ours, come back
    assert one.started is not None
    which = msgspec.json.encode([one.name, learner, one.started if one.sure else None])
    return new_id(who, one.started, blake2s(which, digest_size=5).hexdigest())

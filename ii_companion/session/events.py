"""Every event there is, and the session they add up to.

Everything that decides whether an event may follow another lives in this file: `TRANSITIONS` says which
kinds a phase allows and where they lead, `_GUARDS` what else must hold. A session is a value. `apply` gives
the next one; an illegal event raises `IllegalEvent` and changes nothing, because nothing can be changed.

The trail of effective events is a linked list, newest first. Undo drops a link, so a key costs the same in
the second hour as in the first minute, and taking back the last act gives back the very state before it.
Long because all that decides about legal events is here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

import msgspec

from ii_companion.session.kinds import (
    ACTS,
    CHANNELS,
    KIND_WORDS,
    RESPONSES,
    STOPS,
    UNDOABLE,
    Kind,
    strongest,
)
from ii_companion.session.refusal import Wrong
from ii_companion.session.said import counted, said, word


class Phase(StrEnum):
    """Where a session stands."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


LONGEST_DETAIL = 2_000
TAKE_BACK_UNDO = "undo"
"""The detail of an undo that takes back the undo just before it (a held `u`)."""


class IllegalEvent(ValueError):  # noqa: N818 - the field's word, and it reads well where it is raised
    """An event that cannot follow what came before; the message says what would be right, `why` without the event."""

    def __init__(self, event: Event, why: str) -> None:
        t = f"{event.t:g}"
        super().__init__(f"{event.kind} at {t} s: {why}")
        self.why = why
        self.sentence = said("{act} at {t} s: {why}", act=word(KIND_WORDS[event.kind]), t=t, why=why)


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event. `n` counts from 1; `t` is seconds since the session began; `detail` is free words.

    The detail of `channel` is one of `CHANNELS`; of `gap` the seconds nobody could have keyed anything; of
    `prompt` its id and trigger; of `paused` and `note` what a person wrote.
    """

    n: int
    t: float
    kind: Kind
    detail: str = ""

    def __post_init__(self) -> None:
        if self.n < 1:
            raise Wrong("n is {n}; events are counted from 1", n=self.n)
        if not (math.isfinite(self.t) and self.t >= 0):
            raise Wrong("t is {t}; a time is a number of seconds from 0", t=self.t)
        if len(self.detail) > LONGEST_DETAIL:
            raise Wrong(
                counted(
                    "detail has {n} character; at most {most} are kept",
                    "detail has {n} characters; at most {most} are kept",
                    len(self.detail),
                    most=LONGEST_DETAIL,
                )
            )
        if self.kind is Kind.CHANNEL and self.detail not in CHANNELS:
            raise Wrong(
                "channel is {channel}; it is one of {channels}",
                channel=repr(self.detail),
                channels=", ".join(CHANNELS),
            )
        if self.kind is Kind.GAP:
            gap_seconds(self)


def gap_seconds(event: Event) -> float:
    """How long a `gap` lasted, in seconds; it ended at the event's time. Raises Wrong if unsaid."""
    try:
        seconds = float(event.detail)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise Wrong("gap is {gap}; its detail is the seconds that were lost", gap=repr(event.detail))
    return seconds


class Link(msgspec.Struct, frozen=True, eq=False):
    """One effective event and everything before it.

    The `earlier_…` fields point to the newest event of that sort *before* this one, so a walk over acts alone
    skips the rest; the properties of the same name without the prefix count this one too.
    """

    event: Event
    before: Link | None = None
    depth: int = 1
    stretch: int = 0
    """The number of its stretch, from 0. A stretch is the time between two pauses or gaps; no measure reaches across."""
    stretch_start: float = 0.0
    sign: Kind | None = None
    """The strongest sign so far."""
    channel: str = ""
    """How the newest learner act was made, if somebody said."""
    earlier_act: Link | None = None
    earlier_learner_act: Link | None = None
    earlier_response: Link | None = None
    earlier_prompt: Link | None = None
    earlier_enjoyed: Link | None = None
    earlier_keyed: Link | None = None

    @property
    def act(self) -> Link | None:
        return self if self.event.kind in ACTS else self.earlier_act

    @property
    def learner_act(self) -> Link | None:
        return self if self.event.kind is Kind.LEARNER_ACT else self.earlier_learner_act

    @property
    def response(self) -> Link | None:
        return self if self.event.kind in RESPONSES else self.earlier_response

    @property
    def prompt(self) -> Link | None:
        return self if self.event.kind is Kind.PROMPT else self.earlier_prompt

    @property
    def enjoyed(self) -> Link | None:
        return self if self.event.kind is Kind.ENJOYED else self.earlier_enjoyed

    @property
    def keyed(self) -> Link | None:
        """The newest thing undo can take back."""
        return self if self.event.kind in UNDOABLE else self.earlier_keyed


def _push(old: Link | None, event: Event) -> Link:
    if old is None:
        old = _NOTHING
    kind = event.kind
    breaks = kind in (Kind.PAUSED, Kind.RESUMED, Kind.GAP)
    sign = strongest(old.sign, kind)
    channel = old.channel
    if kind is Kind.CHANNEL:
        channel = event.detail
    elif kind is Kind.LEARNER_ACT:
        channel = event.detail if event.detail in CHANNELS else ""
    return Link(
        event,
        None if old is _NOTHING else old,
        old.depth + 1,
        old.stretch + 1 if breaks else old.stretch,
        event.t if breaks else old.stretch_start,
        sign,
        channel,
        old.act,
        old.learner_act,
        old.response,
        old.prompt,
        old.enjoyed,
        old.keyed,
    )


_NOTHING = Link(Event(1, 0.0, Kind.ENDED), depth=0)


class Session(msgspec.Struct, frozen=True):
    """A session as it stands. Times are seconds since it began."""

    n: int = 0
    t: float = 0.0
    phase: Phase = Phase.RUNNING
    hushed: bool = False
    trail: Link | None = None
    undone: Link | None = None
    """The trail before the undo that was the last event; None if the last event was something else."""

    @property
    def sign(self) -> Kind | None:
        """The strongest sign keyed and not taken back."""
        return self.trail.sign if self.trail else None

    @property
    def stopped(self) -> bool:
        """Whether the learner has had enough: coaching has stopped."""
        return self.sign in STOPS

    def events(self) -> list[Event]:
        """The effective events, oldest first."""
        return [link.event for link in walk(self.trail)][::-1]


def walk(trail: Link | None) -> Iterator[Link]:
    """The links of a trail, newest first."""
    while trail is not None:
        yield trail
        trail = trail.before


_RUNNING_KINDS = frozenset(Kind) - {Kind.PAUSED, Kind.RESUMED, Kind.ENDED}
_PAUSED_KINDS = frozenset(kind for kind in _RUNNING_KINDS if kind.row.in_pause)

TRANSITIONS: dict[tuple[Phase, Kind], Phase] = {
    **{(Phase.RUNNING, kind): Phase.RUNNING for kind in _RUNNING_KINDS},
    (Phase.RUNNING, Kind.PAUSED): Phase.PAUSED,
    (Phase.RUNNING, Kind.ENDED): Phase.ENDED,
    **{(Phase.PAUSED, kind): Phase.PAUSED for kind in _PAUSED_KINDS},
    (Phase.PAUSED, Kind.RESUMED): Phase.RUNNING,
    (Phase.PAUSED, Kind.ENDED): Phase.ENDED,
}
"""Which kinds a phase allows, and the phase they lead to. A pair that is not here is illegal."""

_REFUSALS = {
    Phase.RUNNING: said("the session is not paused"),
    Phase.PAUSED: said("the session is paused; resume it first"),
    Phase.ENDED: said("the session has ended"),
}


def _refuse_channel(session: Session, event: Event) -> str:
    there = session.trail is not None and session.trail.learner_act is not None
    return "" if there else said("no learner act has been keyed that it could describe")


def _refuse_undo(session: Session, event: Event) -> str:
    if event.detail == TAKE_BACK_UNDO:
        return "" if session.undone is not None else said("the last event was not an undo")
    if event.detail:
        return said("an undo has no detail but {detail}", detail=repr(TAKE_BACK_UNDO))
    there = session.trail is not None and session.trail.keyed is not None
    return "" if there else said("there is nothing to take back")


_GUARDS: dict[Kind, Callable[[Session, Event], str]] = {
    Kind.CHANNEL: _refuse_channel,
    Kind.UNDO: _refuse_undo,
    Kind.HUSHED: lambda session, _: said("prompts are hushed already") if session.hushed else "",
    Kind.UNHUSHED: lambda session, _: "" if session.hushed else said("prompts are not hushed"),
}


def why_illegal(session: Session, event: Event) -> str:
    """Why the event cannot follow, as a sentence's end; empty if it can."""
    if event.n != session.n + 1:
        return said(
            "event {n} cannot follow event {last}; the next is {next}",
            n=event.n,
            last=session.n,
            next=session.n + 1,
        )
    if event.t < session.t:
        return said(
            "its time {t} s lies before the last event's, {last} s", t=f"{event.t:g}", last=f"{session.t:g}"
        )
    if (session.phase, event.kind) not in TRANSITIONS:
        return _REFUSALS[session.phase]
    guard = _GUARDS.get(event.kind)
    return guard(session, event) if guard else ""


def apply(session: Session, event: Event) -> Session:
    """The session after the event. Raises IllegalEvent if it cannot follow; the old value stays good."""
    if why := why_illegal(session, event):
        raise IllegalEvent(event, why)
    kind = event.kind
    trail, undone = session.trail, None
    if kind is not Kind.UNDO:
        trail = _push(trail, event)
    elif event.detail == TAKE_BACK_UNDO:
        trail = session.undone
    else:
        undone, trail = trail, _without_last_keyed(trail)
    hushed = kind is Kind.HUSHED or (session.hushed and kind is not Kind.UNHUSHED)
    return Session(event.n, event.t, TRANSITIONS[session.phase, kind], hushed, trail, undone)


def _without_last_keyed(trail: Link | None) -> Link | None:
    """The trail without the newest undoable event; what came after it (a pause, a prompt) stays."""
    kept: list[Event] = []
    for link in walk(trail):
        if link.event.kind in UNDOABLE:
            trail = link.before
            break
        kept.append(link.event)
    for event in reversed(kept):
        trail = _push(trail, event)
    return trail


def fold(events: Iterable[Event], session: Session | None = None) -> Session:
    """The session that events add up to. Raises IllegalEvent at the first that cannot follow."""
    session = session or Session()
    for event in events:
        session = apply(session, event)
    return session

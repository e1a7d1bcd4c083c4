"""A fictional learner beside a live session: what they do by now, and what they make of a response."""

from __future__ import annotations

from random import Random

import msgspec

from ii_companion.practice.learner import Learner, Shows, What
from ii_companion.practice.nature import Nature
from ii_companion.session.events import Event
from ii_companion.session.kinds import RESPONSES, SIGNS, Kind
from ii_companion.session.measures import Measures
from ii_companion.session.said import Said, counted, said
from ii_companion.session.tally import between


class SignTimes(msgspec.Struct, frozen=True):
    """What the learner showed in a practice session, by when; None where it never came."""

    maybe_at: float | None
    clear_at: float | None
    distress_at: float | None


class Companion:
    """The learner in a practice session; times are the session's seconds."""

    def __init__(self, nature: Nature, seed: int) -> None:
        self.nature = nature
        self._learner = Learner(nature, Random(seed))  # noqa: S311 - a seeded model, so that a run can be repeated
        self._first_maybe: float | None = None

    @property
    def next_at(self) -> float:
        return self._learner.next_at

    def until(self, now: float) -> list[Shows]:
        """What the learner shows up to `now`, in order."""
        shown = []
        while (at := self._learner.next_at) <= now:
            shows = self._learner.advance(at)
            if shows is not None:
                shown.append(shows)
        self._remember(shown)
        return shown

    def responded(self, kind: Kind, t: float) -> list[Shows]:
        """The practitioner responded at `t`."""
        shows = self._learner.respond(kind, t)
        shown = [shows] if shows is not None else []
        self._remember(shown)
        return shown

    def _remember(self, shown: list[Shows]) -> None:
        if self._first_maybe is None:
            self._first_maybe = next((shows.t for shows in shown if shows.what is What.MAYBE), None)

    @property
    def seen(self) -> SignTimes:
        return SignTimes(self._first_maybe, self._learner.clear_at, self._learner.distress_at)


def sign_shown_at(nature: Nature, seed: int, events: list[Event]) -> float | None:
    """When the learner of a practice session first showed a sign, from its journal: undone events too, in order.

    The coach praises nothing after it; whoever replays a practice session tells it this.
    """
    companion = Companion(nature, seed)
    for event in events:
        shown = companion.until(event.t)
        shown += companion.responded(event.kind, event.t) if event.kind in RESPONSES else []
        found = next((shows.t for shows in shown if shows.is_sign), None)
        if found is not None:
            return found
    return None


def from_their_side(nature: Nature, seen: SignTimes, events: list[Event], m: Measures) -> list[Said]:
    """Three sentences from the learner's side, each following from what happened. `events`: the effective ones."""
    return [_about_room(nature, events), _about_answers(m), _about_enough(seen, events, m)]


def _about_room(nature: Nature, events: list[Event]) -> Said:
    """The room they were left: the times from a response to the next one."""
    rooms = []
    last: float | None = None
    for event in events:
        if event.kind in (Kind.PAUSED, Kind.GAP):
            last = None
        elif event.kind in RESPONSES:
            if last is not None:
                rooms.append(between(last, event.t))
            last = event.t
        elif event.kind is Kind.LEARNER_ACT:
            last = None
    need = f"{nature.wait_s:.0f}"
    if rooms:
        middle = sorted(rooms)[len(rooms) // 2]
        if middle < nature.wait_s:
            return said(
                "When I had not replied yet, you left gaps of about {gap} s; I usually need about {need}.",
                gap=f"{middle:.0f}",
                need=need,
            )
        return said(
            "When I had not replied yet, you left gaps of about {gap} s; I usually need about {need}, "
            "so there was room.",
            gap=f"{middle:.0f}",
            need=need,
        )
    if any(event.kind in RESPONSES for event in events):
        return said(
            "You never went again before I did; I usually need about {need} s, and I had it.", need=need
        )
    return said(
        "You watched and did not respond; I usually need about {need} s after you do something.", need=need
    )


def _about_answers(m: Measures) -> Said:
    if not m.answered.of:
        return said("I did nothing you could have answered.")
    if not m.answered.n:
        return counted(
            "I did {n} thing and it was not answered within {seconds} s.",
            "I did {n} things and none was answered within {seconds} s.",
            m.answered.of,
            seconds=f"{m.parameters.window_s:.0f}",
        )
    answered = counted(
        "You answered the {n} thing I did",
        "You answered {answered} of the {n} things I did",
        m.answered.of,
        answered=m.answered.n,
    )
    if not m.exchanges.n:
        return said("{answered}.", answered=answered)
    return said(
        "{answered}; {opened}.",
        answered=answered,
        opened=counted(
            "I opened {led} of our {n} exchange",
            "I opened {led} of our {n} exchanges",
            m.exchanges.n,
            led=m.exchanges.learner_led,
        ),
    )


def _about_enough(seen: SignTimes, events: list[Event], m: Measures) -> Said:
    keyed = next(
        (event.t for event in events if event.kind in SIGNS),
        None,
    )
    if seen.distress_at is not None:
        return said("I showed that I had had enough, and it went on until I was distressed.")
    if seen.clear_at is not None:
        lag = f"{between(seen.clear_at, m.duration_s):.0f}"
        if keyed is None:
            return said(
                "I showed clearly that I had had enough, after my clear sign; it ended {lag} s later.",
                lag=lag,
            )
        if keyed < seen.clear_at:
            return said(
                "I showed clearly that I had had enough, after my clear sign; it ended {lag} s later. "
                "You had noticed before that.",
                lag=lag,
            )
        return said(
            "I showed clearly that I had had enough, and you keyed that you had seen it; it ended {lag} s later.",
            lag=lag,
        )
    if seen.maybe_at is not None:
        if keyed is not None and keyed >= seen.maybe_at:
            return said(
                "I showed that it might be enough, and you noticed {lag} s later.",
                lag=f"{between(seen.maybe_at, keyed):.0f}",
            )
        return said("I showed once that it might be enough; nobody keyed that they had seen it.")
    if keyed is not None:
        return said("You keyed a sign that I had not shown; stopping early does no harm.")
    return said("I had not had enough when it ended; I might have liked a little more.")

"""Events keyed along a film: kept in the order they were keyed, told in the order of the film.

A film is stopped, sought back in and seen again, so what is keyed later may lie earlier. The journal keeps what was keyed, in
that order, each with the film's time. `Along` is what counts of it: undo takes back what was keyed last, wherever in the
film it lies. `in_order` puts it in the film's order, each stretch that was coded again without what was coded there before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from ii_companion.session.events import TAKE_BACK_UNDO, Event, IllegalEvent, Session, apply, why_illegal
from ii_companion.session.kinds import UNDOABLE, Kind
from ii_companion.session.said import said

UNTIL = "until"
"""The detail of a `recoded` that ends a stretch; without it, one begins."""


class Along(msgspec.Struct, frozen=True):
    """What was keyed along a film and not taken back, in the order of keying."""

    keyed: tuple[Event, ...] = ()
    undone: tuple[Event, ...] | None = None
    """As it stood before the undo that was the last event; None if the last was something else."""
    open_from: float | None = None
    """Where the stretch begins that is open for coding again; None if none is."""

    @property
    def newest(self) -> Event | None:
        """What undo would take back."""
        index = self._newest()
        return self.keyed[index] if index is not None else None

    def _newest(self) -> int | None:
        keyed = self.keyed
        return next((n for n in range(len(keyed) - 1, -1, -1) if takes_back(keyed[n])), None)


def takes_back(event: Event) -> bool:
    """Whether undo takes the event back: what a person keyed, and the opening of a stretch."""
    return event.kind in UNDOABLE or (event.kind is Kind.RECODED and event.detail != UNTIL)


def keyed(along: Along, event: Event) -> Along:
    """What counts after the event. Raises IllegalEvent for an undo with nothing to take back."""
    if event.kind is not Kind.UNDO:
        opened = along.open_from
        if event.kind is Kind.RECODED:
            opened = None if event.detail == UNTIL else event.t
        return Along((*along.keyed, event), open_from=opened)
    if event.detail == TAKE_BACK_UNDO:
        if along.undone is None:
            raise IllegalEvent(event, said("the last event was not an undo"))
        return Along(along.undone, open_from=_opened(along.undone))
    index = along._newest()  # noqa: SLF001 - this file's own
    if index is None:
        raise IllegalEvent(event, said("there is nothing to take back"))
    left = along.keyed[:index] + along.keyed[index + 1 :]
    return Along(left, along.keyed, _opened(left))


def _opened(events: tuple[Event, ...]) -> float | None:
    marks = [event for event in events if event.kind is Kind.RECODED]
    return marks[-1].t if marks and marks[-1].detail != UNTIL else None


def in_order(along: Along, seen: float = 0.0) -> list[Event]:
    """What counts in the film's order, still with the numbers of its keying; of the same time, the earlier keyed first.

    A channel stands with the learner act it tells of, the end last. `seen`: how far an open stretch has been seen.
    """
    aside = _recoded(along.keyed, seen)
    placed: list[tuple[float, int, int, Event]] = []
    act: tuple[float, int] | None = None
    for n, event in enumerate(along.keyed):
        at = (event.t, n)
        if event.kind is Kind.LEARNER_ACT:
            act = at
        if event.kind is Kind.RECODED or n in aside:
            continue
        if event.kind is Kind.CHANNEL and act is not None:
            if act[1] not in aside:
                placed.append((*act, 1 + n, msgspec.structs.replace(event, t=act[0])))
        elif event.kind is Kind.ENDED:
            placed.append((float("inf"), n, 0, event))
        else:
            placed.append((*at, 0, event))
    return [event for *_, event in sorted(placed, key=lambda one: one[:3])]


def _recoded(events: tuple[Event, ...], seen: float) -> set[int]:
    """Which events lie in a stretch that was coded again after them, by their place in the order of keying."""
    aside: set[int] = set()
    marks = [n for n, event in enumerate(events) if event.kind is Kind.RECODED]
    for number, n in enumerate(marks):
        if events[n].detail == UNTIL:
            continue
        start, following = events[n].t, marks[number + 1] if number + 1 < len(marks) else None
        if following is not None and events[following].detail == UNTIL:
            end = events[following].t
        else:  # it is open, or was cut short: as far as it was seen, or something was keyed in it
            end = max((one.t for one in events[n + 1 : following] if takes_back(one)), default=start)
            end = end if following is not None else max(end, seen)
        aside |= {k for k in range(n) if start <= events[k].t < end and events[k].kind in UNDOABLE}
    return aside


def in_film_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """A journal's events, as they were keyed, as a session's: in the film's order, numbered so, undone ones left out.

    One that cannot follow in that order is left out; of events that are in order already, nothing is changed but the undone.
    """
    along = Along()
    for event in events:
        try:
            along = keyed(along, event)
        except IllegalEvent:
            continue
    session, told = Session(), []
    for one in in_order(along):
        event = numbered(session, one)
        if not why_illegal(session, event):
            session = apply(session, event)
            told.append(event)
    return tuple(told)


def numbered(session: Session, event: Event) -> Event:
    """The event as the next of a session; the end no earlier than what came before."""
    t = max(event.t, session.t) if event.kind is Kind.ENDED else event.t
    return Event(session.n + 1, t, event.kind, event.detail)


def place(order: list[Event], t: float) -> int:
    """How many events in the film's order lie at `t` or before."""
    return bisect_right(order, t, key=lambda event: event.t)

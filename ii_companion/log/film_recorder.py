"""Recording along a film: each event has the film's time, and the story stands where the film stands.

Seeking back takes the story back, playing on lets it go on through what is coded there already; each event on the way is
followed once, so that a key costs the same with two thousand of them. Nobody is coached: what a film shows is over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from msgspec.structs import replace

from ii_companion.log.clock import Clock
from ii_companion.log.header import Header
from ii_companion.log.recorder import Recorder
from ii_companion.log.store import Store
from ii_companion.session.along import (
    UNTIL,
    Along,
    in_film_order,
    in_order,
    keyed,
    numbered,
    place,
    takes_back,
)
from ii_companion.session.coach import Silence
from ii_companion.session.events import Event, IllegalEvent, apply
from ii_companion.session.kinds import Kind
from ii_companion.session.said import said
from ii_companion.session.story import Story, shown_on
from ii_companion.session.view import Coaching

ON_S = 4.0
"""A film that has gone on by more than this between two looks, a second apart, was sought in: what lies between was not seen."""
BACK_S = 0.25
"""One that lies so little before a stretch's beginning was not sought out of it: a frame or two are no leaving."""
_QUIET = Silence(said("nobody is coached along a film"))
_ANYWHERE = frozenset({Kind.UNDO, Kind.RECODED, Kind.CHANNEL})
"""What changes the order elsewhere than where the film stands."""
_IN_PAIRS = frozenset({Kind.PAUSED, Kind.RESUMED, Kind.HUSHED, Kind.UNHUSHED})


class FilmRecorder(Recorder):
    """A session, or a coding of one, that is keyed along a film. `position` tells the film's time, in seconds."""

    def __init__(
        self, store: Store, header: Header, clock: Clock, coaching: Coaching, position: Callable[[], float]
    ) -> None:
        self.position = position
        self._passed = 0.0
        """How far the stretch that is open has been seen."""
        self.furthest = 0.0
        """How far the film has been seen."""
        self.ended = False
        self._raw = 0
        self._along = Along()
        self._order: list[Event] = []
        self._kept: list[Event] = []
        super().__init__(store, header, clock, coaching)
        self.story = replace(self.story, answer=_QUIET)
        self._stories: list[Story] = [self.story]
        """The story after each of the first events of `_order`, as far as it has been followed."""

    def now(self) -> float:
        """The film's time, to the millisecond."""
        return max(0.0, round(self.position(), 3))

    @property
    def newest(self) -> Event | None:
        """What undo would take back."""
        return self._along.newest

    @property
    def open_from(self) -> float | None:
        """Where the stretch begins that is open for coding again."""
        return self._along.open_from

    def anything_from(self, t: float) -> bool:
        """Whether something is coded at `t` or after, that coding again would put aside."""
        return any(event.t >= t and takes_back(event) for event in self._order)

    @property
    def told(self) -> list[Event]:
        """Every event that counts, in the film's order, numbered so."""
        return list(in_film_order(self._kept))

    def look(self) -> None:
        """Bring the story to where the film stands. A stretch that is open ends where the film was sought out of it."""
        if self.ended:
            return
        now = self.now()
        opened = self.open_from
        if opened is not None:
            if now < opened - BACK_S or now > self._passed + ON_S:
                self.recode(self._passed, until=True)
            elif place(self._order, now) > place(self._order, self._passed):
                self._passed = now
                self._set_order(in_order(self._along, now))
            else:
                self._passed = max(self._passed, now)
        self.furthest = max(self.furthest, now)
        self._stand_at(place(self._order, now))

    def key(self, kind: Kind, detail: str = "") -> Event:
        """Record an event at the film's time. Raises IllegalEvent, and then nothing has changed."""
        self.look()
        return self._key(kind, detail, self.now())

    def end(self) -> None:
        """End it as far as the film has been seen, or something was keyed in it."""
        self.look()
        if self.open_from is not None:
            self.recode(self._passed, until=True)
        last = max((event.t for event in self._order), default=0.0)
        self._key(Kind.ENDED, "", max(self.furthest, last))
        self.ended = True
        self.events = self.told

    def recode(self, t: float, *, until: bool = False) -> Event:
        """Open the stretch from `t` on for coding again, or close the one that is open there."""
        t = self._passed = max(0.0, round(t, 3))
        return self._key(Kind.RECODED, UNTIL if until else "", t)

    def take_back(self, event: Event) -> None:
        if event.kind is Kind.UNDO or takes_back(event):
            super().take_back(event)

    def pass_time(self, late: float = 0.0) -> None:
        """Time in which the film stands is no time of the session's."""
        self.look()

    @property
    def next_at(self) -> float | None:
        """Nothing happens by itself: the player tells when the film has gone on."""
        return None

    def notice_sleep(self) -> bool:
        """A film does not go on while the machine sleeps."""
        return False

    def _key(self, kind: Kind, detail: str, t: float) -> Event:
        event = Event(self._raw + 1, t, kind, detail)
        if self.ended:
            raise IllegalEvent(event, said("the session has ended"))
        along = keyed(self._along, event)
        if kind is Kind.CHANNEL and not any(one.kind is Kind.LEARNER_ACT for one in along.keyed):
            raise IllegalEvent(event, said("no learner act has been keyed that it could describe"))
        at = len(self._order) if kind is Kind.ENDED else place(self._order, t)
        if kind not in _ANYWHERE:
            self._refuse(event, at)
        self._take(event, along)
        if kind in _ANYWHERE or along.open_from is not None:
            self._set_order(in_order(along, self._passed))
        else:
            self._order.insert(at, event)
            del self._stories[at + 1 :]
        self._stand_at(len(self._order) if kind is Kind.ENDED else place(self._order, self.now()))
        return event

    def _refuse(self, event: Event, at: int) -> None:
        """Raise IllegalEvent if it cannot stand at that place, or something later could not follow it."""
        self._stand_at(at)
        session = apply(self.session, numbered(self.session, event))
        if event.kind in _IN_PAIRS:
            for one in self._order[at:]:
                try:
                    session = apply(session, numbered(session, one))
                except IllegalEvent as later:
                    why = said("what is coded later could not follow: {why}", why=later.sentence)
                    raise IllegalEvent(event, why) from later

    def _take(self, event: Event, along: Along) -> None:
        self._raw += 1
        self._along = along
        self._kept.append(event)
        self._write([event])

    def _set_order(self, order: list[Event]) -> None:
        """Go on with another order; what stands before the first difference has been followed already."""
        same = next(
            (n for n, pair in enumerate(zip(self._order, order, strict=False)) if pair[0] != pair[1]),
            min(len(self._order), len(order)),
        )
        self._order = order
        del self._stories[same + 1 :]

    def _stand_at(self, count: int) -> None:
        """The story after so many events of the film's order."""
        while len(self._stories) <= count:
            story = self._stories[-1]
            event = numbered(story.session, self._order[len(self._stories) - 1])
            with contextlib.suppress(IllegalEvent):  # its other half was taken back
                story = replace(shown_on(story, event), answer=_QUIET)
            self._stories.append(story)
        self.story = self._stories[count]

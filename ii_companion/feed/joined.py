"""A session on another machine, from what its host sends: the same story, a little later."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ii_companion.log.header import Header
from ii_companion.session.events import Event, IllegalEvent, Phase, Session
from ii_companion.session.story import Story, begin, shown_on
from ii_companion.session.tally import Tally
from ii_companion.session.view import Coaching


class JoinedFeed:
    """A `Feed`. `now` gives seconds of the session on the host's clock, or None before that is known."""

    def __init__(self, header: Header, coaching: Coaching, now: Callable[[], float | None]) -> None:
        self.header = header
        self.story: Story = begin(coaching)
        self._now = now
        self._new: list[Event] = []

    @property
    def session(self) -> Session:
        return self.story.session

    @property
    def tally(self) -> Tally:
        return self.story.tally

    @property
    def live(self) -> bool:
        return self.session.phase is not Phase.ENDED

    def now(self) -> float:
        last = self.session.t
        return max(last, self._now() or 0.0) if self.live else last

    def take(self, events: Sequence[Event]) -> None:
        """Fold in what came. What is here already, and what cannot follow, is left out."""
        for event in events:
            try:
                self.story = shown_on(self.story, event)
            except IllegalEvent:
                continue
            self._new.append(event)

    def pull(self) -> list[Event]:
        new, self._new = self._new, []
        return new

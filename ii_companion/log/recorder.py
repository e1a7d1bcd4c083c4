"""Recording a session: what is keyed goes to the journal first, and then into the session.

One recorder serves live sessions, practice and coding. It knows clock and journal, and nothing of screens.
"""

from __future__ import annotations

from datetime import datetime

from ii_companion.log.clock import Clock
from ii_companion.log.journal import Journal
from ii_companion.log.places import Places
from ii_companion.log.records import Header
from ii_companion.session import measures, repeats
from ii_companion.session.events import (
    TAKE_BACK_UNDO,
    UNDOABLE,
    Event,
    IllegalEvent,
    Kind,
    Phase,
    Session,
    apply,
    why_illegal,
)
from ii_companion.session.repeats import Press
from ii_companion.session.tally import Tally, follow

SLEPT_S = 2.0
"""Sleep shorter than this is not worth a gap."""


class Recorder:
    """A session that is being recorded. `session` and `tally` are how it stands."""

    def __init__(self, places: Places, header: Header, clock: Clock) -> None:
        self.header = header
        self.places = places
        self.session = Session()
        self.tally: Tally = measures.tally_of(self.session, header.card.wait_s)
        self.events: list[Event] = []
        """Every event as journalled, undone ones too."""
        self._clock = clock
        self._journal = Journal.begin(places.journals, header)
        self._start = clock.elapsed()
        self._slept = clock.elapsed() - clock.awake()
        self._keys = repeats.Keys()

    def now(self) -> float:
        """Seconds since the session began, to the millisecond, never before the last event."""
        return max(self.session.t, round(self._clock.elapsed() - self._start, 3))

    @property
    def trouble(self) -> str:
        """Why events wait in memory instead of in the journal; empty when none do."""
        return self._journal.trouble

    @property
    def waiting(self) -> int:
        """How many events wait in memory."""
        return len(self._journal.waiting)

    def retry(self) -> bool:
        """Try again to write what waits. True if all is in the journal."""
        return self._journal.retry()

    def press(self, name: str, real_now: float) -> Press:
        """What a press of the command `name` is: fresh, or a held key repeating. `real_now` in real seconds."""
        found, self._keys = repeats.press(self._keys, name, real_now)
        return found

    def key(self, kind: Kind, detail: str = "") -> Event:
        """Record an event now. Raises IllegalEvent, and then nothing has changed."""
        self.notice_sleep()
        return self._record(kind, detail, self.now())

    def take_back(self, event: Event) -> None:
        """Take back what the first repeat of a held key did."""
        if event.kind is Kind.UNDO:
            self.key(Kind.UNDO, TAKE_BACK_UNDO)
        elif event.kind in UNDOABLE:
            self.key(Kind.UNDO)

    def lost(self, seconds: float) -> None:
        """Record that the last `seconds` went by without the program running."""
        if self.session.phase is not Phase.ENDED:
            self._record(Kind.GAP, f"{seconds:.3f}", self.now())

    def notice_sleep(self) -> bool:
        """Record a gap if the machine has slept since this was last asked."""
        slept = self._clock.elapsed() - self._clock.awake()
        new, self._slept = slept - self._slept, slept
        if new < SLEPT_S:
            return False
        self.lost(new)
        return True

    def close(self) -> None:
        """Put the journal on disk and let go of it."""
        self._journal.close()

    def _record(self, kind: Kind, detail: str, t: float) -> Event:
        event = Event(self.session.n + 1, t, kind, detail)
        if why := why_illegal(self.session, event):
            raise IllegalEvent(why)
        self._journal.append(event)
        self._take_in(event)
        return event

    def _take_in(self, event: Event) -> None:
        self.events.append(event)
        self.session = apply(self.session, event)
        self.tally = follow(self.tally, self.session.trail)


def new_id(learner: str, started_at: datetime, suffix: str) -> str:
    """A session's id: when, who (a code), and something that tells two windows apart."""
    return f"{started_at:%Y%m%d-%H%M%S}-{learner}-{suffix}"

"""Recording a session: an event that may follow goes into the story, then into the journal, and only then to the screen.

One recorder serves live sessions, practice and coding. It knows clock and journal, and nothing of screens.
An event that cannot follow raises before anything has changed; one the disk does not take waits in memory.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ii_companion.log.clock import Clock
from ii_companion.log.header import Header
from ii_companion.session import repeats
from ii_companion.session.events import TAKE_BACK_UNDO, Event, Phase, Session
from ii_companion.session.kinds import RESPONSES, UNDOABLE, Kind
from ii_companion.session.repeats import Press
from ii_companion.session.story import begin, since_sign, take, until
from ii_companion.session.tally import Tally
from ii_companion.session.view import Coaching

if TYPE_CHECKING:
    from ii_companion.log.store import Store
    from ii_companion.practice.companion import Companion
    from ii_companion.practice.learner import Shows

SLEPT_S = 2.0
"""Sleep of the machine shorter than this is not recorded as a gap."""


class Recorder:
    """A session that is being recorded. `story` is how it stands, coach and all."""

    def __init__(
        self,
        store: Store,
        header: Header,
        clock: Clock,
        coaching: Coaching,
        companion: Companion | None = None,
        start: float | None = None,
    ) -> None:
        """`start`: what the clock said when the session began, if that is not now."""
        self.header = header
        self.companion = companion
        """The fictional learner, in practice."""
        self.shows: list[Shows] = []
        """What the fictional learner has shown so far."""
        self.store = store
        self.events: list[Event] = []
        """Every event as journalled, undone ones too."""
        self._clock = clock
        self._journal = store.begin(header, clock.elapsed())
        self._start = clock.elapsed() if start is None else start
        self._slept = clock.elapsed() - clock.awake()
        self._keys = repeats.Keys()
        self.story, events = until(begin(coaching), 0.0)
        self._write(events)

    @property
    def session(self) -> Session:
        return self.story.session

    @property
    def tally(self) -> Tally:
        return self.story.tally

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
        return self._journal.waiting

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
        return self._record(kind, detail, self._after_prompt(self.now()))

    def _after_prompt(self, t: float) -> float:
        """`t`, or a millisecond more if a prompt was shown at that very time: in a replay the key would come first."""
        tip = self.session.trail
        return (
            round(t + 0.001, 3)
            if tip is not None and tip.event.kind is Kind.PROMPT and tip.event.t == t
            else t
        )

    def take_back(self, event: Event) -> None:
        """Take back what the first repeat of a held key did."""
        if event.kind is Kind.UNDO:
            self.key(Kind.UNDO, TAKE_BACK_UNDO)
        elif event.kind in UNDOABLE:
            self.key(Kind.UNDO)

    def pass_time(self, late: float = 0.0) -> None:
        """Let the coach speak if it wanted to by now. `late`: how long the process was stopped, in seconds."""
        if self.session.phase is Phase.ENDED:
            return
        if not self.notice_sleep() and late:
            self._lost(late)
        now = self.now()
        self._meet_companion(now)
        self.story, events = until(self.story, now)
        self._write(events)

    @property
    def next_at(self) -> float | None:
        """When something would next happen by itself, in session seconds: the coach, or a fictional learner."""
        times = [self.story.ask_at] if self.story.ask_at is not None else []
        if self.companion is not None and math.isfinite(self.companion.next_at):
            times.append(self.companion.next_at)
        return min(times, default=None)

    def notice_sleep(self) -> bool:
        """Record a gap if the machine has slept since this was last asked."""
        slept = self._clock.elapsed() - self._clock.awake()
        new, self._slept = slept - self._slept, slept
        if new < SLEPT_S or self.session.phase is Phase.ENDED:
            return False
        self._lost(new)
        return True

    def close(self) -> bool:
        """Put the journal on disk and let go of it. False, and still open, while something waits in memory."""
        return self._journal.close()

    def _lost(self, seconds: float) -> None:
        """Record that the last `seconds` went by without the program running."""
        now = self.now()
        self._record(Kind.GAP, f"{min(seconds, now - self.session.t) or seconds:.3f}", now)

    def _record(self, kind: Kind, detail: str, t: float) -> Event:
        self._meet_companion(t)
        self.story, events = take(self.story, kind, t, detail)
        self._write(events)
        if self.companion is not None and kind in RESPONSES:
            for shows in self.companion.responded(kind, t):
                self.shows.append(shows)
                self._sign_shown(shows)
        return next(event for event in reversed(events) if event.kind is kind)

    def _meet_companion(self, now: float) -> None:
        """Take in what a fictional learner has done by now. Acts are keyed for them; signs are for a person to notice."""
        if self.companion is None:
            return
        for shows in self.companion.until(now):
            self.shows.append(shows)
            self._sign_shown(shows)
            if shows.is_act and self.session.phase is Phase.RUNNING:
                t = min(now, max(self.session.t, round(shows.t, 3)))
                self.story, events = take(self.story, Kind.LEARNER_ACT, t, shows.channel)
                self._write(events)

    def _sign_shown(self, shows: Shows) -> None:
        """From a fictional learner's first sign on nothing is praised, whoever noticed it."""
        if shows.is_sign and self.story.coaching.sign_shown_at is None:
            self.story = since_sign(self.story, shows.t)

    def _write(self, events: list[Event]) -> None:
        for event in events:
            self._journal.append(event)
            self.events.append(event)

"""What a feed is, and the three there are: a session recorded here, one another process records, and one that is over.

A reader takes the story as it stands and then calls `pull` whenever it may have grown; only what is new is folded in.
Times are the session's own, in seconds since it began; no feed looks at the time of day.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from ii_companion.log.header import Header
from ii_companion.session.events import Event, IllegalEvent, Phase
from ii_companion.session.story import Story, begin, replay_shown, shown_on

if TYPE_CHECKING:
    from ii_companion.log.clock import Clock
    from ii_companion.log.recorder import Recorder
    from ii_companion.log.store import Store
    from ii_companion.session.view import Coaching


class Feed(Protocol):
    """One session as it stands and grows."""

    @property
    def header(self) -> Header: ...

    @property
    def story(self) -> Story:
        """The session, its measures and the prompts that were shown, up to the last `pull`."""
        ...

    @property
    def live(self) -> bool:
        """Whether more may follow."""
        ...

    def now(self) -> float:
        """Seconds since the session began; of one that is over, its length."""
        ...

    def pull(self) -> list[Event]:
        """Take in what has happened since last time: the events as journalled, undone ones too, in order."""
        ...


class RecordedFeed:
    """The session this process records. Its recorder keeps the story; a feed of it remembers how far it was read."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._read = 0

    @property
    def header(self) -> Header:
        return self._recorder.header

    @property
    def story(self) -> Story:
        return self._recorder.story

    @property
    def live(self) -> bool:
        return self.story.session.phase is not Phase.ENDED

    def now(self) -> float:
        return self._recorder.now()

    def pull(self) -> list[Event]:
        new = self._recorder.events[self._read :]
        self._read += len(new)
        return new


class FollowedFeed:
    """A session that another process records, from its journal. Give it up once `lost`."""

    def __init__(
        self, store: Store, session_id: str, clock: Clock, agreed: Callable[[Header], Coaching]
    ) -> None:
        self._store, self._clock = store, clock
        self.session_id = session_id
        self._agreed = agreed
        self._journal = store.follow(session_id)
        self._story: Story | None = None
        self._began: float | None = None
        self._heard_at = clock.elapsed()

    @property
    def ready(self) -> bool:
        """Whether the header has been read; nothing else may be asked before."""
        return self._story is not None

    @property
    def header(self) -> Header:
        header = self._journal.header
        if header is None:
            raise LookupError("the header has not been read yet; ask `ready` first")
        return header

    @property
    def story(self) -> Story:
        if self._story is None:
            raise LookupError("the header has not been read yet; ask `ready` first")
        return self._story

    @property
    def live(self) -> bool:
        return self.story.session.phase is not Phase.ENDED

    @property
    def lost(self) -> bool:
        """Whether nobody writes it any more."""
        return not self._store.is_live(self.session_id)

    def now(self) -> float:
        last = self.story.session.t
        if not self.live:
            return last
        if self._began is None:
            self._began = self._journal.began()
        if self._began is None:  # its writer has not said yet when it began: count on from the last event
            return last + (self._clock.elapsed() - self._heard_at)
        return max(last, self._clock.elapsed() - self._began)

    def pull(self) -> list[Event]:
        new = self._journal.read()
        if self._story is None and self._journal.header is not None:
            self._story = begin(self._agreed(self._journal.header))
        taken: list[Event] = []
        for event in new:
            try:
                self._story = shown_on(self.story, event)
            except IllegalEvent:  # a journal somebody has tampered with: what cannot follow is left out
                continue
            taken.append(event)
        if taken:
            self._heard_at = self._clock.elapsed()
        return taken


class KeptFeed:
    """A session that is over, from its header and events."""

    live = False

    def __init__(self, header: Header, events: tuple[Event, ...], coaching: Coaching) -> None:
        self.header = header
        self._events, self._coaching = list(events), coaching
        self._unread = list(events)

    @cached_property
    def story(self) -> Story:
        """Folded when it is first asked for: who only reads the events does not wait for it."""
        return replay_shown(self._events, self._coaching)

    def now(self) -> float:
        return self.story.session.t

    def pull(self) -> list[Event]:
        new, self._unread = self._unread, []
        return new

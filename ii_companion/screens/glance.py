"""The glance view of a session that runs in another window: live, read-only, on a screen turned to the practitioner."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ii_companion.content.prompts import load_prompts
from ii_companion.dialogue import live_words
from ii_companion.dialogue.beginning import coaching
from ii_companion.feed.feed import FollowedFeed
from ii_companion.log.header import Header
from ii_companion.log.store import Store
from ii_companion.screens.page import Page
from ii_companion.screens.wake import Wake
from ii_companion.session.view import Coaching
from ii_companion.words import _
from widgets.big_words import BigWords
from widgets.lines import Lines
from widgets.quiet_bar import QuietBar

if TYPE_CHECKING:
    from ii_companion.log.store import Watch

SEEK_S = 2.5
"""Seconds between checks that the writing process lives: one that was killed changes no file, so no event tells of it."""


class GlanceScreen(Page):
    """Follows the newest running session; when that is lost it says so, and shows no old prompt."""

    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("q,escape", "app.quit")]
    AUTO_FOCUS = None

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._feed: FollowedFeed | None = None
        self._watch: Watch | None = None
        self._wake: Wake | None = None

    @property
    def in_session(self) -> bool:
        return self._feed is not None

    def compose(self) -> ComposeResult:
        yield BigWords()
        yield QuietBar(id="wait")
        yield Lines(id="under", wrap=True)

    def on_mount(self) -> None:
        self._wake = Wake(self, self.app.clock, lambda _late: self._show())
        self._watch = self._store.watch(lambda: self.app.from_thread(self, self._changed))
        self._seek()
        self.set_interval(SEEK_S, self._seek)

    def on_unmount(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
        if self._watch is not None:
            self._watch.close()

    def _seek(self) -> None:
        """Find the session that runs now; another, or none, once the one that was followed is gone."""
        live = self._store.live()
        if live is None:
            self._feed = None
        elif self._feed is None or self._feed.session_id != live:
            self._feed = FollowedFeed(self._store, live, self.app.clock, self._agreed)
            self._feed.pull()
        self._show()

    def _agreed(self, header: Header) -> Coaching:
        content = load_prompts(self.app.settings.language, self.app.loaded.own_prompts)
        return coaching(header, content.prompts)

    def _changed(self) -> None:
        """Something was written. Only what is new is read and folded in."""
        if self._feed is None or not self._feed.ready or not self._feed.live:
            self._seek()
        elif self._feed.pull():
            self._show()

    def _show(self) -> None:
        large, bar, under = (
            self.query_one(BigWords),
            self.query_one(QuietBar),
            self.query_one("#under", Lines),
        )
        feed = self._feed
        if feed is None or not feed.ready:
            large.words, bar.share = "", -1.0
            under.show([" " + _("No session is running. q leaves.")])
            return
        now, session = feed.now(), feed.story.session
        large.words, large.faded = live_words.prompt(feed.story, now)
        bar.share = live_words.waited(feed.story, now)
        said = [live_words.soft_clock(feed.header.for_s, now), *([_("hushed")] if session.hushed else [])]
        under.show([f" {' · '.join(said)}"])
        if self._wake is not None:
            self._wake.at(now, live_words.next_look(feed.story, now))

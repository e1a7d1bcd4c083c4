"""The glance view of a session that runs in another window: live, read-only, on a screen turned to the practitioner."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ii_companion.content.prompts import load_prompts
from ii_companion.log.follow import Followed, newest_live
from ii_companion.log.places import Places
from ii_companion.screens import live_words
from ii_companion.screens.page import Page
from ii_companion.screens.session_start import coaching
from ii_companion.session.story import Story, replay_shown
from ii_companion.words import _
from widgets.big_words import BigWords
from widgets.lines import Lines
from widgets.quiet_bar import QuietBar

LOOK_S = 0.04
"""How often the journal is looked at: what is keyed shows here within 100 ms."""
SEEK_S = 0.5
"""How often it is made sure that somebody still writes it."""


class GlanceScreen(Page):
    """Follows the newest running session; when that is lost it says so, and shows no old prompt."""

    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("q,escape", "app.quit")]
    AUTO_FOCUS = None

    def __init__(self, places: Places) -> None:
        super().__init__()
        self._places = places
        self._followed: Followed | None = None
        self._story: Story | None = None

    def compose(self) -> ComposeResult:
        yield BigWords()
        yield QuietBar(id="wait")
        yield Lines(id="under")

    def on_mount(self) -> None:
        self._seek()
        self.set_interval(LOOK_S, self._look)
        self.set_interval(SEEK_S, self._seek)

    def _seek(self) -> None:
        """Find the session that runs now; another, or none, once the one that was followed is gone."""
        path: Path | None = newest_live(self._places.journals)
        if path is not None and self._followed is not None and self._followed.path == path:
            self._show()
            return
        self._followed = Followed(path) if path is not None else None
        self._story = None
        self._look()
        self._show()

    def _look(self) -> None:
        followed = self._followed
        if followed is None or not followed.read() or followed.header is None:
            return
        if self._story is None:
            content = load_prompts(self.app.settings.language, self.app.loaded.own_prompts)
            agreed = coaching(followed.header, content.prompts)
        else:
            agreed = self._story.coaching
        self._story = replay_shown(followed.events, agreed)
        self._show()

    def _show(self) -> None:
        large, bar, under = (
            self.query_one(BigWords),
            self.query_one(QuietBar),
            self.query_one("#under", Lines),
        )
        followed, story = self._followed, self._story
        if followed is None or story is None or followed.header is None:
            large.words, bar.share = "", -1.0
            under.show([" " + _("No session is running. q leaves.")])
            return
        now = followed.now(self.app.clock.utc())
        large.words, large.faded = live_words.prompt(story, now)
        bar.share = live_words.waited(story.session, now, followed.header.card.wait_s)
        said = [_("{minutes} min", minutes=int(now // 60)), *([_("hushed")] if story.session.hushed else [])]
        under.show([f" {' · '.join(said)}"])

"""The glance view of a session on another laptop: its words, its bar, its minutes. Five seconds of silence and it shows none."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ii_companion.devices import messages
from ii_companion.devices.joining import Pairing
from ii_companion.dialogue import live_words
from ii_companion.screens.following import Following
from ii_companion.words import _
from widgets.big_words import BigWords
from widgets.lines import Lines
from widgets.quiet_bar import QuietBar


class JoinedScreen(Following):
    """A screen that has joined: it knows no person, only what stands on it."""

    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("q,escape", "app.quit")]
    AUTO_FOCUS = None

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(pairing)
        self._show = messages.Show()
        self._session = ""

    def compose(self) -> ComposeResult:
        yield BigWords()
        yield QuietBar(id="wait")
        yield Lines(id="under", wrap=True)

    @property
    def _follows(self) -> bool:
        return bool(self._session)

    def forget(self) -> None:
        """No old words."""
        self._show, self._session = messages.Show(), ""

    def _heard(self, message: messages.FromHost) -> None:
        if isinstance(message, messages.Session):
            self._session, self._show, self._standing = message.id, messages.Show(), ""
        elif isinstance(message, messages.Show):
            self._show = message
        self.show()

    def show(self) -> None:
        """Bring the screen up to what was heard last, and wake again when that would look different."""
        if not self.query(BigWords):
            return
        shown, now = self._show, self._guest.now() if self._guest is not None else None
        large, bar, under = (
            self.query_one(BigWords),
            self.query_one(QuietBar),
            self.query_one("#under", Lines),
        )
        if not self._session or now is None:
            large.words, bar.share = "", -1.0
            under.show([" " + (self._standing or _("No session is running. q leaves."))])
            return
        large.words, large.faded = shown.words, now >= shown.dims
        waited = -1.0
        if shown.wait is not None:
            waited = min(1.0, max(0, math.floor(now - shown.wait.since)) / shown.wait.long)
        bar.share = waited
        said = [live_words.soft_clock(None, now), *([_("hushed")] if shown.hushed else [])]
        said += [one for one in (shown.line, self._standing) if one]
        under.show([f" {' · '.join(said)}"])
        if self._wake is not None:
            self._wake.at(now, self._next(now))

    def _next(self, now: float) -> float:
        shown = self._show
        times = [(now // 60 + 1) * 60]
        if shown.words and now < shown.dims:
            times.append(shown.dims)
        if shown.wait is not None and now - shown.wait.since < shown.wait.long:
            times.append(shown.wait.since + math.floor(now - shown.wait.since) + 1)
        return min(times)

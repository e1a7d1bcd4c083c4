"""The clock that covers a screen left alone. Any key brings back what was there; for a sealed folder, the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from ii_companion.screens.page import Page
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of
from widgets.big_words import BigWords
from widgets.lines import Lines

if TYPE_CHECKING:
    from textual.events import Key, Paste
    from textual.widgets import Input

LOOK_S = 15.0
"""How often the time is looked at."""


class ClockScreen(Page):
    """The time, and nothing else, until a key comes."""

    AUTO_FOCUS = None
    CSS_PATH = "clock.tcss"
    COVERS: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._asked: Input | None = None
        self._trying = False

    def compose(self) -> ComposeResult:
        yield BigWords()
        yield Lines(id="under", wrap=True)

    def on_mount(self) -> None:
        self._show()
        self.set_interval(LOOK_S, self._show)

    def _show(self) -> None:
        self.query_one(BigWords).words = f"{self.app.clock.utc().astimezone():%H:%M}"

    def on_key(self, event: Key) -> None:
        if self._asked is not None:
            return  # the field's own, which comes by here on its way
        event.stop()
        event.prevent_default()
        self._come_back()

    def on_paste(self, event: Paste) -> None:
        event.stop()

    def _come_back(self) -> None:
        if self._trying or self._asked is not None or not self.in_front:
            return
        if self.app.store.under_passphrase:
            self._ask()
        else:
            self.app.pop_screen()

    def _ask(self) -> None:
        from widgets.field import field  # a text field takes 10 ms to load, and only here

        self._asked = field(hint=_("Passphrase: ").strip(), id="passphrase")
        self._asked.password = True
        self.mount(self._asked)
        self._asked.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        passphrase = event.value
        if self._asked is not None:
            self._asked.remove()
            self._asked = None
        if not passphrase or self._trying:
            return
        self._trying = True
        self.query_one(Lines).show([_("One moment …")])
        self.run_worker(lambda: self._try(passphrase), thread=True, exit_on_error=False)

    def _try(self, passphrase: str) -> None:
        """In a thread: it takes 2 to 3 s."""
        try:
            self.app.store.unlock(passphrase)
        except Refusal as refusal:
            self.app.from_thread(self, self._tried, of(refusal))
        else:
            self.app.from_thread(self, self._tried, "")

    def _tried(self, why: str) -> None:
        self._trying = False
        self.query_one(Lines).show([why] if why else [])
        if not why:
            self.app.pop_screen()

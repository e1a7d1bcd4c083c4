"""Sessions that never ended: finish their notes, keep them as they are, or discard them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ii_companion import words
from ii_companion.dialogue.unfinished_words import ASKED_TO_DISCARD, about, keep
from ii_companion.screens.page import Page
from ii_companion.session.refusal import Refusal
from ii_companion.words import _
from widgets.lines import Lines

if TYPE_CHECKING:
    from ii_companion.log.store import Store, Unfinished


class UnfinishedScreen(Page):
    """One unfinished session at a time; the rest after it."""

    CSS_PATH = "unfinished.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "finish"),
        Binding("k", "keep"),
        Binding("d", "ask_to_discard"),
        Binding("enter", "confirm"),
        Binding("escape", "back"),
        *(
            Binding(key, f"roll({by})")
            for key, by in (("up", -1), ("down", 1), ("pageup", -8), ("pagedown", 8))
        ),
    ]

    def __init__(self, store: Store, waiting: list[Unfinished]) -> None:
        super().__init__()
        self._store = store
        self._waiting = list(waiting)
        self._asking = False
        self._trouble = ""

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Lines(id="about")
            yield Static(id="trouble", markup=False)

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        first, more = about(self._waiting)
        self.query_one("#about", Lines).show(
            [
                first,
                "",
                *more,
                "",
                _("n  finish its notes"),
                _("k  keep it as it is, as interrupted"),
                _("d  discard it"),
                _("Esc  later"),
                "",
            ]
        )
        asked = _(ASKED_TO_DISCARD)
        self.query_one("#trouble", Static).update(asked if self._asking else self._trouble)

    def _next(self) -> None:
        self._waiting.pop(0)
        self._asking, self._trouble = False, ""
        if self._waiting:
            self._show()
        else:
            self.dismiss()

    def action_finish(self) -> None:
        """End its journal and open the screen after the end."""
        from ii_companion.screens.after import AfterScreen

        waiting = self._waiting[0]
        try:
            log = self._store.finish(waiting)
        except (Refusal, OSError) as problem:
            self._complain(words.of(problem))
            return
        self.app.switch_screen(AfterScreen(self._store, log))

    def action_keep(self) -> None:
        """Save what the events say."""
        try:
            keep(self._store, self._waiting[0])
        except (Refusal, OSError) as problem:
            self._complain(words.of(problem))
            return
        self._next()

    def action_roll(self, by: int) -> None:
        """Scroll what does not fit a low terminal."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_ask_to_discard(self) -> None:
        self._asking = True
        self._show()

    def action_confirm(self) -> None:
        """Discard, if that was asked."""
        if self._asking:
            try:
                self._store.discard(self._waiting[0].header.id)
            except Refusal as refusal:
                self._complain(words.of(refusal))
                return
            self._next()

    def action_back(self) -> None:
        """Withdraw the question, or leave the screen."""
        if self._asking:
            self._asking = False
            self._show()
        else:
            super().action_back()

    def _complain(self, what: str) -> None:
        self._asking, self._trouble = False, what
        self._show()

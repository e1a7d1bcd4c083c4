"""Sessions that never ended: finish their notes, keep them as they are, or discard them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ii_companion.screens.page import Page
from ii_companion.session.events import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.summary import minutes, plural
from widgets.lines import Lines

if TYPE_CHECKING:
    from ii_companion.log.closing import Unfinished


class UnfinishedScreen(Page):
    """One unfinished session at a time; the rest after it."""

    CSS_PATH = "unfinished.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "finish", "finish its notes"),
        Binding("k", "keep", "keep"),
        Binding("d", "ask_to_discard", "discard"),
        Binding("enter", "confirm", "confirm", show=False),
        Binding("escape", "back", "later"),
    ]

    def __init__(self, waiting: list[Unfinished]) -> None:
        super().__init__()
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
        one = self._waiting[0]
        header = one.header
        keyed = sum(event.kind not in (Kind.PROMPT, Kind.GAP, Kind.ENDED) for event in one.written.events)
        self.query_one("#about", Lines).show(
            [
                f"This session never ended ({len(self._waiting)} to look after)",
                "",
                f"learner {header.learner}, {header.started_at.astimezone():%A %d %B, %H:%M}",
                f"{plural(keyed, 'key')} in {minutes(one.session.t)}",
                *([_damage(one)] if one.written.torn else []),
                "",
                "n  finish its notes",
                "k  keep it as it is, as interrupted",
                "d  discard it",
                "Esc  later",
                "",
            ]
        )
        asked = "Discard it for good? Enter discards, Esc goes back."
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

        one = self._waiting[0]
        try:
            log = one.finished_log()
        except (Refusal, OSError) as problem:
            self._complain(str(problem))
            return
        self.app.switch_screen(AfterScreen(one.places, log))

    def action_keep(self) -> None:
        """Save what the events say."""
        try:
            self._waiting[0].keep()
        except (Refusal, OSError) as problem:
            self._complain(str(problem))
            return
        self._next()

    def action_ask_to_discard(self) -> None:
        self._asking = True
        self._show()

    def action_confirm(self) -> None:
        """Discard, if that was asked."""
        if self._asking:
            try:
                self._waiting[0].discard()
            except Refusal as refusal:
                self._complain(str(refusal))
                return
            self._next()

    def action_back(self) -> None:
        """Out of the question, or out of the screen."""
        if self._asking:
            self._asking = False
            self._show()
        else:
            super().action_back()

    def _complain(self, what: str) -> None:
        self._asking, self._trouble = False, what
        self._show()


def _damage(one: Unfinished) -> str:
    if one.written.damaged_line:
        return f"Line {one.written.damaged_line} cannot be read. What comes after it is kept in a file beside it."
    return "The last line was cut off; everything before it is here."

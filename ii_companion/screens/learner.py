"""A learner's page: the card, what was enjoyed and tried lately, what was seen, figures over time."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.dialogue.card_words import card_lines
from ii_companion.log.header import Mode
from ii_companion.screens.card import open_card
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.learner_words import SECTIONS, with_strips
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.refusal import Refusal
from ii_companion.session.strip import Strip
from ii_companion.words import _
from widgets.foot import Foot
from widgets.lines import Lines


class LearnerScreen(PanelScreen):
    """Everything staff left about one learner, newest first. Read in a thread."""

    WHERE = Where.LEARNER
    CSS_PATH = sheets("learner.tcss")
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.LEARNER), ("escape", "screen.back")]

    def __init__(self, learner: str) -> None:
        super().__init__()
        self._learner = learner
        self._away = False

    def compose(self) -> ComposeResult:
        yield Lines(
            self._learner,
            _("These describe moments together, not a person; they are no appraisal."),
            id="title",
        )
        with VerticalScroll(id="page", can_focus=False):
            yield titled(Static(id="card", markup=False), _("Card"))
            for name, heading in SECTIONS.items():
                waits = _("Reading the logs …") if name == "left" else ""
                yield titled(Static(waits, id=name, markup=False), _(heading))
        yield Foot(foot(Where.LEARNER, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self._read()

    def on_screen_suspend(self) -> None:
        self._away = True

    def on_screen_resume(self) -> None:
        if self._away:
            self._read()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read(self) -> None:
        from ii_companion.log.documents import Entry
        from ii_companion.screens.home_panels import strips
        from ii_companion.screens.learner_words import SHOWN, page

        store = self.app.store
        try:
            card = card_lines(store.card(self._learner))
        except Refusal as refusal:
            card = [words.of(refusal)]
        try:
            logs = [
                log for log in store.logs() if log.learner == self._learner and log.mode is not Mode.PRACTICE
            ]
            said = page(logs, self.app.settings.language)
        except Refusal as refusal:
            logs, said = [], {"left": [words.of(refusal)]}
        drawn = strips(store, [Entry.of(log) for log in logs[:SHOWN]])
        self.app.from_thread(self, self._show, card, said, drawn)

    def _show(self, card: list[str], said: dict[str, list[str]], drawn: dict[str, Strip]) -> None:
        self.query_one("#card", Static).update("\n".join(card))
        for name in SECTIONS:
            shown = self.query_one(f"#{name}", Static)
            shown.display = name in said
            shown.update(with_strips(said.get(name, []), drawn))

    def command(self, name: str) -> None:
        try:
            if name == "learner_card":
                self.app.push_screen(open_card(self.app, self._learner))
            elif name == "learner_logs":
                self.app.show_logs(f"learner:{self._learner} ")
        except Refusal as refusal:
            self.notify(words.of(refusal), severity="warning", timeout=12, markup=False)

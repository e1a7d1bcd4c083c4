"""After practice: how it was for the learner, then the figures. Nobody real was there, so there is no diary to fill in."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.log.closing import brief_log
from ii_companion.log.counted import figures
from ii_companion.log.recorder import Recorder
from ii_companion.practice.companion import Companion, from_their_side
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, render
from widgets.foot import Foot
from widgets.lines import Lines


class TheirSideScreen(CommandedPage):
    """The learner's side of a practice session; its log is kept with the practice logs by itself."""

    WHERE = Where.THEIR_SIDE
    CSS_PATH = "their_side.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.THEIR_SIDE),
        ("escape,enter", "screen.leave_for_home"),
    ]

    def __init__(self, recorder: Recorder, companion: Companion) -> None:
        super().__init__()
        self._store = recorder.store
        self._log = brief_log(recorder.header, recorder.events)
        self._whose = companion.nature.name
        self._side = (
            from_their_side(companion.nature, companion.seen, recorder.session.events(), self._log.measures)
            if self._log.measures is not None
            else []
        )

    def compose(self) -> ComposeResult:
        yield Lines(_("{name}'s side:", name=self._whose), id="title")
        with VerticalScroll(id="said", can_focus=False):
            yield Static("\n\n".join(map(render, self._side)), id="side", markup=False)
            yield Static("\n\n".join(figures(self._log)), id="figures", markup=False)
        yield Foot([_("practice"), *foot(Where.THEIR_SIDE, self.app.settings)], id="foot")

    def on_mount(self) -> None:
        try:
            self._store.save(self._log)
        except Refusal as refusal:
            self.notify(words.of(refusal), severity="warning", timeout=15, markup=False)

    def action_leave_for_home(self) -> None:
        if self.in_front:
            self.app.action_home()

"""The fictional learners: who they are, the signs to look for, how fast; Enter practises with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.content.learners import load_learners
from ii_companion.dialogue.fictional_words import about
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.refusal import Refusal
from ii_companion.words import _
from widgets.foot import Foot
from widgets.lines import Lines

if TYPE_CHECKING:
    from ii_companion.practice.nature import Nature

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


class PractiseScreen(PanelScreen):
    """Choosing a learner to practise with. Nothing starts before Enter."""

    WHERE = Where.PRACTISE
    CSS_PATH = sheets("practise.tcss")
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.PRACTISE), ("escape", "screen.back")]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        self._speed = 1.0
        self._natures: list[Nature] = []

    def compose(self) -> ComposeResult:
        self._natures = list(load_learners(self.app.settings.language).natures.values())
        yield Lines(_("Nobody here is real; nothing counts."), id="title")
        yield titled(OptionList(id="rows"), _("Made-up learners"))
        with titled(VerticalScroll(id="about", can_focus=False), _("Who they are")):
            yield Static(id="words", markup=False)
        yield Foot(foot(Where.PRACTISE, self.app.settings), id="foot")

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.set_options(Content(f"{one.name:<10} {one.title}") for one in self._natures)
        listed.highlighted = 0
        self._show(0)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        self._show(event.option_index)

    def _show(self, index: int) -> None:
        one = self._natures[index]
        self.query_one("#words", Static).update(
            "\n".join([_("Speed × {times}", times=f"{self._speed:g}"), *about(one)])
        )

    @on(OptionList.OptionSelected)
    def _begin(self, event: OptionList.OptionSelected) -> None:
        from ii_companion.screens.session_start import begin_practice

        plan = self._plan.changed(learner=self._natures[event.option_index].id, mentor="")
        try:
            live = begin_practice(
                self.app.store, plan, PracticePlan(speed=self._speed), self.app.clock, self.app.loaded
            )
        except Refusal as refusal:
            self.query_one("#words", Static).update(words.of(refusal))
            return
        self.app.pop_screen()
        self.app.switch_screen(live)

    def command(self, name: str) -> None:
        if name in ("slower_learner", "faster_learner"):
            at = SPEEDS.index(self._speed) + (1 if name == "faster_learner" else -1)
            self._speed = SPEEDS[max(0, min(len(SPEEDS) - 1, at))]
            self._show(self.query_one(OptionList).highlighted or 0)

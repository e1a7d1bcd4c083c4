"""A glance before a session: the learner's card, what to prompt today, and then Enter."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.content.prompts import load_prompts
from ii_companion.dialogue.before_words import (
    ALL,
    CHOSEN,
    FEWEST,
    MOST,
    NONE,
    PROBE,
    TODAY,
    WAYS,
    cannot_be_said,
    coachable,
    first_words,
    not_so_many,
    own_id,
)
from ii_companion.dialogue.card_words import card_lines
from ii_companion.log.header import ChosenPrompt
from ii_companion.log.plan import Plan
from ii_companion.screens.keys import bindings
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.card import Card
from ii_companion.session.prompts import wording_problems
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, ngettext, render
from widgets.choice import Choice
from widgets.field import field
from widgets.form import Form
from widgets.tags import Tags


class BeforeScreen(PanelScreen):
    """The card of the learner, the prompts for today, and Enter to begin."""

    WHERE = Where.BEFORE
    FORM = True
    CSS_PATH = sheets("before.tcss")
    AUTO_FOCUS = "Choice"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.BEFORE), ("escape", "screen.back")]

    def __init__(self, plan: Plan, card: Card, *, probe_due: bool) -> None:
        super().__init__()
        self._plan, self._card, self._probe_due = plan, card, probe_due
        self._marked: tuple[str, ...] = ()
        self._own: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        loaded = self.app.loaded
        prompts = load_prompts(loaded.settings.language, loaded.own_prompts).prompts
        stage = self._plan.stage
        with Form():
            with titled(Vertical(classes="group"), self._card.code):
                yield Static("\n".join(card_lines(self._card)), id="card", markup=False)
                yield Static(id="last", markup=False)
            yield Static(first_words(prompts, stage), id="words", markup=False)
            yield Choice(
                _(TODAY),
                [_(way) for way in WAYS],
                NONE if self._probe_due else ALL,
                id="which",
            )
            yield field(hint=_("or in your own words; Enter adds them"), id="own")
            yield Tags([(p.id, p.text) for p in coachable(prompts, stage)], id="tags")
        yield Static(self._hint(), id="about", markup=False)  # below what scrolls, so that it is always seen

    def on_mount(self) -> None:
        self._look_back()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_back(self) -> None:
        """Find what was left for next time, in a thread: Enter works meanwhile."""
        from ii_companion.dialogue.left_words import last_words
        from ii_companion.log.last_time import last_times

        try:
            found = last_times(self.app.store.entries())
        except Refusal:  # home has told of it
            return
        if self._plan.learner in found:
            self.app.from_thread(self, self._left, last_words(found[self._plan.learner]))

    def _left(self, said: list[str]) -> None:
        self.query_one("#last", Static).update("\n".join(said))

    def _hint(self) -> str:
        keys = _("Enter starts. Esc goes back.")
        if not self._probe_due:
            return keys
        return f"{_(PROBE)} {keys}"

    def _say(self, sentence: str) -> None:
        self.query_one("#about", Static).update(sentence)

    @on(Choice.Changed)
    def _which(self, event: Choice.Changed) -> None:
        self.set_class(event.chosen == CHOSEN, "-choosing")

    @on(Tags.Changed)
    def _mark(self, event: Tags.Changed) -> None:
        self._marked = event.marked
        self._say(
            ngettext(
                "{n} chosen, {fewest} to {most}. Enter starts.",
                "{n} chosen, {fewest} to {most}. Enter starts.",
                len(event.marked),
                fewest=FEWEST,
                most=MOST,
            )
        )

    @on(Choice.Confirmed)
    def _chosen(self) -> None:
        if self.query_one(Choice).chosen == CHOSEN:
            self.query_one(Tags).focus()
        else:
            self._start()

    @on(Input.Submitted)
    def _add_own(self, event: Input.Submitted) -> None:
        """A pair's own words keep the same rules as every prompt."""
        loaded = self.app.loaded
        text = event.value.strip()
        wrong = wording_problems(text, load_prompts(loaded.settings.language, loaded.own_prompts).rules)
        if wrong:
            self._say(cannot_be_said(text, render(wrong[0])))
            return
        name = own_id(len(self._own) + 1)
        self._own[name] = text
        event.input.value = ""
        self.query_one(Tags).add(name, text)
        self._say(_("“{text}” is added, and chosen.", text=text))

    @on(Tags.Confirmed)
    def _start(self) -> None:
        from ii_companion.screens.session_start import begin

        which = self.query_one(Choice).chosen
        plan = replace(self._plan, probe=which == NONE)
        if which == CHOSEN:
            if wrong := not_so_many(len(self._marked)):
                self._say(wrong)
                return
            plan = replace(
                plan, chosen=tuple(ChosenPrompt(name, self._own.get(name, "")) for name in self._marked)
            )
        try:
            live = begin(self.app.store, plan, self.app.clock, self.app.loaded)
        except Refusal as refusal:
            self._say(words.of(refusal))
            return
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        self.app.switch_screen(live)

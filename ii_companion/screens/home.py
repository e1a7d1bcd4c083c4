"""Home: who, where, and Enter to begin; below it what was left for next time and the recent logs.

Long because fields, what stands beside and below them, and the ways to every other screen meet here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, OptionList, Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.dialogue import home_words
from ii_companion.dialogue.home_words import ABOUT, ALLOWED, FIELDS
from ii_companion.log.plan import Plan
from ii_companion.printable import plain
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, render
from widgets.field import field
from widgets.foot import Foot
from widgets.lines import Lines

if TYPE_CHECKING:
    from textual.screen import Screen

    from ii_companion.dialogue.home_words import Around
    from ii_companion.session.strip import Strip

LOOK_AROUND_AFTER_S = 0.15
"""The first screen is painted and a key can be pressed before years of logs are read."""
LOW = 16
"""Rows under which only what is needed is said."""


class HomeScreen(PanelScreen):
    """The first screen. Its fields remember the last session's."""

    WHERE = Where.HOME
    FORM = True
    CSS_PATH = sheets("home.tcss")
    AUTO_FOCUS = "#learner"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.HOME)]

    def __init__(self) -> None:
        super().__init__()
        self._around: Around | None = None
        self._strips: dict[str, Strip] = {}
        """Of the recent sessions, by their ids."""
        self._sentence = ""
        self._beside = ""
        """The learner of whom the panel beside the fields tells."""
        self._beside_as_of: Around | None = None
        self._told_running = ""
        """The learner of whom it was said that another window is with them now."""

    def compose(self) -> ComposeResult:
        plan = self.app.store.last_plan()
        yield Lines(_("A quiet coach and a brief log for Intensive Interaction."), id="title", wrap=True)
        with Horizontal(id="today"):
            with titled(Horizontal(id="fields"), _("Who are you with? Enter starts.")):
                yield Lines(*(_(label) for label, _hint in FIELDS.values()), id="labels")
                with Vertical(id="inputs"):  # few widgets: each costs a millisecond before the first paint
                    for name in FIELDS:
                        value = getattr(plan, name)
                        yield field(str(value or ""), id=name, restrict=ALLOWED.get(name))
            yield titled(Static(id="with", markup=False), "")
        yield Static(id="about", markup=False)
        recent = titled(OptionList(id="recent"), _("Recent sessions"))
        recent.can_focus = False  # until there is one
        yield recent
        yield Foot(foot(Where.HOME, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self.set_timer(self.app.clock.real_seconds(LOOK_AROUND_AFTER_S), self._look_around)

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW, "-low")
        self.call_after_refresh(self._show_about)  # the panel beside may have come or gone

    def on_screen_resume(self) -> None:
        if self._around is not None:
            self._look_around()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_around(self) -> None:
        """Read the logs and what is unfinished, in a thread: years of logs must not delay the first key."""
        try:
            from ii_companion.screens import home_panels  # it folds events; the first paint does without

            around = home_words.look(self.app.store, self.app.loaded, self.app.clock.utc())
        except Refusal as refusal:
            around = home_words.Around([], [], {}, [words.of(refusal)])
        self.app.from_thread(self, self._show_around, around)
        drawn = home_panels.strips(self.app.store, around.recent)
        self.app.from_thread(self, self._show_strips, around, drawn)

    def _show_around(self, around: Around) -> None:
        before, self._around = self._around, around
        if around.waiting:
            self.say(home_words.unfinished(around.waiting))
        elif before is not None and before.waiting:
            self.say("")
        self.set_class(not around.recent, "-first")
        heading = _("Recent sessions")
        self.query_one("#recent").border_title = " · ".join(filter(None, (heading, plain(around.school))))
        self._show_recent()
        self._show_about()
        for complaint in around.told:
            if before is None or complaint not in before.told:
                self.notify(render(complaint), severity="warning", timeout=15, markup=False)

    def _show_strips(self, around: Around, drawn: dict[str, Strip]) -> None:
        self._strips = drawn
        if around is self._around:
            self._show_recent()
            self._look_at(self._beside)

    def _show_recent(self) -> None:
        from ii_companion.screens.home_panels import row

        recent, around = self.query_one("#recent", OptionList), self._around
        logs = around.recent if around is not None else []
        recent.can_focus = bool(logs)
        at = recent.highlighted
        recent.set_options(row(log, self._strips.get(log.id)) for log in logs)
        recent.highlighted = min(at or 0, len(logs) - 1) if logs else None

    def say(self, sentence: str) -> None:
        """Say something under the fields."""
        self._sentence = sentence
        self._show_about()

    @on(Input.Changed, "#learner")
    def _show_about(self) -> None:
        """What was said last, what the field in focus means, and what was left for this learner."""
        said = [self._sentence] if self._sentence else []
        name = self.focused.id if self.focused is not None else ""
        if name in FIELDS:
            about = ABOUT.get(name, FIELDS[name][1])
            said.append(_(about))
        learner = self.query_one("#learner", Input).value.strip().lower()
        beside = self.query_one("#with", Static)
        if self._around is not None and not beside.display and learner in self._around.last:
            from ii_companion.dialogue.left_words import last_words

            said += last_words(self._around.last[learner])
        if self._around is not None and not beside.display and not self._around.recent:
            from ii_companion.screens.home_panels import FIRST_RUN

            said += [_(line) for line in FIRST_RUN[1 if self.has_class("-low") else 0 :]]
        # without frames there is no title to say it in
        if self._around is not None and self._around.school and self.has_class("-bare"):
            said.append(plain(self._around.school))
        self.query_one("#about", Static).update("\n".join(said))
        if beside.display and (learner != self._beside or self._around is not self._beside_as_of):
            self._beside, self._beside_as_of = learner, self._around
            self._look_at(learner)

    @work(thread=True, exclusive=True, exit_on_error=False, group="beside")
    def _look_at(self, learner: str) -> None:
        """The learner whose code stands there, from the disk, in a thread."""
        around, strips = self._around, self._strips
        if around is not None:
            from ii_companion.screens.home_panels import beside

            wide = self.query_one("#with", Static).content_size.width
            title, said = beside(self.app.store, around, strips, learner, wide)
            self.app.from_thread(self, self._show_beside, (learner, around, strips), title, said)

    def _show_beside(self, of: tuple[str, Around, dict[str, Strip]], title: str, said: Content) -> None:
        learner, around, strips = of
        # nobody typed on meanwhile, and a thread that began with less has not come in later
        if learner == self._beside and around is self._around and strips is self._strips:
            beside = self.query_one("#with", Static)
            beside.border_title = title
            beside.update(said)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._show_about()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter starts; from the first field only once it is said who is there: it is struck by habit there."""
        me = self.query_one("#practitioner", Input)
        if event.input.id != "learner" or me.value.strip() or not self.in_front:
            self.action_command("start")
            return
        from ii_companion.session.codes import code

        try:
            code(event.value)
        except Refusal as refusal:  # said while the field can still be mended
            self.say(words.of(refusal))
        else:
            me.focus()

    @on(OptionList.OptionSelected)
    def _open_log(self, event: OptionList.OptionSelected) -> None:
        if self._around is None:
            return
        from ii_companion.screens.review import open_review

        open_review(self, self._around.recent[event.option_index].id)

    def plan(self) -> Plan:
        """What the fields say."""
        value = {name: self.query_one(f"#{name}", Input).value for name in FIELDS}
        return Plan(
            value["learner"],
            value["practitioner"],
            value["mentor"],
            int(value["stage"] or 1),
            value["place"],
            for_min=float(value["for_min"] or 0) or None,
        )

    def command(self, name: str) -> None:
        try:
            opened = self._screen(name)
        except Refusal as refusal:
            self.say(words.of(refusal))
            return
        if opened is not None:
            self.app.push_screen(opened)

    def _screen(self, name: str) -> Screen[None] | None:
        """The screen a command opens; each loads what it needs. Raises Refusal for what is not a code."""
        from ii_companion.session.codes import code

        if name == "share_from_home":
            self.app.open_sharing()
            return None
        plan = self.plan()
        match name:
            case "start":
                return self._start(plan.checked())
            case "unfinished":
                return self._unfinished()
            case "note_afterwards":
                from ii_companion.screens.note import NoteScreen

                plan = plan.checked() if plan.learner.strip() else plan.changed(learner="")
                return NoteScreen(self.app.store, plan.changed(mentor=""))
            case "practise":
                from ii_companion.screens.practise import PractiseScreen

                return PractiseScreen(plan)
            case "card":
                from ii_companion.screens.card import open_card

                return open_card(self.app, code(plan.learner))
            case "learner":
                from ii_companion.screens.learner import LearnerScreen

                return LearnerScreen(code(plan.learner))
            case "logs":
                from ii_companion.screens.logs import LogsScreen

                return LogsScreen()
            case "trends":
                learner = code(plan.learner)
                from ii_companion.screens.trends import TrendsScreen  # brings the plot and numpy, 100 ms

                return TrendsScreen(learner, plan.practitioner.strip().lower())
            case "voices":
                from ii_companion.screens.voices import VoicesScreen

                return VoicesScreen()
        return None

    def _start(self, plan: Plan) -> Screen[None] | None:
        """What there is to see before, or the session itself."""
        from ii_companion.dialogue.beginning import with_them_now
        from ii_companion.log.past import probe_is_due
        from ii_companion.screens.session_start import begin

        if plan.learner != self._told_running and (running := with_them_now(self.app.store, plan.learner)):
            self._told_running = plan.learner
            self.say(_("{running} Enter again starts another.", running=running))
            return None
        due = probe_is_due(self.app.store, plan.learner, plan.practitioner, plan.stage)
        if due or plan.mentor or self.app.store.has_card(plan.learner):
            from ii_companion.screens.before import BeforeScreen

            return BeforeScreen(plan, self.app.store.card(plan.learner), probe_due=due)
        live = begin(self.app.store, plan, self.app.clock, self.app.loaded)
        self.app.clear_notifications()
        self.app.switch_screen(live)
        return None

    def _unfinished(self) -> Screen[None] | None:
        """Look again: another window may have stopped, or been looked after, since this one was opened."""
        waiting, _complaints = self.app.store.unfinished()
        if not waiting:
            self.say(_("Nothing is unfinished."))
            return None
        from ii_companion.screens.unfinished import UnfinishedScreen

        return UnfinishedScreen(self.app.store, waiting)

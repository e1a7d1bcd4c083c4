"""Home: who, where, and Enter to begin; below it what was left unfinished and the recent logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from ii_companion.commands import Where
from ii_companion.log.plan import Plan, load_plan
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.refusal import Refusal
from widgets.field import field
from widgets.foot import Foot
from widgets.lines import Lines

if TYPE_CHECKING:
    from ii_companion.log.closing import Unfinished

FIELDS = {
    "learner": ("learner", "a code, never a name: heron"),
    "practitioner": ("me", "your code"),
    "mentor": ("mentor", "if one sits in"),
    "stage": ("stage", "1 new  2 practising  3 fluent  4 independent"),
    "place": ("place", "where it happens"),
}
RECENT = 30
LOOK_AROUND_AFTER_S = 0.15
"""The first screen is painted and a key can be pressed before years of logs are read."""


class HomeScreen(CommandedPage):
    """The first screen. Its fields remember the last session's."""

    WHERE = Where.HOME
    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#learner"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.HOME)]

    def __init__(self) -> None:
        super().__init__()
        self._unfinished: list[Unfinished] = []
        self._mentor_is_remembered = False

    def compose(self) -> ComposeResult:
        plan = load_plan(self.app.places)
        yield Lines("Who are you with? Enter starts.", id="title")
        with Horizontal(id="fields"):  # few widgets: each costs a millisecond before the first paint
            yield Lines(*(label for label, _ in FIELDS.values()), id="labels")
            with Vertical():
                for name, (_, hint) in FIELDS.items():
                    only = "[1-4]?" if name == "stage" else None
                    yield field(str(getattr(plan, name)), hint, id=name, restrict=only)
        yield Static(id="about", markup=False)
        yield Lines(id="recent")
        yield Foot(foot(Where.HOME, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self.set_timer(self.app.clock.real_seconds(LOOK_AROUND_AFTER_S), self._look_around)

    def on_screen_resume(self) -> None:
        if self._unfinished:
            self._look_around()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_around(self) -> None:
        """Read the logs and what is unfinished, in a thread: years of logs must not delay the first key."""
        from ii_companion.content.prompts import load_prompts
        from ii_companion.log.closing import unfinished
        from ii_companion.log.erase import past_their_time
        from ii_companion.log.shelf import Shelf

        told: list[str] = []
        try:
            waiting, complaints = unfinished(self.app.places)
            logs = Shelf(self.app.places, told.append).entries()
        except Refusal as refusal:
            self.app.from_thread(self, self._show_around, [], [], [str(refusal)])
            return
        lines = [
            f"{log.started_at.astimezone():%a %d %b %H:%M}  {log.learner:<10} {log.duration_s / 60:3.0f} min  "
            f"{log.end_reason.replace('_', ' ')}  {log.words}"
            for log in logs[:RECENT]
        ]
        told += load_prompts(self.app.settings.language, self.app.loaded.own_prompts).complaints
        old = past_their_time(logs, self.app.settings.keep_months, self.app.clock.utc())
        if old:
            told.append(
                f"{len(old)} sessions are older than {self.app.settings.keep_months} months. Nothing is removed by "
                "itself; `ii-companion tidy` shows them and asks."
            )
        self.app.from_thread(self, self._show_around, waiting, lines, told + complaints)

    def _show_around(self, waiting: list[Unfinished], lines: list[str], complaints: list[str]) -> None:
        had, self._unfinished = bool(self._unfinished), waiting
        if had and not waiting:
            self.say("")
        if waiting:
            first = waiting[0]
            more = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
            self.say(
                f"Unfinished: {first.header.learner}, {first.header.started_at.astimezone():%a %d %b %H:%M}{more}. F3 opens it."
            )
        self.query_one("#recent", Lines).show(
            ["Recent logs", *lines] if lines else ["No sessions logged yet."]
        )
        for complaint in complaints:
            self.notify(complaint, severity="warning", timeout=15)

    def say(self, sentence: str) -> None:
        """Say something under the fields."""
        self.query_one("#about", Static).update(sentence)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_command("start")

    def plan(self) -> Plan:
        """What the fields say."""
        value = {name: self.query_one(f"#{name}", Input).value for name in FIELDS}
        return Plan(
            value["learner"], value["practitioner"], value["mentor"], int(value["stage"] or 1), value["place"]
        )

    def command(self, name: str) -> None:
        match name:
            case "start":
                self._start()
            case "unfinished":
                self._look_after()
            case "practise":
                self._practise()
            case "card":
                self._open_card()
            case "logs":
                from ii_companion.screens.logs import LogsScreen

                self.app.push_screen(LogsScreen())
            case "trends":
                self._open_trends()
            case "voices":
                from ii_companion.screens.voices import VoicesScreen

                self.app.push_screen(VoicesScreen())

    def _start(self) -> None:
        from ii_companion.log.cards import card_path, load_card
        from ii_companion.log.past import probe_is_due
        from ii_companion.screens.session_start import begin

        try:
            plan = self.plan().checked()
            due = probe_is_due(self.app.places, plan.learner, plan.practitioner, plan.stage)
            if due or plan.mentor or card_path(self.app.places, plan.learner).exists():
                from ii_companion.screens.before import BeforeScreen

                self.app.push_screen(
                    BeforeScreen(plan, load_card(self.app.places, plan.learner), probe_due=due)
                )
                return
            live = begin(self.app.places, plan, self.app.clock, self.app.loaded)
        except Refusal as refusal:
            self.say(str(refusal))
            return
        self.app.clear_notifications()
        self.app.switch_screen(live)

    def _practise(self) -> None:
        from ii_companion.content.learners import load_learners
        from ii_companion.log.plan import PracticePlan
        from ii_companion.screens.session_start import begin_practice

        plan = self.plan()
        try:
            known = load_learners(self.app.settings.language).natures
            learner = plan.learner if plan.learner in known else next(iter(known))
            live = begin_practice(
                self.app.places,
                plan.changed(learner=learner, mentor=""),
                PracticePlan(),
                self.app.clock,
                self.app.loaded,
            )
        except Refusal as refusal:
            self.say(str(refusal))
            return
        self.app.switch_screen(live)

    def _open_card(self) -> None:
        from ii_companion.screens.card import open_card
        from ii_companion.session.codes import code

        try:
            self.app.push_screen(open_card(self.app, code(self.plan().learner)))
        except Refusal as refusal:
            self.say(str(refusal))

    def _open_trends(self) -> None:
        from ii_companion.session.codes import code

        plan = self.plan()
        try:
            learner = code(plan.learner)
        except Refusal as refusal:
            self.say(str(refusal))
            return
        from ii_companion.screens.trends import TrendsScreen  # brings the plot and numpy, 100 ms

        self.app.push_screen(TrendsScreen(learner, plan.practitioner.strip().lower()))

    def _look_after(self) -> None:
        if not self._unfinished:
            self.say("Nothing is unfinished.")
            return
        from ii_companion.screens.unfinished import UnfinishedScreen

        self.app.push_screen(UnfinishedScreen(self._unfinished))

"""Home: who, where, and Enter to begin; below it what was left unfinished and the recent logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.log.plan import Plan
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _, ngettext, render
from widgets.field import field
from widgets.foot import Foot
from widgets.lines import Lines

if TYPE_CHECKING:
    from ii_companion.log.documents import Entry
    from ii_companion.log.store import Unfinished

FIELDS = {
    "learner": (N_("learner"), N_("a code, never a name: heron")),
    "practitioner": (N_("me"), N_("your code")),
    "mentor": (N_("mentor"), N_("if one sits in")),
    "stage": (N_("stage"), N_("1 new  2 practising  3 fluent  4 independent")),
    "place": (N_("place"), N_("where it happens")),
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
        plan = self.app.store.last_plan()
        yield Lines(_("Who are you with? Enter starts."), id="title")
        with Horizontal(id="fields"):  # few widgets: each costs a millisecond before the first paint
            yield Lines(*(_(label) for label, _hint in FIELDS.values()), id="labels")
            with Vertical():
                for name, (_label, hint) in FIELDS.items():
                    only = "[1-4]?" if name == "stage" else None
                    yield field(str(getattr(plan, name)), _(hint), id=name, restrict=only)
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
        from ii_companion.log.erase import clock_disagrees, past_their_time

        told: list[str] = []
        try:
            waiting, complaints = self.app.store.unfinished()
            logs = self.app.store.telling(told.append).entries()
        except Refusal as refusal:
            self.app.from_thread(self, self._show_around, [], [], [words.of(refusal)])
            return
        lines = [_row(log) for log in logs[:RECENT]]
        told += load_prompts(self.app.settings.language, self.app.loaded.own_prompts).complaints
        told += [
            _(
                "Words about {session} were typed and never saved. Open it (F7, Enter, then e) to have them back.",
                session=one.session,
            )
            for one in self.app.store.drafts()
            if one.session and one.name.startswith("notes-")
        ]
        old = past_their_time(logs, self.app.settings.keep_months, self.app.clock.utc())
        if doubt := clock_disagrees(logs, self.app.clock.utc()):
            told.append(render(doubt))
        if old:
            told.append(
                ngettext(
                    "{n} session is older than {months} months. Nothing is removed by itself; "
                    "`ii-companion tidy` shows it and asks.",
                    "{n} sessions are older than {months} months. Nothing is removed by itself; "
                    "`ii-companion tidy` shows them and asks.",
                    len(old),
                    months=self.app.settings.keep_months,
                )
            )
        self.app.from_thread(self, self._show_around, waiting, lines, told + complaints)

    def _show_around(self, waiting: list[Unfinished], lines: list[str], complaints: list[str]) -> None:
        had, self._unfinished = bool(self._unfinished), waiting
        if had and not waiting:
            self.say("")
        if waiting:
            self.say(_waiting(waiting[0], len(waiting) - 1))
        self.query_one("#recent", Lines).show(
            [_("Recent logs"), *lines] if lines else [_("No sessions logged yet.")]
        )
        for complaint in complaints:
            self.notify(render(complaint), severity="warning", timeout=15)

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
        from ii_companion.log.past import probe_is_due
        from ii_companion.screens.session_start import begin

        try:
            plan = self.plan().checked()
            due = probe_is_due(self.app.store, plan.learner, plan.practitioner, plan.stage)
            if due or plan.mentor or self.app.store.has_card(plan.learner):
                from ii_companion.screens.before import BeforeScreen

                self.app.push_screen(BeforeScreen(plan, self.app.store.card(plan.learner), probe_due=due))
                return
            live = begin(self.app.store, plan, self.app.clock, self.app.loaded)
        except Refusal as refusal:
            self.say(words.of(refusal))
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
                self.app.store,
                plan.changed(learner=learner, mentor=""),
                PracticePlan(),
                self.app.clock,
                self.app.loaded,
            )
        except Refusal as refusal:
            self.say(words.of(refusal))
            return
        self.app.switch_screen(live)

    def _open_card(self) -> None:
        from ii_companion.screens.card import open_card
        from ii_companion.session.codes import code

        try:
            self.app.push_screen(open_card(self.app, code(self.plan().learner)))
        except Refusal as refusal:
            self.say(words.of(refusal))

    def _open_trends(self) -> None:
        from ii_companion.session.codes import code

        plan = self.plan()
        try:
            learner = code(plan.learner)
        except Refusal as refusal:
            self.say(words.of(refusal))
            return
        from ii_companion.screens.trends import TrendsScreen  # brings the plot and numpy, 100 ms

        self.app.push_screen(TrendsScreen(learner, plan.practitioner.strip().lower()))

    def _look_after(self) -> None:
        if not self._unfinished:
            self.say(_("Nothing is unfinished."))
            return
        from ii_companion.screens.unfinished import UnfinishedScreen

        self.app.push_screen(UnfinishedScreen(self.app.store, self._unfinished))


def _row(log: Entry) -> str:
    from ii_companion.log.records import END_WORDS  # the logs have loaded it; the first screen does without

    when = words.day(log.started_at.astimezone(), year=False)
    minutes = _("{minutes} min", minutes=f"{log.duration_s / 60:3.0f}")
    return f"{when}  {log.learner:<10} {minutes}  {_(END_WORDS[log.end_reason])}  {log.words}"


def _waiting(first: Unfinished, more: int) -> str:
    """What is said of sessions that never ended: the first of them, and how many more there are."""
    learner, when = first.header.learner, words.day(first.header.started_at.astimezone(), year=False)
    if not more:
        return _("Unfinished: {learner}, {when}. F3 opens it.", learner=learner, when=when)
    return ngettext(
        "Unfinished: {learner}, {when} and {n} more. F3 opens it.",
        "Unfinished: {learner}, {when} and {n} more. F3 opens it.",
        more,
        learner=learner,
        when=when,
    )

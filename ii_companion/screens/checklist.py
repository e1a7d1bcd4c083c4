"""The mentor's observation list for one session: seen, partly, not seen, not applicable; a remark each; no total."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input, Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.log.checklist import SEEN_WORDS, Answer, Checklist, blank, items
from ii_companion.log.records import BriefLog
from ii_companion.log.store import Store
from ii_companion.screens.after_form import SAFETY
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _
from widgets.choice import Choice
from widgets.field import field
from widgets.form import Form
from widgets.lines import Lines

SEEN = tuple(SEEN_WORDS)
CLOSING = {"strength": N_("One strength"), "question": N_("One question"), "try_next": N_("One thing to try")}


class ChecklistScreen(CommandedPage):
    """One session's list."""

    WHERE = Where.CHECKLIST
    FORM = True
    CSS_PATH = "checklist.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.CHECKLIST),
        ("escape", "screen.command('save_checklist')"),
    ]

    def __init__(self, store: Store, log: BriefLog) -> None:
        """Raises Refusal if the session's list cannot be read; it is left as it is."""
        super().__init__()
        self._store, self._log = store, log
        self._kept = store.checklist(log.id)

    def compose(self) -> ComposeResult:
        language = self.app.settings.language
        self._list = self._kept or blank(self._log, language)
        answered = {answer.item: answer for answer in self._list.answers}
        yield Lines(
            _(
                "What was seen with {learner}, {when}",
                learner=self._log.learner,
                when=f"{self._log.started_at:%Y-%m-%d %H:%M}",
            ),
            _("For a conversation; it adds up to nothing."),
            id="title",
        )
        with Form():
            for item in items(language):
                answer = answered.get(item.id, Answer(item.id))
                yield Static(item.words, markup=False)
                chosen = SEEN.index(answer.seen) if answer.seen is not None else None
                yield Choice("", [_(SEEN_WORDS[one]) for one in SEEN], chosen, id=f"seen-{item.id}")
                yield field(answer.remark, _("a remark"), id=f"remark-{item.id}")
            for name, question in CLOSING.items():
                yield Static(_(question))
                yield field(getattr(self._list, name), id=name)
            yield Static(_(SAFETY), classes="safety")
        yield Static("  ".join(foot(Where.CHECKLIST, self.app.settings)), id="line", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self.query_one(Form).scroll_home, animate=False)

    @on(Choice.Confirmed)
    @on(Input.Submitted)
    def _go_on(self) -> None:
        self.focus_next()

    def _filled(self) -> Checklist:
        answers = []
        for item in items(self.app.settings.language):
            chosen = self.query_one(f"#seen-{item.id}", Choice).chosen
            remark = self.query_one(f"#remark-{item.id}", Input).value.strip()
            answers.append(Answer(item.id, SEEN[chosen] if chosen is not None else None, remark))
        closing = {name: self.query_one(f"#{name}", Input).value.strip() for name in CLOSING}
        return replace(self._list, answers=tuple(answers), saved_at=self.app.clock.utc(), **closing)

    def command(self, name: str) -> None:
        if name == "save_checklist":
            try:
                self._store.save_checklist(self._log, self._filled())
            except Refusal as refusal:
                self.query_one("#line", Static).update(words.of(refusal))
                return
            self.app.leave_screen()

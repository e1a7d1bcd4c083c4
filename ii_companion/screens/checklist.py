"""The mentor's observation list for one session: seen, partly, not seen, not applicable; a remark each; no total."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.dialogue.questions import SAFETY
from ii_companion.log.checklist import SEEN_WORDS, Answer, Checklist, blank, items
from ii_companion.log.records import BriefLog
from ii_companion.log.store import Store
from ii_companion.screens.drafted import Drafted
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _
from widgets.choice import Choice
from widgets.field import field
from widgets.form import Form
from widgets.lines import Lines

SEEN = tuple(SEEN_WORDS)
CLOSING = {"strength": N_("One strength"), "question": N_("One question"), "try_next": N_("One thing to try")}


class ChecklistScreen(PanelScreen, Drafted):
    """One session's list."""

    WHERE = Where.CHECKLIST
    FORM = True
    CSS_PATH = sheets("checklist.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.CHECKLIST),
        ("escape", "screen.command('save_checklist')"),
    ]

    def __init__(self, store: Store, log: BriefLog) -> None:
        """Raises Refusal if the session's list cannot be read; it is left as it is."""
        super().__init__()
        self._store, self._log = store, log
        self._kept = store.checklist(log.id)
        self._saved = False
        self.drafts_of(store, f"checklist-{log.id}", log.learner, log.id)

    def compose(self) -> ComposeResult:
        language = self.app.settings.language
        self._list = self._kept or blank(self._log, language)
        answered = {answer.item: answer for answer in self._list.answers}
        title = Lines(
            _(
                "What was seen with {learner}, {when}",
                learner=self._log.learner,
                when=f"{self._log.started_at:%Y-%m-%d %H:%M}",
            ),
            _("For a conversation; it adds up to nothing."),
            id="title",
        )
        yield title
        with Form():
            with titled(Vertical(classes="group"), _("What was seen")):
                for item in items(language):
                    answer = answered.get(item.id, Answer(item.id))
                    yield Static(item.words, classes="item", markup=False)
                    chosen = SEEN.index(answer.seen) if answer.seen is not None else None
                    yield Choice("", [_(SEEN_WORDS[one]) for one in SEEN], chosen, id=f"seen-{item.id}")
                    yield field(answer.remark, _("a remark"), id=f"remark-{item.id}")
            with titled(Vertical(classes="group"), _("For the conversation")):
                for name, question in CLOSING.items():
                    yield Static(_(question), classes="item", markup=False)
                    yield field(getattr(self._list, name), id=name)
        yield Static(_(SAFETY), classes="safety", markup=False)
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
        if name == "save_checklist" and self._save():
            self.app.leave_screen()

    def save_now(self) -> bool:
        """Keep the list if anything in it was changed. False, and a sentence, if it could not be."""
        if self._saved or not self.query("#line"):
            return True
        kept = self._kept or self._list
        if replace(self._filled(), saved_at=kept.saved_at) == kept:
            return True
        return self._save()

    def _save(self) -> bool:
        filled = self._filled()
        try:
            self._store.telling(self._notice).save_checklist(self._log, filled, self._kept)
        except Refusal as refusal:
            self.keep_draft_now()
            self.query_one("#line", Static).update(words.of(refusal))
            return False
        self._kept, self._saved = filled, True
        self.drop_draft()
        return True

    def _notice(self, sentence: str) -> None:
        self.app.notify(sentence, severity="warning", timeout=15)

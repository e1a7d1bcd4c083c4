"""After the end: the reason first, everything else skippable, done in ninety seconds from the keyboard.

The log is saved the moment the session ends, with the reason the events suggest; every field that is left
saves again. So whatever ends the app, what was written is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Key
from textual.widgets import Static, TextArea

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.content.fundamentals import fundamentals
from ii_companion.log.closing import brief_log
from ii_companion.log.header import LONGEST_TEXT
from ii_companion.log.records import AROUSAL_WORDS, NOVELTY_WORDS, TOUCH_WORDS, BriefLog, EndReason
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.drafted import Drafted
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.refusal import Refusal
from ii_companion.session.summary import summary
from ii_companion.words import N_, _, render
from widgets.choice import Choice
from widgets.lines import Lines
from widgets.tags import Tags

if TYPE_CHECKING:
    from ii_companion.log.recorder import Recorder
    from ii_companion.log.store import Store

SAFETY = N_("A worry about safety? Tell your safeguarding lead; not here.")
NARROW = 72
BLUR_WAIT_S = 0.2
"""A field that is left waits no longer for a month that another program holds; the draft is on disk all the same."""
SAVE_WAIT_S = 2.0
"""Nor does saving that was asked for."""

Answers = tuple[tuple[str, Any], ...]
"""Words, a pattern of the catalogues, and the value they stand for."""


def _of_table(table: Mapping[Any, str]) -> Answers:
    return tuple((words, value) for value, words in table.items())


_YES_NO: Answers = ((N_("yes"), True), (N_("no"), False))
CHOICES: dict[str, tuple[str, Answers]] = {
    "end_reason": (
        N_("It ended because"),
        (
            (N_("they had enough, or were distressed"), EndReason.LEARNER_HAD_ENOUGH),
            (N_("we drifted apart"), EndReason.DRIFTED_APART),
            (N_("I ended it"), EndReason.PRACTITIONER_ENDED),
            (N_("interrupted"), EndReason.INTERRUPTED),
        ),
    ),
    "enjoyed_by_learner": (N_("They enjoyed it"), _YES_NO),
    "enjoyed_by_me": (N_("I enjoyed it"), _YES_NO),
    "assent_at_start": (N_("They were willing"), _YES_NO),
    "arousal_start": (N_("At the start"), _of_table(AROUSAL_WORDS)),
    "arousal_end": (N_("At the end"), _of_table(AROUSAL_WORDS)),
    "novelty": (N_("For them this was"), _of_table(NOVELTY_WORDS)),
    "touch_used": (N_("Touch"), _of_table(TOUCH_WORDS)),
}
"""Field, question and answers, in the order they are asked."""
TEXTS = {
    "what_happened": N_("What happened, in a sentence or two"),
    "typical_moment": N_("A typical moment"),
    "best_moment": N_("The best moment"),
    "next_time": N_("Next time"),
}


class AfterScreen(Drafted, CommandedPage):
    """The brief log of a session that is over."""

    WHERE = Where.AFTER
    CSS_PATH = "after.tcss"
    AUTO_FOCUS = "#end_reason"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.AFTER),
        ("escape", "screen.command('save')"),
    ]

    def __init__(
        self,
        store: Store,
        log: BriefLog,
        more: Sequence[str] = (),
        *,
        edit: Callable[[BriefLog], None] | None = None,
    ) -> None:
        super().__init__()
        self._store = store
        self._log = log
        self._more = more
        """What else there is to say, after the summary."""
        self._edit = edit
        """Told of the edited log; then the version before stays, and saving goes back to where it was opened."""
        self._saved: BriefLog | None = log if edit else None
        self._keep_earlier = edit is not None
        self._recorder: Recorder | None = None
        """Of the session that has just ended, as long as its journal has not all that was keyed."""
        self.drafts_of(store, f"notes-{log.id}", log.learner, log.id)

    @classmethod
    def of(cls, recorder: Recorder) -> AfterScreen:
        """The screen for the session a recorder has just ended."""
        log = brief_log(recorder.header, recorder.events)
        companion = recorder.companion
        if companion is None or log.measures is None:
            made = cls(recorder.store, log)
            made._recorder = recorder
            return made
        from ii_companion.practice.companion import from_their_side

        said = from_their_side(companion.nature, companion.seen, recorder.session.events(), log.measures)
        side = _("{name}'s side:", name=companion.nature.name)
        made = cls(recorder.store, log, [side, *map(render, said)])
        made._recorder = recorder
        return made

    def compose(self) -> ComposeResult:
        log = self._log
        names = list(CHOICES)
        with Horizontal(id="sides"):
            with VerticalScroll(id="form", can_focus=False):
                yield self._choice("end_reason")
                yield from self._text("what_happened")
                for name in names[1:]:
                    yield self._choice(name)
                for name in list(TEXTS)[1:]:
                    yield from self._text(name)
                yield Static(
                    _("Fundamentals of Communication seen today (space marks one)"),
                    classes="label",
                    markup=False,
                )
                tags = fundamentals(self.app.settings.language)
                yield Tags([(tag.id, tag.name) for tag in tags], log.fundamentals, id="fundamentals")
            with VerticalScroll(id="said", can_focus=False):
                said = [*(map(render, summary(log.measures)) if log.measures else []), *self._more]
                yield Static("\n\n".join(said), markup=False)
        yield Lines(id="line")

    def _choice(self, name: str) -> Choice:
        question, answers = CHOICES[name]
        value = getattr(self._log, name)
        chosen = next(
            (i for i, (_words, answer) in enumerate(answers) if answer == value and value is not None), None
        )
        return Choice(_(question), [_(words) for words, _answer in answers], chosen, id=name)

    def _text(self, name: str) -> ComposeResult:
        yield Static(_(TEXTS[name]), classes="label", markup=False)
        area = TextArea(
            getattr(self._log, name), id=name, tab_behavior="focus", show_line_numbers=False, compact=True
        )
        area.cursor_blink = False
        yield area
        yield Static(_(SAFETY), classes="safety", markup=False)

    def on_mount(self) -> None:
        self.save_now()

    def on_resize(self) -> None:
        self.set_class(self.size.width < NARROW, "-narrow")

    def on_descendant_blur(self) -> None:
        self._save(BLUR_WAIT_S)

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        name = event.choice.id or ""
        if name == "end_reason" and event.chosen is None:
            event.choice.chosen = 0
            return
        answers = CHOICES[name][1]
        self._log = replace(
            self._log, **{name: answers[event.chosen][1] if event.chosen is not None else None}
        )

    def on_key(self, event: Key) -> None:
        """Words typed while a choice has the focus are meant for the sentence; none is lost."""
        sentence = self.query_one("#what_happened", TextArea)
        begins = isinstance(self.focused, Choice | Tags) and (event.character or "").isalpha()
        goes_on = self.focused is sentence and event.is_printable  # struck before the focus had moved
        if event.character and (begins or goes_on):
            self.set_focus(sentence)  # at once, so that the next letter goes there by itself
            sentence.insert(event.character)
            event.stop()

    @on(Choice.Confirmed)
    @on(Tags.Confirmed)
    def _go_on(self) -> None:
        self.focus_next()

    @on(Tags.Changed)
    def _tagged(self, event: Tags.Changed) -> None:
        self._log = replace(self._log, fundamentals=event.marked)

    def save_now(self) -> bool:
        """Keep the log as it stands. False, and a sentence, if it could not be."""
        return self._save(SAVE_WAIT_S)

    def _save(self, patience: float) -> bool:
        if not self.query(TextArea):  # not composed yet, or gone already
            return True
        typed = {area.id or "": area.text for area in self.query(TextArea)}
        fits = {name: text[:LONGEST_TEXT] for name, text in typed.items()}
        self._log = replace(self._log, **fits)
        whole = self._recorder is None or self._recorder.close()
        if whole:
            self._recorder = None
        else:
            self._say(_("The disk takes no more: what was keyed last is in memory only. Free some space."))
        if self._log == self._saved and fits == typed:
            return whole
        try:
            if self._log != self._saved:
                there = self._store.within(patience).telling(self._tell)
                there.save(self._log, keep_earlier=self._keep_earlier, over=self._saved)
        except Refusal as refusal:
            kept = self.keep_draft_now()
            self._say(
                _("{why} What is typed is kept beside it and offered again.", why=words.of(refusal))
                if kept
                else words.of(refusal)
            )
            return False
        self._saved, self._keep_earlier = self._log, False
        if fits != typed:
            kept = self.keep_draft_now()
            self._say(
                _(
                    "A text is longer than {most} letters: the log has its beginning, a draft all of it.",
                    most=LONGEST_TEXT,
                )
            )
            return kept and whole
        self.drop_draft()
        if not whole:
            return False
        self._say("  ".join([_("Saved."), *foot(Where.AFTER, self.app.settings)]))
        return True

    def _leave(self) -> None:
        if self._edit is None:
            self.app.action_home()
            return
        self.app.leave_screen()
        self._edit(self._log)

    def _say(self, sentence: str) -> None:
        for line in self.query("#line").results(Lines):
            line.show([sentence])

    def _tell(self, sentence: str) -> None:
        self.app.notify(render(sentence), severity="warning", timeout=15)

    def command(self, name: str) -> None:
        if name == "save" and self.save_now():
            self._leave()

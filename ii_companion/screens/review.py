"""A session looked back on: the whole line of time, a cursor that tells, the summary and the notes."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.widgets import Static

from ii_companion import words
from ii_companion.collecting import not_collecting
from ii_companion.commands import Where
from ii_companion.content.prompts import load_prompts
from ii_companion.dialogue.beginning import coaching
from ii_companion.feed.feed import Feed, KeptFeed
from ii_companion.files.sessions import Travelling, with_journal
from ii_companion.log.counted import figures
from ii_companion.log.header import Mode
from ii_companion.log.records import END_WORDS, BriefLog
from ii_companion.log.store import Store
from ii_companion.printable import plain
from ii_companion.screens import review_line, review_words
from ii_companion.screens.glyphs import WEIGHT
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.page import Page
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.screens.playing import Playing
from ii_companion.session.events import Event
from ii_companion.session.kinds import CHANNEL_WORDS, KIND_WORDS, Kind
from ii_companion.session.lengths import clock_time
from ii_companion.session.look_back import LookBack, look_back
from ii_companion.session.notes import note_words
from ii_companion.session.prompts import PromptDetail, sent_words
from ii_companion.session.refusal import Refusal
from ii_companion.session.tally import parameters
from ii_companion.words import _, render
from widgets.foot import Foot
from widgets.lines import Lines
from widgets.timeline import Timeline

LOW = 20
"""Rows under which the line of time shows its first lanes alone, so that there is room for the notes."""


class ReviewScreen(PanelScreen):
    """One session."""

    WHERE = Where.REVIEW
    CSS_PATH = sheets("review.tcss")
    AUTO_FOCUS = "Timeline"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.REVIEW), ("escape", "screen.back")]

    def __init__(self, store: Store, log: BriefLog) -> None:
        super().__init__()
        self._store = store
        self._session: Travelling = with_journal(store, log)
        self._back: LookBack | None = None
        self._asking = False
        self._away = False
        """Whether another screen has been above."""
        self._texts: dict[str, str] = {}
        """The words of prompts, by their ids."""
        self._film = Playing(self, store, log.id)

    def compose(self) -> ComposeResult:
        with titled(Vertical(id="session"), ""):
            yield Lines(id="title")
            yield Timeline(
                [_(lane) for lane in review_line.LANES],
                hues=review_line.HUES,
                signs=WEIGHT,
                stops=review_line.STOPS,
                id="timeline",
            )
        yield titled(Lines(id="here", wrap=True), _("Under the cursor"))
        yield Lines(id="asked", wrap=True)
        with VerticalScroll(id="sides", can_focus=False):
            with titled(VerticalScroll(id="said"), _("Notes and answers")):
                yield Static(id="words", markup=False)
            with titled(VerticalScroll(id="counted"), _("Summary")):
                yield Static(id="figures", markup=False)
        yield Foot(foot(Where.REVIEW, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW, "-low")

    def _show_words(self) -> None:
        log = self._session.log
        title = (log.learner, words.day(log.started_at.astimezone()), _(END_WORDS[log.end_reason]))
        self.query_one("#session").border_title = plain(" · ".join(title))
        self.query_one("#title", Lines).show([review_words.who(log)])
        said = review_words.from_school(self._store, log)
        said += review_words.told(self._store, log, self.app.settings.language)
        self.query_one("#words", Static).update("\n".join(said) or _("Nothing was written."))
        counted = figures(log) + ([review_words.legend()] if self._session.events else [])
        self.query_one("#figures", Static).update("\n\n".join(counted))
        self.query_one(Timeline).display = bool(self._session.events)

    def _show(self) -> None:
        self._show_words()
        log = self._session.log
        if not self._session.events:
            noted = log.mode is Mode.AFTERWARDS
            gone = "" if noted else _("Its journal is gone, so there is no line of time to show.")
            self.query_one("#here", Lines).show([gone] if gone else [])
            return
        header = self._session.head()
        content = load_prompts(self.app.settings.language, self.app.loaded.own_prompts)
        agreed = coaching(header, content.prompts)
        if log.mode is Mode.PRACTICE and header.seed is not None:
            agreed = replace(agreed, sign_shown_at=self._first_sign(header.learner, header.seed))
        self._texts = {prompt.id: prompt.text for prompt in agreed.prompts}
        feed: Feed = KeptFeed(header, self._session.events, agreed)
        with not_collecting():
            back = look_back(feed.pull(), agreed, parameters(header.card.wait_s))
        self._back = back
        line = self.query_one(Timeline)
        line.show(review_line.marks(back), back.end, review_line.bands(back), review_line.curves(back))
        self._tell(0.0)

    def _first_sign(self, learner: str, seed: int) -> float | None:
        """When a made-up learner first showed a sign; the coach praised nothing after that."""
        from ii_companion.content.learners import load_learners  # 10 ms, and only for practice
        from ii_companion.practice.companion import sign_shown_at

        nature = load_learners(self.app.settings.language).natures.get(learner)
        return sign_shown_at(nature, seed, list(self._session.events)) if nature is not None else None

    @on(Timeline.Moved)
    def _moved(self, event: Timeline.Moved) -> None:
        self._tell(event.t)

    def _tell(self, t: float) -> None:
        """What happened at the cursor, whose exchange it was, the pace, and what the coach thought."""
        back = self._back
        if back is None:
            return
        here = [f"{clock_time(t)}  " + "; ".join(self._said(event) for event in back.at(t))]
        found = back.exchange_at(t)
        here.append(
            review_line.exchange(*found, of=len(back.exchanges))
            if found is not None
            else _("between exchanges")
        )
        learner, practitioner = back.pace(t)
        here.append(_("the minute before: learner {learner}, you {you}", learner=learner, you=practitioner))
        answer = back.answer_at(t)
        if answer is not None:
            here.append(review_line.thought(answer))
        if self._film.tied:
            here[0] = _("{here} · Enter plays the film, p pauses it", here=here[0])
        self.query_one("#here", Lines).show(here)

    def on_unmount(self) -> None:
        self._film.close()

    def _play(self) -> None:
        """Play the film from before the cursor; a moment there for a while."""
        t = self.query_one(Timeline).cursor
        at = self._back.at(t) if self._back is not None else []
        self._film.play(t, moment=any(event.kind is Kind.MOMENT and event.t == t for event in at))

    def _said(self, event: Event) -> str:
        what, detail = _(KIND_WORDS[event.kind]), event.detail
        if event.kind is Kind.PROMPT:
            prompt_id = PromptDetail.read(detail).id
            detail = self._texts.get(prompt_id) or sent_words(prompt_id) or detail
        elif event.kind in (Kind.CHANNEL, Kind.LEARNER_ACT) and detail in CHANNEL_WORDS:
            detail = _(CHANNEL_WORDS[detail])
        elif event.kind is Kind.NOTE:
            detail = render(note_words(detail))
        return _("{what}: {detail}", what=what, detail=detail) if detail else what

    def command(self, name: str) -> None:
        match name:
            case "play_mark":
                self._play()
            case "pause_film":
                self._film.toggle()
            case "edit_notes" | "discard_session" if self._store.whose(self._session.log.id):
                self.notify(
                    "\n".join(review_words.from_school(self._store, self._session.log)[:1]), markup=False
                )
            case "edit_notes":
                from ii_companion.screens.after import AfterScreen

                self.app.push_screen(AfterScreen(self._store, self._session.log, edit=self._edited))
            case "discard_session":
                self._asking = True
                self._ask()
            case "checklist":
                from ii_companion.screens.checklist import ChecklistScreen

                try:
                    self.app.push_screen(ChecklistScreen(self._store, self._session.log))
                except Refusal as refusal:
                    self.notify(words.of(refusal), severity="warning", timeout=12)
            case "copy":
                log = self._session.log
                self.app.copy_to_clipboard(
                    "\n".join(
                        [
                            f"{log.learner} {log.started_at:%Y-%m-%d %H:%M} UTC",
                            str(self.query_one("#words", Static).content),
                        ]
                    )
                )
                self.notify(_("Copied. Codes only; free text may identify a person."))

    def _ask(self) -> None:
        self.set_class(self._asking, "-asking")
        asked = _(
            "Discard this session for good, with its journal? Enter discards it, any other key does not."
        )
        self.query_one("#asked", Lines).show(
            wrap(asked, max(20, self.size.width - 2)) if self._asking else []
        )

    def on_key(self, event: Key) -> None:
        """The answer to what was asked; whatever else is struck is a no."""
        if not self._asking:
            return
        event.stop()
        self._asking = False
        self._ask()
        if event.key != "enter":
            return
        try:
            self._store.remove(self._store.of_session(self._session.log.id))
        except Refusal as refusal:
            self.notify(words.of(refusal), severity="warning", timeout=12, markup=False)
            return
        self.app.leave_screen()

    def on_screen_suspend(self) -> None:
        self._away = True

    def on_screen_resume(self) -> None:
        """Show what was answered on the screen above: the checklist, say."""
        if self._away:
            self._show_words()

    def _edited(self, log: BriefLog) -> None:
        self._session = with_journal(self._store, log)
        self._show()


def open_review(screen: Page, session_id: str) -> None:
    """Open the review of a session above `screen`; say so there if its log cannot be read."""
    try:
        log = screen.app.store.get(session_id)
    except Refusal as refusal:
        screen.notify(words.of(refusal), severity="warning", timeout=12, markup=False)
        return
    if log is not None:
        screen.app.push_screen(ReviewScreen(screen.app.store, log))

"""A page whose words are on disk soon after each letter, whatever ends the program, and offered back when it opens again."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from ii_companion import words
from ii_companion.dialogue.keeping import BACK
from ii_companion.log.draft import Draft
from ii_companion.screens.page import Page
from ii_companion.session.refusal import Refusal
from ii_companion.words import _

if TYPE_CHECKING:
    from textual.timer import Timer

    from ii_companion.log.store import Held, Store

DRAFT_AFTER_S = 0.4
"""How long letters are gathered; the promise is 1 s, and a disk needs a moment."""


class Drafted(Page):
    """A page with words to keep. Say in `__init__` whose they are: `drafts_of(…)`."""

    OFFERS: ClassVar[bool] = True
    """Whether a draft goes back into the fields when the page opens."""

    def drafts_of(self, store: Store, name: str, learner: str, session: str = "") -> None:
        """Where the draft is kept, and what it is about: removing that removes it too."""
        self._draft_store = store
        self._draft = Draft(name, {}, learner, session, had_card=not session and store.has_card(learner))
        self._held: Held | None = None
        self._draft_timer: Timer | None = None
        self._draft_lock = threading.Lock()
        self._draft_turn = 0
        self._draft_told = False
        self._draft_at_first: dict[str, str] | None = None

    def fields(self) -> dict[str, str]:
        """What stands in each field."""
        areas = {area.id: getattr(area, "text", "") for area in self.query("TextArea") if area.id}
        return areas | {line.id: getattr(line, "value", "") for line in self.query("Input") if line.id}

    def on_mount(self) -> None:
        self._held = self._draft_store.hold()
        self._draft_at_first = self.fields()
        if self.OFFERS:
            self._offer()

    def on_unmount(self) -> None:
        if self._held is not None:
            self._held.release()

    def _offer(self) -> None:
        """Put back what was typed and never saved, and say so."""
        kept = self._draft_store.draft(self._draft.name)
        back = (
            {name: text for name, text in kept.texts.items() if self.fields().get(name, text) != text}
            if kept
            else {}
        )
        for name, text in back.items():
            from textual.widgets import Input, TextArea  # a live session starts without them

            for area in self.query(f"#{name}").results(TextArea):
                area.load_text(text)
            for line in self.query(f"#{name}").results(Input):
                line.value = text
        if back:
            self.app.notify(_(BACK), timeout=15)

    def on_input_changed(self) -> None:
        self._letter()

    def on_text_area_changed(self) -> None:
        self._letter()

    def _letter(self) -> None:
        if self._draft_timer is None and self._draft_at_first is not None:
            self._draft_timer = self.set_timer(DRAFT_AFTER_S, self._gathered)

    def _gathered(self) -> None:
        self._draft_timer = None
        found = self.fields()
        if found != self._draft_at_first:  # nobody waits for the disk
            write = partial(self._write_draft, found, self._draft_turn)
            self.run_worker(write, thread=True, exit_on_error=False, group="draft")

    def _write_draft(self, found: dict[str, str], turn: int) -> bool:
        with self._draft_lock:
            if turn != self._draft_turn:
                return True  # it was saved meanwhile
            draft = Draft(
                self._draft.name, found, self._draft.learner, self._draft.session, self._draft.had_card
            )
            try:
                self._draft_store.keep_draft(draft)
            except Refusal as refusal:
                self.app.from_thread(self, self._draft_refused, words.of(refusal))
                return False
            return True

    def _draft_refused(self, sentence: str) -> None:
        if not self._draft_told:
            self._draft_told = True
            self.app.notify(sentence, severity="warning", timeout=15)

    def keep_draft_now(self) -> bool:
        """Put on disk what is typed. False if it could not be."""
        found = self.fields()
        return found == self._draft_at_first or self._write_draft(found, self._draft_turn)

    def drop_draft(self) -> None:
        """What is typed is saved, or not wanted."""
        with self._draft_lock:
            self._draft_turn += 1
            self._draft_at_first = self.fields()
            self._draft_store.drop_draft(self._draft.name)

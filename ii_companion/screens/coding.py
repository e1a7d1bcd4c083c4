"""A second coding: the live screen's keys, nobody's prompts, nothing of the first coder's."""

from __future__ import annotations

import os

from msgspec.structs import replace
from textual.app import ComposeResult

from ii_companion.log.recorder import Recorder
from ii_companion.log.store import Store
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.page import Page
from ii_companion.session.events import Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.view import Coaching
from ii_companion.words import _
from widgets.big_words import BigWords
from widgets.lines import Lines


class CountdownScreen(Page):
    """Counts down, so that a recording and the clock start together; then the coding begins."""

    CSS_PATH = "live.tcss"
    AUTO_FOCUS = None

    def __init__(self, store: Store, session_id: str, me: str, seconds: int) -> None:
        super().__init__()
        self._store, self._session_id, self._me = store, session_id, me
        self._left = seconds

    def compose(self) -> ComposeResult:
        yield BigWords()
        yield Lines(
            _("Start the recording when the count ends."),
            _("Coding {session} again.", session=self._session_id),
            id="told-twice",
        )

    def on_mount(self) -> None:
        self._count()

    def _count(self) -> None:
        if self._left <= 0:
            self.app.switch_screen(self._coding())
            return
        self.query_one(BigWords).words = str(self._left)
        self._left -= 1
        self.set_timer(self.app.clock.real_seconds(1.0), self._count)

    def _coding(self) -> LiveScreen:
        apart = self._store.codings
        apart.ready()
        try:
            written = self._store.written(self._session_id)
        except Refusal:
            written = None
        if written is not None:
            learner, card = written.header.learner, written.header.card
        else:  # without its journal the log still says whose session it is
            log = self._store.get(self._session_id)
            learner = log.learner if log is not None else "learner"
            card = self._store.card(learner)
        from ii_companion.log.plan import Plan, header_for

        plan = Plan(learner=learner, practitioner=self._me, stage=4)
        header = header_for(plan, self.app.clock, card, fictional=True)  # also of old logs, and of practice
        header = replace(header, id=f"{self._session_id}-coded-{os.urandom(2).hex()}", probe=True)
        recorder = Recorder(apart, header, self.app.clock, Coaching(stage=4, probe=True, card=card))
        return CodingScreen(recorder, self.app.clock, self.app.settings)


class CodingScreen(LiveScreen):
    """The live screen, ending in a coding instead of a brief log."""

    CSS_PATH = "live.tcss"
    LOOKS_BACK = False
    SHARES = False

    def show(self) -> None:
        """Nobody is coached who codes a recording: what was keyed there is over."""
        super().show()
        self.words = ""

    def _line(self) -> str:
        session = self.recorder.session
        if session.stopped and not self._asking_to_end and not self.recorder.trouble:
            return " · ".join(filter(None, (self._said, _("a sign to stop is coded; Esc ends the coding"))))
        return super()._line()

    def _end(self) -> None:
        self._take_open_note()
        if self.recorder.session.phase is not Phase.ENDED:
            self.recorder.key(Kind.ENDED)
        if not self.recorder.close():  # said once; the same again leaves without what waits in memory
            if not self._asked_to_leave:
                self._asked_to_leave = True
                self.app.notify(
                    _("The disk takes no more: what was keyed last is in memory only. Free some space."),
                    severity="warning",
                )
                return
            self.app.unsaved = True
        header = self.recorder.header
        first = header.id.rpartition("-coded-")[0]
        coded = _("Coded as {coding}.", coding=header.id)
        compare = _("Compare: {command}", command=f"ii-companion agree {first} {header.id}")
        self.app.exit(0, message=f"{coded}\n{compare}")

"""A second coding: the live screen's keys, nobody's prompts, nothing of the first coder's."""

from __future__ import annotations

from textual.app import ComposeResult

from ii_companion.dialogue.beginning import begin_coding
from ii_companion.dialogue.keeping import DISK_FULL
from ii_companion.dialogue.live_words import coded
from ii_companion.log.store import Store
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.page import Page
from ii_companion.session.events import Phase
from ii_companion.session.kinds import Kind
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
        begun = begin_coding(self._store, self._session_id, self._me, self.app.clock)
        return CodingScreen.of(begun, self.app.settings)


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
            return " · ".join(
                filter(None, (self._keying.said, _("a sign to stop is coded; Esc ends the coding")))
            )
        return super()._line()

    def _end_recording(self) -> None:
        if self.recorder.session.phase is not Phase.ENDED:
            self.recorder.key(Kind.ENDED)

    def _end(self) -> None:
        self._take_open_note()
        self._end_recording()
        if not self.recorder.close():  # said once; the same again leaves without what waits in memory
            if not self._asked_to_leave:
                self._asked_to_leave = True
                self.app.notify(
                    _(DISK_FULL),
                    severity="warning",
                )
                return
            self.app.unsaved = True
        self.app.exit(0, message="\n".join(coded(self.recorder.header.id)))

"""A screen left open shows nothing of anybody: after a while without a key the clock covers it; never in a session.

Any key brings back what was there; where the folder is sealed under a passphrase, the passphrase does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from ii_companion.screens.page import Page
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of
from widgets.big_words import BigWords
from widgets.lines import Lines

if TYPE_CHECKING:
    from textual.events import Key, Paste
    from textual.timer import Timer
    from textual.widgets import Input

    from ii_companion.screens.host import Host

MINUTE_S = 60.0


class LeftAlone:
    """Covers the screen in front when no key has come for `lock_after` minutes; 0: never."""

    def __init__(self, app: Host) -> None:
        self._app = app
        self._after_s = app.settings.lock_after * MINUTE_S
        self._last = app.clock.elapsed()
        self._timer: Timer | None = None

    def start(self) -> None:
        if self._after_s:
            self._wait(self._after_s)

    def touched(self) -> None:
        """A key came."""
        self._last = self._app.clock.elapsed()

    def look(self) -> None:
        """Cover the screen if it is time, and look again when it may next be."""
        if self._in_session():
            self.touched()
        left = self._last + self._after_s - self._app.clock.elapsed()
        if left <= 0 and not self.covered and not self._app.leaving:
            self._app.clear_notifications()
            self._app.push_screen(ClockScreen())
        self._wait(left if left > 0 else self._after_s)

    @property
    def covered(self) -> bool:
        return isinstance(self._app.screen, ClockScreen)

    def _in_session(self) -> bool:
        return any(isinstance(one, Page) and one.in_session for one in self._app.screen_stack)

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        real = self._app.clock.real_seconds(seconds)
        self._timer = self._app.set_timer(max(1.0, real), self.look)


class ClockScreen(Page):
    """The time, and nothing else, until a key comes."""

    AUTO_FOCUS = None
    CSS_PATH = "left_alone.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._asked: Input | None = None
        self._trying = False

    def compose(self) -> ComposeResult:
        yield BigWords()
        yield Lines(id="under", wrap=True)

    def on_mount(self) -> None:
        self._show()
        self.set_interval(MINUTE_S / 4, self._show)

    def _show(self) -> None:
        self.query_one(BigWords).words = f"{self.app.clock.utc().astimezone():%H:%M}"

    def on_key(self, event: Key) -> None:
        if self._asked is not None:
            return  # the field's own, which comes by here on its way
        event.stop()
        event.prevent_default()
        self._come_back()

    def on_paste(self, event: Paste) -> None:
        event.stop()

    def _come_back(self) -> None:
        if self._trying or self._asked is not None or not self.in_front:
            return
        if self.app.store.under_passphrase:
            self._ask()
        else:
            self.app.pop_screen()

    def _ask(self) -> None:
        from widgets.field import field  # a text field takes 10 ms to load, and only here

        self._asked = field(hint=_("Passphrase: ").strip(), id="passphrase")
        self._asked.password = True
        self.mount(self._asked)
        self._asked.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        passphrase = event.value
        if self._asked is not None:
            self._asked.remove()
            self._asked = None
        if not passphrase or self._trying:
            return
        self._trying = True
        self.query_one(Lines).show([_("One moment …")])
        self.run_worker(lambda: self._try(passphrase), thread=True, exit_on_error=False)

    def _try(self, passphrase: str) -> None:
        """In a thread: it takes 2 to 3 s."""
        try:
            self.app.store.unlock(passphrase)
        except Refusal as refusal:
            self.app.from_thread(self, self._tried, of(refusal))
        else:
            self.app.from_thread(self, self._tried, "")

    def _tried(self, why: str) -> None:
        self._trying = False
        self.query_one(Lines).show([why] if why else [])
        if not why:
            self.app.pop_screen()

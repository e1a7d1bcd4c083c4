"""A second coding while the session runs, on the coder's own machine and on the host's clock; handed over afterwards."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ii_companion.devices import messages
from ii_companion.devices.code import EVENTS_AT_ONCE
from ii_companion.devices.guest import Guest, State
from ii_companion.devices.joining import Pairing
from ii_companion.log.clock import Clock
from ii_companion.log.header import Header
from ii_companion.log.recorder import Recorder
from ii_companion.log.store import Store
from ii_companion.screens import guest_words
from ii_companion.screens.coding import CodingScreen
from ii_companion.screens.page import Page
from ii_companion.session.card import Card
from ii_companion.session.events import Event, IllegalEvent, Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.view import Coaching
from ii_companion.words import _, ngettext, of
from widgets.lines import Lines

if TYPE_CHECKING:
    from ii_companion.settings import Settings


class HostClock:
    """A clock that says the session's seconds as the host counts them, and never goes back."""

    def __init__(self, base: Clock, guest: Guest) -> None:
        self._base, self._guest = base, guest
        self._last, self._told_at = 0.0, base.elapsed()

    def elapsed(self) -> float:
        now, here = self._guest.now(), self._base.elapsed()
        if now is None:  # between two connections: counted on from the last that was known
            now = self._last + (here - self._told_at)
        self._last, self._told_at = max(self._last, now), here
        return self._last

    def awake(self) -> float:
        return self.elapsed() - (self._base.elapsed() - self._base.awake())

    def utc(self) -> datetime:
        return self._base.utc()

    def real_seconds(self, seconds: float) -> float:
        return self._base.real_seconds(seconds)


class AwaitScreen(Page):
    """Joined to code, until a session runs and its clock is known; then the coding begins."""

    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "app.quit")]
    AUTO_FOCUS = None

    def __init__(self, store: Store, pairing: Pairing, me: str) -> None:
        super().__init__()
        self._store, self._pairing, self._me = store, pairing, me
        self._guest: Guest | None = None
        self._session: messages.Session | None = None
        self._events: list[Event] = []

    def compose(self) -> ComposeResult:
        yield Lines(_("Waiting for the session to begin. Esc leaves."), id="under", wrap=True)

    def on_mount(self) -> None:
        self._guest = Guest(self._pairing, self._me, self.app.clock.elapsed, self._heard, self._stands)
        self._guest.start()
        self.set_interval(self.app.clock.real_seconds(0.1), self._begin)

    async def on_unmount(self) -> None:
        if self._guest is not None:
            await self._guest.leave()

    def _stands(self, state: State, why: str) -> None:
        self.query_one("#under", Lines).show(
            [guest_words.standing(state, why) or _("Waiting for the session to begin. Esc leaves.")]
        )

    def _heard(self, message: messages.FromHost) -> None:
        if isinstance(message, messages.Session):
            self._session, self._events = (message if message.id else None), []
        elif isinstance(message, messages.Events):
            self._events += message.events
        self._begin()

    def _begin(self) -> None:
        guest, session = self._guest, self._session
        if guest is None or session is None or guest.now() is None or not guest.offsets.exchanges:
            return
        if any(event.kind is Kind.ENDED for event in self._events):  # too late to code that one
            return
        try:
            screen = _coding(self._store, session, self._me, guest, self.app.clock)
        except (Refusal, ValueError) as refused:
            self.query_one("#under", Lines).show([of(refused)])
            self._session = None
            return
        self._guest = None  # it is the coding's now
        self.app.switch_screen(LiveCodingScreen(*screen, self.app.settings, self._events))


def _coding(
    store: Store, session: messages.Session, me: str, guest: Guest, clock: Clock
) -> tuple[Recorder, HostClock, Guest]:
    learner = session.learner if isinstance(session.learner, str) else ""
    started = session.started_at if isinstance(session.started_at, str) else ""
    card = Card(learner, session.wait_s) if isinstance(session.wait_s, float) else Card(learner)
    apart = store.codings
    apart.ready()
    header = Header(
        id=f"{session.id}-coded-{os.urandom(2).hex()}",
        learner=learner,
        practitioner=me,
        stage=4,
        probe=True,
        started_at=datetime.fromisoformat(started),
        card=card,
    )
    on_theirs = HostClock(clock, guest)
    recorder = Recorder(apart, header, on_theirs, Coaching(stage=4, probe=True, card=card), start=0.0)
    return recorder, on_theirs, guest


class LiveCodingScreen(CodingScreen):
    """The coding screen on the host's clock. Pauses and the end are the host's; what is keyed is the coder's own."""

    CSS_PATH = "live.tcss"

    def __init__(
        self, recorder: Recorder, clock: HostClock, guest: Guest, settings: Settings, events: list[Event]
    ) -> None:
        super().__init__(recorder, clock, settings)
        self._guest = guest
        guest.heard, guest.state = self._heard_there, self._stands
        self._standing = ""
        self._over = False
        self._before = events

    def on_mount(self) -> None:
        super().on_mount()
        for event in self._before:
            self._follow(event)

    async def on_unmount(self) -> None:  # type: ignore[override]  # Textual awaits either
        super().on_unmount()

    def _stands(self, state: State, why: str) -> None:
        self._standing = guest_words.standing(state, why)
        self.show()

    def _heard_there(self, message: messages.FromHost) -> None:
        if isinstance(message, messages.Events):
            for event in message.events:
                self._follow(event)
        elif isinstance(message, messages.Session) and message.id not in self.recorder.header.id:
            self._over = True
        self.show()

    def _follow(self, event: Event) -> None:
        """What the host tells of: the same stretches are left out on both sides."""
        self._guest.following(self.recorder.header.id.rpartition("-coded-")[0], event.n)
        if event.kind is Kind.ENDED:
            self._over = True
            return
        try:
            self.recorder.key(event.kind, event.detail if event.kind is Kind.GAP else "")
        except IllegalEvent:  # the coder has paused by themselves
            return

    def _line(self) -> str:
        if self._over and not self._asking_to_end:
            return _("The session has ended there. Enter ends the coding.")
        return " · ".join(filter(None, (self._standing, super()._line())))

    def action_command(self, name: str) -> None:
        if name == "confirm" and self._over:
            self._end()
            return
        super().action_command(name)

    def _end(self) -> None:
        self._take_open_note()
        if self.recorder.session.phase is not Phase.ENDED:
            self.recorder.key(Kind.ENDED)
        if not self.recorder.close():
            super()._end()
            return
        coding = self.recorder.header.id
        within_s = round(self._guest.most_off, 4)
        try:
            self.recorder.store.note_clocks(coding, within_s)
        except Refusal as refusal:
            self.app.notify(of(refusal), severity="warning")
        self.app.switch_screen(HandOverScreen(self._guest, coding, self.recorder.events, within_s))


class HandOverScreen(Page):
    """The coding is kept here; the practitioner may have it too, if they say yes."""

    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "screen.hand_over"), ("escape", "screen.leave_it")]
    AUTO_FOCUS = None

    def __init__(self, guest: Guest, coding: str, events: list[Event], within_s: float) -> None:
        super().__init__()
        self._guest, self._coding, self._within_s = guest, coding, within_s
        self._events = [event for event in events if event.kind is not Kind.PROMPT]
        self._number = ""
        guest.heard, guest.state = self._heard, self._stands

    def compose(self) -> ComposeResult:
        yield Lines(
            _("Coded as {coding}.", coding=self._coding),
            ngettext(
                "{n} event; clocks within {ms} ms.",
                "{n} events; clocks within {ms} ms.",
                len(self._events),
                ms=f"{1000 * self._within_s:.0f}",
            ),
            _("Enter hands it to the practitioner, who may keep it; Esc leaves."),
            id="under",
            wrap=True,
        )

    async def on_unmount(self) -> None:
        await self._guest.leave()

    def action_hand_over(self) -> None:
        if self._number:
            return
        self._number = secrets.token_hex(8)
        events = [Event(n, event.t, event.kind, event.detail) for n, event in enumerate(self._events, 1)]
        chunks = [events[at : at + EVENTS_AT_ONCE] for at in range(0, len(events), EVENTS_AT_ONCE)]
        session = self._coding.rpartition("-coded-")[0]
        self._guest.hand_over(
            [
                messages.Coding(self._number, part, len(chunks), tuple(chunk), session, self._within_s)
                for part, chunk in enumerate(chunks, 1)
            ]
        )
        self._say(_("Offered. The practitioner decides on their own screen (F9); Esc leaves."))

    def action_leave_it(self) -> None:
        self.app.exit(0, message=_("Coded as {coding}.", coding=self._coding))

    def _say(self, sentence: str) -> None:
        self.query_one("#under", Lines).show([_("Coded as {coding}.", coding=self._coding), sentence])

    def _stands(self, state: State, why: str) -> None:
        if said := guest_words.standing(state, why):
            self._say(said)

    def _heard(self, message: messages.FromHost) -> None:
        if isinstance(message, messages.Taken) and message.id == self._number:
            self.app.exit(
                0, message=_("Coded as {coding}; the practitioner keeps it too.", coding=self._coding)
            )
        elif isinstance(message, messages.Refused) and message.id == self._number:
            self._say(_("The practitioner let it go. It stays here; Esc leaves."))

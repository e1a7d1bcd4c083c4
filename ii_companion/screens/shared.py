"""Sharing, on the app's side: the host's process, who is paired, what they are sent, and what they ask for.

Made when somebody first shares; it lasts as long as the app, whatever screen is in front. Lines to the process are put by and
never waited for; what it tells comes from a thread and is taken up in the app's own loop.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, Any

import msgspec

from ii_companion import words
from ii_companion.devices.code import OPEN_S, PORT, Role
from ii_companion.devices.process import HostProcess
from ii_companion.log.activity import Did
from ii_companion.log.clock import ScaledClock
from ii_companion.log.store import Watched
from ii_companion.screens.asked import key_asked
from ii_companion.screens.paired import Offer, Opened, Paired
from ii_companion.screens.shared_words import joined, watching
from ii_companion.screens.shown_to import events_of, session_of, show_of
from ii_companion.session.prompts import Rules
from ii_companion.session.refusal import Refusal
from ii_companion.words import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from ii_companion.log.recorder import Recorder
    from ii_companion.screens.host import Host
    from ii_companion.screens.live import LiveScreen

TOLD_S = 10.0


class Sharing:
    """One host's process and what the app knows of it."""

    def __init__(self, app: Host) -> None:
        """Raises Refusal if it cannot be started."""
        self._app = app
        self.opened: Opened | None = None
        self.paired: dict[str, Paired] = {}
        self.offers: list[Offer] = []
        self.address, self.port = "", PORT
        self.addresses: list[str] = []
        self.said = ""
        """What there is to say on the sharing screen."""
        self.changed: Callable[[], None] = lambda: None
        """Called when the sharing screen would show something else."""
        self._wanted: Role | None = None
        self._live: LiveScreen | None = None
        self._sent = 0
        self._shown: dict[str, Any] = {}
        self._ending = False
        self._notes: queue.SimpleQueue[tuple[Recorder, Watched] | None] = queue.SimpleQueue()
        self._keeper: threading.Thread | None = None
        try:
            self._process = HostProcess(self._told)
        except OSError as error:
            raise Refusal("Sharing cannot be started: {why}.", why=error.strerror or str(error)) from error
        self._listen(app.settings.share_address)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def watching(self) -> str:
        """Who is here, for the line that always says so; nothing while nobody is."""
        return watching([one for one in self.paired.values() if one.here])

    # What the practitioner does

    def open(self, role: Role) -> None:
        """Open pairing for one guest; it is shown once the process has made a code."""
        if not self.address:
            self._wanted = role
            return
        self._process.tell({"m": "open", "role": role})

    def close(self) -> None:
        """Close pairing; who is there stays."""
        self.opened = self._wanted = None
        self._process.tell({"m": "close"})

    def turn_away(self, peer: str) -> None:
        self._process.tell({"m": "turn_away", "peer": peer})

    def step(self, by: int) -> None:
        """Another of this machine's addresses."""
        if len(self.addresses) > 1:
            at = self.addresses.index(self.address) if self.address in self.addresses else 0
            self._wanted = self.opened.role if self.opened is not None else None
            self.opened = None
            self._listen(self.addresses[(at + by) % len(self.addresses)])

    def _listen(self, address: str) -> None:
        self.address = ""
        self._process.tell({"m": "listen", "address": address, "port": self._app.settings.share_port})

    def over(self) -> None:
        """Sharing ends for everybody; `wait` sees to the process."""
        self._ending = True
        for one in self.paired.values():
            self._note(one, "left")
        self.paired.clear()
        self.opened = None

    def wait(self) -> None:
        """Wait for the process to say goodbye and for what is to be kept; some seconds at most."""
        self._process.end()
        self._notes.put(None)
        if self._keeper is not None:
            self._keeper.join(2.0)

    # The session that is shared

    def follow(self, live: LiveScreen) -> None:
        """Send what has happened since, once it is in the journal; the session itself first, if it is another."""
        recorder = live.recorder
        if live is not self._live:
            if not shareable(live):
                return
            self._live, self._sent, self._shown = live, 0, {}
            began = self._app.clock.elapsed() - recorder.now()
            session = session_of(recorder.header, recorder.story)
            self._process.tell({"m": "session", "session": session, "began": began})
            for one in self.paired.values():
                self._note(one, "joined")
        if recorder.waiting:  # nothing is sent that is not kept
            return
        events = recorder.events[self._sent :]
        show = show_of(recorder.story, recorder.now())
        if not events and show == self._shown:
            return
        self._sent += len(events)
        self._shown = show
        self._process.tell({"m": "followed", "events": events_of(events), "show": show})

    def let_go(self, live: LiveScreen) -> None:
        """The session is over, or its screen is gone."""
        if live is self._live:
            self.follow(live)
            for one in self.paired.values():
                self._note(one, "left")
            self._live = None
            self._process.tell({"m": "session", "session": None, "began": 0.0})

    # What the process tells, from its thread and then in the app's loop

    def _told(self, told: dict[str, Any]) -> None:
        with contextlib.suppress(RuntimeError):  # the app's loop is closed
            self._app.call_later(self._hear, told)

    def _hear(self, told: dict[str, Any]) -> None:
        match told["m"]:
            case "listening":
                self.address, self.port, self.addresses = told["address"], told["port"], told["addresses"]
                self.said = ""
                if self._wanted is not None:
                    self.open(self._wanted)
                    self._wanted = None
            case "failed":
                self._failed(told["why"])
            case "opened":
                until = self._app.clock.elapsed() + OPEN_S
                self.opened = Opened(Role(told["role"]), told["code"], told["link"], until)
                self.said = ""
            case "closed":
                self.opened = None
                self.said = (
                    _("Three wrong codes were tried. Somebody else may be trying. F9 makes a new one.")
                    if told["why"] == "tried"
                    else _("Nobody came in three minutes; pairing is closed.")
                )
                if told["why"] == "tried":
                    self._app.notify(self.said, severity="warning", timeout=TOLD_S)
            case "joined" | "here" | "away" | "gone":
                self._peer(told)
            case "send" | "moment":
                self._asked(told)
            case "coding":
                self._offered(told)
            case "ended":
                self._ended()
        self.changed()

    def _failed(self, why: str) -> None:
        self.said = (
            _("There is no network to share on. Join one, or turn on a phone's hotspot.")
            if why == "no_network"
            else _("This cannot be shared: {why}.", why=why)
        )

    def _ended(self) -> None:
        if self._ending:
            return
        why = _("its process was ended")
        self.paired.clear()
        self.opened, self.address = None, ""
        if self._app.sharing is self:
            self._app.sharing = None
        said = _("Sharing stopped by itself ({why}). The session goes on; F9 opens it again.", why=why)
        self.said = said
        self._app.notify(said, severity="warning", timeout=TOLD_S)
        self._show()

    def _peer(self, told: dict[str, Any]) -> None:
        peer, what = told["peer"], told["m"]
        if what == "joined":
            self.opened = None
            now = f"{self._app.clock.utc().astimezone():%H:%M}"
            one = self.paired[peer] = Paired(peer, Role(told["role"]), told["name"], now)
            self._app.notify(joined(one), timeout=TOLD_S)
            self._note(one, "joined")
        elif peer in self.paired:
            one = self.paired[peer]
            one.here = what == "here"
            if what == "gone":
                del self.paired[peer]
                self._note(one, told["why"])
        self._show()

    def _show(self) -> None:
        if self._live is not None:
            self._live.show()

    def _note(self, one: Paired, what: str) -> None:
        """Keep who watched, in a thread: putting a line on disk takes longer than a key may."""
        if self._live is None:
            return
        recorder = self._live.recorder
        self._notes.put((recorder, Watched(recorder.now(), one.name, one.role.value, what)))
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name="watched", daemon=True)
            self._keeper.start()

    def _keep(self) -> None:
        while (note := self._notes.get()) is not None:
            recorder, watched = note
            with contextlib.suppress(
                Refusal
            ):  # the session was removed, or the disk is full: that is said elsewhere
                recorder.store.note_watched(recorder.header.id, watched)
                if watched.what == "joined":
                    recorder.store.did(Did.SHARED, [recorder.header.id])

    def _asked(self, told: dict[str, Any]) -> None:
        """Key what a guest asks for, and say what became of it."""
        why, n = ("ended", 0) if self._live is None else key_asked(self._live, told, self._rules)
        answer = {"peer": told["peer"], "id": told["id"]}
        self._process.tell(
            {"m": "refused", "why": why, **answer} if why else {"m": "taken", "n": n, **answer}
        )

    def _rules(self) -> Rules:
        from ii_companion.content.prompts import load_prompts

        loaded = self._app.loaded
        return load_prompts(loaded.settings.language, loaded.own_prompts).rules

    # Codings

    def _offered(self, told: dict[str, Any]) -> None:
        offer = msgspec.convert({name: told[name] for name in Offer.__struct_fields__}, Offer)
        self.offers.append(offer)
        who = offer.name or _("Somebody")
        self._app.notify(_("{who} has coded this session too. F9 shows it.", who=who), timeout=TOLD_S)

    def settle(self, *, keep: bool) -> str:
        """Keep the first coding that is offered, or let it go. What there is to say of it."""
        offer = self.offers.pop(0)
        answer = {"peer": offer.peer, "id": offer.id}
        if keep:
            from ii_companion.screens.handing import take_coding

            try:
                coding = take_coding(self._app.store, offer)
            except Refusal as refusal:
                self._process.tell({"m": "refused", "why": "words", **answer})
                return words.of(refusal)
            self._process.tell({"m": "taken", "n": len(offer.events), **answer})
            return _("Kept as {coding}.", coding=coding)
        self._process.tell({"m": "refused", "why": "not_chosen", **answer})
        return _("It was let go; the coder still has it.")


def shareable(live: LiveScreen) -> bool:
    """Whether what a screen records may be shared: no coding, and nothing on a clock that runs faster."""
    clock = live.clock
    return live.SHARES and not (isinstance(clock, ScaledClock) and clock.real_seconds(1.0) != 1.0)

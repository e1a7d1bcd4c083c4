"""A film that is open in mpv: followed by what mpv tells, asked where it stands once a second while it plays.

Everything runs in the loop of whoever opened it. Keys never wait for the player: they read `clock`. Whatever becomes of the
player, killed, closed, hung, its file gone, is a `Fate` and a sentence, and the clock stands where the film was last.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any

from msgspec.structs import replace

from ii_companion.player.clock import FRAME_S, FilmClock
from ii_companion.player.film import Film
from ii_companion.player.ipc import Declined, Ipc, Unanswered
from ii_companion.player.start import Started, start
from ii_companion.session.refusal import Refusal
from ii_companion.words import _

EVERY_S = 1.0
"""How often the player is asked where the film stands, while it plays."""
SOON_S = (0.1, 0.3)
"""And after each change, so that the bounds are narrow at once."""
FILE_EVERY_S = 5.0
OPEN_S = 15.0
SPEEDS = (0.5, 1.0, 1.5, 2.0)
_OBSERVED = ("pause", "core-idle", "speed", "eof-reached")
_NEVER = ("s", "S", "Ctrl+s", "Alt+s", "Q")
"""Keys of mpv's window that would write a picture of the film, or where it was left."""


class Fate(Enum):
    """What has become of the player."""

    WELL = auto()
    HUNG = auto()
    CLOSED = auto()
    UNREADABLE = auto()
    """The film cannot be read any more."""


class Player:
    """An open film. `told` is called in its loop whenever something about it has changed."""

    def __init__(self, film: Film, started: Started, told: Callable[[], None], *, seen: bool = True) -> None:
        self.film = film
        self._seen = seen
        self.clock = FilmClock()
        self.fate = Fate.WELL
        self.paused = True
        self.at_end = False
        self.file_gone = False
        self._told = told
        self._started = started
        self._loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._until: float | None = None
        """Where the film is to pause."""
        self._keeper: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._asks = 0
        self._ipc = Ipc(*started.streams, self._hear, self._gone)

    @classmethod
    async def open(
        cls, film: Film, program: str, told: Callable[[], None], at: float = 0.0, *, seen: bool = True
    ) -> Player:
        """Open a film, paused at `at` seconds. Raises Refusal if there is no playing it."""
        player = cls(film, await start(program, seen=seen), told, seen=seen)
        try:
            await player._load(at)
        except BaseException:
            player.close()
            raise
        return player

    async def _load(self, at: float) -> None:
        ipc = self._ipc
        for number, name in enumerate(_OBSERVED, 1):
            ipc.send("observe_property", number, name)
        for key in _NEVER:
            ipc.send("keybind", key, "ignore")
        ipc.send("set_property", "focus-on-open", False)
        ipc.send("set_property", "start", f"{at:.3f}")
        ipc.send("loadfile", str(self.film.path))
        try:
            async with asyncio.timeout(OPEN_S):
                await self._loaded
            length = await self._known("duration")
            frames = await self._known("container-fps")
        except (TimeoutError, Unanswered) as error:
            raise Refusal("{path}: the film player does not open it.", path=self.film.path) from error
        except Declined as error:
            if self._seen:  # that it is a film was looked at before, without a window
                raise Refusal(
                    "{path}: the film player can show no picture here. Is there a screen beside this terminal?",
                    path=self.film.path,
                ) from error
            raise Refusal("{path} is no film that can be played.", path=self.film.path) from error
        self.film = replace(self.film, length_s=length, frames_per_s=frames)
        self.clock = FilmClock(frame_s=1 / frames if frames else FRAME_S, length_s=length)
        ipc.send("set_property", "start", "none")
        await self._ask_where()

    async def _known(self, name: str) -> float:
        with contextlib.suppress(Declined):
            value = await self._ipc.ask("get_property", name)
            return float(value) if isinstance(value, (int, float)) and value > 0 else 0.0
        return 0.0

    def position(self) -> float:
        """The film's time now, in seconds from its start; where it was last, if the player has gone."""
        return self.clock.position(time.monotonic())

    @property
    def trouble(self) -> str:
        """What is wrong with player or film, as a sentence; empty if all is well."""
        if self.fate is Fate.CLOSED:
            return _("The film's player has closed.")
        if self.fate is Fate.HUNG:
            return _("The film's player does not answer.")
        if self.fate is Fate.UNREADABLE:
            return _("The film cannot be read any more.")
        if self.file_gone:
            return _("The film's file is not there any more.")
        return ""

    # What a person asks for; none waits

    def toggle(self) -> None:
        """Play or pause."""
        self._until = None
        self._do("set_property", "pause", not self.paused)

    def pause(self, paused: bool = True) -> None:
        self._do("set_property", "pause", paused)

    def step(self, by: int) -> None:
        """A frame on or back."""
        self._do("frame-step" if by > 0 else "frame-back-step")

    def skip(self, seconds: float) -> None:
        self._do("seek", seconds, "relative+exact")

    def speed(self, by: int) -> None:
        """The next of `SPEEDS`, or the one before."""
        now = self.clock.speed
        beyond = [one for one in SPEEDS if (one > now + 0.01 if by > 0 else one < now - 0.01)]
        if beyond:
            self._do("set_property", "speed", min(beyond) if by > 0 else max(beyond))

    def play_from(self, at: float, until: float | None = None) -> None:
        """Play from there, and pause at `until` if that is said."""
        self._until = until
        self._do("seek", max(0.0, at), "absolute+exact")
        self._do("set_property", "pause", False)

    def close(self) -> None:
        """End the player. Nothing is told any more."""
        self._told = lambda: None
        for task in (self._keeper, *self._tasks):
            if task is not None:
                task.cancel()
        self._ipc.close()
        if not self._loaded.done():
            self._loaded.cancel()
        self._started.end()

    def _do(self, *command: str | float | bool) -> None:
        """Say a command; if no answer comes, the player hangs."""
        self._start(self._done(*command))

    async def _done(self, *command: str | float | bool) -> None:
        with contextlib.suppress(Declined, Unanswered):
            await self._answer(*command)
            await self._ask_where()

    async def _answer(self, *command: str | float | bool) -> Any:
        """As `Ipc.ask`; an answer that does not come is noticed, and so is the next that does."""
        try:
            found = await self._ipc.ask(*command)
        except Unanswered:
            if self.fate is Fate.WELL:
                self._become(Fate.HUNG)
                self._keep_time()  # asks until it answers again
            raise
        except Declined:
            self._answers_again()
            raise
        self._answers_again()
        return found

    def _answers_again(self) -> None:
        if self.fate is Fate.HUNG:
            self._become(Fate.WELL)

    def _become(self, fate: Fate) -> None:
        if self.fate is not Fate.CLOSED:
            now = time.monotonic()
            if fate is not Fate.WELL:
                self.clock = self.clock.changed(now, running=False)
            self.fate = fate
            self._told()

    # What the player tells

    def _gone(self) -> None:
        if not self._loaded.done():
            self._loaded.set_exception(Unanswered())
            return
        self._become(Fate.CLOSED)
        if self._keeper is not None:
            self._keeper.cancel()

    def _hear(self, message: dict[str, Any]) -> None:
        now, event = time.monotonic(), message["event"]
        if event == "property-change":
            self._property(str(message.get("name")), message.get("data"), now)
        elif event == "playback-restart" and not self._loaded.done():  # the first frame is on the screen
            self._loaded.set_result(None)
        elif event == "end-file" and message.get("reason") == "error":
            if not self._loaded.done():
                self._loaded.set_exception(Declined())
            else:
                self._become(Fate.UNREADABLE)
        elif event == "seek":
            self.clock = self.clock.changed(now, running=False)
            self._start(self._ask_where())
        elif event == "playback-restart":
            self._start(self._ask_where())

    def _property(self, name: str, value: Any, now: float) -> None:
        if name == "pause":
            self.paused = bool(value)
        elif name == "eof-reached":
            self.at_end = bool(value)
        elif name == "speed" and isinstance(value, (int, float)) and value > 0:
            self.clock = self.clock.changed(now, speed=float(value))
        elif name == "core-idle":
            self.clock = self.clock.changed(now, running=value is False)
        if self._loaded.done():
            self._start(self._ask_where())
            self._keep_time()
            self._told()

    # Where it stands

    async def _ask_where(self) -> None:
        """Ask once where the film stands."""
        self._asks += 1
        number, asked = self._asks, time.monotonic()
        with contextlib.suppress(Declined, Unanswered):
            at = await self._answer("get_property", "time-pos")
            if isinstance(at, (int, float)) and number == self._asks and self.fate is Fate.WELL:
                self.clock = self.clock.answered(float(at), asked, time.monotonic())
                if not self.clock.running:  # it was sought; while it plays it is told once a second
                    self._told()

    def _keep_time(self) -> None:
        """Ask again and again, soon after this change and then once a second, until the film stands."""
        if self._keeper is not None:
            self._keeper.cancel()
        self._keeper = asyncio.get_running_loop().create_task(self._keep_asking(), name="film-clock")

    async def _keep_asking(self) -> None:
        looked = time.monotonic()
        for wait in SOON_S:
            await asyncio.sleep(wait)
            await self._ask_where()
        while self.fate is not Fate.CLOSED and (self.clock.running or self.fate is Fate.HUNG):
            await asyncio.sleep(self._patience())
            await self._ask_where()
            if self._until is not None and self.position() >= self._until - self.clock.frame_s:
                self._until = None
                self.pause()
            if (
                time.monotonic() - looked > FILE_EVERY_S
            ):  # in a thread: a share that is gone can take its time
                looked = time.monotonic()
                self.file_gone = not await asyncio.to_thread(self.film.path.exists)
            self._told()
        await asyncio.sleep(EVERY_S)  # once more, for a player that was slow to show its frame
        await self._ask_where()

    def _patience(self) -> float:
        """Seconds until it is asked again: at once where the film is to pause."""
        if self._until is None:
            return EVERY_S
        left = (self._until - self.position()) / self.clock.speed
        return min(EVERY_S, max(self.clock.frame_s / 2, left))

    def _start(self, what: Awaitable[None]) -> None:
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

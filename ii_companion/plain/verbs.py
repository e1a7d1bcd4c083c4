"""The commands of the plain mode, each a conversation from its beginning to its exit code."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ii_companion.log.clock import Clock, SystemClock
from ii_companion.plain.session import PlainSession
from ii_companion.plain.talking import talk
from ii_companion.words import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from ii_companion.dialogue.beginning import Begun
    from ii_companion.log.plan import Plan, PracticePlan
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Loaded


class Plainly:
    """The conversations over one store, with a person's settings."""

    def __init__(self, store: Store, loaded: Loaded, clock: Clock | None = None) -> None:
        self._store, self.loaded = store, loaded
        self._settings = loaded.settings
        self.clock = clock or SystemClock()

    def run(self, act: Callable[[Talk], int]) -> int:
        """Hold a conversation on standard input and output. The exit code."""
        return talk(act, self._noticed)

    def home(self) -> Callable[[Talk], int]:
        """The menu of all there is to do."""
        from ii_companion.plain.home import Home

        return lambda talk: Home(self, self._store, talk).run()

    def session(self, plan: Plan) -> Callable[[Talk], int]:
        """A session, and the questions after it. Raises Refusal if it could not be kept."""
        from ii_companion.dialogue.beginning import begin

        return lambda talk: self._held(begin(self._store, plan, self.clock, self.loaded), talk)

    def practice(self, plan: Plan, practice: PracticePlan) -> Callable[[Talk], int]:
        """A session with a fictional learner, chosen from a list where the plan names none."""
        from ii_companion.plain.practise import practise

        return lambda talk: practise(self._store, plan, practice, self.clock, self.loaded, talk)

    def coding(self, session_id: str, me: str, countdown: int) -> Callable[[Talk], int]:
        """A second coding of a session."""
        from ii_companion.plain.coding import code

        return lambda talk: code(self._store, session_id, me, countdown, self.clock, self._settings, talk)

    def note(
        self, plan: Plan, *, at: str = "", on: date | None = None, minutes: str = ""
    ) -> Callable[[Talk], int]:
        """A moment noted afterwards."""
        from ii_companion.plain.note import NoteAfterwards

        return lambda talk: NoteAfterwards(
            self._store, plan, self._settings, talk, self.clock, at=at, on=on, minutes=minutes
        ).ask()

    def _held(self, begun: Begun, talk: Talk) -> int:
        for complaint in self.loaded.complaints:
            talk.say(render(complaint))
        PlainSession(begun, self._settings, talk).run()
        from ii_companion.plain.after import Notes  # nobody answers before the end

        return Notes.of(begun.recorder, self._settings, talk).ask()

    def _noticed(self, times: int) -> None:
        """Remember for `check` that what came was no key; seldom, so that a flood costs no writing."""
        if times & (times - 1) == 0:
            self._store.remember_noise(times, self.clock.utc())

"""Coding along a film: the live screen's keys at the film's time, and the film's own keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.binding import BindingType

from ii_companion.commands import BY_ID, Command, Where
from ii_companion.dialogue import live_words
from ii_companion.dialogue.beginning import coding_header
from ii_companion.log.film_recorder import FilmRecorder
from ii_companion.log.header import UNKNOWN_STAGE
from ii_companion.log.plan import Plan, header_for, new_id
from ii_companion.log.store import FilmLink
from ii_companion.screens import film_words
from ii_companion.screens.beside import Beside
from ii_companion.screens.coding import CodingScreen
from ii_companion.screens.film_keys import run_film_key
from ii_companion.screens.keys import bindings
from ii_companion.session.events import Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.view import Coaching

if TYPE_CHECKING:
    from datetime import datetime

    from ii_companion.log.clock import Clock
    from ii_companion.log.header import Header
    from ii_companion.log.store import Store
    from ii_companion.player.film import Film
    from ii_companion.settings import Settings


class FilmCodingScreen(CodingScreen, inherit_bindings=False):
    """A session, or a second coding of one, keyed along a film that plays in its own window."""

    WHERE = Where.FILM
    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.FILM)]

    def __init__(
        self, store: Store, header: Header, film: Film, clock: Clock, settings: Settings, *, again: bool
    ) -> None:
        """`again`: a second coding, which ends without a brief log. Raises Refusal if nothing could be kept."""
        self._beside = Beside(self, film, self._film_moved)
        self._again = again
        self._asking_to_recode: float | None = None
        self._plays_on = False
        """Whether the film played when that was asked."""
        coaching = Coaching(stage=4, probe=True, card=header.card)
        recorder = FilmRecorder(store, header, clock, coaching, self._beside.position)
        try:
            store.tie_film(
                FilmLink(
                    session=header.id,
                    learner=header.learner,
                    path=str(film.path),
                    length_s=film.length_s,
                    sha256=film.sha256,
                )
            )
        except BaseException:
            recorder.close()
            store.discard(header.id)
            raise
        super().__init__(recorder, clock, settings)
        self.recorder: FilmRecorder = recorder

    def on_mount(self) -> None:
        self._beside.open(0.0)

    def on_unmount(self) -> None:
        self._beside.close()

    def _film_moved(self) -> None:
        """The film has gone on, or something has become of it."""
        if not self.is_running:
            return
        if self.recorder.trouble:
            self.recorder.retry()
        self.recorder.look()
        self.show()

    def action_command(self, name: str) -> None:
        command = BY_ID[name]
        if command.where is not Where.FILM:
            super().action_command(name)
            return
        self._keying.said = ""
        self._film_command(command)
        self.show()

    def _film_command(self, command: Command) -> None:
        if command.id == "film_play":
            self._confirm_or_play()
            return
        if command.id == "film_recode":
            self._recode_or_ask()
            return
        if self._beside.player is not None:
            run_film_key(self._beside.player, command.id)

    def _confirm_or_play(self) -> None:
        """Enter says yes to what is asked; else it plays or pauses, and ends nothing."""
        if self._asking_to_end:
            self._end()
        elif self._asking_to_recode is not None:
            self._keying.last = self.recorder.recode(self._asking_to_recode)
            self._keying.said = film_words.opened(self._asking_to_recode)
            self._asked()
        elif self._beside.player is not None:
            self._beside.player.toggle()
        else:
            self._beside.open()

    def _recode_or_ask(self) -> None:
        self.recorder.look()
        now, start = self.recorder.now(), self.recorder.open_from
        if start is not None:
            self.recorder.recode(now, until=True)
            self._keying.said = film_words.closed(start, now)
        elif not self.recorder.anything_from(now):
            self._keying.said = film_words.nothing_there(now)
        else:
            self._asking_to_recode = now
            self._plays_on = self._beside.playing
            if self._plays_on and self._beside.player is not None:
                self._beside.player.pause()  # what goes by while a person reads the question is not coded again

    def _asked(self) -> None:
        """It was answered: the film goes on if it did."""
        self._asking_to_recode = None
        if self._plays_on and self._beside.player is not None:
            self._beside.player.pause(False)

    def _end_or_ask(self) -> None:
        if self._asking_to_recode is not None:
            self._asked()
        else:
            super()._end_or_ask()

    def _run(self, command: Command) -> None:
        if command.id == "undo":
            self._undo()
        else:
            super()._run(command)

    def _undo(self) -> None:
        """Take back what was keyed last, wherever in the film it lies, and say where."""
        self._keying.said = ""
        undone = self.recorder.newest
        self._keying.last = self.recorder.key(Kind.UNDO)
        if undone is not None:
            words = live_words.taken_back(undone) if undone.kind is not Kind.RECODED else ""
            self._keying.said = (
                film_words.at_time(words, undone.t) if words else film_words.not_again(undone.t)
            )

    def _end_recording(self) -> None:
        if not self.recorder.ended:
            self.recorder.end()

    def _end(self) -> None:
        if self._again:
            super()._end()
            return
        self._asking_to_end = False
        self._take_open_note()
        self._end_recording()
        from ii_companion.screens.after import AfterScreen

        self.app.switch_screen(AfterScreen.of(self.recorder))

    def show(self) -> None:
        """As the live screen; the player tells when the film has gone on."""
        super().show()
        if not self.recorder.trouble:
            self._wake.cancel()

    def _line(self) -> str:
        if self._asking_to_recode is not None and not self.recorder.trouble:
            return film_words.ask_to_recode(self._asking_to_recode)
        if self._asking_to_end or self.recorder.trouble:
            return super()._line()
        said = self._keying.said if self.has_class("-mentor") else ""
        if self.recorder.session.phase is Phase.PAUSED:
            said = live_words.paused_line(self._keying.said)
        now = film_words.state(self._beside, self.recorder)
        return " · ".join(filter(None, (now, said)))


def code_along(
    store: Store, session_id: str, me: str, film: Film, clock: Clock, settings: Settings
) -> FilmCodingScreen:
    """The screen of a second coding of a session along a film. Raises Refusal."""
    apart = store.codings
    apart.ready()
    header = replace(coding_header(store, session_id, me, clock), along_film=True)
    return FilmCodingScreen(apart, header, film, clock, settings, again=True)


def begin_along(
    store: Store,
    plan: Plan,
    film: Film,
    clock: Clock,
    settings: Settings,
    filmed_at: datetime | None = None,
) -> FilmCodingScreen:
    """The screen of a new session that is coded from its film; `filmed_at`: when it was, in UTC, if not today. Raises Refusal."""
    plan = plan.checked()
    store.ready()
    header = header_for(plan, clock, store.card(plan.learner))
    header = replace(header, stage=UNKNOWN_STAGE, along_film=True)  # a film does not say what was agreed
    if filmed_at is not None:
        name = new_id(plan.learner, filmed_at, header.id.rpartition("-")[2])
        header = replace(header, id=name, started_at=filmed_at)
    return FilmCodingScreen(store, header, film, clock, settings, again=False)

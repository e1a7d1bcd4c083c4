"""The film of a session that is looked back on: played from a mark, followed on the line of time, asked for where it has moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ii_companion import words
from ii_companion.player.film import Film
from ii_companion.screens.beside import Beside
from ii_companion.session.refusal import Refusal
from ii_companion.words import _
from widgets.timeline import Timeline

if TYPE_CHECKING:
    from ii_companion.log.store import FilmLink, Store
    from ii_companion.screens.page import Page

BEFORE_S = 3.0
"""A mark is played from so long before it."""
MOMENT_S = 20.0
"""A moment is played for so long."""


class Playing:
    """The film of one session beside a screen that has a line of time."""

    def __init__(self, screen: Page, store: Store, session_id: str) -> None:
        self._screen, self._store, self._session_id = screen, store, session_id
        self._link: FilmLink | None = None
        self._refused = ""
        self._beside: Beside | None = None
        self._told = ""
        try:
            self._link = store.film(session_id)
        except Refusal as refusal:
            self._refused = words.of(refusal)

    @property
    def tied(self) -> bool:
        """Whether the session is tied to a film."""
        return self._link is not None

    @property
    def playing(self) -> bool:
        return self._beside is not None and self._beside.playing

    def play(self, t: float, *, moment: bool = False) -> None:
        """Play the film from before the session's time `t`; of a moment, 20 s. What is in the way is said."""
        if self._link is None:
            self._say(
                self._refused
                or _(
                    "This session is tied to no film. {command} ties it.",
                    command=f"ii-companion link {self._session_id} FILM",
                )
            )
            return
        start = max(0.0, self._link.film_time(t) - BEFORE_S)
        until = start + MOMENT_S if moment else None
        if self._beside is not None and self._beside.player is not None:
            self._beside.play(start, until)
            return
        if not Path(self._link.path).exists():
            self._ask_where(start, until)
            return
        self._open(Film(Path(self._link.path), self._link.sha256), start, until)

    def toggle(self) -> None:
        """Pause the film, or let it go on."""
        if self._beside is not None and self._beside.player is not None:
            self._beside.player.toggle()

    def close(self) -> None:
        if self._beside is not None:
            self._beside.close()

    def _open(self, film: Film, start: float, until: float | None) -> None:
        self.close()
        self._beside = Beside(self._screen, film, self._moved)
        self._beside.play(start, until)

    def _ask_where(self, start: float, until: float | None) -> None:
        """The film is not where it was: ask where it is now."""
        from ii_companion.screens.film_moved import FilmMovedScreen  # brings a field to type in, seldom

        assert self._link is not None

        def found(film: Film) -> None:
            assert self._link is not None
            self._link = replace(self._link, path=str(film.path))
            try:
                self._store.tie_film(self._link)
            except Refusal as refusal:
                self._say(words.of(refusal))
            self._open(film, start, until)

        self._screen.app.push_screen(FilmMovedScreen(self._link, found))

    def _moved(self) -> None:
        if self._beside is None or self._link is None or not self._screen.is_running:
            return
        at = self._link.session_time(self._beside.position()) if self._beside.player is not None else None
        for line in self._screen.query(Timeline):
            line.film = at
        if self._beside.trouble and self._beside.trouble != self._told:
            self._say(self._beside.trouble)
        self._told = self._beside.trouble

    def _say(self, sentence: str) -> None:
        self._screen.app.notify(sentence, severity="warning", timeout=12)

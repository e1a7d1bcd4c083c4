"""A film beside a screen: opened when it is wanted, opened again when its player was closed, ended with the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ii_companion import words
from ii_companion.player.film import Film
from ii_companion.player.found import needed
from ii_companion.player.look import same_film
from ii_companion.player.mpv import Fate, Player
from ii_companion.session.refusal import Refusal

if TYPE_CHECKING:
    from ii_companion.screens.page import Page


class Beside:
    """A film and, once it is open, its player. `told` is called whenever something about it has changed."""

    def __init__(self, screen: Page, film: Film, told: Callable[[], None]) -> None:
        self.film = film
        self._screen, self._told = screen, told
        self._player: Player | None = None
        self._opening = False
        self._at = 0.0
        self._refused = ""

    @property
    def player(self) -> Player | None:
        """The open player; None while there is none, or it has gone."""
        player = self._player
        return player if player is not None and player.fate not in (Fate.CLOSED, Fate.UNREADABLE) else None

    def position(self) -> float:
        """The film's time now, or where it was last."""
        return self._player.position() if self._player is not None else self._at

    @property
    def playing(self) -> bool:
        return self.player is not None and not self.player.paused

    @property
    def trouble(self) -> str:
        """What is wrong, as a sentence; empty if all is well."""
        if self._refused:
            return self._refused
        return self._player.trouble if self._player is not None else ""

    @property
    def opening(self) -> bool:
        return self._opening

    def open(self, at: float | None = None, then: Callable[[Player], None] | None = None) -> None:
        """Open it, paused at `at` or where it was last; then do something with it. What fails is said in `trouble`."""
        if self._opening:
            return
        self._at = self.position() if at is None else at
        self._opening = True
        self._screen.run_worker(self._open(then), group="film", exit_on_error=False)

    async def _open(self, then: Callable[[Player], None] | None) -> None:
        self._let_go()
        try:
            # in a thread: a share can take its time
            film = await asyncio.to_thread(same_film, str(self.film.path), self.film.sha256)
            player = await Player.open(film, needed(), self._told, self._at)
        except Refusal as refusal:
            self._refused = words.of(refusal)
        else:
            if not self._screen.is_running:  # left meanwhile
                player.close()
                return
            self._player, self._refused, self.film = player, "", player.film
            if then is not None:
                then(player)
        finally:
            self._opening = False
        self._told()

    def play(self, at: float, until: float | None = None) -> None:
        """Play from there, opening the film first if need be."""
        if self.player is not None:
            self.player.play_from(at, until)
        else:
            self.open(max(0.0, at), lambda player: player.play_from(max(0.0, at), until))

    def close(self) -> None:
        """End the player."""
        self._let_go()

    def _let_go(self) -> None:
        if self._player is not None:
            self._at = self._player.position()
            self._player.close()
            self._player = None

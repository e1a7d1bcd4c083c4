"""The film's own keys, alike on every screen that has a film beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ii_companion.player.mpv import Player

SKIP_S = 5.0


def run_film_key(player: Player, name: str) -> None:
    """Do what the command of that name says to the film; nothing for any other."""
    match name:
        case "film_back" | "film_on":
            player.skip(SKIP_S if name == "film_on" else -SKIP_S)
        case "film_frame_back" | "film_frame_on":
            player.step(1 if name == "film_frame_on" else -1)
        case "film_slower" | "film_faster":
            player.speed(1 if name == "film_faster" else -1)

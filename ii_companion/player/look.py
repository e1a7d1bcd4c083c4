"""A look at a film before anything begins: whether it is one, and how long it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ii_companion.player.film import Film, film_path, fingerprint
from ii_companion.player.found import needed
from ii_companion.player.mpv import Player
from ii_companion.session.refusal import Refusal


def looked_at(name: str) -> Film:
    """The film of that name, with its length. Raises Refusal; takes a third of a second, in no running loop."""
    path = film_path(name)
    program = needed()
    return asyncio.run(_opened(Film(path, fingerprint(path)), program))


async def _opened(film: Film, program: str) -> Film:
    player = await Player.open(film, program, lambda: None, seen=False)
    player.close()
    return player.film


def same_film(name: str, sha256: str) -> Film:
    """The film of that name if it is the one that is known by `sha256`; without a look inside. Raises Refusal."""
    path = film_path(name)
    found = fingerprint(path)
    if found != sha256:
        raise Refusal("{path} is another film than the one that was linked, or it was changed.", path=path)
    return Film(Path(path), found)

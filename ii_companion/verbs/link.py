"""`ii-companion link`: ties a session to its film."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, command, tell
from ii_companion.verbs.terminal import refuse_unfit_terminal
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.store import Store
    from ii_companion.player.film import Film

FARTHEST_S = 2 * 86_400.0


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "link",
        _("tie a session to its film"),
        _("Tie a session to its film. The film stays where it lies."),
        "ii-companion link 20261123-101530-p17-4f2a film.mp4 --at 12.4",
        run,
    )
    parser.add_argument("session", metavar=_("SESSION"), help=_("the session's id"))
    parser.add_argument("film", metavar=_("FILM"), help=_("the film's file"))
    parser.add_argument(
        "--at",
        metavar="S",
        type=_seconds,
        help=_(
            "the session's 0 s is this second of the film; below 0 if the film began later. "
            "Without it both are opened, to find one clear moment"
        ),
    )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -FARTHEST_S <= value <= FARTHEST_S:
        raise argparse.ArgumentTypeError(_("“{text}” is not a number of seconds", text=text))
    return round(value, 3)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.log.store import part_of
    from ii_companion.player.look import looked_at

    part = part_of(arguments.open_store(), arguments.session)
    if not part.has(arguments.session):
        raise Refusal(
            "There is no session {id}. `ii-companion log` lists those there are.", id=arguments.session
        )
    film = looked_at(arguments.film)  # starts mpv for a third of a second
    before = part.film(arguments.session)
    if arguments.at is not None:
        return _tie(part, arguments.session, film, arguments.at)
    if before is not None and before.sha256 == film.sha256 and before.path != str(film.path):
        tell(_("It is the same film, at another place."))
        return _tie(part, arguments.session, film, before.at_s)
    written = part.written(arguments.session)
    if written is None:
        raise Refusal(
            "The journal of {id} is gone, so there is no mark to find in the film. Say where it begins with --at.",
            id=arguments.session,
        )
    refuse_unfit_terminal()
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second
    from ii_companion.screens.link import LinkScreen

    return CompanionApp(part, first=LinkScreen(part, written, film)).run_to_end()


def _tie(part: Store, session_id: str, film: Film, at: float) -> int:
    from ii_companion.log.store import FilmLink
    from ii_companion.screens.film_words import tied  # words alone, without Textual

    if film.length_s and at > film.length_s:
        raise Refusal(
            "--at {at} lies after the end of the film, which lasts {length} s.",
            at=f"{at:g}",
            length=f"{film.length_s:g}",
        )
    link = FilmLink(session_id, _learner(part, session_id), str(film.path), film.length_s, film.sha256, at)
    part.tie_film(link)
    print(tied(link))
    return 0


def _learner(part: Store, session_id: str) -> str:
    """Whose session it is."""
    log = part.get(session_id)
    if log is not None:
        return log.learner
    written = part.written(session_id)
    return written.header.learner if written is not None else ""

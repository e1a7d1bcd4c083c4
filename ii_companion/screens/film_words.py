"""What is said of a film that is being coded: where it stands, what was asked, what has become of it. No widgets here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.session.lengths import clock_time
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.film_recorder import FilmRecorder
    from ii_companion.log.store import FilmLink
    from ii_companion.screens.beside import Beside


def tenths(seconds: float) -> str:
    """A film's time to the tenth of a second: 12:34.5."""
    ten = int(round(seconds, 3) * 10 + 1e-6)
    return f"{clock_time(ten // 10)}.{ten % 10}"


def stands(beside: Beside, then: str = "") -> str:
    """Where the film stands and how it plays; or what is wrong, and what to do about it."""
    if beside.trouble and beside.player is None:
        return then or beside.trouble
    if beside.player is None:
        return _("The film is being opened …")
    facts = [
        beside.trouble,
        _("film {at} of {length}", at=tenths(beside.position()), length=clock_time(beside.film.length_s)),
        _("at its end") if beside.player.at_end else _("plays") if beside.playing else _("stands"),
        f"×{beside.player.clock.speed:g}" if beside.player.clock.speed != 1 else "",
    ]
    return " · ".join(filter(None, facts))


def state(beside: Beside, recorder: FilmRecorder) -> str:
    """The line of the film that is being coded: how it stands, and the stretch that is open."""
    gone = _("{trouble} What was keyed is kept. Enter opens it again, Esc ends.", trouble=beside.trouble)
    facts = [stands(beside, gone)]
    if beside.player is not None and not beside.playing and not beside.player.at_end:
        facts.append(_("Enter plays it"))
    if recorder.open_from is not None:
        facts.append(_("coding again from {at}; r ends it", at=tenths(recorder.open_from)))
    return " · ".join(facts)


def ask_to_recode(at: float) -> str:
    """The question before a stretch is opened."""
    return _(
        "Code again from {at}? What was there makes way as the film passes, until r. Enter: yes, Esc: no.",
        at=tenths(at),
    )


def opened(at: float) -> str:
    return _("coding again from {at}", at=tenths(at))


def closed(start: float, end: float) -> str:
    return _("coded again: {start} to {end}", start=tenths(start), end=tenths(end))


def not_again(at: float) -> str:
    return _("taken back: coding again from {at}", at=tenths(at))


def nothing_there(at: float) -> str:
    return _("nothing is coded from {at} on", at=tenths(at))


def at_time(what: str, at: float) -> str:
    """What was done, and to what time of the film."""
    return _("{what} at {at}", what=what, at=tenths(at))


def tied(link: FilmLink) -> str:
    """That a session is tied to its film, and where in it."""
    return _(
        "{session} is tied to {path}: its 0 s is {at} s of the film.",
        session=link.session,
        path=link.path,
        at=f"{link.at_s:g}",
    )

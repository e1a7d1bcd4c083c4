"""Which film a session is tied to, a small file each in the log's folder: the film itself is never touched."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from ii_companion.log.header import refuse_bad_id
from ii_companion.log.places import Places, make_folder, reason, removed, sync_folder
from ii_companion.log.sealing import read, write_whole
from ii_companion.log.store import FilmLink
from ii_companion.log.versions import FILM, refuse_newer, written
from ii_companion.session.refusal import Refusal, said_by

LARGEST = 2**20


def path_of(places: Places, session_id: str) -> Path:
    refuse_bad_id(session_id)
    return places.log / "films" / f"{session_id}.json"


def load(places: Places, session_id: str) -> FilmLink | None:
    """The film of a session; None if there is none. Raises Refusal if what is kept cannot be read."""
    path = path_of(places, session_id)
    try:
        data = read(path, LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    try:
        return msgspec.json.decode(data, type=FilmLink)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        refuse_newer(data, FILM, str(path))
        raise Refusal("{path}: not a link to a film: {why}.", path=path, why=said_by(error)) from error


def keep(places: Places, link: FilmLink) -> None:
    """Put it on disk in place of the one before. Raises Refusal, and then that one stays."""
    path = path_of(places, link.session)
    document, version = written(link, FILM)
    make_folder(path.parent)
    try:
        write_whole(path, msgspec.json.encode({**document, "version": version}))
    except OSError as error:
        raise Refusal(
            "The link to the film cannot be kept in {path}: {why}.", path=path, why=reason(error)
        ) from error


def drop(places: Places, session_id: str) -> None:
    """Remove it, if it is there. Raises Refusal."""
    path = path_of(places, session_id)
    if path.exists():
        removed(path)
        with contextlib.suppress(OSError):
            sync_folder(path.parent)

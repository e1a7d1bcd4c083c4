"""BORIS projects out (`.boris`), for every version since 7, whatever the system's code page: ASCII alone.

Format as in BORIS's documentation and its own source: `project_format_version` "7.0", point events, observation type
LIVE, an event is `[time, subject, code, modifiers, comment]`; the session's length is its
observation time interval, and the time of an `end` event, since BORIS takes a live observation to last until its last event.

A session that is tied to a film is of type MEDIA: its file, and as time offset what makes the film's time the session's. The
interval is in the film's time. An event has a frame's number too, which BORIS finds by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ii_companion.files.sessions import Travelling
from ii_companion.log.store import FilmLink
from ii_companion.log.table import rows
from ii_companion.session.kinds import BOTH, LEARNER, PRACTITIONER, Kind

PROJECT_VERSION = "7.0"
CODES = {kind.row.word: kind.row.boris_key for kind in Kind if kind.row.boris_key} | {
    Kind.ENDED.row.word: "z"
}
"""What BORIS is told of: our words for acts, and a key for each."""
SUBJECTS = (LEARNER, PRACTITIONER, BOTH)


def project(sessions: Iterable[Travelling], films: Mapping[str, FilmLink] | None = None) -> bytes:
    """A BORIS project with one observation a session; events to the millisecond. `films`: by the sessions' ids."""
    found = films or {}
    observations = {session.log.id: _observation(session, found.get(session.log.id)) for session in sessions}
    document: dict[str, Any] = {
        "time_format": "hh:mm:ss",
        "project_date": max((o["date"] for o in observations.values()), default="2026-01-01T00:00:00"),
        "project_name": "ii-companion",
        "project_description": "Exported by ii-companion. Codes only; free text may identify a person.",
        "project_format_version": PROJECT_VERSION,
        "subjects_conf": {
            str(n): {"key": str(n + 1), "name": name, "description": ""} for n, name in enumerate(SUBJECTS)
        },
        "behaviors_conf": {str(n): _behaviour(code, key) for n, (code, key) in enumerate(CODES.items())},
        "observations": observations,
        "behavioral_categories": [],
        "behavioral_categories_config": {},  # BORIS 9.7.3 to 9.7.5 do not open a project without it
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    return json.dumps(document, indent=1, ensure_ascii=True).encode(
        "ascii"
    )  # read in the code page of whoever opens it


def _behaviour(code: str, key: str) -> dict[str, Any]:
    return {
        "type": "Point event",
        "key": key,
        "code": code,
        "description": "",
        "color": "",
        "category": "",
        "modifiers": {},
        "excluded": "",
        "coding map": "",
    }


def on_film(film: FilmLink | None) -> bool:
    """Whether the session can be told on its film's time: a film that began later has no time for its beginning."""
    return film is not None and film.at_s >= 0


def _observation(session: Travelling, film: FilmLink | None = None) -> dict[str, Any]:
    log = session.log
    events = [
        [round(float(time), 3), actor, act, "", detail]
        for time, actor, act, detail in rows(session.effective())
        if act != Kind.ENDED.row.word
    ]
    events.append([round(log.duration_s, 3), BOTH, Kind.ENDED.row.word, "", ""])
    made = {
        "file": {},
        "type": "LIVE",
        "date": f"{log.started_at.astimezone():%Y-%m-%dT%H:%M:%S}",  # BORIS has local time
        "description": f"learner {log.learner}; ended: {log.end_reason.replace('_', ' ')}",
        "time offset": 0.0,
        "events": events,
        "observation time interval": [0.0, round(log.duration_s, 3)],
        "independent_variables": {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "close_behaviors_between_videos": False,
        "scan_sampling_time": 0,
        "start_from_current_time": False,
        "start_from_current_epoch_time": False,
    }
    if film is not None and on_film(film):
        made |= _media(film, log.duration_s)
        made["events"] = [[*event, "NA"] for event in events]
    return made


def _media(film: FilmLink, duration_s: float) -> dict[str, Any]:
    """What makes an observation one of a film: BORIS's time is the film's plus the offset."""
    return {
        "file": {str(player): [film.path] if player == 1 else [] for player in range(1, 9)},
        "type": "MEDIA",
        "media_info": {
            "length": {film.path: film.length_s},
            "fps": {film.path: 0.0},  # not known; BORIS asks its player
            "hasVideo": {film.path: True},
            "hasAudio": {film.path: True},
            "offset": {"1": 0.0},
            "display": {film.path: "Nothing"},
        },
        "time offset": -film.at_s or 0.0,
        "observation time interval": [film.at_s, round(film.at_s + duration_s, 3)],
    }

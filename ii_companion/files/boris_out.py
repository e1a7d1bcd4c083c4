"""BORIS projects out (`.boris`), for every version since 7, whatever the system's code page: ASCII alone.

Format as in BORIS's documentation and its own source: `project_format_version` "7.0", point events, observation type
LIVE, an event is `[time, subject, code, modifiers, comment]`; the session's length is its
observation time interval, and the time of an `end` event, since BORIS takes a live observation to last until its last event.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ii_companion.files.sessions import Travelling
from ii_companion.log.table import rows
from ii_companion.session.kinds import BOTH, LEARNER, PRACTITIONER, Kind

PROJECT_VERSION = "7.0"
CODES = {kind.row.word: kind.row.boris_key for kind in Kind if kind.row.boris_key} | {
    Kind.ENDED.row.word: "z"
}
"""What BORIS is told of: our words for acts, and a key for each."""
SUBJECTS = (LEARNER, PRACTITIONER, BOTH)


def project(sessions: Iterable[Travelling]) -> bytes:
    """A BORIS project with one observation a session; events to the millisecond."""
    observations = {session.log.id: _observation(session) for session in sessions}
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


def _observation(session: Travelling) -> dict[str, Any]:
    log = session.log
    events = [
        [round(float(time), 3), actor, act, "", detail]
        for time, actor, act, detail in rows(session.effective())
        if act != Kind.ENDED.row.word
    ]
    events.append([round(log.duration_s, 3), BOTH, Kind.ENDED.row.word, "", ""])
    return {
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

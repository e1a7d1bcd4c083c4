"""GSEQ's sequential data (`.sds`): timed event data in the Sequential Data Interchange Standard.

Bakeman & Quera (1995, 2011): a data type and the codes it declares, then for each session a label in angle brackets,
the session's start, `code,onset` for each momentary event, the session's end, and a slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ii_companion.files.sessions import Travelling
from ii_companion.session.kinds import COMPARED, Kind


def sequences(sessions: Iterable[Travelling]) -> bytes:
    """The sessions as timed event data, seconds to the millisecond. A pause ends one segment and begins another."""
    parts = [f"Timed ({' '.join(kind.code for kind in COMPARED)});"]
    for session in sessions:
        parts.append(f"<{_label(session.log.id)}>")
        parts.append(_segments(session) + " /")
    return ("\n".join(parts) + "\n").encode("ascii", "replace")


def _segments(session: Travelling) -> str:
    words, earlier, paused = [",0.000"], 0.0, False
    for event in session.effective():
        if event.kind is Kind.PAUSED:
            words.append(f",{event.t:.3f} ;")
            paused = True
        elif event.kind is Kind.RESUMED:
            words.append(f",{event.t:.3f}")
            paused = False
        elif event.kind is Kind.GAP and not paused:
            lost = min(float(event.detail), event.t - earlier)
            words.append(f",{event.t - lost:.3f} ; ,{event.t:.3f}")
        elif event.kind.row.compared and not paused:
            words.append(f"{event.kind.code},{event.t:.3f}")
        earlier = event.t
    if not paused:
        words.append(f",{session.log.duration_s:.3f}")
    return " ".join(words)


def _label(text: str) -> str:
    return re.sub(r"[^\w-]", "_", text, flags=re.ASCII)

"""What somebody else wrote at the same time: kept beside what is shown, until the next save replaces both."""

from __future__ import annotations

import msgspec

from ii_companion.log.places import Places
from ii_companion.printable import plain
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.parts import Row
from ii_companion.words import _


def words_beside(places: Places, session_id: str, *, others: bool) -> list[str]:
    """A sentence for each other version of a session's words and list."""
    desk, own = FileDesk(places), not others
    for name in desk.months(own=own):
        month = desk.month(name, own=own)
        if session_id in month.logs:
            return [
                sentence
                for kind in ("words", "checklist", "facts")
                if (session_id, kind) in month.rows
                for sentence in _of(month.rows[session_id, kind])
            ]
    return []


def card_beside(places: Places, learner: str) -> list[str]:
    """The same of a learner's card."""
    rows = FileDesk(places).cards().rows.get(learner, ())
    return [sentence for row in rows if row.before is None for sentence in _of(row)]


def _of(row: Row) -> list[str]:
    return [
        _("also written by {who}: {text}", who=row.versions[one][1], text=_text(body))
        for one, body in sorted(row.bodies.items(), reverse=True)
        if one in row.versions
    ]


def _text(body: str) -> str:
    """What a version says, in a line."""
    held = msgspec.json.decode(body)
    if not isinstance(held, dict):
        return plain(str(held))
    said = (value for value in held.values() if value not in ("", None, []) and not isinstance(value, dict))
    return plain(" · ".join(map(str, said)))

"""What the detail of a note means: a person's own words, or the id of why a session was paused."""

from __future__ import annotations

from ii_companion.session.events import LONGEST_DETAIL
from ii_companion.session.said import N_, Said, said, word

PAUSE_WORDS: dict[str, str] = {
    "came_in": N_("someone came in"),
    "noise": N_("noise"),
    "care": N_("a care need"),
    "called_away": N_("called away"),
    "other": N_("something else"),
}
"""Why a session may be paused, by id, in the order of the digits that say so."""
PAUSE_REASONS = tuple(PAUSE_WORDS)
_PAUSE = "pause:"


def pause_detail(reason: str) -> str:
    """The detail of a note that says why a session is paused."""
    return f"{_PAUSE}{reason}"


def parts(text: str) -> list[str]:
    """What a person wrote, in as many notes as it needs: a note holds so many letters, and none is thrown away."""
    text = text.strip()
    return [text[at : at + LONGEST_DETAIL] for at in range(0, len(text), LONGEST_DETAIL)]


def note_words(detail: str) -> Said:
    """A note as a person reads it. What is no id stands as it was written; older journals hold sentences."""
    reason = PAUSE_WORDS.get(detail.removeprefix(_PAUSE)) if detail.startswith(_PAUSE) else None
    if reason is None:
        return Said("{note}", {"note": detail})
    return said("pause: {reason}", reason=word(reason))

"""Words that somebody is typing. Apart from the store, which takes 3 ms to load: a session begins with it."""

from __future__ import annotations

import msgspec


class Draft(msgspec.Struct, frozen=True):
    """Words that were typed and not saved."""

    name: str
    """What they are of: “notes-”, “checklist-”, “note-” and a session's id, or “card-” and a learner's code."""
    texts: dict[str, str]
    """What stands in each field, by its id."""
    learner: str = ""
    session: str = ""
    had_card: bool = False
    """Whether the learner had a card when it was opened; if that is gone since, they were erased."""

"""The logs line by line: one a line, without columns; a number tells one of them whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.dialogue.home_words import RECENT
from ii_companion.dialogue.left_words import log_line
from ii_companion.dialogue.log_words import prompt_words, whole
from ii_companion.log.store import wanted
from ii_companion.plain.asking import pick
from ii_companion.session.refusal import Refusal
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Loaded


def look_back(store: Store, loaded: Loaded, talk: Talk) -> None:
    """The recent logs, and whichever is chosen told whole; again until none is. Raises Leaving."""
    entries = store.telling(talk.say).entries()[:RECENT]
    if not entries:
        talk.say(_("No sessions logged yet."))
        return
    while (at := pick(talk, _("Recent logs"), [log_line(entry) for entry in entries])) is not None:
        log = wanted(store, entries[at].id)
        try:
            written = store.written(log.id)
        except Refusal:  # the brief log can be told all the same
            written = None
        for line in whole(log, prompt_words(written, loaded)):
            talk.say(line)

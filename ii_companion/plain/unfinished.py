"""Sessions that never ended, one after another: finish their notes, keep them as they are, or discard them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.dialogue.unfinished_words import ASKED_TO_DISCARD, about, keep
from ii_companion.plain.after import Notes
from ii_companion.plain.asking import choose_one, sure
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of

if TYPE_CHECKING:
    from ii_companion.log.store import Store, Unfinished
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Settings

FINISH, KEEP, DISCARD = range(3)


def look_after(store: Store, settings: Settings, talk: Talk) -> None:
    """Go through them until none is left, or somebody goes back. Raises Leaving."""
    waiting, complaints = store.unfinished()
    for complaint in complaints:
        talk.say(complaint)
    if not waiting:
        talk.say(_("Nothing is unfinished."))
    while waiting:
        first, more = about(waiting)
        for line in more:
            talk.say(line)
        answers = [_("finish its notes"), _("keep it as it is, as interrupted"), _("discard it")]
        chosen = choose_one(talk, first, answers)
        if chosen is None:
            return
        try:
            gone = _done(chosen, store, waiting[0], settings, talk)
        except (Refusal, OSError) as problem:
            talk.say(of(problem))
            return
        if gone:
            waiting.pop(0)


def _done(chosen: int, store: Store, waiting: Unfinished, settings: Settings, talk: Talk) -> bool:
    """Do what was chosen. Whether the session was looked after. Raises Refusal, OSError, Leaving."""
    if chosen == FINISH:
        Notes(store, store.finish(waiting), settings, talk).ask()
    elif chosen == KEEP:
        keep(store, waiting)
    elif sure(talk, _(ASKED_TO_DISCARD)):
        store.discard(waiting.header.id)
    else:
        return False
    return True

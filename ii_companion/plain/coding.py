"""A second coding line by line: the keys of a session, nobody's prompts, nothing of the first coder's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ii_companion.dialogue import live_words
from ii_companion.dialogue.beginning import begin_coding
from ii_companion.dialogue.keeping import DISK_FULL
from ii_companion.plain.session import PlainSession
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.clock import Clock
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Settings


def code(
    store: Store, session_id: str, me: str, countdown: int, clock: Clock, settings: Settings, talk: Talk
) -> int:
    """Count down, code, say how to compare. The exit code. Raises Refusal if nothing could be kept, and Leaving."""
    talk.say(_("Coding {session} again.", session=session_id))
    talk.say(_("Start the recording when the count ends."))
    _count(countdown, clock, talk)
    begun = begin_coding(store, session_id, me, clock)
    PlainSession(begun, settings, talk, coding=True).run()
    while not begun.recorder.close():
        talk.say(_(DISK_FULL))
        talk.say(_("Enter tries again; any other key leaves without it."))
        if talk.key({"enter"}, alone=True) != "enter":
            return 1
    for line in live_words.coded(begun.recorder.header.id):
        talk.say(line)
    return 0


def _count(seconds: int, clock: Clock, talk: Talk) -> None:
    """Count down on one line, so that nothing scrolls."""
    for left in range(seconds, 0, -1):
        talk.put(f"{left} ")
        if not talk.singly:  # the lines that are there already are keys of the coding
            time.sleep(clock.real_seconds(1.0))
            continue
        until = talk.real_now() + clock.real_seconds(1.0)
        while talk.arrival(until) is not None:
            """A key struck too early is none."""
    talk.put("0\n")

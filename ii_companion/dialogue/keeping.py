"""A brief log while its notes are written: each save keeps all of it, or else a draft of the words and a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from ii_companion import words
from ii_companion.log.header import LONGEST_TEXT
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _

if TYPE_CHECKING:
    from ii_companion.log.recorder import Recorder
    from ii_companion.log.records import BriefLog
    from ii_companion.log.store import Store

ASKED_TO_DISCARD = N_("Discard this for good, with all that was keyed? Enter discards it.")
BACK = N_("What was typed here and not saved is back in its fields.")
DISK_FULL = N_("The disk takes no more: what was keyed last is in memory only. Free some space.")
SAVED = N_("Saved.")
SAVE_WAIT_S = 2.0
"""Saving that was asked for waits so long for a month that another program holds, or for a slow disk."""


class Drafts(Protocol):
    """Where words wait that could not be saved."""

    def keep_draft_now(self) -> bool:
        """Put on disk what is typed. False if it could not be."""
        ...

    def drop_draft(self) -> None:
        """What is typed is saved, or not wanted."""
        ...


class Keeping:
    """One log, and how much of it is kept."""

    def __init__(self, store: Store, log: BriefLog, recorder: Recorder | None = None, *, edit: bool) -> None:
        self.saved: BriefLog | None = log if edit else None
        self.gone = False
        """Whether the session was discarded: nothing is saved any more."""
        self._store = store
        self._keep_earlier = edit
        """The version before stays, once."""
        self._recorder = recorder
        """Of the session that has just ended, as long as its journal has not all that was keyed."""
        self._writing = threading.Lock()

    def journal_closed(self) -> bool:
        """Put in the journal all that was keyed, and let go of it. False while something waits in memory."""
        if self._recorder is None or self._recorder.close():
            self._recorder = None
            return True
        return False

    def write(self, log: BriefLog, patience: float, tell: Callable[[str], None]) -> str:
        """Keep the log, from any thread; why not, in a sentence, if it cannot be.

        `patience`: seconds to wait for another program. `tell` hears of what is damaged.
        """
        if not self._writing.acquire(timeout=SAVE_WAIT_S):
            return _("The disk is slow: what was typed last is not in the log yet.")
        try:
            if log != self.saved and not self.gone:
                there = self._store.within(patience).telling(tell)
                there.save(log, keep_earlier=self._keep_earlier, over=self.saved)
                self.saved, self._keep_earlier = log, False
        except Refusal as refusal:
            return words.of(refusal)
        finally:
            self._writing.release()
        return ""

    def wrote(self, why: str, log: BriefLog, typed: dict[str, str], drafts: Drafts) -> tuple[bool, str]:
        """What is to be said of a write that ended with `why`, where `log` and the texts in it stand now.

        Whether all of it is kept, in the log or in a draft; nothing is said where more was typed meanwhile.
        """
        if why:
            if drafts.keep_draft_now():
                return False, _("{why} What is typed is kept beside it and offered again.", why=why)
            return False, _("{why} The session itself is safe in its journal.", why=why)
        if too_long(typed):
            kept = drafts.keep_draft_now()
            return kept, _(
                "A text is longer than {most} letters: the log has its beginning, a draft all of it.",
                most=LONGEST_TEXT,
            )
        if log != self.saved:
            return True, ""
        drafts.drop_draft()
        return True, _(SAVED)

    def discard(self, session_id: str, drafts: Drafts) -> None:
        """Remove the session, its journal and its draft. Raises Refusal, and then it is kept."""
        if self._recorder is not None:
            self._recorder.close()
        self._store.remove(self._store.of_session(session_id))
        self.gone = True
        drafts.drop_draft()


def filled(log: BriefLog, typed: dict[str, str]) -> BriefLog:
    """The log with what was typed; of a text that is too long, its beginning."""
    return replace(log, **{name: text[:LONGEST_TEXT] for name, text in typed.items()})


def too_long(typed: dict[str, str]) -> bool:
    """Whether one of the texts does not fit into a log."""
    return any(len(text) > LONGEST_TEXT for text in typed.values())

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
LONGEST_WAIT_S = 2.0
"""How long one save waits for another of the same log, which a slow disk may hold up."""


class Drafts(Protocol):
    """Where words wait that could not be saved."""

    def keep_draft_now(self) -> bool:
        """Put on disk what is typed. False if it could not be."""
        ...

    def drop_draft(self) -> None:
        """What is typed is saved, or not wanted."""
        ...


class Keeping:
    """One log, and how much of it is kept. `said` is what the last save has to tell; empty if nothing changed."""

    def __init__(self, store: Store, log: BriefLog, recorder: Recorder | None = None, *, edit: bool) -> None:
        self.saved: BriefLog | None = log if edit else None
        self.gone = False
        """Whether the session was discarded: nothing is saved any more."""
        self.said = ""
        self._store = store
        self._writing = threading.Lock()
        self._keep_earlier = edit
        """The version before stays, once."""
        self._recorder = recorder
        """Of the session that has just ended, as long as its journal has not all that was keyed."""

    def save(
        self,
        log: BriefLog,
        typed: dict[str, str],
        patience: float,
        drafts: Drafts,
        tell: Callable[[str], None],
        unkept: Callable[[str], str],
    ) -> bool:
        """Keep the log and the texts that were typed into it; of one that is too long, its beginning and a draft.

        `patience`: seconds to wait for another program. `tell` hears of what is damaged, `unkept` says that neither log
        nor draft could be kept. False if not all of it is.
        """
        self.said = ""
        log = filled(log, typed)
        whole = self._journal_closed()
        if log == self.saved and replace(log, **typed) == log:
            return whole
        done = self.settle(log, typed, self.write(log, patience, tell), drafts, unkept)
        if done and not whole:
            self.said = _(DISK_FULL)
        return done and whole

    def write(self, log: BriefLog, patience: float, tell: Callable[[str], None]) -> str:
        """Keep the log, from any thread, one at a time. A sentence if it could not be."""
        if not self._writing.acquire(timeout=LONGEST_WAIT_S):
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

    def settle(
        self, log: BriefLog, typed: dict[str, str], why: str, drafts: Drafts, unkept: Callable[[str], str]
    ) -> bool:
        """After writing, with what stands there now: a draft of what the log has not, or none. False if it has not all."""
        if why:
            if drafts.keep_draft_now():
                self.said = _("{why} What is typed is kept beside it and offered again.", why=why)
            else:
                self.said = unkept(why)
            return False
        if replace(log, **typed) != log:
            self.said = _(
                "A text is longer than {most} letters: the log has its beginning, a draft all of it.",
                most=LONGEST_TEXT,
            )
            return drafts.keep_draft_now()
        if log == self.saved:  # else more was typed while it was written
            drafts.drop_draft()
            self.said = _(SAVED)
        return True

    def discard(self, session_id: str, drafts: Drafts) -> None:
        """Remove the session, its journal and its draft. Raises Refusal, and then it is kept."""
        if self._recorder is not None:
            self._recorder.close()
        self._store.remove(self._store.of_session(session_id))
        self.gone = True
        drafts.drop_draft()

    def _journal_closed(self) -> bool:
        """Whether the journal has all that was keyed; if not, that is what there is to say."""
        if self._recorder is None or self._recorder.close():
            self._recorder = None
            return True
        self.said = _(DISK_FULL)
        return False


def filled(log: BriefLog, typed: dict[str, str]) -> BriefLog:
    """The log with what was typed; of a text that is too long, its beginning."""
    return replace(log, **{name: text[:LONGEST_TEXT] for name, text in typed.items()})


def unkept(why: str) -> str:
    """Why neither a log nor a draft of it could be kept."""
    return _("{why} The session itself is safe in its journal.", why=why)

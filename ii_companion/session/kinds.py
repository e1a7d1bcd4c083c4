"""Every kind of event there is, one row a kind. Whatever treats kinds differently reads it here and keeps no table.

To add a kind, add its row here and its key in `commands.py`: the journal, event tables, BORIS, GSEQ, reports, agreement, the
lanes and the line that acknowledges a key follow. What may follow what is `events.TRANSITIONS`, made from these rows too.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from ii_companion.session.said import N_

LEARNER, PRACTITIONER, BOTH = "learner", "practitioner", "both"
ACTOR_WORDS: dict[str, str] = {
    LEARNER: N_("learner"),
    PRACTITIONER: N_("practitioner"),
    BOTH: N_("both"),
}
CHANNEL_WORDS: dict[str, str] = {
    "voice": N_("voice"),
    "movement": N_("movement"),
    "gaze": N_("gaze"),
    "touch": N_("touch"),
    "object": N_("object"),
    "face": N_("face"),
}
CHANNELS = tuple(CHANNEL_WORDS)
"""How a learner act was made."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What is so of every event of one kind."""

    words: str
    """What a person reads; marked with `N_`."""
    acknowledged: str = ""
    """What the line says when it was keyed, marked with `N_`; empty where the screen shows it in another way."""
    actor: str = ""
    """Whose it is in files, also of what belongs to no turn; empty where no row of an event table can tell it."""
    word: str = ""
    """Its `act` in event tables, BORIS and mappings; empty like `actor`."""
    mark: str = ""
    """The character it makes in the lanes; empty where it makes none."""
    boris_key: str = ""
    """The key BORIS is told for it; one character, no two alike. Wherever there is a `word` but `end`."""
    response: bool = False
    """An act of the practitioner's."""
    counted: bool = False
    """Has a field of its own in the measures' counts."""
    compared: bool = False
    """Is compared between two observers, and goes into GSEQ's sequences."""
    undoable: bool = False
    """Is what `undo` takes back. Pause and hush have a key of their own that does."""
    sign: int = 0
    """How strong a sign it is that the learner has had enough; 0 is none."""
    stops: bool = False
    """A sign after which coaching stops."""
    in_pause: bool = True
    """May be keyed while the session is paused, if it may be keyed at all."""


class Kind(StrEnum):
    """What somebody keyed, or what the program noticed. The values are the journal's words; `row` says the rest."""

    row: Row

    def __new__(cls, value: str, row: Row) -> Kind:  # noqa: PYI034 - an enum's members are of no subclass
        made = str.__new__(cls, value)
        made._value_ = value
        made.row = row
        return made

    LEARNER_ACT = "learner_act", Row(
        words=N_("learner act"), acknowledged=N_("learner"), actor=LEARNER, word="act", mark="█", boris_key="a",
        counted=True, compared=True, undoable=True, in_pause=False,
    )  # fmt: skip
    JOIN_IN = "join_in", Row(
        words=N_("join in"), acknowledged=N_("joined in"), actor=PRACTITIONER, word="join_in", mark="J", boris_key="j",
        response=True, counted=True, compared=True, undoable=True, in_pause=False,
    )  # fmt: skip
    IMITATE = "imitate", Row(
        words=N_("imitate"), acknowledged=N_("imitated"), actor=PRACTITIONER, word="imitate", mark="I", boris_key="i",
        response=True, counted=True, compared=True, undoable=True, in_pause=False,
    )  # fmt: skip
    COMMENT = "comment", Row(
        words=N_("comment"), acknowledged=N_("commented"), actor=PRACTITIONER, word="comment", mark="C", boris_key="c",
        response=True, counted=True, compared=True, undoable=True, in_pause=False,
    )  # fmt: skip
    OTHER = "other", Row(
        words=N_("other"), acknowledged=N_("responded"), actor=PRACTITIONER, word="other", mark="O", boris_key="o",
        response=True, counted=True, compared=True, undoable=True, in_pause=False,
    )  # fmt: skip
    CHANNEL = "channel", Row(words=N_("channel"), undoable=True, in_pause=False)
    ENJOYED = "enjoyed", Row(
        words=N_("enjoyed"), acknowledged=N_("enjoyed together"), actor=BOTH, word="enjoyed", mark="e", boris_key="e",
        counted=True, compared=True, undoable=True, in_pause=False,
    )  # fmt: skip
    ENOUGH_MAYBE = "enough_maybe", Row(
        words=N_("enough maybe"), acknowledged=N_("maybe enough"), actor=LEARNER, word="enough_maybe", mark="y", boris_key="y",
        counted=True, compared=True, undoable=True, sign=1,
    )  # fmt: skip
    ENOUGH_CLEAR = "enough_clear", Row(
        words=N_("enough clear"), acknowledged=N_("had enough"), actor=LEARNER, word="enough_clear", mark="x", boris_key="x",
        counted=True, compared=True, undoable=True, sign=2, stops=True,
    )  # fmt: skip
    DISTRESS = "distress", Row(
        words=N_("distress"), acknowledged=N_("distress"), actor=LEARNER, word="distress", mark="X", boris_key="d",
        counted=True, compared=True, undoable=True, sign=3, stops=True,
    )  # fmt: skip
    MOMENT = "moment", Row(
        words=N_("moment"), acknowledged=N_("moment marked"), actor=BOTH, word="moment", mark="m", boris_key="m", undoable=True,
    )  # fmt: skip
    NOTE = (
        "note",
        Row(words=N_("note"), acknowledged=N_("note"), actor=BOTH, word="note", boris_key="n", undoable=True),
    )
    UNDO = "undo", Row(words=N_("undo"))
    HUSHED = "hushed", Row(words=N_("hushed"))
    UNHUSHED = "unhushed", Row(words=N_("unhushed"))
    PAUSED = "paused", Row(words=N_("paused"), actor=BOTH, word="paused", boris_key="p", in_pause=False)
    RESUMED = "resumed", Row(words=N_("resumed"), actor=BOTH, word="resumed", boris_key="r")
    GAP = "gap", Row(words=N_("gap"))
    PROMPT = "prompt", Row(words=N_("prompt"))
    RECODED = "recoded", Row(words=N_("recoded"))
    """Coding along a film: from here on what was coded earlier makes way; with the detail `along.UNTIL`, until here."""
    ENDED = "ended", Row(words=N_("ended"), actor=BOTH, word="end")

    @property
    def code(self) -> str:
        """Its name where acts stand side by side without their actor: GSEQ, what follows what, the counts."""
        return LEARNER if self is Kind.LEARNER_ACT else self.row.word


def _all(holds: str) -> frozenset[Kind]:
    return frozenset(kind for kind in Kind if getattr(kind.row, holds))


RESPONSES = _all("response")
ACTS = RESPONSES | {Kind.LEARNER_ACT}
"""What belongs to a turn."""
SIGNS = _all("sign")
STOPS = _all("stops")
"""The signs after which coaching stops."""
UNDOABLE = _all("undoable")
CODES = tuple(kind for kind in Kind if kind in ACTS)
"""The acts in order: rows and columns of what follows what."""
COUNTED = tuple(kind for kind in Kind if kind.row.counted)
COMPARED = tuple(kind for kind in Kind if kind.row.compared)
"""What two observers are compared by. Moments, notes and pauses are an observer's own."""
KIND_OF = {kind.row.word: kind for kind in Kind if kind.row.word}
"""The kind of an `act` in an event table."""
KIND_WORDS: dict[Kind, str] = {kind: kind.row.words for kind in Kind}
"""What a person reads of a kind."""
ACT_WORDS: dict[str, str] = {kind.row.word: kind.row.words for kind in COMPARED} | {"act": N_("act")}
"""What a person reads of an `act` of what is compared."""


KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind}
"""A kind by its journal's word."""


def strongest(first: Kind | None, other: Kind) -> Kind | None:
    """The stronger of two, as signs; None if neither is one."""
    if other.row.sign > (first.row.sign if first is not None else 0):
        return other
    return first

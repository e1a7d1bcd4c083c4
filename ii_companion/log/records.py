"""The brief log of a session, with one schema that validates on the way in and on the way out."""

from __future__ import annotations

import math
from enum import StrEnum

import msgspec

from ii_companion.log.header import KeptStage, Mode, Moment, Words, refuse_bad_id, refuse_not_utc
from ii_companion.log.versions import BRIEF_LOG, newest
from ii_companion.session.measures import Measures
from ii_companion.session.refusal import Wrong
from ii_companion.words import N_

SCHEMA = newest(BRIEF_LOG)


class EndReason(StrEnum):
    LEARNER_HAD_ENOUGH = "learner_had_enough"
    LEARNER_DISTRESSED = "learner_distressed"
    DRIFTED_APART = "drifted_apart"
    PRACTITIONER_ENDED = "practitioner_ended"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"
    """Nobody said: a note written afterwards, or a file that does not tell."""


END_WORDS: dict[EndReason, str] = {
    EndReason.LEARNER_HAD_ENOUGH: N_("learner had enough"),
    EndReason.LEARNER_DISTRESSED: N_("learner distressed"),
    EndReason.DRIFTED_APART: N_("drifted apart"),
    EndReason.PRACTITIONER_ENDED: N_("practitioner ended"),
    EndReason.INTERRUPTED: N_("interrupted"),
    EndReason.UNKNOWN: N_("unknown"),
}


class Arousal(StrEnum):
    LOW = "low"
    JUST_RIGHT = "just_right"
    HIGH = "high"


AROUSAL_WORDS: dict[Arousal, str] = {
    Arousal.LOW: N_("low"),
    Arousal.JUST_RIGHT: N_("just right"),
    Arousal.HIGH: N_("high"),
}


class Novelty(StrEnum):
    TYPICAL = "typical"
    RARELY_SEEN = "rarely_seen"
    NEVER_SEEN_BEFORE = "never_seen_before"


NOVELTY_WORDS: dict[Novelty, str] = {
    Novelty.TYPICAL: N_("typical"),
    Novelty.RARELY_SEEN: N_("rarely seen"),
    Novelty.NEVER_SEEN_BEFORE: N_("never seen before"),
}


class Touch(StrEnum):
    AS_AGREED = "as_agreed"
    NONE = "none"
    NOT_AS_AGREED = "not_as_agreed"


TOUCH_WORDS: dict[Touch, str] = {
    Touch.AS_AGREED: N_("as agreed"),
    Touch.NONE: N_("none"),
    Touch.NOT_AS_AGREED: N_("not as agreed"),
}


class PromptShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt the practitioner was shown, `t` seconds into the session."""

    t: float
    id: str
    trigger: str


class JournalDigest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An ended journal when its session ended: SHA-256 over its bytes, how many lines, the time of the last in seconds."""

    sha256: str
    lines: int
    last_t: float


class BriefLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The short record of one session. All after `end_reason` may be skipped: empty text, or None."""

    schema: int = SCHEMA
    id: str
    learner: str
    practitioner: str = ""
    mentor: str = ""
    stage: KeptStage = 1
    mode: Mode = Mode.SOLO
    probe: bool = False
    place: Words = ""
    started_at: Moment
    duration_s: float
    paused_s: float = 0.0
    end_reason: EndReason
    assent_at_start: bool | None = None
    arousal_start: Arousal | None = None
    arousal_end: Arousal | None = None
    enjoyed_by_learner: bool | None = None
    enjoyed_by_me: bool | None = None
    novelty: Novelty | None = None
    typical_moment: Words = ""
    best_moment: Words = ""
    next_time: Words = ""
    what_happened: Words = ""
    fundamentals: tuple[str, ...] = ()
    engagement: tuple[str, ...] = ()
    touch_used: Touch | None = None
    measures: Measures | None = None
    prompts: tuple[PromptShown, ...] = ()
    hushed_s: float = 0.0
    journal: str = ""
    journal_digest: JournalDigest | None = None

    def __post_init__(self) -> None:
        refuse_bad_id(self.id)
        refuse_not_utc("started_at", self.started_at)
        for name in ("duration_s", "paused_s", "hushed_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise Wrong("{field} is {value}; it is a number of seconds from 0", field=name, value=value)

"""What the rest of the app knows of a voice: words go in, outcomes come back."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec

from ii_companion.session.refusal import Wrong
from ii_companion.session.said import counted

LONGEST = 300
"""Characters a voice will speak: prompts are seven words; anything this long is a mistake."""


class Result(StrEnum):
    """What became of a request."""

    SPOKEN = "spoken"
    DROPPED = "dropped"
    NO_SOUND = "no_sound"


class Outcome(msgspec.Struct, frozen=True):
    """What became of some words; `why` is a sentence if nothing was heard.

    `brief` is the same sentence without what another program said, where that may be long.
    """

    words: str
    result: Result
    why: str = ""
    brief: str = ""


Report = Callable[[Outcome], None]


class Voice(Protocol):
    """Speaks, when asked, and never waits. Outcomes may come from another thread."""

    def say(self, words: str, *, urgent: bool = False) -> None:
        """Speak soon; newer words replace older ones that wait, urgent ones cut off what is being said."""

    def hush(self) -> None:
        """Stop speaking at once."""

    def close(self) -> None:
        """Stop speaking at once and end every process."""


class VoiceSettings(msgspec.Struct, frozen=True):
    """How the voice sounds. Rate in words a minute, volume 0 to 1; quiet by default, meant for one earbud."""

    voice: str = "en-us+whisper"
    rate: int = 140
    volume: float = 0.4

    def __post_init__(self) -> None:
        if not 60 <= self.rate <= 400:
            raise Wrong("rate is {rate}; it is 60 to 400 words a minute", rate=self.rate)
        if not 0 <= self.volume <= 1:
            raise Wrong("volume is {volume}; it is 0 to 1", volume=self.volume)


def speakable(words: str) -> str:
    """The words as a voice may have them, or why not: raises Wrong with a sentence."""
    if len(words) > LONGEST:
        raise Wrong(
            counted(
                "{n} character is too many to speak; {most} at most.",
                "{n} characters are too many to speak; {most} at most.",
                len(words),
                most=LONGEST,
            )
        )
    if any("\ud800" <= c <= "\udfff" for c in words):
        raise Wrong("The words hold broken characters and cannot be spoken.")
    cleaned = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if not cleaned:
        raise Wrong("There are no words to speak.")
    return cleaned


class SilentVoice:
    """Says nothing, and says so."""

    def __init__(self, report: Report, why: str) -> None:
        self._report, self._why = report, why

    def say(self, words: str, *, urgent: bool = False) -> None:
        self._report(Outcome(words, Result.NO_SOUND, self._why))

    def hush(self) -> None:
        """There is nothing to hush."""

    def close(self) -> None:
        """There is nothing to close."""


class RecordingVoice:
    """Remembers what it was asked, for tests."""

    def __init__(self, report: Report | None = None) -> None:
        self.said: list[tuple[str, bool]] = []
        self.hushes = 0
        self.closed = False
        self._report = report or (lambda _: None)

    def say(self, words: str, *, urgent: bool = False) -> None:
        self.said.append((words, urgent))
        self._report(Outcome(words, Result.SPOKEN))

    def hush(self) -> None:
        self.hushes += 1

    def close(self) -> None:
        self.closed = True

"""The voice of a live session: off until asked for, sends words, hears what became of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from ii_companion.session.triggers import SIGN_TRIGGERS
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.session.story import Story
    from ii_companion.settings import Settings
    from ii_companion.voice.speech import Outcome, Voice


class Speech:
    """Speaks the prompts of a story. `tell` is called, from any thread, once, when nothing can be heard."""

    def __init__(
        self, settings: Settings, tell: Callable[[str], None], make: Callable[[], Voice] | None = None
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._make = make or self._real
        self._voice: Voice | None = None
        self._spoken = 0
        """How many of the story's prompts were spoken, or are not to be spoken any more."""
        self._told = False
        self.on = False
        if settings.voice_on:
            self.toggle()

    def toggle(self) -> str:
        """Turn the voice on or off; the word that says which."""
        self.on = not self.on
        if self.on and self._voice is None:
            self._voice = self._make()
        if not self.on:
            self.hush()
        return _("voice on") if self.on else _("voice off")

    def follow(self, story: Story) -> None:
        """Speak what has been shown since last time: the newest, signs first."""
        new, self._spoken = story.shown[self._spoken :], len(story.shown)
        if not self.on or self._voice is None or not new:
            return
        prompt = new[-1].prompt
        if prompt.trigger in SIGN_TRIGGERS or prompt.phase in self._settings.voice_phases:
            self._voice.say(prompt.text, urgent=prompt.trigger in SIGN_TRIGGERS)

    def hush(self) -> None:
        """Stop speaking at once."""
        if self._voice is not None:
            self._voice.hush()

    def close(self) -> None:
        """Stop speaking at once and end every process."""
        if self._voice is not None:
            self._voice.close()
            self._voice = None

    def _real(self) -> Voice:
        from ii_companion.voice.process import ProcessVoice  # only when somebody asks to hear it
        from ii_companion.voice.speech import VoiceSettings

        s = self._settings
        return ProcessVoice(VoiceSettings(s.voice, s.voice_rate, s.voice_volume), self._heard)

    def _heard(self, outcome: Outcome) -> None:
        if outcome.result == "no_sound" and not self._told:
            self._told = True
            with contextlib.suppress(RuntimeError):  # the screen may be gone by now
                if outcome.brief:  # a player's own words would fill the line
                    self._tell(
                        _("{why} `check` says more. The session goes on in silence.", why=outcome.brief)
                    )
                else:
                    self._tell(_("{why} The session goes on in silence.", why=outcome.why))

"""What each key of a session does to its record, and the sentence that answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ii_companion import words
from ii_companion.dialogue import live_words
from ii_companion.session.events import Event, IllegalEvent, Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.notes import PAUSE_REASONS, parts, pause_detail
from ii_companion.session.prompts import PromptDetail
from ii_companion.session.triggers import MENTOR
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.commands import Command
    from ii_companion.dialogue.speech import Speech
    from ii_companion.log.recorder import Recorder

TOGGLES = frozenset({"hush", "pause", "view", "help", "voice"})
"""Commands that are taken back by doing them again."""
KEEPS = frozenset({"end", "confirm", "note", "quit"})
"""Commands whose repeat by a held key takes nothing back."""


class Keying:
    """The keys of one session. `said` answers the last of them; empty where the screen shows it in another way."""

    def __init__(
        self, recorder: Recorder, speech: Speech, yours: Callable[[Kind, int], str] | None = None
    ) -> None:
        self.recorder = recorder
        self.said = ""
        self._speech, self._yours = speech, yours
        self.last: Event | None = None

    def run(self, command: Command) -> bool:
        """Do what a command does to the record. False for one that does nothing to it. Raises IllegalEvent."""
        self.said = ""
        recorder = self.recorder
        if command.kind is Kind.LEARNER_ACT and recorder.companion is not None:
            self.said = live_words.keyed_for_you(recorder.companion.nature.name)
        elif command.kind is not None:
            if not self._answers_pause(command):
                self._act(command.kind, command.detail)
        elif command.id == "undo":
            trail = recorder.session.trail
            undone = trail.keyed.event if trail and trail.keyed else None
            self.last = recorder.key(Kind.UNDO)
            self.said = live_words.taken_back(undone)
        elif command.id == "hush":
            self.last = recorder.key(Kind.UNHUSHED if recorder.session.hushed else Kind.HUSHED)
            if recorder.session.hushed:
                self._speech.hush()
        elif command.id == "pause":
            paused = recorder.session.phase is Phase.PAUSED
            self.last = recorder.key(Kind.RESUMED if paused else Kind.PAUSED)
        elif command.id == "voice":
            self.said = self._speech.toggle()
        elif command.id.startswith("send_"):
            self._send(int(command.id[-1]) - 1)
        else:
            return False
        return True

    def first_repeat_back(self, command: Command) -> None:
        """Key auto-repeat: a held key counts once. What its first repeat did to the record is taken back."""
        if self.last is not None and command.id not in KEEPS:
            self.recorder.take_back(self.last)
            self.said = ""

    def note(self, text: str) -> bool:
        """Put a note in the journal, in as many parts as it needs. False, and a sentence, if it cannot stand there."""
        try:
            for part in parts(text):
                self.last = self.recorder.key(Kind.NOTE, part)
                self.said = _("noted")
        except (IllegalEvent, ValueError) as refused:
            self.said = words.of(refused)
            return False
        return True

    def _act(self, kind: Kind, detail: str) -> None:
        self.last = self.recorder.key(kind, detail)
        self.said = live_words.acknowledged(self.last, self.recorder.session)
        if self._yours is not None and (looks := self._yours(kind, self.last.n)):
            self.said = f"{self.said} · {looks}"

    def _answers_pause(self, command: Command) -> bool:
        """While paused the digits say why."""
        if self.recorder.session.phase is not Phase.PAUSED or command.kind is not Kind.CHANNEL:
            return False
        key = command.keys[0]
        at = min(int(key) - 1, len(PAUSE_REASONS) - 1) if key.isdigit() else -1
        self.last = self.recorder.key(Kind.NOTE, pause_detail(PAUSE_REASONS[at]))
        self.said = live_words.paused_for(PAUSE_REASONS[at])
        return True

    def _send(self, index: int) -> None:
        """The mentor's quiet word: a chosen prompt goes to the practitioner, and is recorded as sent."""
        chosen, session = self.recorder.header.chosen, self.recorder.session
        if index >= len(chosen):
            self.said = live_words.not_chosen(len(chosen))
        elif session.stopped:
            self.said = _("a sign to stop was keyed; no more prompts")
        elif session.hushed:
            self.said = _("prompts are hushed")
        else:
            self.last = self.recorder.key(Kind.PROMPT, PromptDetail(chosen[index].id, MENTOR).detail)
            self.said = _("sent: {prompt}", prompt=self.recorder.story.shown[-1].prompt.text)

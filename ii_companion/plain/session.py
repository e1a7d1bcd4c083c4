"""A session line by line: one key an act, each answered by one line; nothing is said by itself but a prompt.

In practice what the learner does is told as well, since nobody could answer it else.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ii_companion.commands import Command, Where, key_words, with_keys
from ii_companion.dialogue import live_words
from ii_companion.dialogue.keying import TOGGLES, Keying
from ii_companion.dialogue.speech import Speech
from ii_companion.plain.arriving import INTERRUPTED, Leaving, Word
from ii_companion.plain.talk import INTERRUPT
from ii_companion.session.events import IllegalEvent, Phase
from ii_companion.session.kinds import RESPONSES, Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.repeats import Press
from ii_companion.words import _, render

if TYPE_CHECKING:
    from ii_companion.dialogue.beginning import Begun
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Settings

ASKS = frozenset({"view", "help"})
"""Commands that only tell something, so that nothing is to be taken back."""
STALLED_S = 5.0
"""Waking so many real seconds late means the process was stopped: nobody could have keyed anything."""


class PlainSession:
    """A session while it runs. `coding`: of a recording, where nobody is prompted."""

    def __init__(self, begun: Begun, settings: Settings, talk: Talk, *, coding: bool = False) -> None:
        self.recorder = begun.recorder
        self._begun, self._settings, self._talk, self._coding = begun, settings, talk, coding
        self._speech = Speech(settings, lambda sentence: talk.arrivals.put(Word(sentence)))
        self._keying = Keying(begun.recorder, self._speech, begun.yours)
        self._commands = _by_key(settings)
        self._offered = begun.tell is None and not coding
        """Whether it is a real session, which is offered again if it is cut short."""
        self._asking_to_end = False
        self._shown = self._shows = 0
        """How many prompts, and how many doings of a fictional learner, were told."""
        self._trouble = ""
        self._due_at = 0.0

    def run(self) -> None:
        """Take keys until the session has ended. Raises Leaving; then all that was keyed, and typed, is in the journal."""
        try:
            self._begin()
            with self._talk.meanwhile(self._due):
                while self.recorder.session.phase is not Phase.ENDED:
                    self._struck(self._talk.key(self._commands))
        except Leaving:
            if (typed := self._talk.taken()) is not None:
                self._take_note(typed)
            self.recorder.retry()
            if not self.recorder.close():
                self._talk.say(live_words.unwritten(self.recorder.trouble, self.recorder.waiting))
            if self._offered:
                self._talk.say(_("Everything keyed is in the journal; the next start offers the session."))
            raise
        finally:
            self._speech.close()

    def _begin(self) -> None:
        talk, header = self._talk, self.recorder.header
        if self._offered:
            from ii_companion.log.header import stage_said

            talk.say(
                _(
                    "A session with {learner}, {stage}.",
                    learner=header.learner,
                    stage=stage_said(header.stage),
                )
            )
        if self._begun.running:
            talk.say(self._begun.running)
        keys = [
            f"{key_words(command.keys[0])} {_(command.words)}"
            for command in self._commands.values()
            if command.footer and not (command.kind is Kind.LEARNER_ACT and self.recorder.companion)
        ]
        talk.say(_("Keys: {keys}.", keys=", ".join(dict.fromkeys(keys))))
        if self._offered:
            threading.Thread(target=self._look_back, daemon=True).start()

    def _look_back(self) -> None:
        """Find what was left for next time, in a thread: years of logs must not delay the first key."""
        from ii_companion.dialogue.left_words import last_words
        from ii_companion.log.last_time import last_times

        header = self.recorder.header
        try:
            entries = self.recorder.store.entries()
        except Refusal:  # whoever opens the logs is told
            return
        found = last_times(one for one in entries if one.id != header.id and one.learner == header.learner)
        if header.learner in found:
            self._talk.arrivals.put(Word(last_words(found[header.learner])[0], first=True))

    # What is keyed

    def _struck(self, name: str) -> None:
        if name == INTERRUPT:
            if self._asking_to_end:
                raise Leaving(INTERRUPTED)
            self._end_or_ask()
            return
        command = self._commands.get(name)
        if command is None:
            self._talk.say(
                _(
                    "{key} means nothing here; {help} tells the keys.",
                    key=key_words(name),
                    help=self._key("help"),
                )
            )
            return
        press = self.recorder.press(command.id, self._talk.real_now()) if self._talk.singly else Press.FRESH
        if press is Press.REPEAT:
            return
        try:
            if press is Press.FRESH or command.id in TOGGLES - ASKS:
                self._run(command)
            elif command.id not in ASKS:
                self._keying.first_repeat_back(command)
                self._talk.say(_("held down; it counts once"))
        except IllegalEvent as illegal:
            self._talk.say(live_words.refusal(command, illegal))

    def _run(self, command: Command) -> None:
        if self._keying.run(command):
            if command.id.startswith("send_") and self._keying.said:
                self._shown = len(self.recorder.story.shown)
            self._talk.say(self._answer(command))
            return
        match command.id:
            case "view":
                self._talk.say(self._standing())
            case "note":
                self._note()
            case "end" | "quit":
                self._end_or_ask()
            case "confirm":
                if self._asking_to_end or self.recorder.session.stopped:
                    self._end()
                else:
                    self._talk.say(_("Nothing is asked."))
            case "help":
                self._help()

    def _answer(self, command: Command) -> str:
        """The line that answers a key which did something to the record."""
        session, said = self.recorder.session, self._keying.said
        if session.phase is Phase.PAUSED:
            return live_words.paused_line(said)
        if session.stopped and command.kind is not None and command.kind.row.sign:
            return said if self._coding else live_words.stopped_line(session)
        if said:
            return said
        if command.id == "hush":
            return _(Kind.HUSHED.row.words) if session.hushed else _(Kind.UNHUSHED.row.words)
        return _(Kind.RESUMED.row.words) if command.id == "pause" else _(command.words)

    def _standing(self) -> str:
        """How it stands, for whoever asks: nothing tells it by itself."""
        effective = self.recorder.session.events()
        return _(
            "{clock}; learner acts {learner}, yours {yours}.",
            clock=live_words.under(self.recorder, self.recorder.now(), ""),
            learner=sum(event.kind is Kind.LEARNER_ACT for event in effective),
            yours=sum(event.kind in RESPONSES for event in effective),
        )

    def _note(self) -> None:
        line = self._talk.text(_("Note; Enter keeps it, Esc lets it go:"), self._draft)
        self._take_note("" if line.by == "escape" else line.text)
        self._talk.say(self._keying.said or _("let go"))
        if line.by == INTERRUPT:
            self._end_or_ask()

    def _take_note(self, text: str) -> None:
        """Put what was typed into the journal; what cannot stand there stays as a draft."""
        self._keying.said = ""
        if self._keying.note(text):
            self.recorder.store.drop_draft(self._draft_name)

    @property
    def _draft_name(self) -> str:
        return f"note-{self.recorder.header.id}"

    def _draft(self, text: str) -> None:
        from ii_companion.log.draft import Draft

        header = self.recorder.header
        try:
            self.recorder.store.keep_draft(Draft(self._draft_name, {"note": text}, header.learner, header.id))
        except Refusal as refusal:
            self._talk.say_once(refusal.sentence)

    def _help(self) -> None:
        for command in dict.fromkeys(self._commands.values()):
            if not command.id.startswith("send_") or self.recorder.header.chosen:
                self._talk.say(f"{' / '.join(map(key_words, command.keys))}: {self._helps(command)}")

    @staticmethod
    def _helps(command: Command) -> str:
        """What a command's key does here."""
        return _("How it stands: minutes, acts.") if command.id == "view" else _(command.help)

    def _key(self, name: str) -> str:
        return next((key_words(c.keys[-1]) for c in self._commands.values() if c.id == name), "")

    def _end_or_ask(self) -> None:
        self._asking_to_end = not self._asking_to_end
        self._talk.say(live_words.asked_to_end() if self._asking_to_end else _("The session goes on."))

    def _end(self) -> None:
        self.recorder.key(Kind.ENDED)
        self._tell()

    # What happens by itself

    def _due(self, *, woken: bool) -> float | None:
        """Let the coach, and a fictional learner, do what they wanted to by now; tell it; when to look again."""
        clock = self._begun.clock
        late = max(0.0, clock.elapsed() - self._due_at) if woken else 0.0
        if self.recorder.trouble:
            self.recorder.retry()
        self.recorder.pass_time(late if clock.real_seconds(late) > STALLED_S else 0.0)
        self._tell()
        if self.recorder.session.phase is Phase.ENDED:
            return None
        now = self.recorder.now()
        seconds = max(0.0, live_words.next_change(self.recorder, now, glance=False) - now)
        self._due_at = clock.elapsed() + seconds
        return max(0.001, clock.real_seconds(seconds))

    def _tell(self) -> None:
        """Say what has happened by itself since it was last said."""
        story, recorder = self.recorder.story, self.recorder
        for shows in recorder.shows[self._shows :]:
            if self._begun.tell is not None:
                self._talk.say(self._begun.tell(shows.does))
        self._shows = len(recorder.shows)
        new, self._shown = story.shown[self._shown :], len(story.shown)
        if not self._coding:
            if new and live_words.prompt(story, recorder.now())[0]:
                for shown in new:
                    self._talk.say(_("Prompt: {words}", words=shown.prompt.text))
            self._speech.follow(story)
        trouble = render(recorder.trouble)
        if trouble != self._trouble:
            self._talk.say(
                live_words.unwritten(trouble, recorder.waiting) if trouble else _("It is written now.")
            )
            self._trouble = trouble


def _by_key(settings: Settings) -> dict[str, Command]:
    """The commands of a session by their keys, its own first."""
    found: dict[str, Command] = {}
    for where in (Where.LIVE, Where.ANYWHERE):
        for command in with_keys(settings.keys):
            if command.where is where:
                for key in command.keys:
                    found.setdefault(key, command)
    return found

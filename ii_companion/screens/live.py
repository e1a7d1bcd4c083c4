"""The live session: one key an act, no dialogs; a few large words for the floor, a picture for the mentor.

Long because what each key does stands in one `match`, and what it needs of the screen stands beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Self

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.reactive import reactive

from ii_companion.commands import BY_ID, Command, Where
from ii_companion.dialogue import live_words
from ii_companion.dialogue.beginning import Begun
from ii_companion.dialogue.keying import TOGGLES, Keying
from ii_companion.dialogue.speech import Speech
from ii_companion.feed.feed import Feed, RecordedFeed
from ii_companion.log.clock import Clock
from ii_companion.log.recorder import Recorder
from ii_companion.screens.drafted import Drafted
from ii_companion.screens.keys import bindings, foot, key_grid
from ii_companion.screens.wake import Wake
from ii_companion.session.events import IllegalEvent, Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.repeats import Press
from ii_companion.words import _
from widgets.big_words import BigWords
from widgets.lines import Lines
from widgets.quiet_bar import QuietBar

if TYPE_CHECKING:
    from textual.widgets import Input

    from ii_companion.settings import Settings

LOOK_BACK_AFTER_S = 0.15
"""The first paint and the first key come before what was left for next time: reading it loads the store, 10 ms."""
STALLED_S = 5.0
"""Waking so many real seconds late means the process was stopped: nobody could have keyed anything."""


class LiveScreen(Drafted):
    """A session while it runs."""

    WHERE: ClassVar[Where] = Where.LIVE
    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.LIVE)]
    AUTO_FOCUS = None
    LOOKS_BACK: ClassVar[bool] = True
    """Whether what was left for next time is said first."""
    SHARES: ClassVar[bool] = True
    """Whether others may watch it from their own devices."""

    words: reactive[str] = reactive("")
    faded: reactive[bool] = reactive(False)
    waited: reactive[float] = reactive(-1.0)

    def __init__(
        self,
        recorder: Recorder,
        clock: Clock,
        settings: Settings,
        tell: Callable[[str], str] | None = None,
        *,
        yours: Callable[[Kind, int], str] | None = None,
        first: str = "",
    ) -> None:
        super().__init__()
        self.recorder = recorder
        self.feed: Feed = RecordedFeed(recorder)
        self._clock = clock
        self._settings = settings
        self._tell = tell
        """Makes a sentence of what a fictional learner does, in practice."""
        self._asking_to_end = False
        self._first = first
        """What is said until the first key: what was left for next time, or that another window is with them too."""
        self._wake = Wake(self, clock, self._woken)
        self._speech = Speech(settings, self._heard)
        self._keying = Keying(recorder, self._speech, yours)
        self.drafts_of(
            recorder.store, f"note-{recorder.header.id}", recorder.header.learner, recorder.header.id
        )
        self.set_class(tell is not None, "-practice")
        if settings.default_view == "mentor" or recorder.header.mentor:
            self.add_class("-mentor")

    @classmethod
    def of(cls, begun: Begun, settings: Settings) -> Self:
        """The screen of a session that has begun."""
        return cls(begun.recorder, begun.clock, settings, begun.tell, yours=begun.yours, first=begun.running)

    @property
    def in_session(self) -> bool:
        return self.recorder.session.phase is not Phase.ENDED

    def compose(self) -> ComposeResult:
        with Vertical(id="glance"):
            yield BigWords().data_bind(words=LiveScreen.words, faded=LiveScreen.faded)
            if self._tell is not None:
                yield Lines(id="told", wrap=True)
            yield QuietBar(id="wait").data_bind(share=LiveScreen.waited)
            yield Lines(id="under", wrap=True)
        if self.has_class("-mentor"):
            yield self._mentor_half()
        yield Lines(id="line", wrap=True)

    def _mentor_half(self) -> Vertical:
        """The mentor's view; made when it is first shown, since most sessions never show it."""
        from widgets.foot import Foot
        from widgets.lanes import Lanes

        return Vertical(
            Lines(id="who"),
            Lanes((_("learner"), _("you")), id="lanes"),
            Lines(id="told-too", wrap=True),
            VerticalScroll(Lines(id="figures", wrap=True), id="room", can_focus=False),
            Foot(foot(self.WHERE, self._settings), id="foot"),
            id="mentor",
        )

    def _change_help(self) -> None:
        """Show the keys, or no more; their place is made when they are first asked for."""
        if not self.query("#help"):
            self.mount(Lines(id="help", wrap=True), before="#line")
        self.toggle_class("-help")

    async def _change_view(self) -> None:
        if not self.query("#mentor"):
            await self.mount(self._mentor_half(), after="#glance")
        self.toggle_class("-mentor")
        self.show()

    def on_mount(self) -> None:
        self.show()
        if self.LOOKS_BACK and self._tell is None:
            self.set_timer(self._clock.real_seconds(LOOK_BACK_AFTER_S), self._look_back)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_back(self) -> None:
        """Find what was left for next time, in a thread: years of logs must not delay the first key."""
        from ii_companion.dialogue.left_words import last_words
        from ii_companion.log.last_time import last_times

        header = self.recorder.header
        try:
            entries = self.recorder.store.entries()
        except Refusal:  # home tells what is wrong with the logs
            return
        found = last_times(one for one in entries if one.id != header.id)
        if header.learner in found:
            self.app.from_thread(self, self._left, last_words(found[header.learner])[0])
        elif not found:
            self.app.from_thread(
                self, self._left, _("The line fills while there may be a reply; at its end nothing happens.")
            )

    def _left(self, sentence: str) -> None:
        if self.recorder.session.trail is None or not self.recorder.session.trail.keyed:
            self._first = " ".join(filter(None, (self._first, sentence)))
            self.show()

    @property
    def clock(self) -> Clock:
        """What its seconds are counted on."""
        return self._clock

    def on_unmount(self) -> None:
        self._wake.cancel()
        self._speech.close()
        if self.app.sharing is not None:
            self.app.sharing.let_go(self)
        self.recorder.close()

    # What is keyed

    def action_command(self, name: str) -> None:
        """Run the command of that id: a key's press, or the palette's."""
        press = self.recorder.press(name, time.monotonic())
        if press is Press.REPEAT:
            return
        self._first = ""
        command = BY_ID[name]
        try:
            if press is Press.TRAIN_SEEN:
                self._first_repeat_back(command)
            else:
                self._run(command)
        except IllegalEvent as illegal:
            self._keying.said = live_words.refusal(command, illegal)
        self.show()

    def _run(self, command: Command) -> None:
        if self._keying.run(command):
            return
        match command.id:
            case "view":
                self.call_next(self._change_view)
            case "note":
                self._open_note()
            case "end":
                self._end_or_ask()
            case "confirm":
                if self._asking_to_end or self.recorder.session.stopped:
                    self._end()
            case "share":
                self.app.open_sharing()
            case "help":
                self._change_help()
            case "quit":
                self.app.call_later(self.app.action_quit)

    def _first_repeat_back(self, command: Command) -> None:
        """Key auto-repeat: a held key counts once. What its first repeat did is taken back; a toggle is toggled again."""
        if command.id in TOGGLES:
            self._run(command)
        else:
            self._keying.first_repeat_back(command)

    # A note, without stopping the clock

    def _open_note(self) -> None:
        from widgets.field import field

        if self.query("#note"):
            return
        note = field(hint=_("A few words; Enter keeps them, Esc lets go"), id="note")
        self.mount(note, after="#line")
        note.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._keying.note(event.value):
            event.input.remove()
            self.drop_draft()
        self.show()

    def _take_open_note(self) -> None:
        """What is being typed counts as well when the session or the app ends."""
        for note in self.query("#note").results():
            if self._keying.note(getattr(note, "value", "")):
                note.remove()
                self.drop_draft()

    # The end

    def _end_or_ask(self) -> None:
        note = self.query("#note")
        if note:
            note.remove()
            self.drop_draft()
        elif self.has_class("-help"):
            self.remove_class("-help")
        else:
            self._asking_to_end = not self._asking_to_end

    def leave(self) -> bool:
        """Whether the app may be left now; a running session asks first."""
        if self._asking_to_end:
            self._end()
            return False
        self._asking_to_end = True
        self.show()
        return False

    def _end(self) -> None:
        self._asking_to_end = False
        self._take_open_note()
        if self.recorder.session.phase is not Phase.ENDED:
            self.recorder.key(Kind.ENDED)
        if self.recorder.companion is not None:
            from ii_companion.screens.their_side import TheirSideScreen

            self.app.switch_screen(TheirSideScreen(self.recorder, self.recorder.companion))
            return
        from ii_companion.screens.after import AfterScreen

        self.app.switch_screen(AfterScreen.of(self.recorder))

    def save_now(self) -> bool:
        """The app is being ended from outside: what waits in memory gets one more chance."""
        if self.recorder.session.phase is not Phase.ENDED:
            self._take_open_note()
        return self.recorder.retry()

    def _heard(self, sentence: str) -> None:
        """Show a sentence about the voice. Called from the voice's own thread."""
        self.app.from_thread(self, self.tell, sentence)

    def tell(self, sentence: str) -> None:
        self._keying.said = sentence
        self.show()

    # What is shown

    def show(self) -> None:
        """Bring the screen up to what is recorded, and wake again when it would next change by itself."""
        if self.recorder.session.phase is Phase.ENDED:
            return
        now, story = self.feed.now(), self.feed.story
        self.words, self.faded = live_words.prompt(story, now)
        self._speech.follow(story)
        self.waited = live_words.waited(story, now)
        if self._tell is not None and self.recorder.shows:
            told = self._tell(self.recorder.shows[-1].does)
            for line in self.query("#told, #told-too").results(Lines):
                line.show([told])
        if self.has_class("-mentor"):
            from ii_companion.screens import mentor_view  # loaded when it is first shown

            mentor_view.show(self, self.recorder, now, self._watching)
        else:
            under = live_words.under(self.recorder, now, self._keying.said, self._watching)
            self.query_one("#under", Lines).show([under])
        if self.has_class("-help"):
            self.query_one("#help", Lines).show(
                [
                    _("Esc goes back. Keys go on counting. Ctrl+P searches them."),
                    *self._help_lines(),
                    "",
                    _("The line fills while there may be a reply; at its end nothing happens."),
                ]
            )
        said = self._line()
        if self._tell is not None:
            said = " · ".join(filter(None, (_("practice"), said)))
        self.query_one("#line", Lines).show(wrap(said, max(20, self.size.width - 2)))
        self._wake.at(now, live_words.next_change(self.recorder, now, glance=not self.has_class("-mentor")))
        if self.app.sharing is not None:  # sent once it is painted, so that no key waits for it
            if self.is_current:
                self.call_after_refresh(self._share)
            else:
                self._share()

    def _share(self) -> None:
        if self.app.sharing is not None:
            self.app.sharing.follow(self)

    @property
    def _watching(self) -> str:
        """Who watches from another device: said always, while somebody does."""
        return self.app.sharing.watching if self.app.sharing is not None else ""

    def _help_lines(self) -> list[str]:
        unused = () if self.recorder.header.chosen else tuple(f"send_{n}" for n in range(1, 7))
        return key_grid(self.WHERE, self._settings, self.size.width - 2, unused)

    def on_resize(self) -> None:
        self.show()  # words are wrapped to the width

    def _line(self) -> str:
        session = self.recorder.session
        if self.recorder.trouble:
            return live_words.unwritten(self.recorder.trouble, self.recorder.waiting)
        if self._asking_to_end:
            return live_words.asked_to_end()
        if session.phase is Phase.PAUSED:
            return live_words.paused_line(self._keying.said)
        if session.stopped:
            return live_words.stopped_line(session)
        return (self._keying.said if self.has_class("-mentor") else "") or self._first

    def _woken(self, late: float) -> None:
        if self.recorder.trouble:
            self.recorder.retry()
        self.recorder.pass_time(late if self._clock.real_seconds(late) > STALLED_S else 0.0)
        self.show()

"""The voices there are: hear each, take one."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.refusal import Refusal
from ii_companion.settings import save_voice
from ii_companion.voice.process import ProcessVoice, list_voices
from ii_companion.voice.speech import Outcome, VoiceSettings
from ii_companion.words import N_, _, render
from widgets.foot import Foot
from widgets.lines import Lines

SAMPLE = N_("Leave some quiet here.")
WHISPER = "en-us+whisper"
RATE_STEP, VOLUME_STEP = 10, 0.1


class VoicesScreen(PanelScreen):
    """Choose a voice by ear."""

    WHERE = Where.VOICES
    CSS_PATH = sheets("voices.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.VOICES), ("escape", "screen.back")]

    def on_mount(self) -> None:
        settings = self.app.settings
        self._chosen = VoiceSettings(settings.voice, settings.voice_rate, settings.voice_volume)
        self._voice: ProcessVoice | None = None
        self._show()
        self._find()

    def compose(self) -> ComposeResult:
        yield Lines(id="title")
        yield titled(OptionList(id="voices"), _("Voices"))
        yield Static(id="about", markup=False)
        yield Foot(foot(Where.VOICES, self.app.settings), id="foot")

    def on_unmount(self) -> None:
        self._silence()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _find(self) -> None:
        try:
            voices = list_voices()
        except (RuntimeError, OSError, TimeoutError) as error:
            self.app.from_thread(self, self._say, _("No voice was found: {why}.", why=words.of(error)))
            return
        self.app.from_thread(self, self._list, voices)

    def _list(self, voices: list[tuple[str, str]]) -> None:
        own = [
            voice
            for voice in voices
            if f"/{self.app.settings.language}" in voice[0] or self.app.settings.language in voice[0][:3]
        ]
        rest = [voice for voice in voices if voice not in own]
        options = [
            Option(f"{name}  ({voice_id})", id=voice_id)
            for voice_id, name in [(WHISPER, _("quiet whisper")), *own, *rest]
        ]
        self.query_one(OptionList).add_options(options)
        self.query_one(OptionList).highlighted = 0
        self.query_one(OptionList).focus()

    def _show(self) -> None:
        s = self._chosen
        now = _(
            "now: {voice}, {rate} words a minute, volume {volume}",
            voice=s.voice,
            rate=s.rate,
            volume=f"{s.volume:.1f}",
        )
        self.query_one("#title", Lines).show([_("A voice for one ear"), now, ""])

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self._chosen = replace(self._chosen, voice=event.option.id or WHISPER)
        self._keep()

    def command(self, name: str) -> None:
        s = self._chosen
        match name:
            case "hear":
                self._hear()
            case "slower" | "faster":
                by = RATE_STEP if name == "faster" else -RATE_STEP
                self._chosen = replace(s, rate=min(400, max(60, s.rate + by)))
                self._keep()
            case "softer" | "louder":
                by_volume = VOLUME_STEP if name == "louder" else -VOLUME_STEP
                self._chosen = replace(s, volume=min(1.0, max(0.0, round(s.volume + by_volume, 1))))
                self._keep()

    def _hear(self) -> None:
        """Say a sentence in the voice under the cursor."""
        voices = self.query_one(OptionList)
        option = voices.get_option_at_index(voices.highlighted) if voices.highlighted is not None else None
        self._silence()
        asked = replace(self._chosen, voice=option.id if option and option.id else self._chosen.voice)
        self._voice = ProcessVoice(asked, partial(self.app.from_thread, self, self._heard))
        self._voice.say(_(SAMPLE))

    def _heard(self, outcome: Outcome) -> None:
        self._say(render(outcome.why) or _("Spoken."))

    def _keep(self) -> None:
        try:
            save_voice(self.app.loaded.path, self._chosen.voice, self._chosen.rate, self._chosen.volume)
        except Refusal as refusal:
            self._say(words.of(refusal))
            return
        s = self._chosen
        self.app.settings = replace(
            self.app.settings, voice=s.voice, voice_rate=s.rate, voice_volume=s.volume
        )
        self.app.loaded = replace(self.app.loaded, settings=self.app.settings)
        self._show()
        self._say(_("Kept."))

    def _say(self, sentence: str) -> None:
        self.query_one("#about", Static).update(sentence)

    def _silence(self) -> None:
        if self._voice is not None:
            self._voice.close()
            self._voice = None

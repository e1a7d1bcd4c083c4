"""The live screen only sends words and hears what became of them."""

from __future__ import annotations

from pathlib import Path

from conftest import FakeClock
from msgspec.structs import replace
from screen_helpers import lines, live, press

from ii_companion.app import CompanionApp
from ii_companion.dialogue.speech import Speech
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.session.coach import Prompt
from ii_companion.session.prompts import PromptPhase
from ii_companion.session.story import Shown, begin
from ii_companion.session.view import Coaching
from ii_companion.settings import Loaded, Settings, load, save_voice
from ii_companion.voice.speech import Outcome, RecordingVoice, Result, SilentVoice


def story(*prompts: tuple[str, PromptPhase, str]):
    shown = tuple(Shown(0.0, Prompt("x.y", text, phase, trigger, "why")) for text, phase, trigger in prompts)
    return replace(begin(Coaching()), shown=shown)


WAIT = ("Leave some quiet here.", PromptPhase.WAIT, "double_turn")
ENJOY = ("Stay with this moment.", PromptPhase.ENJOY, "learner_positive")
STOP = ("Calm first. This can wait.", PromptPhase.HAD_ENOUGH, "distress")


def test_off_until_asked_and_only_the_newest_is_spoken() -> None:
    voice = RecordingVoice()
    speech = Speech(Settings(), lambda _: None, lambda: voice)
    speech.follow(story(WAIT))
    assert speech.toggle() == "voice on"
    speech.follow(story(WAIT))
    assert voice.said == []  # what was shown before is not said late
    speech.follow(story(WAIT, ENJOY, WAIT))
    assert voice.said == [(WAIT[0], False)]
    assert speech.toggle() == "voice off"
    assert voice.hushes == 1
    speech.follow(story(WAIT, ENJOY, WAIT, STOP))
    assert len(voice.said) == 1


def test_only_the_chosen_phases_are_spoken_and_signs_always_and_first() -> None:
    voice = RecordingVoice()
    speech = Speech(Settings(voice_on=True, voice_phases=("wait",)), lambda _: None, lambda: voice)
    speech.follow(story(ENJOY))
    speech.follow(story(ENJOY, WAIT))
    speech.follow(story(ENJOY, WAIT, STOP))
    assert voice.said == [(WAIT[0], False), (STOP[0], True)]


def test_no_sound_is_told_once() -> None:
    told: list[str] = []
    speech = Speech(Settings(voice_on=True), told.append)
    speech._heard(Outcome("a", Result.NO_SOUND, "No player."))
    speech._heard(Outcome("b", Result.NO_SOUND, "No player."))
    speech._heard(Outcome("c", Result.DROPPED, "Newer words."))
    assert told == ["No player. The session goes on in silence."]
    speech.close()


def test_the_player_s_own_words_do_not_fill_the_line() -> None:
    told: list[str] = []
    speech = Speech(Settings(voice_on=True), told.append)
    speech._heard(
        Outcome("a", Result.NO_SOUND, "No sound: the player failed: ALSA …", "No sound: the player failed.")
    )
    assert told == ["No sound: the player failed. `check` says more. The session goes on in silence."]
    speech.close()


async def test_the_key_turns_the_voice_on_and_hush_silences_it(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=1), clock)
    voice = RecordingVoice()
    async with app.run_test() as pilot:
        screen = live(app)
        screen._speech._make = lambda: voice
        await press(pilot, clock, "v")
        assert "voice on" in lines(app, "#under")
        await press(pilot, clock, "y")
        assert voice.said == [(screen.recorder.story.shown[-1].prompt.text, True)]
        await press(pilot, clock, "h")
        assert voice.hushes == 1
    assert voice.closed


def test_a_silent_voice_reports_and_does_nothing() -> None:
    said: list[Outcome] = []
    SilentVoice(said.append, "None here.").say("x")
    assert said[0].why == "None here."


def test_a_voice_is_saved_without_losing_a_persons_comments(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('# mine\ntheme = "light"  # bright room\n')
    save_voice(path, "gmw/en-gb", 120, 0.3)
    text = path.read_text()
    assert "# mine" in text
    assert "# bright room" in text
    loaded = load(path)
    assert loaded.complaints == ()
    assert (loaded.settings.theme, loaded.settings.voice, loaded.settings.voice_rate) == (
        "light",
        "gmw/en-gb",
        120,
    )
    assert isinstance(loaded, Loaded)


def test_wrong_voice_settings_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[voice]\non = "yes"\nrate = 1000\nvolume = 3\nphases = ["wait", "sing"]\nvoice = "en"\n')
    loaded = load(path)
    assert [c.split("line ")[1].split(":")[0] for c in loaded.complaints] == ["2", "3", "4", "5"]
    assert loaded.settings.voice == "en"

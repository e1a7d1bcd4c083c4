"""The voice, with a player of our own first on PATH: what is spoken, dropped, hushed, and what is left behind."""

from __future__ import annotations

import json
import math
import os
import queue
import shlex
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ii_companion.voice.found import load_bundled_espeak, missing_player
from ii_companion.voice.process import NO_WINDOW, ProcessVoice, list_voices, own_group
from ii_companion.voice.speech import (
    LONGEST,
    Outcome,
    RecordingVoice,
    Result,
    SilentVoice,
    VoiceSettings,
    speakable,
)

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the stub player stands in for aplay"
)
PATIENCE_S = 30.0


def eventually(seen: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < end, what
        time.sleep(0.005)


class Ear:
    """A stub player: keeps each sound, says rude things on both outputs, and lasts as long as it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ear"
        self.folder.mkdir()
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.lasts("0")

    def lasts(self, seconds: str, code: int = 0) -> None:
        stub = self.folder / "aplay"
        stub.write_text(
            "#!/bin/sh\n"
            f'cp "$2" {shlex.quote(str(self.folder))}/$$.wav\n'
            f"echo $$ >> {shlex.quote(str(self.folder))}/started\n"
            f"echo RUDE; echo RUDER >&2\nexec 3>&1\nsleep {seconds}\nexit {code}\n"
        )
        stub.chmod(0o755)

    @property
    def started(self) -> list[int]:
        path = self.folder / "started"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    @property
    def sounds(self) -> list[Path]:
        return sorted(self.folder.glob("*.wav"), key=lambda p: p.stat().st_mtime_ns)


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ear:
    ear = Ear(tmp_path)
    monkeypatch.setenv("PATH", f"{ear.folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(ear.temporary))
    return ear


class Speaking:
    def __init__(self, settings: VoiceSettings | None = None) -> None:
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.voice = ProcessVoice(settings or VoiceSettings(), self.outcomes.put)
        assert self.voice.wait_until_ready(PATIENCE_S)

    def outcome(self) -> Outcome:
        return self.outcomes.get(timeout=PATIENCE_S)


@pytest.fixture
def speaking(ear: Ear) -> Iterator[Speaking]:
    speaking = Speaking()
    yield speaking
    speaking.voice.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return (
        Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
        if Path(f"/proc/{pid}/stat").exists()
        else False
    )


def children(of: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(of)], capture_output=True, text=True, check=False
    ).stdout
    return [int(pid) for pid in found.split()]


def workers() -> list[int]:
    found = subprocess.run(
        ["pgrep", "-f", "ii_companion.voice.worker"], capture_output=True, text=True, check=False
    ).stdout
    return [int(pid) for pid in found.split() if int(pid) in children(os.getpid())]


def test_words_are_spoken_and_said_to_be(ear: Ear, speaking: Speaking) -> None:
    speaking.voice.say("Leave some quiet here.")
    assert speaking.outcome() == Outcome("Leave some quiet here.", Result.SPOKEN)
    assert len(ear.sounds) == 1


def test_of_a_hundred_in_a_burst_the_newest_is_spoken_and_the_rest_dropped(
    ear: Ear, speaking: Speaking
) -> None:
    for n in range(100):
        speaking.voice.say(f"Number {chr(97 + n % 26)} of burst {n // 26}.")
    outcomes = [speaking.outcome() for _ in range(100)]
    spoken = [o for o in outcomes if o.result is Result.SPOKEN]
    assert [o.words for o in spoken][-1] == f"Number {chr(97 + 99 % 26)} of burst 3."
    assert len(spoken) <= 2  # one may have begun before the burst was over
    assert len(ear.started) == len(spoken)


def test_hush_ends_the_player_and_a_sign_cuts_others_off(ear: Ear, speaking: Speaking) -> None:
    ear.lasts("60")
    speaking.voice.say("Wait. You're doing plenty.")
    eventually(lambda: len(ear.started) == 1, "the player to start")
    speaking.voice.hush()
    assert speaking.outcome().result is Result.DROPPED
    eventually(lambda: not alive(ear.started[0]), "the player to be gone")
    assert speaking.voice.wait_until_ready(PATIENCE_S)
    speaking.voice.say("Leave some quiet here.")
    eventually(lambda: len(ear.started) == 2, "the second player")
    time.sleep(0.3)  # let the spare warm up, so that the sign need not wait for one
    ear.lasts("0")
    speaking.voice.say("Calm first. This can wait.", urgent=True)
    cut, spoken = speaking.outcome(), speaking.outcome()
    assert (cut.result, cut.why) == (Result.DROPPED, "Cut off by a sign.")
    assert spoken == Outcome("Calm first. This can wait.", Result.SPOKEN)
    assert not alive(ear.started[1])


def test_a_killed_speaker_or_spare_leaves_nothing_and_the_next_words_are_spoken(
    ear: Ear, speaking: Speaking
) -> None:
    ear.lasts("60")
    speaking.voice.say("One.")
    eventually(lambda: len(ear.started) == 1, "the player to start")
    player = ear.started[0]
    speaker = int(Path(f"/proc/{player}/stat").read_text().split()[3])
    os.kill(speaker, signal.SIGKILL)
    assert speaking.outcome().result is Result.NO_SOUND
    eventually(lambda: not alive(player), "the orphaned player to be gone")
    ear.lasts("0")
    for pid in workers():
        os.kill(pid, signal.SIGKILL)
    speaking.voice.say("Two.")
    outcome = speaking.outcome()
    assert outcome.words == "Two."
    if outcome.result is not Result.SPOKEN:  # it was handed to the spare that was being killed
        speaking.voice.say("Three.")
        assert speaking.outcome().result is Result.SPOKEN


def test_when_the_app_is_killed_everything_goes_with_it_and_files_go_at_the_next_start(ear: Ear) -> None:
    ear.lasts("60")
    code = (
        "import time; from ii_companion.voice.process import ProcessVoice; from ii_companion.voice.speech import VoiceSettings\n"
        "v = ProcessVoice(VoiceSettings(), print); v.wait_until_ready(30); v.say('Hello there.'); time.sleep(60)"
    )
    app = subprocess.Popen([sys.executable, "-c", code])
    eventually(lambda: len(ear.started) == 1, "the player to start")
    eventually(lambda: len(children(app.pid)) >= 2, "speaker and spare")
    family = [*children(app.pid), ear.started[0]]
    app.send_signal(signal.SIGKILL)
    app.wait()
    eventually(lambda: not any(alive(pid) for pid in family), "all of them to be gone")
    folder = next(ear.temporary.glob("ii-companion-voice-*"))
    ear.lasts("0")
    speaking = Speaking()
    speaking.voice.say("Next.")
    assert speaking.outcome().result is Result.SPOKEN
    speaking.voice.close()
    eventually(lambda: not list(folder.iterdir()), "no file to be left")


def test_closing_leaves_no_process(ear: Ear) -> None:
    ear.lasts("60")
    speaking = Speaking()
    speaking.voice.say("One.")
    eventually(lambda: len(ear.started) == 1, "the player to start")
    speaking.voice.close()
    eventually(lambda: not alive(ear.started[0]) and not workers(), "all gone")


def test_a_player_that_fails_is_no_sound_with_its_reason(ear: Ear, speaking: Speaking) -> None:
    ear.lasts("0", code=1)
    speaking.voice.say("One.")
    assert speaking.outcome() == Outcome(
        "One.",
        Result.NO_SOUND,
        "No sound: the player failed: RUDER.",
        brief="No sound: the player failed.",
    )


def test_without_a_player_it_says_what_to_install(tmp_path: Path) -> None:
    outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    voice = ProcessVoice(VoiceSettings(), outcomes.put, missing=missing_player("linux", lambda _: None))
    voice.say("One.")
    assert outcomes.get(timeout=PATIENCE_S) == Outcome(
        "One.", Result.NO_SOUND, "No player: aplay is missing. Install alsa-utils."
    )
    voice.close()


def test_a_voice_that_cannot_start_says_so_and_stops_trying(ear: Ear) -> None:
    outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    broken = [sys.executable, "-c", "import json; print(json.dumps({'failed': 'no engine here'}))"]
    voice = ProcessVoice(VoiceSettings(), outcomes.put, argv=broken)
    voice.say("One.")
    said = outcomes.get(timeout=PATIENCE_S)
    assert (said.result, said.why) == (Result.NO_SOUND, "No voice: no engine here.")
    voice.close()


def level(path: Path) -> tuple[float, float]:
    """Length in seconds and root mean square of a sound."""
    with wave.open(str(path)) as sound:
        frames = sound.readframes(sound.getnframes())
        length = sound.getnframes() / sound.getframerate()
    samples = memoryview(frames).cast("h")
    return length, math.sqrt(sum(s * s for s in samples) / len(samples)) if len(samples) else 0.0


def test_what_is_spoken_is_speech_and_longer_for_longer_words(ear: Ear) -> None:
    texts = ["Wait.", "Leave some quiet here.", "That was something. You could answer."]
    speaking = Speaking()
    for text in texts:
        speaking.voice.say(text)
        assert speaking.outcome().result is Result.SPOKEN
        time.sleep(0.2)
    speaking.voice.close()
    measured = [level(path) for path in ear.sounds]
    assert all(0.5 <= length <= 5 and rms > 20 for length, rms in measured), measured
    assert measured == sorted(measured, key=lambda m: m[0])
    loud = Speaking(VoiceSettings("en-us", 140, 1.0))
    loud.voice.say(texts[1])
    loud.outcome()
    loud.voice.close()
    quieter = 20 * math.log10(level(ear.sounds[-1])[1] / measured[1][1])
    assert quieter >= 8, f"whisper is only {quieter:.1f} dB quieter"


@pytest.mark.parametrize(
    "words",
    [
        'it\'s "quoted"',
        "$(touch PWNED) `touch PWNED`",
        "; touch PWNED #",
        "-w /etc/passwd",
        "<speak>hi</speak>",
        "café, über — …",
    ],
)
def test_hostile_words_are_spoken_never_run(
    ear: Ear, speaking: Speaking, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    speaking.voice.say(words)
    assert speaking.outcome().result is Result.SPOKEN
    assert not list(tmp_path.rglob("PWNED"))


@pytest.mark.parametrize(
    ("words", "why"),
    [("x" * 10_000, "too many"), ("\ud800", "broken"), ("\0 \n", "no words"), ("", "no words")],
)
def test_what_cannot_be_spoken_is_refused_with_a_sentence(
    ear: Ear, speaking: Speaking, words: str, why: str
) -> None:
    speaking.voice.say(words)
    outcome = speaking.outcome()
    assert outcome.result is Result.DROPPED
    assert why in outcome.why


def test_a_nul_between_words_is_a_space() -> None:
    assert speakable("a\0b\x1b[31m") == "a b [31m"
    assert LONGEST > 7 * 20


def test_a_temporary_folder_with_shell_characters_is_not_used(
    tmp_path: Path, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    nasty = tmp_path / "a; touch PWNED; $(touch PWNED)"
    nasty.mkdir()
    monkeypatch.setenv("TMPDIR", str(nasty))
    monkeypatch.chdir(tmp_path)
    speaking = Speaking()
    speaking.voice.say("Hello.")
    assert speaking.outcome().result is Result.SPOKEN
    speaking.voice.close()
    assert not list(tmp_path.rglob("PWNED"))
    assert not list(nasty.iterdir())


def test_without_espeak_installed_the_bundled_library_serves() -> None:
    """In a process whose loader finds no system library: the bundled one, and pyttsx3 on top of it."""
    code = (
        "import ctypes, sys\nreal = ctypes.CDLL.__init__\nseen = []\n"
        "def init(self, name, *a, **k):\n"
        "    if name == 'libespeak-ng.so.1' and not seen: seen.append(name); raise OSError('hidden')\n"
        "    return real(self, name, *a, **k)\n"
        "ctypes.CDLL.__init__ = init\n"
        "from ii_companion.voice.found import load_bundled_espeak\nprint(load_bundled_espeak())\n"
        "import pyttsx3\nprint(len(pyttsx3.init().getProperty('voices')) > 50)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["eSpeak NG of espeakng-loader", "True"]


def test_the_voices_are_listed_by_a_process_of_their_own() -> None:
    voices = list_voices()
    assert any("en" in voice_id for voice_id, _ in voices)
    assert "pyttsx3" not in sys.modules


def test_other_systems_bring_their_own_player_and_need_no_group() -> None:
    assert missing_player("win32", lambda _: None) == ""
    assert missing_player("darwin", lambda _: None) == ""
    assert own_group("nt") == {"creationflags": NO_WINDOW}
    assert own_group("posix") == {"start_new_session": True}
    assert callable(load_bundled_espeak)


def test_the_other_voices_keep_to_the_same_protocol() -> None:
    outcomes: list[Outcome] = []
    silent = SilentVoice(outcomes.append, "No voice here.")
    silent.say("One.")
    silent.hush()
    silent.close()
    recording = RecordingVoice(outcomes.append)
    recording.say("Two.", urgent=True)
    assert [o.result for o in outcomes] == [Result.NO_SOUND, Result.SPOKEN]
    assert recording.said == [("Two.", True)]


def worker(*, own_group: bool) -> subprocess.Popen[bytes]:
    asked = json.dumps({"voice": "en-us+whisper", "rate": 140, "volume": 0.4})
    argv = [sys.executable, "-m", "ii_companion.voice.worker", asked]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=own_group)


def test_the_worker_s_own_words_are_json_and_nothing_else(ear: Ear) -> None:
    with worker(own_group=True) as process:
        process.stdin.write(b'"Hello there."\n')
        process.stdin.flush()
        messages = [json.loads(line) for line in process.stdout]
        assert process.stderr.read() == b""
    assert [next(iter(m)) for m in messages] == ["ready", "playing", "spoken"]
    assert messages[0]["ready"] == {"voice": "gmw/en-us+whisper", "rate": 140, "volume": 0.4}


def test_a_worker_that_does_not_lead_its_group_ends_only_itself(ear: Ear) -> None:
    """Killing somebody else's group would take the caller along, and this test would not be heard of again."""
    ear.lasts("5")
    with worker(own_group=False) as process:
        process.stdin.write(b'"Hello there."\n')
        process.stdin.flush()
        eventually(lambda: len(ear.started) == 1, "the player to start")
        process.stdin.close()
        process.wait(PATIENCE_S)
    os.kill(ear.started[0], signal.SIGKILL)
    assert process.returncode == 1

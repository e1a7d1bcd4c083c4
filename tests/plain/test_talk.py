"""One conversation: what counts as a key, how words are typed, and what is said meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FakeClock
from plain.scripted import Heard, Strike

from ii_companion.dialogue.beginning import Begun, begin
from ii_companion.input import ANOTHER_ALPHABET, CAPS_LOCK, NOT_A_KEY
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.plain.arriving import HUNG_UP, Arrivals, Interrupt, Leaving, Over, Typed, Word
from ii_companion.plain.by_key import KeyTalk
from ii_companion.plain.session import PlainSession
from ii_companion.session.kinds import Kind
from ii_companion.settings import Loaded, Settings
from ii_companion.voice.speech import RecordingVoice

BOUND = frozenset(["j", "x", "X", "space", "enter", "pagedown"])
LOADED = Loaded(Settings(language="en"), Path("settings.toml"))
CUT_SHORT = (Interrupt(), Interrupt())


def keys(heard: Heard, n: int) -> list[str]:
    return [heard.talk.key(BOUND) for _ in range(n)]


def test_a_key_is_known_by_its_name(clock: FakeClock) -> None:
    heard = Heard(clock, "space", "pagedown", "X", "escape", "enter", Typed("\n"), "q")
    assert keys(heard, 7) == ["space", "pagedown", "X", "escape", "enter", "enter", "q"]
    assert heard.lines == []


def test_what_a_terminal_sends_by_itself_is_no_key_and_is_told_once(clock: FakeClock) -> None:
    heard = Heard(
        clock,
        Typed("\x1b]11;rgb:00/00/00\x07"),
        Typed("\x1bP1$r0m\x1b\\"),
        Typed("xterm(370)"),
        Typed("\x1b[<0;3;4M"),
        "j",
    )
    assert keys(heard, 1) == ["j"]
    assert heard.lines == [NOT_A_KEY]


def test_capitals_under_caps_lock_and_other_alphabets_are_told_of(clock: FakeClock) -> None:
    heard = Heard(clock, "J", "J", "о", "j")
    assert keys(heard, 3) == ["j", "j", "j"]
    assert heard.lines == [CAPS_LOCK, ANOTHER_ALPHABET]


def test_a_terminal_that_sends_lines_is_taken_key_by_key_without_their_ends(clock: FakeClock) -> None:
    """Else Enter after x would end the session at once."""
    heard = Heard(clock, Typed("x\n"), Typed("\n"), Typed("two words\n"))
    assert keys(heard, 2) == ["x", "enter"]
    assert heard.talk.text("Note:") == ("two words", "enter")


def test_words_are_echoed_and_can_be_mended(clock: FakeClock) -> None:
    heard = Heard(clock, *"Heyy", "backspace", Typed("\x1b[D"), " ", "☺", "enter")
    assert heard.talk.text("Note:") == ("Hey ☺", "enter")
    assert heard.text == "Note: Heyy ☺\n"
    heard = Heard(clock, *"wrong", Typed("\x15"), *"right", "ctrl+s")
    assert heard.talk.text("Note:") == ("right", "ctrl+s")
    assert heard.text == "Note: wrong\nNote: right\n"


@pytest.mark.parametrize("pasted", ["one\rtwo\r", "one\r\ntwo\r\n", "one\ntwo\n"])
def test_lines_pasted_together_are_one_text(clock: FakeClock, pasted: str) -> None:
    assert Heard(clock, Typed(pasted)).talk.text("Note:") == ("one two", "enter")
    bracketed = Heard(clock, Typed(f"\x1b[200~{pasted}\x1b[201~"), "enter")
    assert bracketed.talk.text("Note:") == ("one two", "enter")


def test_what_is_typed_is_drafted_soon_and_not_at_every_letter(clock: FakeClock) -> None:
    drafts: list[str] = []
    letters = [Strike(letter, 0.05) for letter in "she hummed"]
    Heard(clock, *letters, Strike("enter", 3.0)).talk.text("Note:", drafts.append)
    assert drafts
    assert drafts[-1].startswith("she")
    assert len(drafts) < len(letters)


def test_a_line_said_while_words_are_typed_stands_by_itself_and_the_words_go_on(clock: FakeClock) -> None:
    heard = Heard(clock, *"she", Word("Prompt: Wait."), *" sang", "enter")
    assert heard.talk.text("Note:") == ("she sang", "enter")
    assert heard.lines == ["Note: she", "Prompt: Wait.", "Note: she sang"]


def test_what_is_said_drives_no_terminal(clock: FakeClock) -> None:
    heard = Heard(clock)
    heard.talk.say("one\x1b[2Jtwo\x07\nthree")
    assert heard.text == "one�[2Jtwo�\nthree\n"


def test_an_encoding_without_quotes_is_told_in_plain_ones() -> None:
    written: list[str] = []
    KeyTalk(Arrivals(), written.append, encoding="ascii").say("“Wait …” – or · not")
    assert written == ['"Wait ..." - or - not\n']


def test_nobody_hears_it_any_more() -> None:
    def gone(text: str) -> None:
        raise BrokenPipeError

    talk = KeyTalk(Arrivals(), gone)
    talk.say("hello")
    with pytest.raises(Leaving) as leaving:
        talk.key(BOUND)
    assert leaving.value.code == HUNG_UP


def test_lines_name_keys_in_english_and_in_the_readers_language(clock: FakeClock) -> None:
    lines = ["j", " ", "", "Space", "esc", "F8", "ctrl+s", "xj"]
    heard = Heard(clock, *(Typed(line) for line in lines), singly=False)
    assert keys(heard, 9) == ["j", "space", "enter", "space", "escape", "f8", "ctrl+s", "x", "j"]


# A session


@pytest.fixture
def begun(places: Places, clock: FakeClock) -> Iterator[Begun]:
    made = begin(LocalStore(places), Plan(learner="p17", stage=1), clock, LOADED)
    yield made
    made.recorder.close()


def held(begun: Begun, heard: Heard, settings: Settings = LOADED.settings) -> PlainSession:
    """A session that is cut short by Ctrl+C, twice."""
    session = PlainSession(begun, settings, heard.talk)
    with pytest.raises(Leaving):
        session.run()
    return session


def kinds(begun: Begun) -> list[Kind]:
    return [event.kind for event in begun.recorder.events if event.kind is not Kind.PROMPT]


def test_a_key_held_down_counts_once(begun: Begun, clock: FakeClock) -> None:
    train = [Strike("j", 0.4), *(Strike("j", 0.03) for _ in range(20))]
    heard = Heard(clock, "j", *train, *CUT_SHORT)
    session = held(begun, heard)
    assert [event.kind for event in session.recorder.session.events() if event.kind is Kind.JOIN_IN] == [
        Kind.JOIN_IN
    ]
    assert heard.lines.count("held down; it counts once") == 1


def test_prompts_are_said_once_with_their_label_and_spoken(begun: Begun, clock: FakeClock) -> None:
    voice = RecordingVoice()
    heard = Heard(clock, *["j", "j", "j"] * 20, *CUT_SHORT)
    session = PlainSession(begun, LOADED.settings, heard.talk)
    session._speech._make = lambda: voice
    session._speech.toggle()
    with pytest.raises(Leaving):
        session.run()
    told = [line.removeprefix("Prompt: ") for line in heard.lines if line.startswith("Prompt: ")]
    shown = [one.prompt.text for one in begun.recorder.story.shown]
    assert len(shown) > 1
    assert told == shown == [words for words, _urgent in voice.said]
    assert voice.closed


def test_hushed_prompts_are_not_said_but_signs_are(begun: Begun, clock: FakeClock) -> None:
    heard = Heard(clock, "h", *["j"] * 60, "x", *CUT_SHORT)
    held(begun, heard)
    after = heard.lines[heard.lines.index("hushed") :]
    assert len([line for line in after if line.startswith("Prompt: ")]) == 1


def test_a_process_that_was_stopped_records_the_gap(begun: Begun, clock: FakeClock) -> None:
    """It wakes late: nobody could have keyed anything, and the journal says so."""
    heard = Heard(clock, "j")
    session = PlainSession(begun, LOADED.settings, heard.talk)
    session._due(woken=False)
    clock.advance(600)
    session._due(woken=True)
    assert Kind.GAP in kinds(begun)
    session._due(woken=True)
    assert kinds(begun).count(Kind.GAP) == 1


def test_a_disk_that_takes_no_more_is_told_once_and_so_is_its_taking_again(
    begun: Begun, clock: FakeClock, monkeypatch
) -> None:
    import errno
    import os

    full = [True]
    write = os.write
    handle = begun.recorder._journal._handle

    def failing(to: int, data: bytes) -> int:
        if full[0] and to == handle:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(to, data)

    monkeypatch.setattr(os, "write", failing)
    heard = Heard(clock, "j", "i", "c")
    session = PlainSession(begun, LOADED.settings, heard.talk)
    with heard.talk.meanwhile(session._due):
        session._struck(heard.talk.key(session._commands))
        session._struck(heard.talk.key(session._commands))
        full[0] = False
        session._struck(heard.talk.key(session._commands))
        session._due(woken=False)
    assert len([line for line in heard.lines if "no space left" in line]) == 1
    assert heard.lines.count("It is written now.") == 1


def test_a_key_that_cannot_follow_says_why(begun: Begun, clock: FakeClock) -> None:
    heard = Heard(clock, "u", "1", "p", "j", "p", "f1", *CUT_SHORT)
    held(begun, heard)
    assert "undo: there is nothing to take back." in heard.lines
    assert "join in: the session is paused; resume it first." in heard.lines
    assert "no prompts were chosen for today; the home screen asks, when a mentor is named" in heard.lines
    assert kinds(begun) == [Kind.PAUSED, Kind.RESUMED]


def test_the_next_session_says_what_was_left_for_it(places: Places, clock: FakeClock) -> None:
    from msgspec.structs import replace

    from ii_companion.log.closing import brief_log

    store = LocalStore(places)
    first = begin(store, Plan(learner="p17", practitioner="k7"), clock, LOADED).recorder
    first.key(Kind.ENDED)
    first.close()
    store.save(replace(brief_log(first.header, first.events), next_time="Try the drum."))
    clock.advance(60)
    second = begin(store, Plan(learner="p17"), clock, LOADED)
    arrivals = Arrivals()
    written: list[str] = []
    session = PlainSession(second, LOADED.settings, KeyTalk(arrivals, written.append))
    session._look_back()
    arrivals.put(Over(1))
    with pytest.raises(Leaving):
        session.run()
    assert any("Try the drum." in line for line in written)

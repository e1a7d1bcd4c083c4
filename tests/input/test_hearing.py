"""What the running app makes of its input line: sessions record what fingers struck, text fields hold what was typed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeClock
from input.reference import struck
from input.sequences import ANSWERS, BARE, mutated
from screen_helpers import kinds, lines
from textual.pilot import Pilot
from textual.widgets import Input

from ii_companion.app import CompanionApp
from ii_companion.log.local import LocalStore
from ii_companion.log.noise import noise
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.screens import driver
from ii_companion.screens.live import LiveScreen
from ii_companion.session import repeats
from ii_companion.session.kinds import Kind

KEYED = {
    "space": Kind.LEARNER_ACT, "j": Kind.JOIN_IN, "i": Kind.IMITATE, "c": Kind.COMMENT, "o": Kind.OTHER, "e": Kind.ENJOYED,
    "m": Kind.MOMENT, "pagedown": Kind.LEARNER_ACT, "pageup": Kind.OTHER,
}  # fmt: skip


LEADS_ELSEWHERE = {*"uhvpnxX123456y", "tab", "escape", "enter", "f8", "f10", "?"}
"""Keys that do something else than record an act; the others stay in the session."""
BOUND = {*KEYED, *LEADS_ELSEWHERE}


def session(places: Places, clock: FakeClock) -> CompanionApp:
    return CompanionApp(LocalStore(places), plan=Plan(learner="p17", practitioner="k7"), clock=clock)


async def send(pilot: Pilot[int], parser: Any, *reads: str) -> None:
    """What the input thread does with reads from the terminal; a silence follows the last."""
    app = pilot.app
    for read in reads:
        for message in parser.feed(read):
            message.set_sender(app)
            app.post_message(message)
    parser._heard_at = float("-inf")
    for message in parser.tick():
        message.set_sender(app)
        app.post_message(message)
    await pilot.pause()


@pytest.mark.parametrize("what", [*ANSWERS, *BARE])
async def test_nothing_a_terminal_sends_by_itself_is_recorded(
    what: str, places: Places, clock: FakeClock
) -> None:
    app = session(places, clock)
    async with app.run_test() as pilot:
        await send(pilot, driver.parser_class()(), what)
        assert kinds(app) == []


async def test_what_was_no_key_is_said_once_and_counted_for_check(places: Places, clock: FakeClock) -> None:
    app = session(places, clock)
    async with app.run_test() as pilot:
        parser = driver.parser_class()()
        await send(pilot, parser, "\x1b[?1;2c")
        assert "not a key" in lines(app, "#under")
        await send(pilot, parser, " ")
        assert "not a key" not in lines(app, "#under")
        await send(pilot, parser, "\x1b[?1;2c", "1;2c0")
        assert "not a key" not in lines(app, "#under"), "once is enough"
        assert app.fingers.dropped == 3
    kept = noise(places)
    assert kept is not None
    assert kept.times == 2, "at the first, the second, the fourth …"


async def test_letters_of_another_alphabet_are_told_of_and_the_rest_goes_on(
    places: Places, clock: FakeClock
) -> None:
    app = session(places, clock)
    async with app.run_test() as pilot:
        parser = driver.parser_class()()
        await send(pilot, parser, "о")
        assert "another alphabet" in lines(app, "#under")
        await send(pilot, parser, " ", "\x1b[6~", "1")
        assert kinds(app) == [Kind.LEARNER_ACT, Kind.LEARNER_ACT, Kind.CHANNEL]


async def test_caps_lock_is_told_of_and_changes_nothing(places: Places, clock: FakeClock) -> None:
    app = session(places, clock)
    async with app.run_test() as pilot:
        await send(pilot, driver.parser_class()(), "J", "E", "X")
        assert kinds(app) == [Kind.JOIN_IN, Kind.ENJOYED, Kind.ENOUGH_CLEAR]


async def test_f8_is_distress_whatever_caps_lock_does(places: Places, clock: FakeClock) -> None:
    app = session(places, clock)
    async with app.run_test() as pilot:
        await send(pilot, driver.parser_class()(), "J", "\x1b[19~")
        assert kinds(app) == [Kind.JOIN_IN, Kind.DISTRESS]


async def test_a_text_field_keeps_every_letter_and_gets_none_from_sequences(
    places: Places, clock: FakeClock
) -> None:
    """In a note: runs with any characters, capitals and other alphabets are text; answers of the terminal are not."""
    app = session(places, clock)
    async with app.run_test() as pilot:
        parser = driver.parser_class()()
        await send(pilot, parser, "n")
        for text in ("She said: a/b; 100 X", " Жо"):
            await send(pilot, parser, text)
            for answer in ANSWERS:
                if "[200~" not in answer:
                    await send(pilot, parser, answer)
        assert app.screen.query_one(Input).value == "She said: a/b; 100 X Жо"
        assert kinds(app) == []


async def test_honest_typing_all_counts_together_and_thirty_milliseconds_apart(
    places: Places, clock: FakeClock
) -> None:
    app = session(places, clock)
    async with app.run_test() as pilot:
        parser = driver.parser_class()()
        honest = " jic oe m jj "
        await send(pilot, parser, honest)
        for letter in honest:
            clock.advance(0.03)
            await send(pilot, parser, letter)
        assert kinds(app) == [KEYED[" ".replace(" ", "space") if c == " " else c] for c in honest] * 2


@pytest.mark.long
async def test_a_session_records_what_a_reference_finds_struck(
    places: Places, clock: FakeClock, whole: bool
) -> None:
    """Random and mutated sequences of known terminals against a live session: exactly the struck keys, no fault."""
    app = session(places, clock)
    chance = random.Random(11)
    async with app.run_test() as pilot:
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        parser, expected = driver.parser_class()(), []
        for _ in range(5_000 if whole else 40):
            text = mutated(chance)
            if LEADS_ELSEWHERE & set(struck(text, BOUND)):
                continue
            reads = [chance.choice(list(" jicoem")), text, chance.choice(["\x1b[6~", "\x1b[5~"])]
            clock.advance(1)
            for read in reads:
                screen.recorder._keys = repeats.Keys()
                await send(pilot, parser, read)
                expected += [KEYED[key] for key in struck(read, BOUND) if key in KEYED]
                assert kinds(app)[-3:] == expected[-3:], repr(read)
        assert kinds(app) == expected
        assert app.is_running


def test_where_a_private_part_of_textual_is_missing_the_stock_driver_reads_with_our_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from textual.drivers import linux_driver

    monkeypatch.delattr(linux_driver.LinuxDriver, "_sigcont_application")
    monkeypatch.setattr(linux_driver, "XTermParser", linux_driver.XTermParser)
    monkeypatch.setattr(linux_driver, "getincrementaldecoder", linux_driver.getincrementaldecoder)
    assert driver.missing_parts() == ["textual.drivers.linux_driver.LinuxDriver._sigcont_application"]
    assert driver.driver_class(linux_driver.LinuxDriver) is linux_driver.LinuxDriver
    assert linux_driver.XTermParser.__name__ == "InputParser"
    assert linux_driver.getincrementaldecoder("utf-8")().decode(b"a\xff") == "a\udcff"


async def test_an_unreadable_count_is_no_count(places: Places, tmp_path: Path) -> None:
    assert noise(places) is None
    places.root.mkdir(parents=True)
    (places.root / "terminal.json").write_text("{")
    assert noise(places) is None


async def test_where_textual_has_no_place_for_a_default_screens_result_the_app_runs_all_the_same(
    places: Places, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "give_a_result", lambda _: False)
    monkeypatch.setattr("ii_companion.app.give_a_result", lambda _: False)
    app = session(places, clock)
    async with app.run_test() as pilot:
        await pilot.pause()
        await send(pilot, driver.parser_class()(), " ")
        assert kinds(app) == [Kind.LEARNER_ACT]


def test_private_parts_of_textual_are_used_in_one_file_only() -> None:
    """An underscore of Textual's outside `driver.py` would break with the next version, unseen."""
    root = Path(driver.__file__).parent.parent
    for path in [*root.rglob("*.py"), *root.parent.joinpath("widgets").rglob("*.py")]:
        text = path.read_text()
        if path.name != "driver.py":
            assert "textual._" not in text, path
            assert "_push_result_callback" not in text, path

"""The live screen: keys become events, at once, and nothing else moves."""

from __future__ import annotations

import errno
import os

import pytest
from conftest import FakeClock
from screen_helpers import kinds, lines, live, press

from ii_companion.app import CompanionApp
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.log.shelf import Shelf
from ii_companion.screens.after import AfterScreen
from ii_companion.session.events import Phase
from ii_companion.session.kinds import Kind
from widgets.big_words import BigWords
from widgets.quiet_bar import QuietBar


@pytest.fixture
def app(places: Places, clock: FakeClock) -> CompanionApp:
    return CompanionApp(LocalStore(places), Plan(learner="p17", practitioner="k7", stage=4), clock)


async def test_every_key_of_the_design_makes_its_event(app: CompanionApp, clock: FakeClock) -> None:
    keys = [
        "space",
        "pagedown",
        "pageup",
        "j",
        "i",
        "c",
        "o",
        "e",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "y",
        "m",
        "h",
        "h",
        "p",
        "p",
        "x",
        "X",
    ]
    async with app.run_test() as pilot:
        await press(pilot, clock, *keys)
        k = Kind
        assert kinds(app) == [
            k.LEARNER_ACT, k.LEARNER_ACT, k.OTHER, k.JOIN_IN, k.IMITATE, k.COMMENT, k.OTHER, k.ENJOYED,
            *[k.CHANNEL] * 6, k.ENOUGH_MAYBE, k.MOMENT, k.HUSHED, k.UNHUSHED, k.PAUSED, k.RESUMED, k.ENOUGH_CLEAR, k.DISTRESS,
        ]  # fmt: skip
        details = [e.detail for e in live(app).recorder.session.events() if e.kind is k.CHANNEL]
        assert details == ["voice", "movement", "gaze", "touch", "object", "face"]


async def test_an_event_is_in_the_journal_before_the_screen_shows_it(
    app: CompanionApp, clock: FakeClock
) -> None:
    async with app.run_test() as pilot:
        seen: list[int] = []
        screen = live(app)
        shown = screen.show

        def check() -> None:
            seen.append(len(read_journal(screen.recorder._journal.path).events))
            shown()

        screen.show = check  # type: ignore[method-assign]
        await press(pilot, clock, "space", "i")
        assert seen == [1, 2]


async def test_a_held_key_counts_once_and_its_repeat_is_taken_back(app: CompanionApp) -> None:
    async with app.run_test():
        screen = live(app)
        from ii_companion.screens import live as module

        times = iter([0.0, 0.4, *(0.4 + n / 30 for n in range(1, 60))])
        module.time.monotonic, real = (lambda: next(times)), module.time.monotonic  # type: ignore[assignment]
        try:
            for _ in range(61):
                screen.action_command("imitate")
        finally:
            module.time.monotonic = real
        assert kinds(app) == [Kind.IMITATE]
        assert [e.kind for e in screen.recorder.events] == [Kind.IMITATE, Kind.IMITATE, Kind.UNDO]


async def test_the_wait_bar_fills_in_whole_seconds_and_then_nothing_is_due_but_the_minute(
    app: CompanionApp, clock: FakeClock
) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "space")
        bar = app.screen.query_one(QuietBar)
        assert bar.share == 0
        for second in range(1, 8):
            clock.advance(1)
            live(app)._woken(0)
            assert bar.share == second / 8
        clock.advance(1)
        live(app)._woken(0)
        assert bar.share == 1
        now = live(app).recorder.now()
        assert live(app)._wake._due - clock.elapsed() == pytest.approx(60 - now)


async def test_the_glance_view_shows_a_prompt_large_dims_it_and_clears_it_with_the_next_key(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=1), clock)
    async with app.run_test(size=(80, 24)) as pilot:
        words = app.screen.query_one(BigWords)
        shown = live(app).recorder.story.shown[0].prompt.text
        assert (words.words, words.faded) == (shown, False)
        clock.advance(8)
        live(app)._woken(0)
        assert (words.words, words.faded) == (shown, True)
        await press(pilot, clock, "space")
        assert words.words == ""
        clock.advance(125)
        live(app)._woken(0)
        assert lines(app, "#under").startswith("2 min")


async def test_tab_changes_view_and_the_mentor_sees_pace_lead_and_counts(
    app: CompanionApp, clock: FakeClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "tab", "space", "i", "space", "j")
        figures = lines(app, "#figures")
        assert "learner 2   you 2" in figures
        assert "they opened 1 of 1" in figures
        assert "imitated 1" in figures
        await press(pilot, clock, "tab")
        assert not app.screen.has_class("-mentor")


async def test_pause_stops_acts_and_the_digits_say_why(app: CompanionApp, clock: FakeClock) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, clock, "space", "p", "i")
        assert "Why?" in lines(app, "#line")
        assert kinds(app) == [Kind.LEARNER_ACT, Kind.PAUSED]
        await press(pilot, clock, "2", "p", "i")
        assert kinds(app) == [Kind.LEARNER_ACT, Kind.PAUSED, Kind.NOTE, Kind.RESUMED, Kind.IMITATE]
        assert live(app).recorder.session.events()[2].detail == "pause:noise"


async def test_a_note_does_not_stop_the_clock_and_escape_lets_it_go(
    app: CompanionApp, clock: FakeClock
) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "n", *"new hum", "enter", "n", "x", "escape", "i")
        events = live(app).recorder.session.events()
        assert [(e.kind, e.detail) for e in events] == [(Kind.NOTE, "new hum"), (Kind.IMITATE, "")]
        assert live(app).recorder.session.phase is Phase.RUNNING


async def test_escape_asks_once_escape_goes_on_and_enter_ends(
    app: CompanionApp, clock: FakeClock, places: Places
) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "space", "escape")
        assert "End the session?" in lines(app, "#line")
        await press(pilot, clock, "i")  # keys go on counting while it asks
        assert kinds(app) == [Kind.LEARNER_ACT, Kind.IMITATE]
        await press(pilot, clock, "escape")
        assert lines(app, "#line") == ""
        await press(pilot, clock, "escape", "enter")
        assert isinstance(app.screen, AfterScreen)
    (log,) = Shelf(places).logs()
    assert (log.end_reason, log.duration_s) == ("practitioner_ended", 6.0)


async def test_after_a_clear_sign_one_calm_line_and_enter_ends(
    app: CompanionApp, clock: FakeClock, places: Places
) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "space", "x")
        assert "had enough" in lines(app, "#line")
        assert app.screen.query_one(QuietBar).share == -1
        await press(pilot, clock, "enter")
        assert isinstance(app.screen, AfterScreen)
    assert Shelf(places).logs()[0].end_reason == "learner_had_enough"


async def test_a_key_that_cannot_be_is_answered_with_a_sentence(app: CompanionApp, clock: FakeClock) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "u")
        assert "nothing to take back" in lines(app, "#under")
        await press(pilot, clock, "3")
        assert "no learner act" in lines(app, "#under")


async def test_sleep_of_the_machine_is_a_gap_not_interaction(app: CompanionApp, clock: FakeClock) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "space")
        clock.sleep_machine(600)
        await press(pilot, clock, "i")
        (gap,) = [e for e in live(app).recorder.session.events() if e.kind is Kind.GAP]
        assert float(gap.detail) == 600
        live(app)._woken(30.0)  # a process that was stopped wakes late
        gaps = [e for e in live(app).recorder.session.events() if e.kind is Kind.GAP]
        assert [float(g.detail) for g in gaps] == [600, 30]


async def test_a_full_disk_is_said_at_once_and_tried_again(
    app: CompanionApp, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(100, 24)) as pilot:
        await press(pilot, clock, "space")
        screen, real = live(app), os.write

        def full(handle: int, data: bytes) -> int:
            if handle == screen.recorder._journal._handle:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(handle, data)

        monkeypatch.setattr(os, "write", full)
        await press(pilot, clock, "i")
        assert "no space left on device. 1 kept in memory" in lines(app, "#line")
        assert kinds(app) == [Kind.LEARNER_ACT, Kind.IMITATE]
        monkeypatch.setattr(os, "write", real)
        clock.advance(2)
        screen._woken(0)
        assert lines(app, "#line") == ""
        assert len(read_journal(screen.recorder._journal.path).events) == 2


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
@pytest.mark.parametrize("no_color", ["", "1"])
async def test_both_views_fit_every_size_and_no_color(
    places: Places, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], no_color: str
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=1), clock)
    async with app.run_test(size=size) as pilot:
        await press(pilot, clock, "space", "i")
        words = app.screen.query_one(BigWords)
        assert words.size.height >= 5
        assert any(words.render_line(y).text.strip() for y in range(words.size.height))
        await press(pilot, clock, "tab")
        assert app.screen.query_one("#figures").size.height >= 2
        await pilot.resize_terminal(40, 12)
        await press(pilot, clock, "space", "f10", "f10")
        assert kinds(app) == [Kind.LEARNER_ACT, Kind.IMITATE, Kind.LEARNER_ACT]


async def test_quitting_a_running_session_asks_first(app: CompanionApp, clock: FakeClock) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "space", "ctrl+q")
        assert "End the session?" in lines(app, "#line")
        assert live(app).recorder.session.phase is Phase.RUNNING


async def test_escape_leaves_the_help_and_asks_before_it_ends_even_after_a_sign(
    app: CompanionApp, clock: FakeClock
) -> None:
    async with app.run_test() as pilot:
        await press(pilot, clock, "f10")
        assert live(app).has_class("-help")
        assert "F1 " not in lines(app, "#help")  # no prompts were chosen to send
        await press(pilot, clock, "escape")
        assert not live(app).has_class("-help")
        assert "End the session?" not in lines(app, "#line")
        await press(pilot, clock, "x", "escape")
        assert "End the session?" in lines(app, "#line")
        await press(pilot, clock, "escape")
        assert "Enter ends the session" in lines(app, "#line")
        await press(pilot, clock, "enter")
        assert app.screen.query("#end_reason")


async def test_home_keeps_its_fields_in_their_rows_after_a_session(
    app: CompanionApp, clock: FakeClock
) -> None:
    """A session's style sheet is no other screen's."""
    from textual.widgets import Input

    async with app.run_test() as pilot:
        await press(pilot, clock, "tab", "tab", "x", "enter", "ctrl+s")
        rows = [
            app.screen.query_one(f"#{name}", Input).region.y
            for name in ("learner", "practitioner", "mentor", "stage")
        ]
        assert rows == list(range(rows[0], rows[0] + 4))
        assert all(field.display for field in app.screen.query(Input))


def test_every_rule_of_every_style_sheet_begins_with_its_screen() -> None:
    """Style sheets of screens hold for the whole app; a rule for a bare id would reach into other screens."""
    import re
    from pathlib import Path

    import ii_companion.screens

    for sheet in Path(ii_companion.screens.__file__).parent.glob("*.tcss"):
        for selectors in re.findall(r"^([^\s{][^{]*)\{", sheet.read_text(), re.MULTILINE):
            assert all(re.match(r"\w+Screen\b", one.strip()) for one in selectors.split(",")), (
                sheet.name,
                selectors,
            )

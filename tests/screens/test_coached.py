"""The coach in a live session, cards, the glance before, and a recorded practice session to read along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import FakeClock
from makers import coded
from screen_helpers import kinds, lines, live, press
from textual.widgets import Input, Static

from ii_companion.app import CompanionApp
from ii_companion.cli import main
from ii_companion.log.cards import load_card, save_card
from ii_companion.log.closing import brief_log
from ii_companion.log.journal import Journal
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.local import LocalStore
from ii_companion.log.past import probe_is_due
from ii_companion.log.places import Places, ready
from ii_companion.log.plan import Plan, PracticePlan, header_for
from ii_companion.log.recorder import Recorder
from ii_companion.log.shelf import Shelf
from ii_companion.log.table import write_table
from ii_companion.screens.before import BeforeScreen
from ii_companion.screens.card import CardScreen
from ii_companion.screens.home import HomeScreen
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.their_side import TheirSideScreen
from ii_companion.session.card import Card
from ii_companion.session.events import fold
from ii_companion.session.kinds import Kind
from ii_companion.session.suggest import reply_times, suggest_wait
from widgets.big_words import BigWords
from widgets.choice import Choice
from widgets.tags import Tags


async def woken(app: CompanionApp, clock: FakeClock, seconds: int) -> None:
    """Let time pass as the screen's own wake-ups would, a second at a time."""
    for _ in range(seconds):
        clock.advance(1)
        live(app)._woken(0)


async def test_replay_lists_the_prompts_the_live_session_showed(
    places: Places, clock: FakeClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A live session, keyed and timed; its event table, replayed, gives the same prompts to the millisecond."""
    save_card(places, Card("p17", 12.0))
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=1), clock)
    async with app.run_test() as pilot:
        for keys, pause in (
            ("space i", 5),
            ("j", 6),
            ("c", 13),
            ("space", 40),
            ("space i e", 30),
            ("i", 3),
            ("i", 7),
            ("y", 60),
            ("x", 9),
        ):
            await press(pilot, clock, *keys.split())
            await woken(app, clock, pause)
        await press(pilot, clock, "enter")
    (log,) = Shelf(places).logs()
    assert len(log.prompts) >= 4
    events = list(read_journal(places.journals / log.journal).events)
    table = tmp_path / "session.csv"
    table.write_text(write_table(fold(events).events()), newline="")
    assert (
        main(
            [
                "replay",
                str(table),
                "--learner",
                "p17",
                "--stage",
                "1",
                "--data-dir",
                str(places.root),
                "--json",
            ]
        )
        == 0
    )
    replayed = json.loads(capsys.readouterr().out)
    assert [(p["t"], p["id"], p["trigger"]) for p in replayed["prompts"]] == [
        (p.t, p.id, p.trigger) for p in log.prompts
    ]
    assert replayed["counts"]["learner"] == log.measures.counts.learner
    assert all(p["reason"] for p in replayed["prompts"])


async def test_the_mentor_sees_the_prompts_with_reasons_and_why_it_is_silent(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", mentor="m1", stage=1), clock)
    async with app.run_test(size=(120, 40)) as pilot:
        figures = lines(app, "#figures")
        assert "(the session begins)" in figures
        assert "coach   " in figures
        await press(pilot, clock, "h")
        assert "silent: hushed" in lines(app, "#figures")


async def test_hush_takes_words_away_but_not_a_stop_sign_s(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=1), clock)
    async with app.run_test() as pilot:
        words = app.screen.query_one(BigWords)
        assert words.words
        await press(pilot, clock, "h")
        assert not words.words
        await press(pilot, clock, "x")
        assert words.words


async def test_a_recorded_practice_session_can_be_read_along(places: Places, clock: FakeClock) -> None:
    """Otter with seed 5, at stage 1. Each step: what is told, what is keyed, what the coach shows."""
    app = CompanionApp(
        LocalStore(places), Plan(learner="otter", stage=1), clock, practice=PracticePlan(seed=5)
    )
    told: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(60):
            await woken(app, clock, 1)
            now = lines(app, "#told")
            if now and (not told or told[-1] != now):
                told.append(now)
                await pilot.press("i")
                live(app).recorder._keys = type(live(app).recorder._keys)()
        assert told[0].startswith("Otter ")
        assert {told_one.split()[0] for told_one in told} <= {"Otter", "You", "Something"}
        assert kinds(app).count(Kind.IMITATE) == len(told)
        assert kinds(app).count(Kind.LEARNER_ACT) >= len(set(told)) - 1
        assert live(app).recorder.header.mode == "practice"
        await pilot.press("space")
        assert "keyed for you" in lines(app, "#under")
        await press(pilot, clock, "i")
        assert "You " in lines(app, "#under")
        await press(pilot, clock, "e")
        assert "You " not in lines(app, "#under")
        await press(pilot, clock, "x", "enter")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, TheirSideScreen)
        said = "\n".join(str(static.content) for static in screen.query("#said Static").results(Static))
        assert "Otter's side:" in lines(app, "#title")
        assert "You answered" in said
        assert said.count("\n\n") >= 5
    assert Shelf(places).logs() == []
    (log,) = Shelf(places.practice).logs()
    header = read_journal(places.practice.journals / log.journal).header
    assert (log.mode, header.seed) == ("practice", 5)


async def test_the_same_seed_and_keys_give_the_same_practice(tmp_path: Path) -> None:
    def recorded(folder: str) -> list[tuple[float, str]]:
        from ii_companion.content.learners import load_learners
        from ii_companion.log.plan import practice_header
        from ii_companion.practice.companion import Companion
        from ii_companion.session.view import Coaching

        places, clock = Places(tmp_path / folder), FakeClock()
        ready(places)
        nature = load_learners("en").get("heron")
        header = practice_header(Plan(learner="heron"), PracticePlan(seed=9), clock, nature.card())
        recorder = Recorder(
            LocalStore(places), header, clock, Coaching(card=nature.card()), Companion(nature, 9)
        )
        for n in range(120):
            clock.advance(1)
            recorder.pass_time()
            if n % 15 == 0:
                recorder.key(Kind.JOIN_IN)
        recorder.close()
        return [(e.t, e.kind) for e in recorder.events]

    first = recorded("a")
    assert first == recorded("b")
    assert sum(kind is Kind.LEARNER_ACT for _, kind in first) > 2


async def test_a_card_is_written_kept_and_shown_for_a_glance_before_a_session(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press(*"p17", "f5")
        await pilot.pause()
        assert isinstance(app.screen, CardScreen)
        app.screen.query_one("#wait_s", Input).value = "12,5"
        app.screen.query_one("#touch", Input).value = "on invitation"
        app.screen.query_one("#acts_per_min", Input).value = "many"
        await pilot.press("ctrl+s")
        assert "“many” is not a number" in str(app.screen.query_one("#about", Static).content)
        app.screen.query_one("#acts_per_min", Input).value = "5"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        card = load_card(places, "p17")
        assert (card.wait_s, card.touch, card.overload.acts_per_min) == (12.5, "on invitation", 5)
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, BeforeScreen)
        glance = str(app.screen.query_one("#card", Static).content)
        assert "wait 12.5 s" in glance
        assert "on invitation" in glance
        assert str(app.screen.query_one("#words", Static).content) == "Is now a good moment?"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)
        assert app.screen.recorder.header.card == card
        assert app.screen.recorder.tally.parameters.wait_s == 12.5


async def test_three_to_six_prompts_are_chosen_for_a_session(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(100, 40)) as pilot:
        app.screen.query_one("#mentor", Input).value = "m1"
        await pilot.press(*"p17", "enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, BeforeScreen)
        await pilot.press("2", "enter")
        app.screen.query_one(Tags).focus()
        await pilot.press("space", "enter")
        assert "choose 3 to 6" in str(app.screen.query_one("#about", Static).content)
        await pilot.press("down", "space", "down", "space", "enter")
        await pilot.pause()
        recorder = live(app).recorder
        assert len(recorder.header.chosen) == 3
        assert recorder.story.coaching.chosen == tuple(c.id for c in recorder.header.chosen)


async def test_every_fourth_session_is_offered_as_a_probe_and_a_person_may_decline(
    places: Places, clock: FakeClock
) -> None:
    ready(places)
    for n in range(3):
        header = header_for(Plan(learner="p17", practitioner="k7"), clock, Card("p17"))
        Shelf(places).save(brief_log(header, coded(f"1L 2i {n + 5}E")))
    assert probe_is_due(LocalStore(places), "p17", "k7", 2)
    assert not probe_is_due(LocalStore(places), "p17", "other", 2)
    assert not probe_is_due(LocalStore(places), "p17", "k7", 4)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        app.screen.query_one("#practitioner", Input).value = "k7"
        await pilot.press(*"p17", "enter")
        await pilot.pause()
        assert app.screen.query_one(Choice).chosen == 2
        assert "fourth session" in str(app.screen.query_one("#about", Static).content)
        await pilot.press("enter")
        await pilot.pause()
        assert live(app).recorder.header.probe
        assert live(app).recorder.story.answer.reason == "an unprompted session: signs only"


def test_a_wait_is_suggested_from_past_replies_with_how_many_it_rests_on() -> None:
    session = coded("1i 4L 10i 16L 20j 29L 40L 50c 120L")
    assert reply_times(session) == [3.0, 6.0, 9.0]
    assert suggest_wait([session]) is None
    found = suggest_wait([session] * 4)
    assert found is not None
    assert (found.wait_s, found.replies, found.sessions) == (9.0, 12, 4)


async def test_the_suggestion_is_shown_and_taken_only_by_a_key(places: Places, clock: FakeClock) -> None:
    ready(places)
    for n in range(4):
        header = header_for(Plan(learner="p17"), clock, Card("p17"))
        journal = Journal.begin(places.journals, header)
        events = coded("1i 4L 10i 16L 20j 29L 60E")
        for event in events:
            journal.append(event)
        journal.close()
        Shelf(places).save(brief_log(header, events))
        clock.advance(n)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press(*"p17", "f5")
        await app.workers.wait_for_complete()
        await pilot.pause()
        about = str(app.screen.query_one("#about", Static).content)
        assert "a wait of 9 s: three quarters of 12 replies in 4 sessions" in about
        assert app.screen.query_one("#wait_s", Input).value == ""
        await pilot.press("f7")
        assert app.screen.query_one("#wait_s", Input).value == "9"

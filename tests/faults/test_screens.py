"""A monkey at the keyboard, clocks that step, a process that is stopped, a window that will not hold still."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import FakeClock, Tried
from makers import coded
from screen_helpers import live, press
from textual.events import Key
from textual.screen import Screen

from ii_companion.app import CompanionApp
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.journal import journal_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.log.recorder import Recorder
from ii_companion.log.shelf import Shelf
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.agreement import AgreementScreen
from ii_companion.screens.before import BeforeScreen
from ii_companion.screens.card import CardScreen
from ii_companion.screens.checklist import ChecklistScreen
from ii_companion.screens.home import HomeScreen
from ii_companion.screens.logs import LogsScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.screens.trends import TrendsScreen
from ii_companion.screens.voices import VoicesScreen
from ii_companion.session.agreement import Coded
from ii_companion.session.card import Card
from ii_companion.session.events import fold
from widgets.lines import Lines

KEYS = [
    *"abcdefghijklmnopqrstuvwxyzXTS0123456789", "space", "enter", "escape", "tab", "pageup", "pagedown", "home", "end", "up", "down",
    "left", "right", "backspace", "delete", "plus", "minus", "question_mark", "shift+tab", *(f"f{n}" for n in range(1, 11)),
]  # fmt: skip
MONKEY = int(os.environ.get("II_COMPANION_MONKEY", "40"))
"""Keys a screen; the whole ten thousand with II_COMPANION_MONKEY=10000."""
HANDFUL = 4
"""Keys struck at once, faster than any screen can follow."""
START = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def kept(places: Places) -> Travelling:
    header = Header(
        id="20261123-101500-p17-0001",
        learner="p17",
        practitioner="k7",
        started_at=START,
        card=Card("p17"),
    )
    events = coded("1L 2i 5L 6j 9e 20y 30x 40E")
    one = Travelling(brief_log(header, events), header, tuple(events))
    take_in(LocalStore(places), [one])
    return one


def screens(places: Places) -> dict[str, Callable[[], Screen[None]]]:
    """The screens that can stand by themselves, and how each is made."""
    one = kept(places)
    coding = [Coded(e.t, "learner", "act") for e in one.events]
    return {
        "after": lambda: AfterScreen(LocalStore(places), one.log),
        "card": lambda: CardScreen(Card("p17")),
        "before": lambda: BeforeScreen(Plan(learner="p17"), Card("p17"), probe_due=True),
        "logs": LogsScreen,
        "review": lambda: ReviewScreen(LocalStore(places), one.log),
        "trends": lambda: TrendsScreen("p17", "k7"),
        "voices": VoicesScreen,
        "checklist": lambda: ChecklistScreen(LocalStore(places), one.log),
        "agreement": lambda: AgreementScreen(coding, coding[1:], ("a", "b"), 1.0, 1.0),
    }


@pytest.mark.parametrize(
    ("name", "opening"),
    [("review", "e"), ("review", "k"), ("review", "f10"), ("home", "f6"), ("home", "f7"), ("home", "f10")],
)
async def test_a_screen_opened_and_left_in_one_breath_upsets_nothing(
    places: Places, clock: FakeClock, name: str, opening: str
) -> None:
    """Keys struck faster than a screen opens were meant for the one below, and do nothing to either."""
    first = screens(places).get(name, HomeScreen)
    app = CompanionApp(LocalStore(places), clock=clock, first=first())
    async with app.run_test() as pilot:
        below = app.screen
        for keys in ((opening, "escape"), (opening, opening), (opening, "escape", "escape")):
            for key in keys:
                app.post_message(Key(key, None))
            await pilot.pause()
            assert app.screen_stack.index(below) >= len(app.screen_stack) - 2  # once at most, however often
            if app.screen is not below:
                await pilot.press("escape")
                await pilot.pause()
            assert app.screen is below


@pytest.mark.parametrize(
    "name",
    [
        "home",
        "live",
        "paired",
        "practice",
        "after",
        "card",
        "before",
        "logs",
        "review",
        "trends",
        "voices",
        "checklist",
        "agreement",
    ],
)
async def test_a_monkey_breaks_no_screen_and_loses_no_event(
    places: Places, clock: FakeClock, name: str, monkeypatch: pytest.MonkeyPatch, tried: Tried
) -> None:
    """Random keys, in handfuls, the window changing size; where a key leaves the app, it begins again."""
    learner = "heron" if name == "practice" else "p17"
    plan = Plan(learner=learner, practitioner="k7", mentor="m1" if name == "paired" else "")
    first = screens(places)
    recorders: list[Recorder] = []
    begun = Recorder.__init__
    monkeypatch.setattr(
        Recorder, "__init__", lambda self, *a, **k: (begun(self, *a, **k), recorders.append(self))[0]
    )
    rng, pressed = random.Random(name), 0
    while pressed < MONKEY:
        if name in ("live", "paired"):
            app = CompanionApp(LocalStore(places), plan, clock)
        elif name == "practice":
            otter = Plan(learner="otter", practitioner="k7")
            app = CompanionApp(LocalStore(places), otter, clock, practice=PracticePlan(seed=3))
        else:
            app = CompanionApp(
                LocalStore(places), clock=clock, first=first[name]() if name in first else None
            )
        async with app.run_test(size=(80, 24)) as pilot:
            while pressed < MONKEY and app.is_running and not app._exit:
                clock.advance(rng.choice([0.05, 0.3, 1.0, 7.0]))
                for key in rng.choices(KEYS, k=HANDFUL):
                    app.post_message(Key(key, " " if key == "space" else key if len(key) == 1 else None))
                pressed += HANDFUL
                await pilot.pause()
                if rng.random() < 0.03:
                    await pilot.resize_terminal(*rng.choice([(40, 12), (80, 24), (120, 40)]))
    tried("random keys", pressed)
    for recorder in recorders:
        path = journal_path(recorder.store._places.journals, recorder.header.id)
        if path.exists():  # it may have been thrown away, which asks first
            written = read_journal(path)
            assert not written.torn
            assert list(written.events) == recorder.events
            fold(written.events)  # every event follows the one before
    told: list[str] = []
    Shelf(places, told.append).logs()
    assert told == []


async def test_a_stepping_wall_clock_changes_no_duration(
    places: Places, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tried: Tried
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, "space")
        for step in (timedelta(hours=-5), timedelta(days=400)):
            monkeypatch.setattr(clock, "utc", lambda step=step: START + step)
            await press(pilot, clock, "i")
            tried("steps of the clock")
        await press(pilot, clock, "escape", "enter")
    (log,) = Shelf(places).logs()
    assert log.duration_s == 5
    assert log.started_at.year == 2026


@pytest.mark.pty
def test_stopped_and_let_go_on_it_still_answers_and_leaves_tidily(tmp_path: Path, tried: Tried) -> None:
    """Stopped by either signal, the terminal in a shell's modes meanwhile, it takes the terminal back and every key."""
    termios = pytest.importorskip("termios")
    from e2e.terminal import companion

    with companion("start", "--learner", "p17", home=tmp_path / "home") as app:
        app.wait_for("0 min")
        before = termios.tcgetattr(app.handle)
        for number in (signal.SIGSTOP, signal.SIGTSTP) * 3:
            app.process.send_signal(number)
            app.wait_until(
                lambda: os.waitpid(app.process.pid, os.WUNTRACED | os.WNOHANG)[0] != 0, "the program stopped"
            )
            shell = [*before[:3], before[3] | termios.ICANON | termios.ECHO | termios.ISIG, *before[4:]]
            termios.tcsetattr(app.handle, termios.TCSANOW, shell)
            app.process.send_signal(signal.SIGCONT)
            app.wait_until(
                lambda: not termios.tcgetattr(app.handle)[3] & termios.ICANON, "the terminal taken back"
            )
            tried("stops and goes")
            app.keys("m")
            app.wait_for("moment marked")
            app.keys("u")
            app.wait_for("taken back")
        app.keys("x")
        app.wait_for("They have had enough")
        app.keys("\r")
        app.wait_for("What happened")
        app.keys("\x11")
        assert app.wait_until_gone() == 0
        assert b"\x1b[?1049l" in app.raw


@pytest.mark.pty
def test_a_storm_of_resizes_leaves_the_words_in_place(tmp_path: Path, tried: Tried) -> None:
    pytest.importorskip("pty")
    from e2e.terminal import companion

    rng = random.Random(7)
    with companion("start", "--learner", "p17", home=tmp_path / "home") as app:
        app.wait_for("0 min")
        for _ in range(200):
            app.resize(rng.randrange(40, 130), rng.randrange(12, 45))
            app.read(0.001)
            tried("resizes")
        app.resize(80, 24)
        app.keys(" ")
        app.wait_for("· learner")
        assert b"Traceback" not in app.raw


async def test_a_disk_that_hangs_leaves_the_screen_live(
    places: Places, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tried: Tried
) -> None:
    """While fsync hangs, keys are taken, painted and in the journal; the screen waits for no disk."""
    go_on, hung = threading.Event(), threading.Event()

    def fsync(_: int) -> None:
        hung.set()
        go_on.wait(60)

    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        monkeypatch.setattr(os, "fsync", fsync)
        await press(pilot, clock, "space")
        await asyncio.to_thread(hung.wait, 30)
        for key, word in (("i", "imitated"), ("m", "moment marked"), ("c", "commented")):
            await press(pilot, clock, key)
            assert word in app.screen.query_one("#under", Lines).lines[0]
        assert hung.is_set()
        assert not go_on.is_set()
        path = journal_path(places.journals, live(app).recorder.header.id)
        assert [e.kind for e in read_journal(path).events] == ["learner_act", "imitate", "moment", "comment"]
        tried("keys while the disk hung", 4)
        go_on.set()


async def test_the_live_screen_is_the_only_writer_of_its_journal(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, *("space i" * 1).split())
        assert [e.n for e in live(app).recorder.events] == [1, 2]

"""Native guests: a mentor's laptop, a screen on another laptop, a second coder on the host's clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conftest import FakeClock
from devices.hosting import HERE, SESSION, hosting, until
from screen_helpers import lines
from textual.screen import Screen

from ii_companion.app import CompanionApp
from ii_companion.cli import main
from ii_companion.devices import messages
from ii_companion.devices.code import Role
from ii_companion.log.clock import SystemClock
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.screens.coding_live import AwaitScreen, HandOverScreen, HostClock, LiveCodingScreen
from ii_companion.screens.joined import JoinedScreen
from ii_companion.screens.mentoring import MentoringScreen
from ii_companion.session.agreement import agree, coded
from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import Kind
from ii_companion.settings import Loaded, Settings
from widgets.big_words import BigWords
from widgets.quiet_bar import QuietBar


@asynccontextmanager
async def guest_app(
    tmp_path: Path, screen: Screen[None], clock: FakeClock | SystemClock | None = None
) -> AsyncIterator[object]:
    store = LocalStore(Places(tmp_path / "guest"))
    app = CompanionApp(
        store,
        clock=clock or FakeClock(),
        loaded=Loaded(Settings(language="en"), tmp_path / "s.toml"),
        first=screen,
    )
    async with app.run_test(size=(80, 24)) as pilot:
        yield pilot


async def settled(pilot, so) -> None:  # type: ignore[no-untyped-def]
    await until(so)
    await pilot.pause()


async def test_a_mentor_sees_the_session_and_sends_prompts_words_and_moments(tmp_path: Path) -> None:
    async with hosting() as there:
        there.begin()
        there.key(Kind.LEARNER_ACT, Kind.JOIN_IN)
        pairing = await there.pair(Role.MENTOR, "k9")
        screen = MentoringScreen(pairing, "k9")
        async with guest_app(tmp_path, screen) as pilot:
            await settled(
                pilot,
                lambda: "p17" in lines(pilot.app, "#who") and "joined in 1" in lines(pilot.app, "#figures"),
            )
            assert "k7" in lines(pilot.app, "#who")
            assert "Remember the ribbon." in lines(pilot.app, "#figures")
            await pilot.press("f2")
            await until(lambda: there.told[-1]["m"] == "send")
            assert there.told[-1]["prompt"] == "own.1"
            there.host.answer(pairing.peer, messages.Taken(there.told[-1]["id"], 3))
            there.key(Kind.PROMPT, detail="own.1 mentor")
            await settled(pilot, lambda: lines(pilot.app, "#line") == "sent: Remember the ribbon.")
            assert "Remember the ribbon.  (from the mentor)" in lines(pilot.app, "#figures")
            await pilot.press("f1")
            await settled(
                pilot, lambda: lines(pilot.app, "#line") == "Not sent: one prompt in three seconds."
            )
            await pilot.press("f5")
            assert "prompts were chosen" in lines(pilot.app, "#line")
            await pilot.press("m")
            await until(lambda: there.told[-1]["m"] == "moment")
            peer = there.host.peers[pairing.peer]
            peer.asked_at["send"] -= 10
            await pilot.press("w", *"You must hurry", "enter")
            assert "“You must hurry”" in lines(pilot.app, "#line")
            for _ in range(20):
                await pilot.press("backspace")
            await pilot.press(*"Leave the drum", "enter")
            await until(lambda: there.told[-1]["m"] == "send")
            assert there.told[-1]["words"] == "Leave the drum"


async def test_a_mentor_s_screen_shows_nothing_old_and_says_how_it_stands(tmp_path: Path) -> None:
    async with hosting() as there:
        there.begin()
        there.key(Kind.LEARNER_ACT)
        pairing = await there.pair(Role.MENTOR, "k9")
        screen = MentoringScreen(pairing, "k9")
        async with guest_app(tmp_path, screen) as pilot:
            await settled(pilot, lambda: "p17" in lines(pilot.app, "#who"))
            peer = there.host.peers[pairing.peer]
            peer.send = lambda message: None  # type: ignore[method-assign]
            assert peer.line is not None
            await settled(pilot, lambda: screen.has_class("-nothing"))
            said = lines(pilot.app, "#line")
            assert said in ("Not connected. Looking for the laptop.", "Asking the laptop.")
            del peer.send
            await settled(pilot, lambda: not screen.has_class("-nothing") and not screen._standing)
            there.key(Kind.JOIN_IN)
            await settled(pilot, lambda: "joined in 1" in lines(pilot.app, "#figures"))
            there.host.turn_away(pairing.peer)
            await settled(pilot, lambda: lines(pilot.app, "#line") == "You were let go.")
            assert screen.has_class("-nothing")


async def test_another_laptop_as_a_screen_has_the_words_the_bar_and_the_minutes(tmp_path: Path) -> None:
    async with hosting() as there:
        pairing = await there.pair(Role.SCREEN)
        screen = JoinedScreen(pairing)
        async with guest_app(tmp_path, screen) as pilot:
            await settled(pilot, lambda: "No session is running" in lines(pilot.app, "#under"))
            there.mirror.another(SESSION, there.clock() - 64)
            there.host.session_changed()
            there.mirror.show = messages.Show("Wait.", 60.0, 68.0, messages.Wait(60.0, 8.0), True, "paused")
            there.host.shown()
            await settled(pilot, lambda: pilot.app.screen.query_one(BigWords).words == "Wait.")
            assert lines(pilot.app, "#under").strip() == "1 min · hushed · paused"
            assert 0.4 <= pilot.app.screen.query_one(QuietBar).share <= 0.8
            await there.host.over()
            await settled(pilot, lambda: "sharing is over" in lines(pilot.app, "#under"))
            assert pilot.app.screen.query_one(BigWords).words == ""


async def test_a_second_coder_codes_on_the_host_s_clock_and_hands_it_over(tmp_path: Path) -> None:
    async with hosting() as there:
        there.mirror.another(SESSION, there.clock() - 100.0)
        there.host.session_changed()
        pairing = await there.pair(Role.MENTOR, "k9", Role.CODER)
        store = LocalStore(Places(tmp_path / "guest"))
        async with guest_app(tmp_path, AwaitScreen(store, pairing, "k9"), SystemClock()) as pilot:
            await settled(pilot, lambda: isinstance(pilot.app.screen, LiveCodingScreen))
            for key in ("space", "i"):
                await pilot.press(key)
            recorder = pilot.app.screen.recorder
            assert 99.9 < recorder.events[0].t < 130
            there.key(Kind.LEARNER_ACT, Kind.PAUSED)
            await settled(pilot, lambda: recorder.events[-1].kind is Kind.PAUSED)
            there.key(Kind.RESUMED)
            await settled(pilot, lambda: recorder.events[-1].kind is Kind.RESUMED)
            there.key(Kind.ENDED)
            await settled(pilot, lambda: "has ended there" in lines(pilot.app, "#line"))
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, HandOverScreen))
            await pilot.press("enter")
            await until(lambda: there.told[-1]["m"] == "coding")
            offer = there.told[-1]
            assert [event.kind for event in offer["events"]] == [
                Kind.LEARNER_ACT,
                Kind.IMITATE,
                Kind.PAUSED,
                Kind.RESUMED,
                Kind.ENDED,
            ]
            assert offer["session"] == SESSION.id
            fold(offer["events"])
            there.host.answer(pairing.peer, messages.Taken(offer["id"], 5))
            await until(lambda: pilot.app._exit)
        coding = recorder.header.id
        assert coding.startswith(f"{SESSION.id}-coded-")
        assert store.codings.clocks(coding) == offer["within_s"]
        assert offer["within_s"] < 0.5


async def test_a_coding_on_a_clock_that_is_an_hour_off_agrees_as_one_that_is_not(tmp_path: Path) -> None:
    """The same acts at the same moments; the coder's own clock is 3,600 s ahead and the network not even."""
    from ii_companion.devices.clock import Exchange, Offsets

    class Guest:
        most_off = 0.0

        def __init__(self, base: FakeClock) -> None:
            self.base, self.offsets = base, Offsets()

        def now(self) -> float:
            return self.base.elapsed() + (self.offsets.offset or 0.0)

    base = FakeClock()
    guest = Guest(base)
    skew = -base.elapsed() - 3600.0
    clock = HostClock(base, guest)  # type: ignore[arg-type]  # the part of a guest that a clock asks
    first, second, theirs, last = [], [], [], 0.0
    for n in range(1, 120):
        base.advance(2.5)
        c = base.elapsed()
        there, back = 0.002 + 0.001 * (n % 7), 0.002 + 0.001 * (n % 5)
        guest.offsets = guest.offsets.heard(
            Exchange(c, c + there + skew + 3600, c + there + skew + 3600, c + there + back)
        )
        kind = (Kind.LEARNER_ACT, Kind.IMITATE, Kind.LEARNER_ACT, Kind.JOIN_IN)[n % 4]
        true = c + skew + 3600
        first.append(Event(n, true - 0.1 - 0.13 * (n % 7), kind))
        second.append(Event(n, true, kind))
        heard = clock.elapsed()
        assert heard >= last
        assert guest.offsets.bound is not None
        assert abs(heard - true) <= guest.offsets.bound + 1e-6
        last = heard
        theirs.append(Event(n, round(heard, 3), kind))
    skewless = agree(coded(first), coded(second), 2.0, 1.0)
    with_skew = agree(coded(first), coded(theirs), 2.0, 1.0)
    assert skewless.kappa is not None
    assert 0.2 < skewless.kappa < 0.95
    assert with_skew.kappa == pytest.approx(skewless.kappa, abs=0.03)
    assert with_skew.kappa_aligned == skewless.kappa_aligned
    assert with_skew.percent == skewless.percent == 100


async def test_the_command_joins_and_refuses_in_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ii_companion.verbs import glance, mentor, pairing

    for module in (mentor, glance):
        monkeypatch.setattr(module, "refuse_unfit_terminal", lambda: None)
    started: list[Screen[None]] = []
    monkeypatch.setattr(CompanionApp, "run_to_end", lambda self: started.append(self._first) or 0)

    def ask(code: str, *argv: str) -> int:
        monkeypatch.setattr(pairing, "_asked", lambda question: code)
        return main(["--data-dir", str(tmp_path / "d"), *argv])

    async with hosting() as there:
        place = f"{HERE}:{there.door.port}"
        code = there.host.open(Role.MENTOR).code
        assert await asyncio.to_thread(ask, "12345", "mentor", place, "--me", "k9") == 1
        assert "A code is six figures" in capsys.readouterr().err
        assert await asyncio.to_thread(ask, code, "mentor", place, "--me", "Mary Smith") == 1
        assert "full name" in capsys.readouterr().err
        assert await asyncio.to_thread(ask, code, "mentor", place, "--me", "k9") == 0
        assert isinstance(started[-1], MentoringScreen)
        code = there.host.open(Role.SCREEN).code
        assert await asyncio.to_thread(ask, code, "mentor", place, "--me", "k9") == 1
        assert "another kind of guest" in capsys.readouterr().err
        code = there.host.open(Role.SCREEN).code
        assert await asyncio.to_thread(ask, code, "glance", "--join", place) == 0
        assert isinstance(started[-1], JoinedScreen)
        assert await asyncio.to_thread(ask, code, "glance", "--join", "nowhere:x") == 1
        assert "is no address" in capsys.readouterr().err
    assert await asyncio.to_thread(ask, code, "mentor", place, "--me", "k9") == 1
    assert "Nothing answers at" in capsys.readouterr().err


async def test_a_host_is_found_by_asking_the_network_while_pairing_is_open_and_not_else() -> None:
    from ii_companion.devices.code import PORT
    from ii_companion.devices.joining import seek

    async with hosting() as there:
        ours = (HERE, there.door.port)
        assert ours not in await asyncio.to_thread(
            seek, 0.2, HERE
        )  # another test may have pairing open meanwhile
        await there.door.answer()
        if there.door._seek is None:
            pytest.skip(f"another program has the port {PORT}")
        assert ours in await asyncio.to_thread(seek, 0.4, HERE)
        there.door.stop_answering()
        await asyncio.sleep(0)
        assert ours not in await asyncio.to_thread(seek, 0.2, HERE)


def test_agree_says_how_far_the_clocks_can_be_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = LocalStore(Places(tmp_path / "d"))
    from datetime import UTC, datetime

    from makers import coded as made

    from ii_companion.log.header import Header
    from ii_companion.session.card import Card

    for name, part in ((SESSION.id, store), (f"{SESSION.id}-coded-00aa", store.codings)):
        part.ready()
        journal = part.begin(
            Header(id=name, learner="p17", started_at=datetime(2026, 11, 23, tzinfo=UTC), card=Card("p17"))
        )
        for event in made("1L 2i 5L 6j 9L 12i 15L 16j 20L 21i 24L 25j 30E"):
            journal.append(event)
        journal.close()
    argv = ["--data-dir", str(tmp_path / "d"), "agree", SESSION.id, f"{SESSION.id}-coded-00aa"]
    assert main([*argv, "--json"]) == 0
    assert "clocks_within_s" not in json.loads(capsys.readouterr().out)
    store.codings.note_clocks(f"{SESSION.id}-coded-00aa", 0.0061)
    assert main(argv) == 0
    assert "clocks within 6 ms" in capsys.readouterr().out
    assert main([*argv, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clocks_within_s"] == 0.0061

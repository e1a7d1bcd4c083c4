"""A screen left open shows nothing of anybody; in a session it is never covered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from conftest import FakeClock
from msgspec.structs import replace
from sealing.folders import filled, seal
from textual.widgets import Input

from ii_companion.app import CompanionApp
from ii_companion.log import keys
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.screens.clock import ClockScreen
from ii_companion.screens.logs import LogsScreen
from ii_companion.settings import Settings, load
from widgets.lines import Lines

LIMIT_S = 600.0


def shown(app: CompanionApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_after_ten_minutes_without_a_key_the_clock_covers_it_and_any_key_brings_it_back(
    places: Places, clock: FakeClock
) -> None:
    filled(places)
    app = CompanionApp(LocalStore(places), clock=clock, first=LogsScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "p17" in shown(app)
        below = app.screen
        clock.advance(LIMIT_S - 1)
        app.left_alone.look()
        await pilot.pause()
        assert app.screen is below
        await pilot.press("down")  # somebody is there
        clock.advance(LIMIT_S - 1)
        app.left_alone.look()
        await pilot.pause()
        assert app.screen is below
        clock.advance(2)
        app.left_alone.look()
        await pilot.pause()
        assert isinstance(app.screen, ClockScreen)
        assert "p17" not in shown(app)
        assert "█" in shown(app) or ":" in shown(app)
        app.action_command_palette()  # it names learners
        await pilot.pause()
        assert isinstance(app.screen, ClockScreen)
        app.left_alone.look()
        await pilot.press("d")  # brings it back, and does nothing else
        await pilot.pause()
        assert app.screen is below
        assert "p17" in shown(app)


async def test_a_session_is_never_covered(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p18"), clock)
    async with app.run_test() as pilot:
        for _ in range(3):
            clock.advance(2 * LIMIT_S)
            app.left_alone.look()
            await pilot.pause()
            assert not isinstance(app.screen, ClockScreen)
        await pilot.press("f1")  # nor is help over it
        clock.advance(2 * LIMIT_S)
        app.left_alone.look()
        await pilot.pause()
        assert not isinstance(app.screen, ClockScreen)


async def test_the_minutes_are_a_setting_and_none_is_never(places: Places, clock: FakeClock) -> None:
    loaded = load()
    for minutes, covered in ((0, False), (0.5, True)):
        chosen = replace(loaded, settings=replace(loaded.settings, lock_after=minutes))
        app = CompanionApp(LocalStore(places), clock=clock, loaded=chosen, first=LogsScreen())
        async with app.run_test() as pilot:
            clock.advance(31)
            if minutes:
                app.left_alone.look()
            await pilot.pause()
            assert isinstance(app.screen, ClockScreen) == covered
    assert Settings().lock_after == 10


def test_a_minute_count_that_is_none_is_complained_of(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("lock_after = -1\n")
    assert "lock_after is -1" in str(load(path).complaints[0])
    path.write_text("lock_after = 3\n")
    assert load(path).settings.lock_after == 3


@pytest.mark.parametrize("kept", ["keyring", "passphrase"])
async def test_where_the_folder_is_sealed_the_passphrase_brings_it_back(
    places: Places, clock: FakeClock, ring: Path, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(places)
    seal(places)
    if kept == "passphrase":
        from ii_companion.log.seal import write_seal
        from ii_companion.session.refusal import Refusal

        def unlock(top: Path, seal: object, passphrase: str) -> None:
            if passphrase != "the right one":
                raise Refusal("That is not the passphrase of {folder}. Nothing was opened.", folder=top)

        write_seal(places.root, replace(store.lock.seal, kept="passphrase"))
        monkeypatch.setattr(keys, "unlock", unlock)  # scrypt's second or two are tried in `test_lock`
    app = CompanionApp(store, clock=clock, first=LogsScreen())
    async with app.run_test() as pilot:
        below = app.screen
        clock.advance(LIMIT_S + 1)
        app.left_alone.look()
        await pilot.pause()
        await pilot.press("x")
        await pilot.pause()
        if kept == "keyring":  # this system's own lock is the one that holds
            assert app.screen is below
            return
        assert isinstance(app.screen, ClockScreen)
        assert app.screen.query_one(Input).password
        await pilot.press(*"wrong", "enter")
        await _until(pilot, lambda: "not the passphrase" in "".join(app.screen.query_one(Lines).lines))
        assert isinstance(app.screen, ClockScreen)
        await pilot.press("x")
        await pilot.pause()
        assert app.screen.query_one(Input).value == ""
        for letter in "the right one":
            await pilot.press("space" if letter == " " else letter)
        await pilot.press("enter")
        await _until(pilot, lambda: app.screen is below)


async def _until(pilot: object, true: object) -> None:
    for _ in range(500):
        await pilot.pause()  # type: ignore[attr-defined]
        if true():  # type: ignore[operator]
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")

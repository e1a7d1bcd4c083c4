"""Coding along a film with the real mpv: every key at the film's time, and no event lost whatever becomes of the player."""

from __future__ import annotations

import os
import shutil
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from player.films import needs_mpv, settled, sought, until
from screen_helpers import lines

from ii_companion.app import CompanionApp
from ii_companion.log.clock import SystemClock
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.player.film import Film
from ii_companion.player.look import looked_at
from ii_companion.player.mpv import Fate, Player
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.film_coding import FilmCodingScreen, begin_along
from ii_companion.session.kinds import Kind
from ii_companion.settings import Settings

if TYPE_CHECKING:
    from textual.pilot import Pilot

pytestmark = needs_mpv
FRAME_S = 0.04


class Coding:
    """The screen of a new session from a film, and what a test asks of it."""

    def __init__(self, places: Places, film: Path) -> None:
        self.store = LocalStore(places)
        self.film = film
        self.app: CompanionApp
        self.screen: FilmCodingScreen

    async def start(self) -> None:
        import asyncio

        found = await asyncio.to_thread(looked_at, str(self.film))
        clock = SystemClock()
        self.screen = begin_along(
            self.store, Plan(learner="p17", practitioner="k7"), found, clock, Settings()
        )
        self.app = CompanionApp(self.store, clock=clock, first=self.screen)

    @property
    def player(self) -> Player:
        assert self.screen._beside.player is not None
        return self.screen._beside.player

    async def opened(self) -> None:
        await until(lambda: self.screen._beside.player is not None, self.screen._beside.trouble)

    async def press(self, pilot: Pilot[int], *keys: str) -> None:
        for key in keys:
            self.screen.recorder._keys = type(self.screen.recorder._keys)()
            if key in ("left", "right"):
                async with sought(self.player):
                    await pilot.press(key)
            elif key in ("comma", "full_stop"):
                before = self.player.position()
                await pilot.press(key)
                await until(lambda before=before: self.player.position() != before)  # type: ignore[misc]
            else:
                await pilot.press(key)
            await pilot.pause()
            if self.screen._beside.player is not None:
                await settled(self.player)

    def read(self) -> list[tuple[float, Kind]]:
        written = self.store.written(self.screen.recorder.header.id)
        assert written is not None
        return [(event.t, event.kind) for event in written.events]


@pytest.fixture
async def coding(places: Places, film: Path, mpv: str) -> Coding:
    made = Coding(places, film)
    await made.start()
    return made


async def test_a_film_is_coded_sought_back_in_coded_again_and_ended(coding: Coding) -> None:
    async with coding.app.run_test() as pilot:
        await coding.opened()
        assert coding.player.paused
        assert "Enter plays it" in lines(coding.app, "#line")
        await coding.press(pilot, "space", "right", "j", "right", "i")
        assert coding.read() == [(0.0, Kind.LEARNER_ACT), (5.0, Kind.JOIN_IN), (10.0, Kind.IMITATE)]
        await coding.press(pilot, "left", "left", "full_stop", "c", "comma")
        assert coding.player.position() == pytest.approx(0.0, abs=FRAME_S)
        assert coding.read()[1] == (pytest.approx(0.04), Kind.COMMENT)
        await coding.press(pilot, "right", "right", "left", "r")  # at 5 s
        assert "Code again from 0:05.0?" in lines(coding.app, "#line")
        await coding.press(pilot, "escape")
        assert coding.screen.recorder.open_from is None
        await coding.press(pilot, "r", "enter", "e", "full_stop", "full_stop", "r")
        assert [kind for _, kind in coding.read()] == [
            Kind.LEARNER_ACT, Kind.COMMENT, Kind.ENJOYED, Kind.IMITATE,
        ]  # fmt: skip
        await coding.press(pilot, "u", "u")  # what was keyed in it, and the stretch itself
        assert [kind for _, kind in coding.read()] == [
            Kind.LEARNER_ACT, Kind.COMMENT, Kind.JOIN_IN, Kind.IMITATE,
        ]  # fmt: skip
        await coding.press(pilot, "escape")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(coding.app.screen, AfterScreen)
        assert coding.read()[-1] == (10.0, Kind.ENDED)
        link = coding.store.film(coding.screen.recorder.header.id)
        assert link is not None
        assert (link.path, link.at_s, round(link.length_s)) == (str(coding.film), 0.0, 30)
        await pilot.press("ctrl+s")
        await pilot.pause()
    (log,) = coding.store.logs()
    assert log.duration_s == 10.0


async def test_enter_plays_and_pauses_and_ends_nothing_after_a_sign(coding: Coding) -> None:
    async with coding.app.run_test() as pilot:
        await coding.opened()
        await coding.press(pilot, "enter")
        await until(lambda: coding.player.clock.running)
        await coding.press(pilot, "x", "enter")
        assert coding.app.screen is coding.screen
        assert coding.player.paused
        assert not coding.screen.recorder.ended
        assert [kind for _, kind in coding.read()] == [Kind.ENOUGH_CLEAR]  # and no prompt: nobody is coached


async def test_the_film_waits_while_it_is_asked_whether_to_code_again(coding: Coding) -> None:
    async with coding.app.run_test() as pilot:
        await coding.opened()
        await coding.press(pilot, "right", "space", "left", "enter")
        await until(lambda: coding.player.clock.running and coding.player.position() > 0.2)
        await coding.press(pilot, "r")
        await until(lambda: coding.player.paused)
        await coding.press(pilot, "enter")
        await until(lambda: coding.player.clock.running)
        opened = coding.screen.recorder.open_from
        assert opened is not None
        await until(lambda: coding.player.position() > opened + 0.5)
        assert coding.screen.recorder.open_from == opened


async def test_speeds_are_shown_and_held_keys_go_on_seeking(coding: Coding) -> None:
    async with coding.app.run_test() as pilot:
        await coding.opened()
        await coding.press(
            pilot, "space", "right_square_bracket", "right_square_bracket", "right_square_bracket"
        )
        assert coding.player.clock.speed == 2.0
        assert "×2" in lines(coding.app, "#line")
        await coding.press(pilot, *["left_square_bracket"] * 4)
        assert coding.player.clock.speed == 0.5
        for _ in range(4):
            await pilot.press("right")  # as a key held down sends it
        await pilot.pause()
        await settled(coding.player)
        await until(lambda: coding.player.position() == pytest.approx(20.0, abs=FRAME_S))
        assert [kind for _, kind in coding.read()] == [Kind.LEARNER_ACT]


@pytest.mark.parametrize("how", ["killed", "hung", "file gone", "closed while asked"])
async def test_whatever_becomes_of_the_player_no_event_is_lost_and_it_is_said(
    how: str, places: Places, film: Path, mpv: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "a copy.mp4"
    shutil.copy(film, copy)
    monkeypatch.setattr("ii_companion.player.mpv.FILE_EVERY_S", 0.0)
    coding = Coding(places, copy)
    await coding.start()
    async with coding.app.run_test() as pilot:
        await coding.opened()
        await coding.press(pilot, "right", "space", "enter")
        await until(lambda: coding.player.clock.running)
        player = coding.player
        if how == "hung":
            os.kill(player._started.process.pid, signal.SIGSTOP)
        elif how == "file gone":
            copy.unlink()
            await until(lambda: player.file_gone)
        if how != "hung":
            player._started.process.kill()
            await until(lambda: player.fate is Fate.CLOSED)
        keys = ("j", "space", "i")
        for key in keys:
            coding.screen.recorder._keys = type(coding.screen.recorder._keys)()
            await pilot.press(key)
            await pilot.pause()
        assert [kind for _, kind in coding.read()] == [
            Kind.LEARNER_ACT, Kind.JOIN_IN, Kind.LEARNER_ACT, Kind.IMITATE,
        ]  # fmt: skip
        assert all(t >= 5.0 for t, _ in coding.read())
        if how == "hung":
            await until(lambda: player.fate is Fate.HUNG)
            assert "does not answer" in " ".join(lines(coding.app, "#line").split())
            os.kill(player._started.process.pid, signal.SIGCONT)
            await until(lambda: player.fate is Fate.WELL)
            return
        assert "closed" in lines(coding.app, "#line")
        if how == "closed while asked":
            await pilot.press("escape", "enter")
            await pilot.pause()
            assert isinstance(coding.app.screen, AfterScreen)
            return
        at = coding.screen._beside.position()
        await pilot.press("enter")
        if how == "file gone":
            await until(lambda: "no such film" in " ".join(lines(coding.app, "#line").split()))
            shutil.copy(film, copy)
            await pilot.press("enter")
        await until(lambda: coding.screen._beside.player is not None)
        assert coding.player.position() == pytest.approx(at, abs=2 * FRAME_S)


async def test_leaving_ends_the_player(coding: Coding) -> None:
    async with coding.app.run_test():
        await coding.opened()
        process = coding.player._started.process
    end = time.monotonic() + 10
    while process.poll() is None:
        assert time.monotonic() < end


def test_a_session_is_of_the_day_it_was_filmed(places: Places, tmp_path: Path) -> None:
    store = LocalStore(places)
    film = Film(tmp_path / "film.mp4", "ab" * 32, 10.0, 25.0)
    filmed_at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    screen = begin_along(store, Plan(learner="p17"), film, SystemClock(), Settings(), filmed_at)
    screen.recorder.close()
    header = screen.recorder.header
    assert header.started_at == filmed_at
    assert (header.stage, header.probe) == (0, False)  # nobody says what was agreed
    assert header.id.startswith("20261120-093000-p17-")
    assert store.film(header.id) is not None

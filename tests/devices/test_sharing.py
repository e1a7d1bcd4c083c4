"""Sharing from the app: the screen, real guests over a real port, what they send, who is told, and what is kept."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import FakeClock
from devices.hosting import HERE, Following, until
from devices.qr import read
from msgspec.structs import replace
from screen_helpers import kinds, lines, live
from textual.strip import Strip

from ii_companion.app import CompanionApp
from ii_companion.devices import messages
from ii_companion.devices.code import Role
from ii_companion.devices.guest import State
from ii_companion.devices.joining import Pairing, join
from ii_companion.log.header import ChosenPrompt
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.sharing import SharingScreen
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.settings import Loaded, Settings
from widgets.squares import Squares

if TYPE_CHECKING:
    from textual.pilot import Pilot

PLAN = Plan(learner="p17", practitioner="k7", mentor="m1", stage=2, chosen=(ChosenPrompt("wait.plenty"), ChosenPrompt("own.1", "Remember the ribbon.")))  # fmt: skip
SETTINGS = Settings(language="en", share_address=HERE, share_port=47214)


def below(shared: Shared) -> LiveScreen:
    """The session, whatever is in front of it."""
    return next(one for one in shared.app.screen_stack if isinstance(one, LiveScreen))


class Shared:
    """An app that shares, and the pilot at its keys."""

    def __init__(self, app: CompanionApp, pilot: Pilot[int], clock: FakeClock) -> None:
        self.app, self.pilot, self.clock = app, pilot, clock

    async def open(self, key: str) -> None:
        if not isinstance(self.app.screen, SharingScreen):
            await self.press("f9")
        assert self.app.sharing is not None
        await self.press(key)
        await until(lambda: self.app.sharing is not None and self.app.sharing.opened)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.clock.advance(1.0)
            for screen in self.app.screen_stack:
                if hasattr(screen, "recorder"):
                    screen.recorder._keys = type(screen.recorder._keys)()
            await self.pilot.press(key)
            await self.pilot.pause()

    async def pair(self, key: str, role: Role, name: str = "") -> Pairing:
        await self.open(key)
        sharing = self.app.sharing
        assert sharing is not None
        assert sharing.opened is not None
        before = len(sharing.paired)
        pairing = await join(sharing.address, sharing.port, sharing.opened.code, role, name)
        await until(lambda: len(sharing.paired) == before + 1)
        await self.pilot.pause()
        return pairing

    async def seen(self, so: object) -> None:
        await until(so)  # type: ignore[arg-type]
        await self.pilot.pause()


@asynccontextmanager
async def sharing(
    tmp_path: Path, plan: Plan | None = PLAN, size: tuple[int, int] = (80, 24), settings: Settings = SETTINGS
) -> AsyncIterator[Shared]:
    clock = FakeClock()
    store = LocalStore(Places(tmp_path / "data"))
    app = CompanionApp(store, plan, clock, Loaded(settings, tmp_path / "settings.toml"))
    async with app.run_test(size=size) as pilot:
        try:
            yield Shared(app, pilot, clock)
        finally:
            if app.sharing is not None:
                there = app.sharing
                there.over()
                await asyncio.to_thread(there.wait)


async def test_a_mentor_sees_what_is_keyed_and_sends_what_the_practitioner_then_sees(tmp_path: Path) -> None:
    async with sharing(tmp_path) as shared:
        await shared.press("space", "i")
        pairing = await shared.pair("l", Role.MENTOR, "k9")
        async with Following(pairing, "k9") as mentor:
            await shared.press("escape", "space", "j")
            await until(
                lambda: (
                    [e.kind for e in mentor.events if e.kind is not Kind.PROMPT][-2:]
                    == [Kind.LEARNER_ACT, Kind.JOIN_IN]
                )
            )
            session = mentor.of(messages.Session)[-1]
            assert (session.learner, session.practitioner, session.wait_s) == ("p17", "k7", 8.0)
            assert [one.text for one in session.chosen][1] == "Remember the ribbon."
            mentor.guest.ask(lambda n: messages.Send(n, words="Leave the drum to him"))
            await until(lambda: mentor.of(messages.Taken))
            await shared.pilot.pause()
            last = live(shared.app).recorder.events[-1]
            assert (last.kind, last.detail) == (Kind.PROMPT, "own:Leave the drum to him mentor")
            assert live(shared.app).recorder.story.shown[-1].prompt.text == "Leave the drum to him"
            mentor.guest.ask(messages.Moment)
            await until(lambda: len(mentor.of(messages.Taken)) == 2)
            assert kinds(shared.app)[-1] is Kind.MOMENT
            assert "k9 watches" in lines(shared.app, "#who")


async def test_hushed_stopped_and_not_chosen_are_refused_and_the_journal_is_as_it_was(tmp_path: Path) -> None:
    async with sharing(tmp_path) as shared:
        tries = (
            ("l", Role.MENTOR, "k9", "h", "wait.plenty"),
            ("l", Role.MENTOR, "m2", "h", "no.such"),
            ("r", Role.REMOTE, "", "x", "wait.plenty"),
        )
        found = []
        for opens, role, name, key, prompt in tries:
            pairing = await shared.pair(opens, role, name)
            await shared.press(key)
            async with Following(pairing, name) as guest:
                await until(lambda: guest.of(messages.Session))
                guest.guest.ask(lambda n, prompt=prompt: messages.Send(n, prompt=prompt))
                await until(lambda: guest.of(messages.Refused))
                found.append(guest.of(messages.Refused)[0].why)
        assert found == ["hushed", "not_chosen", "stopped"]
        details = [event.detail for event in below(shared).recorder.events if event.kind is Kind.PROMPT]
        assert not [one for one in details if one.endswith("mentor")]


async def test_session_keys_go_on_counting_under_the_sharing_screen(tmp_path: Path) -> None:
    async with sharing(tmp_path) as shared:
        await shared.press("f9")
        await shared.press("space", "i", "pagedown", "pageup", "2", "y", "m", "u", "j")
        found = [event.kind for event in below(shared).recorder.events if event.kind is not Kind.PROMPT]
        assert found == [
            Kind.LEARNER_ACT,
            Kind.IMITATE,
            Kind.LEARNER_ACT,
            Kind.OTHER,
            Kind.CHANNEL,
            Kind.ENOUGH_MAYBE,
            Kind.MOMENT,
            Kind.UNDO,
            Kind.JOIN_IN,
        ]
        assert isinstance(shared.app.screen, SharingScreen)
        await shared.press("s", "r", "l", "z")
        found = [event.kind for event in below(shared).recorder.events if event.kind is not Kind.PROMPT]
        assert len(found) == 9
        assert not isinstance(shared.app.screen, SharingScreen)


async def test_the_line_says_who_watches_for_as_long_as_they_do_and_the_journal_keeps_who_did(
    tmp_path: Path,
) -> None:
    async with sharing(tmp_path, replace(PLAN, mentor="", chosen=())) as shared:
        screen = await shared.pair("s", Role.SCREEN)
        mentor = await shared.pair("l", Role.MENTOR, "k9")
        await shared.press("escape")
        async with Following(screen) as one, Following(mentor, "k9") as two:
            assert "k9 watches · 1 screen" in lines(shared.app, "#under")
            await shared.press("f9", "down", "delete")
            await until(lambda: two.states[-1] == (State.GONE, "away"))
            await shared.press("escape")
            await shared.seen(lambda: "k9" not in lines(shared.app, "#under"))
            assert "1 screen" in lines(shared.app, "#under")
            await shared.press("f9", "z")
            await until(lambda: one.states[-1] == (State.GONE, "over"))
            await shared.seen(lambda: "screen" not in lines(shared.app, "#under"))
        recorder = live(shared.app).recorder
        path = tmp_path / "data" / "journals" / f"{recorder.header.id}.watched.jsonl"
        await until(lambda: path.exists() and path.read_text().count("\n") == 4)
        found = [json.loads(line) for line in path.read_text().splitlines()]
        assert [(one["who"], one["role"], one["what"]) for one in found] == [
            ("", "screen", "joined"), ("k9", "mentor", "joined"), ("k9", "mentor", "turned_away"), ("", "screen", "left"),
        ]  # fmt: skip
        assert all(set(one) == {"t", "who", "role", "what"} for one in found)
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == 0o600
        assert [one.what for one in recorder.store.watched(recorder.header.id)] == [
            "joined",
            "joined",
            "turned_away",
            "left",
        ]


async def test_sharing_begun_at_home_shows_the_session_that_then_starts(tmp_path: Path) -> None:
    async with sharing(tmp_path, None) as shared:
        pairing = await shared.pair("s", Role.SCREEN)
        await shared.press("escape")
        async with Following(pairing) as screen:
            await until(lambda: screen.of(messages.Session))
            assert screen.of(messages.Session)[-1].id == ""
            for key in "p18":
                await shared.press(key)
            await shared.press("f2")
            await until(lambda: screen.of(messages.Session)[-1].id != "")
            await shared.press("escape", "enter")
            await until(lambda: screen.of(messages.Session)[-1].id == "")


async def test_a_killed_process_is_one_sentence_and_no_lost_event(tmp_path: Path) -> None:
    async with sharing(tmp_path) as shared:
        pairing = await shared.pair("l", Role.MENTOR, "k9")
        await shared.press("escape")
        said: list[str] = []
        shared.app.notify = lambda message, **_: said.append(message)  # type: ignore[assignment,method-assign]
        async with Following(pairing, "k9"):
            assert shared.app.sharing is not None
            await shared.press("space")
            os.kill(shared.app.sharing.pid, signal.SIGKILL)
            await shared.press("i", "j")
            await shared.seen(lambda: shared.app.sharing is None)
            await shared.press("space")
        assert kinds(shared.app) == [Kind.LEARNER_ACT, Kind.IMITATE, Kind.JOIN_IN, Kind.LEARNER_ACT]
        assert said == [
            "Sharing stopped by itself (its process was ended). The session goes on; F9 opens it again."
        ]
        assert "k9" not in lines(shared.app, "#who")
        await shared.open("s")


async def test_nothing_is_sent_that_is_not_in_the_journal(tmp_path: Path) -> None:
    async with sharing(tmp_path) as shared:
        pairing = await shared.pair("l", Role.MENTOR, "k9")
        await shared.press("escape")
        async with Following(pairing, "k9") as mentor:
            journal = live(shared.app).recorder._journal
            handle, broken = journal._handle, os.open(os.devnull, os.O_RDONLY)
            journal._handle = broken
            await shared.press("space", "i")
            assert live(shared.app).recorder.waiting >= 2
            await asyncio.sleep(0.1)
            assert [e for e in mentor.events if e.kind is not Kind.PROMPT] == []
            journal._handle = handle
            assert live(shared.app).recorder.retry()
            await shared.press("j")
            os.close(broken)
            await until(
                lambda: (
                    [e.kind for e in mentor.events if e.kind is not Kind.PROMPT]
                    == [Kind.LEARNER_ACT, Kind.IMITATE, Kind.JOIN_IN]
                )
            )


async def test_a_coding_that_is_handed_over_is_kept_only_if_the_practitioner_says_so(tmp_path: Path) -> None:
    async with sharing(tmp_path) as shared:
        pairing = await shared.pair("l", Role.CODER, "k9")
        await shared.press("escape")
        session = live(shared.app).recorder.header.id
        coded = (Event(1, 1.0, Kind.LEARNER_ACT), Event(2, 2.5, Kind.IMITATE), Event(3, 4.0, Kind.ENDED))
        async with Following(pairing, "k9") as coder:
            await shared.press("space", "escape", "enter")
            for keep in (False, True):
                offer = messages.Coding(f"one{keep}", 1, 1, coded, session, 0.0061)
                coder.guest.hand_over([offer])
                assert shared.app.sharing is not None
                await shared.seen(lambda: shared.app.sharing is not None and shared.app.sharing.offers)
                await shared.press("f9")
                assert "k9 coded the session" in lines(shared.app, "#line")
                await shared.press("enter" if keep else "delete")
                answers = messages.Taken if keep else messages.Refused
                await until(lambda answers=answers: coder.of(answers))
                await shared.press("escape")
            codings = shared.app.store.codings
            (kept,) = codings.known()
            written = codings.written(kept)
            assert written is not None
            assert written.events == coded
            assert kept.startswith(f"{session}-coded-")
            assert codings.clocks(kept) == 0.0061
    from ii_companion.cli import main

    assert main(["--data-dir", str(tmp_path / "data"), "agree", session, kept]) == 0
    assert main(["--data-dir", str(tmp_path / "data"), "erase", "p17", "--yes"]) == 0
    left = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and "p17" in path.name]
    assert left == []


@pytest.mark.parametrize(
    ("size", "drawn"), [((80, 24), True), ((120, 40), True), ((40, 12), False), ((36, 20), True)]
)
async def test_figures_and_address_stand_there_at_every_size_and_the_code_where_there_is_room(
    tmp_path: Path, size: tuple[int, int], drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    async with sharing(tmp_path, size=size) as shared:
        await shared.open("r")
        assert shared.app.sharing is not None
        assert shared.app.sharing.opened is not None
        code = shared.app.sharing.opened.code
        text = "\n".join(strip.text for strip in shared.app.screen._compositor.render_strips())
        assert f"{code[:3]} {code[3:]}" in text
        assert "127.0.0.1" in text
        assert shared.app.screen.query_one(Squares).display is drawn


def squares_of(strips: list[Strip], at: tuple[int, int], size: tuple[int, int]) -> list[list[bool]]:
    """The squares a camera would see, from the colours of the cells on the screen."""
    rows: list[list[bool]] = []
    for y in range(at[1], at[1] + size[1]):
        cells = [(segment.style, segment.text) for segment in strips[y] for _ in segment.text]
        upper, lower = [], []
        for style, _text in cells[at[0] : at[0] + size[0]]:
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            colours = [colour.get_truecolor() for colour in (style.color, style.bgcolor)]
            assert all(
                sum(colour) in (0, 3 * 255) or sum(colour) > 600 or sum(colour) < 60 for colour in colours
            )
            upper.append(sum(colours[0]) < 380)
            lower.append(sum(colours[1]) < 380)
        rows += [upper, lower]
    return rows


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "dim"), ((120, 40), "light"), ((36, 20), "contrast")])
async def test_the_code_on_the_screen_reads_as_the_address_with_the_link(
    tmp_path: Path, size: tuple[int, int], theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    async with sharing(tmp_path, size=size, settings=replace(SETTINGS, theme=theme)) as shared:
        await shared.open("s")
        await shared.pilot.pause()
        assert shared.app.sharing is not None
        opened = shared.app.sharing.opened
        assert opened is not None
        code = shared.app.screen.query_one(Squares)
        assert code.cells == (33, 17)
        region = code.content_region
        strips = shared.app.screen._compositor.render_strips()
        found = squares_of(strips, (region.x, region.y), (33, 17))[:33]
        assert read(found) == f"http://{HERE}:{shared.app.sharing.port}/#{opened.link}"


async def test_without_colours_there_is_no_code_but_figures_and_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sharing(tmp_path) as shared:
        await shared.open("r")
        assert shared.app.sharing is not None
        assert shared.app.sharing.opened is not None
        code = shared.app.sharing.opened.code
        text = "\n".join(strip.text for strip in shared.app.screen._compositor.render_strips())
        assert f"{code[:3]} {code[3:]}" in text
        assert f"http://{HERE}:{shared.app.sharing.port}/" in text
        assert not shared.app.screen.query_one(Squares).display


async def test_the_code_is_gone_once_somebody_has_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    async with sharing(tmp_path) as shared:
        await shared.pair("s", Role.SCREEN)
        assert not shared.app.screen.query_one(Squares).display
        assert "a screen" in lines(shared.app, "#rows")


async def test_a_mentor_s_opening_shows_no_link_to_a_page(tmp_path: Path) -> None:
    async with sharing(tmp_path) as shared:
        await shared.open("l")
        text = "\n".join(strip.text for strip in shared.app.screen._compositor.render_strips())
        assert "ii-companion mentor 127.0.0.1" in text
        assert "http://" not in text
        assert not shared.app.screen.query_one(Squares).display


@pytest.mark.parametrize("mentor", [True, False])
async def test_both_views_say_who_watches(tmp_path: Path, mentor: bool) -> None:
    async with sharing(tmp_path, PLAN if mentor else replace(PLAN, mentor="", chosen=())) as shared:
        for role, name in ((Role.MENTOR, "k9"), (Role.CODER, "m2"), (Role.SCREEN, "")):
            await shared.pair("l", role, name)
        await shared.press("escape")
        await shared.pilot.pause()
        for line in ("#who", "#under") if mentor else ("#under", "#who"):
            assert "k9 watches · m2 codes · 1 screen" in lines(shared.app, line)
            await shared.press("tab")


def wakes(pid: int) -> int:
    """How often a process has been woken so far."""
    return sum(
        int(line.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir()
        for line in (task / "status").read_text().splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts wake-ups in /proc")
async def test_the_process_sleeps_while_nobody_is_there_and_hardly_wakes_for_three(
    tmp_path: Path, whole: bool
) -> None:
    async with sharing(tmp_path) as shared:
        await shared.press("f9")
        assert shared.app.sharing is not None
        await until(lambda: shared.app.sharing is not None and shared.app.sharing.address)
        pid, rest = shared.app.sharing.pid, 1.5 if whole else 0.5
        await asyncio.sleep(0.5)
        before = wakes(pid)
        await asyncio.sleep(rest)
        assert wakes(pid) - before == 0
        guests = [await shared.pair("s", Role.SCREEN) for _ in range(3)]
        async with Following(guests[0]), Following(guests[1]), Following(guests[2]):
            await asyncio.sleep(1.0)
            before = wakes(pid)
            await asyncio.sleep(2 * rest)
            # a beat every two seconds, and a question of each guest every five
            assert wakes(pid) - before <= 1.5 * 2 * rest + 3

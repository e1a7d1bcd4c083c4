"""A session tied to its film: by an offset or one clear moment, played from its marks, asked for where it has moved."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from makers import coded
from msgspec.structs import replace
from player.films import needs_mpv, sought, until
from screen_helpers import lines

from ii_companion.app import CompanionApp
from ii_companion.cli import main
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.records import BriefLog
from ii_companion.player.look import looked_at
from ii_companion.player.mpv import Player
from ii_companion.screens.agreement import AgreementScreen
from ii_companion.screens.film_moved import FilmMovedScreen
from ii_companion.screens.link import LinkScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.session.card import Card
from ii_companion.verbs.agree import along_one_film, coding
from widgets.timeline import Timeline

pytestmark = needs_mpv
NAME = "20261123-101500-p17-00a1"
EVENTS = tuple(coded("2L 3i 8m 9L 10j 14E"))


@pytest.fixture
def store(places: Places) -> LocalStore:
    made = LocalStore(places)
    made.ready()
    header = Header(
        id=NAME,
        learner="p17",
        practitioner="k7",
        started_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
        card=Card("p17"),
    )
    take_in(made, [Travelling(brief_log(header, EVENTS), header, EVENTS)])
    return made


def log_of(store: LocalStore) -> BriefLog:
    log = store.get(NAME)
    assert log is not None
    return log


@pytest.fixture
def tied(store: LocalStore, film: Path, mpv: str, tmp_path: Path) -> Path:
    """A copy of the film, tied to the session: its 0 s is 12.4 s of the film."""
    copy = tmp_path / "a film.mp4"
    shutil.copy(film, copy)
    assert main(["link", NAME, str(copy), "--at", "12.4"]) == 0
    return copy


def player_of(screen: ReviewScreen) -> Player | None:
    beside = screen._film._beside
    return beside.player if beside is not None else None


def test_a_link_holds_path_length_print_and_offset_and_nothing_goes_into_the_log(
    store: LocalStore, places: Places, tied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = json.loads((places.log / "films" / f"{NAME}.json").read_text())
    assert before.keys() == {"session", "learner", "path", "length_s", "sha256", "at_s", "version"}
    assert (before["path"], before["length_s"], before["at_s"]) == (str(tied), 30.0, 12.4)
    assert "film" not in (places.log / "2026-11.json").read_text()
    assert main(["link", NAME, str(tied), "--at", "31"]) == 1
    assert "after the end" in capsys.readouterr().err
    assert main(["link", "20261123-101500-p17-0bad", str(tied), "--at", "1"]) == 1
    assert main(["link", NAME, str(tied), "--at=-5"]) == 0
    assert f"{NAME} is tied to {tied}: its 0 s is -5 s of the film." in capsys.readouterr().out
    link = store.film(NAME)
    assert link is not None
    assert link.at_s == -5.0


def test_a_film_that_was_moved_keeps_its_offset(store: LocalStore, tied: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    moved = tied.rename(tmp_path / "elsewhere" / "film.mp4")
    assert main(["link", NAME, str(moved)]) == 0
    link = store.film(NAME)
    assert link is not None
    assert (link.path, link.at_s) == (str(moved), 12.4)


async def test_one_clear_moment_ties_both(store: LocalStore, film: Path, mpv: str) -> None:
    written = store.written(NAME)
    assert written is not None
    found = await asyncio.to_thread(looked_at, str(film))
    screen = LinkScreen(store, written, found)
    app = CompanionApp(store, first=screen)
    async with app.run_test() as pilot:
        await until(lambda: screen._beside.player is not None)
        assert "session 0:02.0: learner act" in lines(app, "#here")
        await pilot.press("n")  # to the response at 3 s
        player = screen._beside.player
        assert player is not None
        for _ in range(2):
            async with sought(player):
                await pilot.press("right")
        await pilot.press("full_stop")
        await until(lambda: screen._beside.position() == pytest.approx(10.04, abs=0.001))
        await pilot.press("enter")
        await pilot.pause()
    link = store.film(NAME)
    assert link is not None
    assert link.at_s == pytest.approx(7.04, abs=0.002)


async def test_enter_on_a_mark_plays_the_film_from_three_seconds_before_it(
    store: LocalStore, tied: Path
) -> None:
    screen = ReviewScreen(store, log_of(store))
    app = CompanionApp(store, first=screen)
    async with app.run_test(size=(100, 40)) as pilot:
        assert "Enter plays the film" in lines(app, "#here")
        await pilot.press("right", "enter")  # the learner's act at 2 s
        await until(lambda: player_of(screen) is not None)
        player = player_of(screen)
        assert player is not None
        await until(lambda: player.clock.running)
        assert 11.4 - 0.1 <= player.position() <= 15
        await until(lambda: (screen.query_one(Timeline).film or -1.0) >= 0.0)
        assert "▲" in "".join(segment.text for segment in screen.query_one(Timeline).render_line(7))
        await pilot.press("p")
        await until(lambda: player.paused)
        await pilot.press("right", "right", "enter")  # the moment at 8 s: 17.4 to 37.4, the film ends before
        await until(lambda: not player.paused and 17.3 <= player.position() <= 22)
        assert player._until == pytest.approx(37.4)


def grow(film: Path) -> None:
    film.write_bytes(film.read_bytes() + b"more")


async def test_a_moved_film_is_asked_for_and_a_changed_one_is_refused(
    store: LocalStore, tied: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(b"another film")
    moved = Path(shutil.move(tied, tmp_path / "moved.mp4"))
    screen = ReviewScreen(store, log_of(store))
    app = CompanionApp(store, first=screen)
    async with app.run_test() as pilot:
        await pilot.press("right", "enter")
        await pilot.pause()
        assert isinstance(app.screen, FilmMovedScreen)
        app.screen.query_one("#path").value = str(other)  # type: ignore[attr-defined]
        await pilot.press("enter")
        assert "another film" in lines(app, "#why")
        app.screen.query_one("#path").value = str(moved)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(lambda: player_of(screen) is not None)
        link = store.film(NAME)
        assert link is not None
        assert (link.path, link.at_s) == (str(moved), 12.4)
    grow(moved)
    screen = ReviewScreen(store, log_of(store))
    app = CompanionApp(store, first=screen)
    async with app.run_test() as pilot:
        await pilot.press("right", "enter")
        await until(lambda: any("another film" in one.message for one in app._notifications))
        assert player_of(screen) is None


async def test_without_a_film_or_a_player_one_sentence_says_what_to_do(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, tied: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    app = CompanionApp(store, first=ReviewScreen(store, log_of(store)))
    async with app.run_test() as pilot:
        await pilot.press("right", "enter")
        await until(lambda: any("Install mpv" in one.message for one in app._notifications))
    other = replace(log_of(store), id="20261123-111500-p17-00a2")
    app = CompanionApp(store, first=ReviewScreen(store, other))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert any("tied to no film" in one.message for one in app._notifications)


@pytest.fixture
def coded_again(store: LocalStore, tied: Path) -> str:
    """A second coding, along the film: the same acts at the film's times, but for the last, which is another's."""
    coding = f"{NAME}-coded-ab"
    store.codings.ready()
    header = Header(
        id=coding, learner="p17", practitioner="k9", started_at=datetime(2026, 11, 23, 11, 15, tzinfo=UTC),
        card=Card("p17"), along_film=True,
    )  # fmt: skip
    journal = store.codings.begin(header)
    for event in coded("22.4i 14.4L 15.4i 21.4L 26.4E"):  # keyed after seeking back
        journal.append(event)
    journal.close()
    link = store.film(NAME)
    assert link is not None
    store.codings.tie_film(replace(link, session=coding, at_s=0.0))
    return coding


def test_two_codings_of_one_film_are_compared_on_one_clock(
    coded_again: str, store: LocalStore, tied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agree", NAME, coded_again, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["matched"] == 3
    (differs,) = found["disagreements"]
    assert (differs["a"]["t"], differs["b"]["t"]) == (10.0, 10.0)
    assert main(["agree", NAME, coded_again]) == 0
    assert "times may lie apart" not in capsys.readouterr().err
    (store._places.log / "films" / f"{NAME}.json").unlink()
    assert main(["agree", NAME, coded_again]) == 0
    assert "times may lie apart" in capsys.readouterr().err


async def test_enter_on_a_disagreement_plays_it(coded_again: str, store: LocalStore) -> None:
    a, b = coding(NAME, store), coding(coded_again, store)
    b, film = along_one_film(store, (NAME, coded_again), b)
    screen = AgreementScreen(a, b, (NAME, coded_again), 2.0, 1.0, film)
    app = CompanionApp(store, first=screen)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("n", "enter")
        assert "Enter plays it" in lines(app, "#here")
        assert screen._film is not None
        playing = screen._film
        await until(lambda: playing._beside is not None and playing._beside.player is not None)
        assert playing._beside is not None
        beside = playing._beside
        await until(
            lambda: beside.playing and 19.3 <= beside.position() <= 25
        )  # it differs at 10 s: 22.4 − 3
        await pilot.press("p")
        await until(lambda: not beside.playing)

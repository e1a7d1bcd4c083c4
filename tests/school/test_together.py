"""Others' sessions on the screens of a laptop that has joined: seen like one's own, marked, and not to be changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from conftest import FakeClock
from msgspec.structs import replace
from school.memory import MemoryRemote, MemoryServer
from school.two import Laptop
from screen_helpers import lines

from ii_companion.app import CompanionApp
from ii_companion.cli import main
from ii_companion.log.checklist import Checklist
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.lock import hold, sync_lock
from ii_companion.school.membership import Consent, Gone, Membership
from ii_companion.school.parts import grave
from ii_companion.school.remote import Stone
from ii_companion.school.sync import Engine
from ii_companion.school.together import Together, last_words
from ii_companion.screens.logs import LogsScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def joined(places: Places, person: str, co_ordinator: bool = False) -> FileDesk:
    desk = FileDesk(places)
    desk.put_membership(
        Membership("log.elm.example", 5432, "elm", "Elm School", "u7f3a", person, "", Consent(2, 2),
                   co_ordinator=co_ordinator, co_ordinators=("c1",))
    )  # fmt: skip
    return desk


class Two:
    """k7's laptop and c1's, in step through a school's log in memory, with real files."""

    def __init__(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = MemoryServer({"c1"})
        self.k7 = Laptop(places.root / "k7", monkeypatch)
        self.c1 = Laptop(places.root / "c1", monkeypatch)
        joined(self.k7.places, "k7")
        joined(self.c1.places, "c1", co_ordinator=True)

    def sync(self, laptop: Laptop) -> None:
        desk = FileDesk(laptop.places)
        Engine(desk, MemoryRemote(self.server, desk.membership().person), now=NOW).sync()


@pytest.fixture
def two(places: Places, monkeypatch: pytest.MonkeyPatch) -> Two:
    return Two(places, monkeypatch)


async def test_logs_review_and_home_show_others_sessions_marked_and_read_only(
    two: Two, clock: FakeClock
) -> None:
    theirs = two.k7.session("p17", "k7", what_happened="she hummed")
    two.c1.session("p18", "c1", 2)
    two.sync(two.k7)
    two.sync(two.c1)
    app = CompanionApp(Together(two.c1.places), clock=clock)
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(LogsScreen())
        await app.workers.wait_for_complete()
        await pilot.pause()
        rows = lines(app, "#rows")
        assert "(Elm School) she hummed" in rows
        assert rows.count("(Elm School)") == 1
        store = app.store
        log = store.get(theirs)
        assert log is not None
        app.push_screen(ReviewScreen(store, log))
        await pilot.pause()
        said = str(app.screen.query_one("#words").render())
        assert "From Elm School's log: to be read here, not changed." in said
        assert app.screen._back is not None
        before = len(app.screen_stack)
        await pilot.press("e")
        await pilot.pause()
        assert len(app.screen_stack) == before
    with pytest.raises(Refusal, match="can be read here, not changed"):
        store.save(replace(log, next_time="mine"), over=log)


@pytest.mark.parametrize("size", [(100, 30), (40, 12)])
async def test_home_says_in_a_line_how_this_laptop_and_the_school_stand(
    two: Two, clock: FakeClock, size: tuple[int, int]
) -> None:
    two.k7.session("p17", "k7")
    app = CompanionApp(Together(two.k7.places), clock=clock)
    async with app.run_test(size=size) as pilot:
        app.screen._look_around()
        await app.workers.wait_for_complete()
        await pilot.pause()
        painted = " ".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "Elm School: 1 waits · never" in painted


def test_the_last_sync_is_said_in_days() -> None:
    assert last_words("", NOW) == "never in step yet"
    assert last_words("2026-11-25T08:00:00Z", NOW) == "last in step today"
    assert last_words("2026-11-24T08:00:00Z", NOW) == "last in step 1 day ago"
    assert last_words((NOW - timedelta(days=40)).isoformat(), NOW) == "last in step 40 days ago"


def test_what_somebody_else_wrote_at_the_same_time_stands_beside_it(
    two: Two, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Laptop(places.root / "k7b", monkeypatch)
    joined(other.places, "k7")
    one = two.k7.session("p17", "k7", what_happened="first")
    two.sync(two.k7)
    two.sync(other)
    for laptop, words in ((two.k7, "from the one"), (other, "from the other")):
        store = LocalStore(laptop.places)
        log = store.get(one)
        assert log is not None
        store.save(replace(log, what_happened=words), over=log)
        store.save_card(Card("p17", enjoys=words))
    for laptop in (two.k7, other, two.k7):
        two.sync(laptop)
    for laptop in (two.k7, other):
        store = Together(laptop.places)
        log = store.get(one)
        assert log is not None
        shown = {log.what_happened, *store.beside(one)}
        assert shown in (
            {"from the one", "also written by k7: from the other"}, {"from the other", "also written by k7: from the one"}
        )  # fmt: skip
        assert len(store.beside_card("p17")) == 1


def test_a_mentors_list_about_anothers_session_goes_where_that_lies(
    two: Two, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    m1 = Laptop(places.root / "m1", monkeypatch)
    joined(m1.places, "m1")
    one = two.k7.session("p17", "k7", mentor="m1")
    two.sync(two.k7)
    two.sync(m1)
    store = Together(m1.places)
    log = store.get(one)
    assert log is not None
    store.save_checklist(log, Checklist(id=one, mentor="m1", strength="waited"))
    assert not (m1.root / "log").exists()
    two.sync(m1)
    two.sync(two.k7)
    found = Together(two.k7.places).checklist(one)
    assert found is not None
    assert found.strength == "waited"
    two.sync(two.c1)
    assert two.c1.names("waited") == []


def test_the_code_of_an_erased_learner_is_not_used_again(two: Two) -> None:
    desk = FileDesk(two.k7.places)
    desk.put_membership(replace(desk.membership(), salt="5a" * 32))
    desk.put_gone(Gone((Stone(grave(bytes.fromhex("5a" * 32), "learner:p17"), "c1", True, ""),)))
    store = Together(two.k7.places)
    said = "p17 was erased at Elm School, and the code is not used again. Choose another."
    for attempt in (
        lambda: store.begin(
            Header(id="20261123-101500-p17-0001", learner="p17", started_at=NOW, card=Card("p17"))
        ),
        lambda: store.save_card(Card("p17", enjoys="x")),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert str(refused.value) == said
    assert two.k7.run("note", "p17", "hummed", "--me", "k7") == 1
    assert said in two.k7.err
    store.begin(
        Header(id="20261123-101500-p18-0001", learner="p18", started_at=NOW, card=Card("p18"))
    ).close()


def test_a_running_session_defers_the_removal_and_says_so(two: Two) -> None:
    two.k7.session("p17", "k7")
    two.sync(two.k7)
    two.sync(two.c1)
    assert two.c1.ok("erase", "p17", "--yes")
    two.sync(two.c1)
    running = LocalStore(two.k7.places).begin(
        Header(
            id="20261125-101500-p17-0007", learner="p17", practitioner="k7", started_at=NOW, card=Card("p17")
        )
    )
    engine = Engine(FileDesk(two.k7.places), MemoryRemote(two.server, "k7"))
    assert [str(one) for one in engine.sync().told] == [
        "A session with p17 is running, and p17 was erased. End it: it will be removed."
    ]
    assert two.k7.names("p17")
    running.close()
    two.sync(two.k7)
    assert two.k7.names("p17") == []


def test_a_sync_waits_for_what_is_open_in_a_window(two: Two) -> None:
    held = hold(two.k7.places)
    assert held is not None
    assert hold(two.k7.places) is None
    assert "are open, or another sync is running" in two.k7.refused("school", "sync")
    held.release()
    with sync_lock(two.k7.places):
        pass


async def test_an_open_card_holds_the_lock_and_lets_it_go(two: Two, clock: FakeClock) -> None:
    from ii_companion.screens.card import CardScreen

    app = CompanionApp(Together(two.k7.places), clock=clock)
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(CardScreen(Card("p17")))
        await pilot.pause()
        assert hold(two.k7.places) is None
        app.pop_screen()
        await pilot.pause()
        free = hold(two.k7.places)
        assert free is not None
        free.release()


def test_check_knows_the_school_s_log(two: Two) -> None:
    two.k7.session("p17", "k7")
    findings = {one["what"]: one for one in two.k7.json("check")}
    assert findings["school's log"]["found"].startswith("Elm School: 1 waits")
    (two.k7.root / "school" / "membership.json").write_text("{")
    findings = {one["what"]: one for one in two.k7.json("check")}
    assert not findings["school's log"]["ok"]


def test_export_recount_and_figures_know_both(two: Two, tmp_path) -> None:
    theirs = two.k7.session("p17", "k7")
    two.sync(two.k7)
    two.sync(two.c1)
    out = tmp_path / "out.json"
    two.c1.ok("export", theirs, "--format", "json", "--out", str(out))
    assert theirs in out.read_text()
    two.c1.ok("log", "recount")
    assert two.c1.ok("agree", theirs, theirs)


def test_not_joined_nothing_of_it_is_loaded() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from ii_companion.cli import main\nfor argv in (['log'], ['check', '--json'], ['school', 'status']):\n main(argv)\n"
        "print(*sorted(m for m in sys.modules if m.split('.')[0] in ('psycopg', 'keyring', 'pyrage') or '.school.' in m), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ran.stderr.splitlines()[-1].split()
    assert not [one for one in loaded if one.startswith(("psycopg", "keyring", "pyrage"))]
    assert main(["log"]) == 0

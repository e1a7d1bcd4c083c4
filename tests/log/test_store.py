"""What a store promises, held of every store there is: the month files on disk, and one in memory."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import FakeClock
from log.memory import MemoryStore
from makers import coded
from msgspec.structs import replace
from sealing import rings
from sealing.folders import seal

from ii_companion.app import CompanionApp
from ii_companion.feed.feed import FollowedFeed
from ii_companion.files.sessions import Travelling, collect
from ii_companion.files.taking import take_in
from ii_companion.log.checklist import Answer, Checklist, Seen
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.log.records import EndReason
from ii_companion.log.store import FilmLink, Store, Watched, wanted
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.membership import Membership
from ii_companion.school.together import Together
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.view import Coaching

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
EVENTS = tuple(coded("1L 2i 5L 6.5j 9e 30E"))


@pytest.fixture(params=["month files", "sealed", "memory", "joined"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    made: Store = MemoryStore() if request.param == "memory" else LocalStore(Places(tmp_path / "kept"))
    if request.param == "joined":
        made = Together(Places(tmp_path / "kept"))
        FileDesk(Places(tmp_path / "kept")).put_membership(
            Membership("log.elm.example", 5432, "elm", "Elm School", "u7", "k7", "")
        )
    made.ready()
    if request.param == "sealed":
        rings.install(tmp_path / "ring.json", monkeypatch)
        seal(Places(tmp_path / "kept"))
    return made


def header(name: str = "20261123-101500-p17-00a1", learner: str = "p17", when: datetime = NOW) -> Header:
    return Header(id=name, learner=learner, practitioner="k7", started_at=when, card=Card(learner))


def kept(store: Store, one: Header | None = None) -> Travelling:
    one = one or header()
    session = Travelling(brief_log(one, EVENTS), one, EVENTS)
    take_in(store, [session])
    return session


def test_a_log_is_kept_changed_and_its_earlier_versions_stay(store: Store) -> None:
    log = kept(store).log
    assert store.get(log.id) == log
    ribbon = replace(log, next_time="The ribbon.")
    store.save(ribbon, keep_earlier=True, over=log)
    store.save(replace(log, next_time="The red ribbon."), over=ribbon)
    assert wanted(store, log.id).next_time == "The red ribbon."
    assert store.earlier(log.id) == [log]
    with pytest.raises(Refusal, match="no brief log nobody"):
        wanted(store, "nobody")


def test_logs_are_listed_newest_first_in_every_way_there_is(store: Store) -> None:
    ids = ["20260901-080000-p17-0001", "20261101-080000-p18-0002", "20261102-080000-p17-0003"]
    for n, name in enumerate(ids):
        kept(store, header(name, name.split("-")[2], datetime(2026, 9 + n, 1 + n, 8, tzinfo=UTC)))
    newest = ids[::-1]
    assert [log.id for log in store.logs()] == newest
    assert [entry.id for entry in store.entries()] == newest
    assert [log.id for log in store.newest(2)] == newest[:2]
    assert [log["id"] for log in json.loads(store.json())] == newest
    assert store.ids() == set(ids)


def test_a_checklist_stands_beside_its_log(store: Store) -> None:
    log = kept(store).log
    assert store.checklist(log.id) is None
    one = Checklist(id=log.id, mentor="m1", answers=(Answer("waited", Seen.SEEN),))
    store.save_checklist(log, replace(one, strength="Patience"))
    store.save_checklist(log, one)
    assert store.checklist(log.id) == one


def test_a_journal_is_written_live_followed_and_read(store: Store, clock: FakeClock) -> None:
    journal = store.begin(header(), clock.elapsed() - 12.0)
    assert store.has(header().id)
    with pytest.raises(Refusal):
        store.begin(header())
    for event in EVENTS[:3]:
        assert journal.append(event)
    until(lambda: store.live() == header().id)
    feed = FollowedFeed(store, header().id, clock, lambda _: Coaching(card=Card("p17")))
    assert [event.n for event in feed.pull()] == [1, 2, 3]
    until(lambda: feed.now() == 12.0)
    journal.append(EVENTS[3])
    assert [event.n for event in feed.pull()] == [4]
    assert feed.pull() == []
    assert feed.story.tally.answered == 2
    assert (journal.trouble, journal.waiting) == ("", 0)
    journal.close()
    assert store.live() is None
    assert feed.lost
    written = store.written(header().id)
    assert written is not None
    assert (written.header, written.events, written.complaint) == (header(), EVENTS[:4], "")
    assert store.written("nobody") is None


def test_who_watches_is_told_of_what_is_written(store: Store) -> None:
    told: list[bool] = []
    watch = store.watch(lambda: told.append(True))
    journal = store.begin(header())
    until(lambda: bool(told))
    told.clear()
    journal.append(EVENTS[0])
    until(lambda: bool(told))
    watch.close()
    journal.close()


def test_a_session_that_never_ended_is_finished_or_discarded(store: Store) -> None:
    for name in ("20261123-101500-p17-00a1", "20261123-111500-p17-00a2"):
        journal = store.begin(header(name))
        for event in EVENTS[:4]:
            journal.append(event)
        journal.close()
    waiting, complaints = store.unfinished()
    assert ([one.header.id[-4:] for one in waiting], complaints) == (["00a2", "00a1"], [])
    log = store.finish(waiting[1])
    assert (log.end_reason, log.duration_s) == (EndReason.INTERRUPTED, 6.5)
    store.save(log)
    store.discard(waiting[0].header.id)
    assert store.unfinished() == ([], [])
    written = store.written(log.id)
    assert written is not None
    assert written.events[-1].kind is Kind.ENDED


def test_sessions_from_elsewhere_are_taken_in_once_and_come_out_as_they_were(store: Store) -> None:
    session = kept(store)
    assert take_in(store, [session]).known == 1
    assert list(collect(store, [session.log.id])) == [session]


def test_cards_dates_and_the_last_plan(store: Store) -> None:
    assert store.card("p17") == Card("p17")
    assert not store.has_card("p17")
    store.save_card(Card("p17", wait_s=6.0))
    assert (store.card("p17").wait_s, store.has_card("p17"), store.learners()) == (6.0, True, ["p17"])
    store.note_date("k7", induction=date(2025, 9, 1))
    store.note_date("k7", refresher=date(2026, 9, 2))
    assert (store.dates()["k7"].induction, store.dates()["k7"].refreshers) == (
        date(2025, 9, 1),
        (date(2026, 9, 2),),
    )
    store.remember_plan(Plan("p17", "k7", probe=True))
    assert store.last_plan() == Plan("p17", "k7")
    assert store.noise() is None
    store.remember_noise(2, NOW)
    noise = store.noise()
    assert noise is not None
    assert noise.times == 2


def test_removing_takes_a_session_with_its_journal_and_its_codings(store: Store) -> None:
    session, other = kept(store), kept(store, header("20261123-111500-p18-00a2", "p18"))
    store.codings.ready()
    coding = store.codings.begin(header(f"{session.log.id}-coded-ab"))
    coding.close()
    doomed = store.of_session(session.log.id)
    assert [entry.id for entry in doomed.sessions] == [session.log.id]
    assert set(doomed.journals) == {session.log.id, f"{session.log.id}-coded-ab"}
    store.remove(doomed)
    assert store.known() == {other.log.id}
    assert store.codings.written(f"{session.log.id}-coded-ab") is None


def film_link(session: str, learner: str = "p17") -> FilmLink:
    return FilmLink(session, learner, "/films/a film.mp4", 7200.0, "ab" * 32, 12.4)


def test_a_session_is_tied_to_a_film_and_the_link_goes_with_the_session(store: Store) -> None:
    session = kept(store)
    store.codings.ready()
    coding = f"{session.log.id}-coded-ab"
    store.codings.begin(header(coding)).close()
    assert store.film(session.log.id) is None
    with pytest.raises(Refusal):
        store.tie_film(film_link("20261123-101500-p17-0bad"))
    store.tie_film(film_link(session.log.id))
    store.tie_film(replace(film_link(session.log.id), at_s=-3.0))
    store.codings.tie_film(film_link(coding))
    link = store.film(session.log.id)
    assert link is not None
    assert (link.at_s, link.film_time(5.0), link.session_time(2.0)) == (-3.0, 2.0, 5.0)
    store.remove(store.of_session(session.log.id))
    assert store.film(session.log.id) is None
    assert store.codings.film(coding) is None
    open_journal = store.begin(header())
    store.tie_film(film_link(session.log.id))
    open_journal.close()
    store.discard(session.log.id)
    assert store.film(session.log.id) is None


def test_erasing_a_learner_erases_their_links_and_leaves_others(tmp_path: Path) -> None:
    """Also of a session whose id does not name the learner, and what a kill left half written."""
    places = Places(tmp_path / "kept")
    store = LocalStore(places)
    store.ready()
    odd = kept(store, header("b-20261123-imported"))
    other = kept(store, header("20261123-111500-p18-00a2", "p18"))
    store.tie_film(film_link(odd.log.id))
    store.tie_film(film_link(other.log.id, "p18"))
    films = places.log / "films"
    (films / f".{odd.log.id}.json.00ff.tmp").write_text('{"learner": "p17"')
    store.erase("p17")
    assert [path.name for path in films.iterdir()] == [f"{other.log.id}.json"]
    assert oct((films / f"{other.log.id}.json").stat().st_mode)[-3:] in ("600", "666")


def test_a_link_that_cannot_be_read_or_is_newer_is_refused_by_name(tmp_path: Path) -> None:
    places = Places(tmp_path / "kept")
    store = LocalStore(places)
    store.ready()
    session = kept(store)
    store.tie_film(film_link(session.log.id))
    path = places.log / "films" / f"{session.log.id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99, "more": 1}))
    with pytest.raises(Refusal, match="newer version"):
        store.film(session.log.id)
    path.write_text("{")
    with pytest.raises(Refusal, match="not a link to a film"):
        store.film(session.log.id)


def test_erasing_a_learner_leaves_the_others_and_waits_for_a_running_session(store: Store) -> None:
    kept(store), kept(store, header("20261123-111500-p18-00a2", "p18"))
    store.save_card(Card("p17"))
    running = store.begin(header("20261123-121500-p17-00a3"))
    running.append(Event(1, 1.0, Kind.LEARNER_ACT))
    until(lambda: store.live() is not None)
    with pytest.raises(Refusal, match="running"):
        store.erase("p17")
    assert len(store.known()) == 3
    running.close()
    store.erase("p17")
    assert store.known() == {"20261123-111500-p18-00a2"}
    assert not store.about("p17")
    assert not store.has_card("p17")


def test_what_is_past_its_time_is_found_unfinished_ones_too(store: Store) -> None:
    old = header("20250101-090000-p17-0001", when=datetime(2025, 1, 1, 9, tzinfo=UTC))
    kept(store, old), kept(store)
    loose = store.begin(header("20250102-090000-p17-0002", when=datetime(2025, 1, 2, 9, tzinfo=UTC)))
    loose.close()
    doomed = store.older_than(12, NOW)
    assert [entry.id for entry in doomed.sessions] == [old.id]
    assert set(doomed.journals) == {old.id, "20250102-090000-p17-0002"}
    assert not store.older_than(1200, NOW)


async def test_the_app_runs_a_whole_session_on_it(store: Store, clock: FakeClock) -> None:
    """Nothing above the seam needs a file: keyed, ended, noted and listed."""
    app = CompanionApp(store, plan=Plan(learner="p17", practitioner="k7"), clock=clock)
    async with app.run_test() as pilot:
        for key in ("space", "j", "escape", "enter"):
            clock.advance(1)
            await pilot.press(key)
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
    (log,) = store.logs()
    assert log.measures is not None
    assert (log.measures.counts.learner, log.measures.counts.responses) == (1, 1)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does; never a measure of speed."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_watched_is_kept_beside_the_session_and_goes_with_it(store: Store) -> None:
    there = kept(store).header
    assert there is not None
    came = [Watched(1.5, "k9", "mentor", "joined"), Watched(9.0, "k9", "mentor", "turned_away"), Watched(9.5, "", "screen", "left")]  # fmt: skip
    for one in came:
        store.note_watched(there.id, one)
    assert store.watched(there.id) == came
    assert store.known() == {there.id}
    assert store.unfinished() == ([], [])
    assert store.about("p17").journals == (there.id,)
    store.remove(store.of_session(there.id))
    assert store.watched(there.id) == []
    with pytest.raises(Refusal, match="has been removed"):
        store.note_watched(there.id, came[0])
    assert store.watched("nobody") == []


def test_how_far_a_coder_s_clock_can_be_off_is_kept_beside_the_coding_and_goes_with_its_session(
    store: Store,
) -> None:
    session = kept(store).header
    assert session is not None
    coding = f"{session.id}-coded-00aa"
    store.codings.ready()
    journal = store.codings.begin(header(coding))
    journal.append(EVENTS[0])
    assert journal.close()
    assert store.codings.clocks(coding) is None
    store.codings.note_clocks(coding, 0.0061)
    assert store.codings.clocks(coding) == 0.0061
    store.erase("p17")
    assert store.codings.clocks(coding) is None
    assert store.codings.known() == set()


@pytest.mark.parametrize("how", ["erase", "tidy", "delete", "discard"])
def test_nothing_that_lies_beside_a_journal_outlives_it_on_disk(how: str, tmp_path: Path) -> None:
    store = LocalStore(Places(tmp_path / "kept"))
    store.ready()
    store.codings.ready()
    if how == "discard":
        journal = store.begin(header())
        journal.close()
    else:
        kept(store)
    store.note_watched(header().id, Watched(1.0, "k9", "mentor", "joined"))
    coding = store.codings.begin(header(f"{header().id}-coded-00aa"))
    coding.close()
    store.codings.note_clocks(f"{header().id}-coded-00aa", 0.1)
    beside = [
        path for path in (tmp_path / "kept").rglob("*") if ".watched" in path.name or ".clocks" in path.name
    ]
    assert len(beside) == 2
    if os.name == "posix":
        assert [path.stat().st_mode & 0o777 for path in beside] == [0o600] * 2
    if how == "erase":
        store.erase("p17")
    elif how == "tidy":
        store.remove(store.older_than(1, NOW.replace(year=NOW.year + 1)))
    elif how == "delete":
        store.remove(store.of_session(header().id))
    else:
        store.discard(header().id)
        beside = beside[:1] if ".watched" in beside[0].name else beside[1:]
    assert [path for path in beside if path.exists()] == []
    if how != "discard":
        assert {path.name for path in (tmp_path / "kept").rglob("*.jsonl")} == {"activity.jsonl"}

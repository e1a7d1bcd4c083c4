"""Words that were typed outlast every ending, and come back; what is removed stays removed. One test a symptom."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from conftest import FakeClock
from faults.test_attacked import travelling
from faults.test_files import EVENTS, HEADER
from msgspec.structs import replace
from screen_helpers import live, press
from textual.widgets import Input, TextArea

from ii_companion.app import CompanionApp
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.draft import Draft
from ii_companion.log.journal import Journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.plan import Plan
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.card import CardScreen
from ii_companion.screens.checklist import ChecklistScreen
from ii_companion.session.card import Card
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal

SOON_S = 1.0


def store_with(places: Places) -> LocalStore:
    take_in(LocalStore(places), [travelling("p17")])
    return LocalStore(places)


async def drafted(store: LocalStore, name: str, says: str = "") -> Draft:
    """The draft, once it has those words: within a second of a letter; a busy machine may be given longer."""
    end = time.monotonic() + 10 * SOON_S
    while (found := store.draft(name)) is None or (says and says not in found.texts.values()):
        assert time.monotonic() < end, "never on disk"
        await asyncio.sleep(0.05)
    return found


async def test_ctrl_q_in_the_notes_saves_them(places: Places, clock: FakeClock) -> None:
    store = store_with(places)
    log = store.logs()[0]
    app = CompanionApp(store, clock=clock, first=AfterScreen(store, log))
    async with app.run_test() as pilot:
        app.screen.query_one("#best_moment", TextArea).focus()
        await pilot.press(*"hum", "ctrl+q")
    assert (app.return_value, store.logs()[0].best_moment) == (0, "hum")
    assert store.drafts() == []


async def test_ctrl_q_in_a_checklist_saves_it(places: Places, clock: FakeClock) -> None:
    store = store_with(places)
    app = CompanionApp(store, clock=clock, first=ChecklistScreen(store, store.logs()[0]))
    async with app.run_test() as pilot:
        app.screen.query_one("#strength", Input).focus()
        await pilot.press(*"waits", "ctrl+q")
    kept = store.checklist(store.logs()[0].id)
    assert kept is not None
    assert kept.strength == "waits"


async def test_ctrl_q_in_a_card_keeps_the_words_and_offers_them_back(
    places: Places, clock: FakeClock
) -> None:
    store = store_with(places)
    app = CompanionApp(store, clock=clock, first=CardScreen(Card("p17")))
    async with app.run_test() as pilot:
        app.screen.query_one("#enjoys", Input).focus()
        await pilot.press(*"hums", "ctrl+q")
    assert not store.has_card("p17")
    again = CompanionApp(store, clock=clock, first=CardScreen(Card("p17")))
    async with again.run_test() as pilot:
        assert again.screen.query_one("#enjoys", Input).value == "hums"
        await pilot.press("ctrl+s")
    assert store.card("p17").enjoys == "hums"
    assert store.drafts() == []


@pytest.mark.parametrize("which", ["notes", "checklist", "card"])
async def test_a_letter_is_on_disk_soon_without_any_field_being_left(
    places: Places, clock: FakeClock, which: str
) -> None:
    """So whatever kills the program then takes nothing; the next opening has the words in their fields."""
    store = store_with(places)
    log = store.logs()[0]
    make = {
        "notes": lambda: AfterScreen(store, log, edit=lambda _: None),
        "checklist": lambda: ChecklistScreen(store, log),
        "card": lambda: CardScreen(Card("p17")),
    }[which]
    field, name = {
        "notes": ("best_moment", f"notes-{log.id}"),
        "checklist": ("strength", f"checklist-{log.id}"),
        "card": ("enjoys", "card-p17"),
    }[which]
    app = CompanionApp(store, clock=clock, first=make())
    async with app.run_test() as pilot:
        app.screen.query_one(f"#{field}").focus()
        await pilot.press(*"hum")
        assert (await drafted(store, name)).texts[field] == "hum"
        kept = store.draft(name)
        assert kept is not None
        app.screen.drop_draft()  # as if this window had never been let do more
        app.exit(0)
    store.keep_draft(kept)
    app = CompanionApp(store, clock=clock, first=make())
    async with app.run_test():
        widget = app.screen.query_one(f"#{field}")
        assert (widget.text if isinstance(widget, TextArea) else widget.value) == "hum"


async def test_a_note_being_typed_when_the_session_is_killed_is_in_it_when_it_is_finished(
    places: Places, clock: FakeClock
) -> None:
    store = LocalStore(places)
    app = CompanionApp(store, Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, "space", "n")
        await pilot.press(*"he sang")
        session = live(app).recorder.header.id
        draft = await drafted(store, f"note-{session}", "he sang")
        app.exit(0)
    store.keep_draft(draft)
    (one,), _ = store.unfinished()
    store.save(store.finish(one))
    written = store.written(session)
    assert written is not None
    assert [e.detail for e in written.events if e.kind is Kind.NOTE] == ["he sang"]
    assert store.drafts() == []


async def test_a_note_of_more_than_two_thousand_letters_is_kept_in_parts(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, "n")
        app.screen.query_one("#note", Input).value = "x" * 4_500
        await pilot.press("enter")
        await pilot.pause()
        notes = [e.detail for e in live(app).recorder.events if e.kind is Kind.NOTE]
    assert "".join(notes) == "x" * 4_500


async def test_notes_of_more_letters_than_a_log_holds_keep_a_log_and_a_draft(
    places: Places, clock: FakeClock
) -> None:
    store = store_with(places)
    log = store.logs()[0]
    app = CompanionApp(store, clock=clock, first=AfterScreen(store, log))
    async with app.run_test() as pilot:
        app.screen.query_one("#what_happened", TextArea).load_text("w" * 20_001)
        await pilot.press("ctrl+q")
    assert len(store.logs()[0].what_happened) == 20_000
    kept = store.draft(f"notes-{log.id}")
    assert kept is not None
    assert len(kept.texts["what_happened"]) == 20_001


async def test_a_full_disk_then_ctrl_q_asks_and_is_no_success(
    places: Places, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_with(places)
    app = CompanionApp(store, clock=clock, first=AfterScreen(store, store.logs()[0]))
    async with app.run_test() as pilot:
        app.screen.query_one("#best_moment", TextArea).focus()
        monkeypatch.setattr(os, "fsync", _full)
        await pilot.press(*"hum", "ctrl+q")
        await pilot.pause()
        assert not app._exit
        await pilot.press("ctrl+q")
    assert app.return_value == 1


async def test_events_in_memory_and_a_full_disk_are_not_let_go_of(
    places: Places, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end comes while the disk is full; once there is room, the journal has all of it."""
    store = LocalStore(places)
    app = CompanionApp(store, Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        session = live(app).recorder.header.id
        real = os.write
        monkeypatch.setattr(os, "write", _full)
        await press(pilot, clock, "space", "escape", "enter")
        assert isinstance(app.screen, AfterScreen)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert not app._exit
        monkeypatch.setattr(os, "write", real)
        await pilot.press("ctrl+q")
    assert app.return_value == 0
    written = store.written(session)
    assert written is not None
    assert [e.kind for e in written.events] == [Kind.LEARNER_ACT, Kind.ENDED]


def _full(*_: object) -> int:
    raise OSError(28, "No space left on device")


def test_a_month_that_a_stopped_program_holds_keeps_the_notes_no_longer_than_asked(places: Places) -> None:
    from ii_companion.log.storage import locked

    store = store_with(places)
    log = store.logs()[0]
    with locked(places.log / "2026-11.json"):
        began = time.monotonic()
        with pytest.raises(Refusal, match="in use"):
            store.within(0.2).save(replace(log, next_time="x"), over=log)
        assert time.monotonic() - began < 5


@pytest.mark.pty
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_signals_with_notes_open_save_what_is_typed(tmp_path: Path, ending: signal.Signals) -> None:
    pytest.importorskip("pty")
    from e2e.terminal import companion

    home = tmp_path / "home"
    with companion("start", "--learner", "p17", home=home) as app:
        app.wait_for("0 min")
        app.keys("x")
        app.wait_for("They have had enough")
        app.keys("\r")
        app.wait_for("What happened")
        app.wait_for("Saved.")
        app.keys("\t")
        for letter in "sang":
            app.keys(letter)
            app.read(0.2)
        app.wait_for("sang")
        app.process.send_signal(ending)
        assert app.wait_until_gone() == 128 + ending
    assert LocalStore(Places(home)).logs()[0].what_happened == "sang"


# Two windows


def test_a_log_saved_in_two_windows_is_kept_in_both_versions(places: Places) -> None:
    store, told = store_with(places), []
    log = store.logs()[0]
    store.save(replace(log, next_time="hers"), over=log)
    store.telling(told.append).save(replace(log, next_time="his"), over=log)
    assert store.logs()[0].next_time == "his"
    assert [one.next_time for one in store.earlier(log.id)] == ["hers"]
    assert "Both are kept" in told[0]


def test_a_card_saved_in_two_windows_is_kept_in_both_versions(places: Places) -> None:
    store, told = LocalStore(places), []
    store.save_card(Card("p17", enjoys="a"))
    opened = store.card("p17")
    store.save_card(Card("p17", enjoys="hers"), opened)
    store.telling(told.append).save_card(Card("p17", enjoys="his"), opened)
    assert store.card("p17").enjoys == "his"
    assert any(b"hers" in path.read_bytes() for path in places.cards.iterdir())
    assert told


def test_a_form_left_open_brings_nothing_back_that_was_removed(places: Places) -> None:
    from ii_companion.log.checklist import blank

    store = store_with(places)
    log = store.logs()[0]
    store.save_card(Card("p17", enjoys="a"))
    card, empty = store.card("p17"), blank(log, "en")
    store.erase("p17")
    for act in (
        lambda: store.save(replace(log, next_time="x"), over=log),
        lambda: store.save_checklist(log, empty),
        lambda: store.save_card(card, card),
        lambda: store.keep_draft(Draft(f"notes-{log.id}", {"a": "b"}, "p17", log.id)),
        lambda: store.keep_draft(Draft("card-p17", {"a": "b"}, "p17", had_card=True)),
    ):
        with pytest.raises(Refusal, match="removed meanwhile"):
            act()
    assert not [p for p in places.root.rglob("*") if p.is_file() and b"p17" in p.read_bytes()]


def test_a_session_kept_in_one_window_is_not_discarded_in_another(places: Places) -> None:
    ready(places)
    Journal.begin(places.journals, HEADER).close()
    store = LocalStore(places)
    store.save(brief_log(HEADER, EVENTS))
    with pytest.raises(Refusal, match="kept meanwhile"):
        store.discard(HEADER.id)
    assert store.written(HEADER.id) is not None

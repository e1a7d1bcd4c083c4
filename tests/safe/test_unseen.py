"""Nothing changes unseen: whatever is flipped, cut, swapped or edited outside the program is said, and nothing is refused for it."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import msgspec
import pytest
from conftest import Tried
from faults.test_attacked import travelling
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tinydb import TinyDB

from ii_companion.cli import main
from ii_companion.files.taking import take_in
from ii_companion.log import digests
from ii_companion.log.checklist import Checklist
from ii_companion.log.closing import brief_log
from ii_companion.log.journal import Journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.storage import one_document_a_line
from ii_companion.screens.review_words import told
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal
from ii_companion.words import render

WREN, OTTER = travelling("wren"), travelling("otter", 2)


@pytest.fixture
def store(places: Places) -> LocalStore:
    return filled(places)


def filled(places: Places) -> LocalStore:
    """Two sessions, one edited, one with a checklist; a card."""
    store = LocalStore(places)
    ready(places)
    take_in(store, [WREN])
    take_in(store, [OTTER])
    log = store.get(WREN.log.id)
    assert log is not None
    store.by("k7").save(replace(log, next_time="The ribbon, 12 cm."), keep_earlier=True, over=log)
    store.save_checklist(log, Checklist(id=log.id, mentor="m1", strength="Patience"))
    store.save_card(Card("p17", 9.0))
    return store


def said(store: LocalStore) -> list[str]:
    return [render(change.what) for change in store.verify().changes]


def month(places: Places) -> Path:
    (path,) = places.log.glob("*.json")
    return path


def test_what_is_as_it_was_saved_is_counted(store: LocalStore) -> None:
    found = store.verify()
    assert (found.changes, found.logs, found.journals, found.without) == ((), 2, 2, 0)
    assert store.verify(1) == found
    assert store.verify_session(WREN.log.id) == []


def test_a_digit_changed_in_an_editor_is_said_with_its_copy_and_can_be_put_back(
    store: LocalStore, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    store.save_card(Card("p17", 9.5))
    other = store.get(OTTER.log.id)
    assert other is not None
    store.save(other)  # the backup holds now what the month does
    before = store.get(WREN.log.id)
    month(places).write_text(month(places).read_text().replace("12 cm", "72 cm"))
    (change,) = store.verify().changes
    assert "is not as it was saved on" in render(change.what)
    assert change.since is not None
    assert change.restorable
    assert main(["check", "--all"]) == 0
    out = capsys.readouterr().out
    assert f"NO  nothing changed unseen: The brief log {WREN.log.id} is not as it was saved" in out
    assert f"ii-companion log restore {WREN.log.id}" in out
    changed = store.get(WREN.log.id)  # nothing is refused, nothing mended unasked
    assert changed is not None
    assert "72 cm" in changed.next_time
    assert any("is not as it was saved" in line for line in told(store, changed, "en"))
    assert main(["log", "restore", WREN.log.id]) == 0
    assert store.get(WREN.log.id) == before
    assert changed in store.earlier(WREN.log.id)
    assert [line.act for line in store.activity()][-1] == "put_back"
    assert [one.what for one in store.verify().changes if "earlier" not in one.what] == []


def test_without_a_copy_it_is_said_that_there_is_none(store: LocalStore, places: Places) -> None:
    month(places).write_text(month(places).read_text().replace("Patience", "Impatience"))
    store.save(replace(OTTER.log, what_happened="x"), keep_earlier=True)
    store.save(replace(OTTER.log, what_happened="y"), keep_earlier=True)  # the backup has the change too
    (change,) = store.verify().changes
    assert render(change.what).startswith(f"The checklist of {WREN.log.id} is not as it was saved on")
    assert not change.restorable
    with pytest.raises(Refusal, match="no copy"):
        store.put_back(WREN.log.id)


def test_who_edited_and_when_stands_with_the_version_before(
    store: LocalStore, capsys: pytest.CaptureFixture[str]
) -> None:
    (edit,) = store.edits(WREN.log.id)
    assert (edit.by, edit.before.next_time) == ("k7", WREN.log.next_time)
    assert edit.at is not None
    assert main(["log", "show", WREN.log.id]) == 0
    assert "by k7; the version before stays" in capsys.readouterr().out


def test_a_log_taken_out_put_in_or_moved_by_hand_is_said(store: LocalStore, places: Places) -> None:
    def edited(change) -> list[str]:
        data = month(places).read_bytes()
        tables = json.loads(data)
        change(tables)
        month(places).write_bytes(one_document_a_line(tables))
        found = said(store)
        month(places).write_bytes(data)
        return found

    (gone,) = edited(lambda tables: tables["_default"].pop("2"))
    assert "is gone; ii-companion did not remove it" in gone
    put_in = edited(
        lambda tables: tables["_default"].update({"9": {**tables["_default"]["1"], "id": "another"}})
    )
    assert put_in[:-1] == [f"The brief log another was put into {month(places)} by another program."]
    assert "not in its order any more" in edited(lambda tables: tables["digests"].pop("1"))[0]
    assert "has a part “digestz”" in edited(lambda tables: tables.update(digestz=tables.pop("digests")))[0]
    assert edited(lambda tables: tables.pop("digests")) == [
        f"{month(places)}: its digests are gone, though its backup has them."
    ]
    (earlier,) = edited(lambda tables: tables.pop("earlier"))
    assert "An earlier version of" in earlier


def test_a_journal_flipped_swapped_cut_or_gone_is_said(store: LocalStore, places: Places) -> None:
    wren, otter = (places.journals / f"{one.log.id}.jsonl" for one in (WREN, OTTER))
    data, other = wren.read_bytes(), otter.read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    for changed, sentence in (
        (bytes(flipped), "has changed since the session ended"),
        (data[: data.rindex(b"\n", 0, -1) + 1], "was cut: it has"),
        (other, "is that of another session"),
    ):
        wren.write_bytes(changed)
        (found,) = said(store)
        assert sentence in found
        assert store.verify_session(WREN.log.id)[0].what
        assert main(["log", "show", WREN.log.id]) == 0
    wren.unlink()
    assert said(store) == [f"The journal of {WREN.log.id} is gone."]


def test_a_journal_written_live_is_as_its_log_says(places: Places) -> None:
    ready(places)
    assert WREN.header is not None
    journal = Journal.begin(places.journals, WREN.header)
    for event in WREN.events:
        journal.append(event)
    assert journal.close()
    log = brief_log(WREN.header, WREN.events)
    assert log.journal_digest is not None
    assert log.journal_digest.lines == len(WREN.events) + 1
    assert log.journal_digest.last_t == WREN.events[-1].t
    LocalStore(places).save(log)
    assert LocalStore(places).verify().changes == ()


def test_a_card_edited_by_hand_is_said_until_it_is_saved_again(store: LocalStore, places: Places) -> None:
    path = places.cards / "p17.json"
    path.write_text(path.read_text().replace("9", "4"))
    assert "The card of p17 is not as it was saved on" in said(store)[0]
    store.save_card(store.card("p17"))
    assert said(store) == []
    path.unlink()
    assert "is gone" in said(store)[0]


def test_a_save_of_a_card_that_is_cut_short_is_no_change(
    store: LocalStore, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ii_companion.log import cards

    real = cards.write_whole

    def killed(path: Path, data: bytes) -> None:
        if path.suffix == ".json":
            raise OSError(5, "killed")
        real(path, data)

    monkeypatch.setattr(cards, "write_whole", killed)
    with pytest.raises(Refusal):
        store.save_card(Card("p17", 3.0))
    assert said(store) == []


def test_removing_and_erasing_leave_no_digest_and_no_break(store: LocalStore, places: Places) -> None:
    take_in(store, [travelling("wren", 5), travelling("owl", 6)])
    store.remove(store.of_session(OTTER.log.id))
    assert said(store) == []
    store.erase("wren")
    assert said(store) == []
    assert b"wren" not in month(places).read_bytes()
    store.save_card(Card("p18"))
    store.erase("p18")
    assert not list(places.cards.glob("p18*"))


def test_a_break_that_was_there_is_not_healed_by_a_later_removal(store: LocalStore, places: Places) -> None:
    tables = json.loads(month(places).read_bytes())
    tables["digests"]["2"]["at"] = "2020-01-01T00:00:00+00:00"
    month(places).write_bytes(one_document_a_line(tables))
    assert said(store)
    store.remove(store.of_session(WREN.log.id))
    assert "not in its order" in said(store)[0]


def test_a_month_from_before_digests_gets_them_at_its_next_save(places: Places) -> None:
    store = filled(places)
    tables = json.loads(month(places).read_bytes())
    del tables["digests"]
    month(places).write_bytes(one_document_a_line(tables))
    month(places).with_name(f"{month(places).name}.bak").unlink()
    assert (store.verify().changes, store.verify().without) == ((), 2)
    take_in(store, [travelling("owl", 7)])
    assert (store.verify().changes, store.verify().without) == ((), 0)


def test_stock_tinydb_opens_a_month_and_what_it_adds_is_said(store: LocalStore, places: Places) -> None:
    with TinyDB(month(places)) as db:
        assert len(db) == 2
        db.insert({**db.all()[0], "id": "20261123-101500-p17-ffff"})
    assert [name for name in said(store) if "another program" in name] == [
        f"The brief log 20261123-101500-p17-ffff was put into {month(places)} by another program."
    ]
    assert (
        len(said(store)) == 2
    )  # that, and that it has no journal: it wrote the file anew in its own layout, which changes nothing


@pytest.mark.long
def test_random_flips_anywhere_are_said_or_change_nothing(
    store: LocalStore, places: Places, tmp_path: Path, whole: bool, tried: Tried
) -> None:
    files = [month(places), places.cards / "p17.json", *places.journals.glob("*.jsonl")]
    rng = random.Random(17)
    for n in range(3000 if whole else 150):
        root = tmp_path / "copy"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(places.root, root)
        victim = root / rng.choice(files).relative_to(places.root)
        data = bytearray(victim.read_bytes())
        at = rng.randrange(len(data))
        data[at] ^= 1 << rng.randrange(8)
        victim.write_bytes(data)
        copy = LocalStore(Places(root))
        changes = copy.verify().changes
        tried("bits flipped")
        if changes:
            continue
        assert victim.suffix == ".json", (n, victim, at)  # a journal's every byte counts
        assert _content(victim) == _content(places.root / victim.relative_to(root)), (n, at)


def _content(path: Path) -> object:
    """What a reader of the file gets: its documents, whatever their numbers."""
    return [list(table.values()) for table in json.loads(path.read_bytes()).values()]


DOCUMENTS = st.dictionaries(
    st.sampled_from(["a1", "b2", "c3", "d4"]),
    st.floats(0, 9, allow_nan=False) | st.text(max_size=3),
    max_size=4,
)


@given(
    st.lists(st.tuples(DOCUMENTS, st.sets(st.sampled_from(["a1", "b2", "c3", "d4"]), max_size=2)), max_size=6)
)
def test_the_chain_holds_through_any_saves_and_removals(steps) -> None:
    tables: dict = {}
    for documents, gone in steps:
        tables["_default"] = {
            str(n): {"id": name, "words": value} for n, (name, value) in enumerate(documents.items(), 1)
        }
        digests.drop(tables, lambda name, kept=documents: name not in kept)
        digests.note(tables, set(documents), "2026-11-27T10:00:00+00:00", "")
        digests.drop(tables, gone.__contains__)
        rows = digests.in_order(tables.get("digests", {}))
        assert all(digests.whole(rows))
        for document in tables["_default"].values():
            if document["id"] not in gone:
                (row,) = [row for row in rows if row["id"] == document["id"]]
                assert row["sha256"] == digests.digest(msgspec.json.decode(msgspec.json.encode(document)))

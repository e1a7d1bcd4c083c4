"""Sealed files: nothing can be read in them, one in another's place does not open, and a damaged one is met as a plain one is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from faults.test_attacked import travelling
from sealing.folders import WORDS, filled, seal

from ii_companion.cli import main
from ii_companion.files.taking import take_in
from ii_companion.log.cards import card_path, save_card
from ii_companion.log.draft import Draft
from ii_companion.log.journal import journal_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.local import LocalStore, open_store
from ii_companion.log.places import Places
from ii_companion.log.sealed_journal import Spoiled
from ii_companion.log.sealing import AGE, read
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal

KEPT = [
    "log/2026-11.json", "log/2026-11.json.bak", "practice/log/2026-11.json", "cards/heron.json", "training.json",
    f"drafts/notes-{travelling('heron').log.id}.json",
]  # fmt: skip


def in_content(root: Path, words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (str(path), word)
        for path in sorted(root.rglob("*"))
        if path.is_file()
        for word in words
        if word.encode() in path.read_bytes()
    ]


def test_no_word_and_no_code_stands_in_any_byte_of_a_sealed_folder(
    sealed: LocalStore, places: Places
) -> None:
    """After sealing, and after every way of changing it."""
    assert in_content(places.root, WORDS) == []
    log = sealed.get(travelling("p17").log.id)
    sealed.save(msgspec.structs.replace(log, next_time="more singing"), keep_earlier=True, over=log)
    sealed.keep_draft(Draft("card-p17", {"enjoys": "more singing"}, "p17"))
    save_card(places, Card("p17", enjoys="more singing"))
    take_in(sealed, [travelling("p17", 9)])
    sealed.remember_noise(3, log.started_at)
    from ii_companion.log.plan import Plan

    sealed.remember_plan(Plan(learner="p17", practitioner="k7"))
    assert sealed.last_plan().learner == "p17"
    assert in_content(places.root, WORDS) == []
    sealed.remove(sealed.of_session(log.id))
    assert in_content(places.root, WORDS) == []
    assert sealed.lock.standing().plain == 0


def test_all_that_was_there_is_read_as_before(places: Places, ring: Path) -> None:
    store = filled(places)
    name = travelling("p17").log.id

    def everything() -> object:
        return (
            store.logs(), store.entries(), store.earlier(name), store.written(name).events, store.card("heron"),
            store.dates(), store.drafts(), store.practice.logs(), store.json(), store.known(),
        )  # fmt: skip

    before = everything()
    seal(places)
    assert everything() == before
    store.lock.take_off()
    assert everything() == before
    assert store.lock.standing().plain == store.lock.standing().files
    assert not (places.root / "seal.json").exists()
    assert ring.read_text() == "{}"  # nothing is left in the keyring


@pytest.mark.parametrize("name", KEPT)
def test_a_file_in_the_place_of_another_does_not_open(sealed: LocalStore, places: Places, name: str) -> None:
    data = {one: (places.root / one).read_bytes() for one in KEPT}
    for other in KEPT:
        (places.root / name).write_bytes(data[other])
        if other.removesuffix(".bak") == name.removesuffix(".bak"):  # a backup is its month's
            assert read(places.root / name)
        else:
            with pytest.raises(Spoiled):
                read(places.root / name)


def test_a_journal_in_the_place_of_another_does_not_open(sealed: LocalStore, places: Places) -> None:
    heron, otter = (journal_path(places.journals, travelling(one).log.id) for one in ("heron", "otter"))
    shutil.copy(heron, otter)
    with pytest.raises(Refusal):
        read_journal(otter)
    there = journal_path(places.practice.journals, heron.stem)
    shutil.copy(heron, there)
    with pytest.raises(Refusal):
        read_journal(there)
    assert read_journal(heron).header.learner == "heron"


def test_a_damaged_month_is_set_aside_and_read_from_its_backup(sealed: LocalStore, places: Places) -> None:
    month = places.log / "2026-11.json"
    data = bytearray(month.read_bytes())
    data[-9] ^= 4
    month.write_bytes(data)
    told: list[str] = []
    assert {log.learner for log in sealed.telling(told.append).logs()} == {"heron", "otter", "p17"}
    assert "damaged" in told[0]
    assert list(places.log.glob("*.damaged-*"))
    assert month.read_bytes().startswith(AGE)
    sealed.erase("p17")
    assert {log.learner for log in sealed.logs()} == {"heron", "otter"}
    assert not list(places.log.glob("*.damaged-*"))


def test_a_damaged_card_is_refused_and_left_as_it_is(sealed: LocalStore, places: Places) -> None:
    path = card_path(places, "heron")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refusal, match="damaged or changed"):
        sealed.card("heron")


def test_erasing_takes_all_of_a_learner_and_what_nobody_can_search(
    sealed: LocalStore, places: Places
) -> None:
    month = (places.log / "2026-11.json").read_bytes()
    (places.log / ".2026-11.json.0123456789abcdef.tmp").write_bytes(month[:200])
    sealed.erase("heron")
    assert {log.learner for log in sealed.logs()} == {"otter", "p17"}
    assert not [path for path in places.root.rglob("*") if "heron" in path.name]
    assert not list(places.log.glob(".*.tmp"))
    assert b"heron" not in read(places.log / "2026-11.json") + read(places.log / "2026-11.json.bak")


def test_a_new_file_in_a_sealed_folder_is_sealed_and_a_plain_one_beside_it_is_read(
    sealed: LocalStore, places: Places
) -> None:
    (places.log / "2025-01.json").write_bytes(
        b'{"_default": {"1": '
        + msgspec.json.encode(msgspec.structs.replace(travelling("p18").log, id="20250101-101500-p18-0001"))
        + b"}}"
    )
    assert {log.learner for log in sealed.logs()} == {"heron", "otter", "p17", "p18"}
    assert sealed.lock.standing().plain == 1
    sealed.lock.begin_again()
    sealed.lock.finish()
    assert sealed.lock.standing().plain == 0
    assert {log.learner for log in sealed.logs()} == {"heron", "otter", "p17", "p18"}


def test_what_is_no_file_of_ours_is_let_be(places: Places, ring: Path) -> None:
    filled(places)
    letter = places.root / "letter.json"
    letter.write_text("mine")
    (places.root / "other").mkdir()
    (places.root / "other" / "log.json").write_text("mine")
    seal(places)
    assert letter.read_text() == (places.root / "other" / "log.json").read_text() == "mine"


def test_export_gives_plain_files_and_says_so(
    sealed: LocalStore, places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    assert main(["--data-dir", str(places.root), "export", "--format", "json", "--out", str(out)]) == 0
    assert b"a good morning" in out.read_bytes()
    assert "is not sealed" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_age_alone_opens_a_file_with_the_recovery_key(places: Places, ring: Path, tmp_path: Path) -> None:
    filled(places)
    plain = {name: (places.root / name).read_bytes() for name in KEPT}
    key = tmp_path / "recovery.txt"
    key.write_text(seal(places).recovery + "\n")
    for name in KEPT:
        out = subprocess.run(
            ["age", "-d", "-i", str(key), str(places.root / name)], capture_output=True, check=True
        ).stdout
        inside, _nul, content = out.partition(b"\0")
        assert inside.decode() == name.removesuffix(".bak")
        if "log/" not in name:  # months also keep how their journals ended
            assert content == plain[name]
        else:
            assert json.loads(content)["_default"] == json.loads(plain[name.removesuffix(".bak")])["_default"]


NOTHING = """
import sys
from faults.test_files import EVENTS, HEADER
from ii_companion.cli import main
from ii_companion.log.closing import brief_log
from ii_companion.log.local import open_store
store = open_store(sys.argv[1])
store.ready()
store.last_plan(), store.card("p17"), store.entries()
journal = store.begin(HEADER, 1.0)
for event in EVENTS:
    journal.append(event)
journal.close()
store.save(brief_log(HEADER, EVENTS))
store.written(HEADER.id), store.follow(HEADER.id).read(), store.unfinished()
assert main(["--data-dir", sys.argv[1], "log"]) == 0
assert main(["--data-dir", sys.argv[1], "lock", "status"]) == 0
print(*sorted(sys.modules))
"""


def test_where_nothing_is_sealed_nothing_of_it_is_loaded(places: Places) -> None:
    tests = Path(__file__).parents[1]
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(tests)!r}]\n{NOTHING}", str(places.root)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert "tinydb" in loaded
    assert {"cryptography", "pyrage", "keyring", "secretstorage"}.isdisjoint(loaded)
    assert open_store(str(places.root)).ids() == {travelling("heron").log.id}

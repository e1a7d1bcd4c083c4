"""Everything held about one person in one folder, other people's codes replaced, and the free texts to be read first."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from faults.test_attacked import travelling
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ii_companion.cli import main
from ii_companion.files.redact import Letters
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.checklist import Checklist
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.store import FilmLink, Watched
from ii_companion.session.card import Card

WREN, LATER, OTTER = travelling("wren"), travelling("wren", 3), travelling("otter", 2)


def by_staff(one: Travelling, practitioner: str, mentor: str, **texts: str) -> Travelling:
    assert one.header is not None
    return Travelling(
        replace(one.log, practitioner=practitioner, mentor=mentor, **texts),
        replace(one.header, practitioner=practitioner, mentor=mentor),
        one.events,
    )


@pytest.fixture
def store(places: Places) -> LocalStore:
    kept = LocalStore(places)
    first = by_staff(WREN, "k7", "k9", what_happened="K7 laughed with wren; otter watched. Zebrafinch.")
    take_in(kept, [first, by_staff(LATER, "k8", ""), by_staff(OTTER, "k7", "k8", next_time="Only otter's.")])
    log = kept.get(WREN.log.id)
    assert log is not None
    kept.by("k9").save(replace(log, next_time="With k9 again."), keep_earlier=True, over=log)
    kept.save_checklist(log, Checklist(id=log.id, mentor="k9", strength="k7 waits."))
    kept.save_card(Card("wren", 9.0, enjoys="A drum, with k8."))
    kept.tie_film(FilmLink(log.id, "wren", "/films/k7 with wren.mp4", 60.0, "0" * 64))
    kept.note_watched(log.id, Watched(3.0, "k9", "mentor", "joined"))
    kept.note_watched(log.id, Watched(4.0, "m4", "mentor", "joined"))
    return kept


def text_of(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def test_everything_about_a_learner_with_letters_for_the_others(
    store: LocalStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "wren"
    assert main(["about", "wren", "--out", str(out), "--me", "dpo"]) == 0
    assert "2 sessions of wren gathered" in capsys.readouterr().out
    text = text_of(out)
    for code in ("k7", "K7", "k8", "k9", "otter", "dpo"):
        assert not re.search(rf"(?<!\w){code}(?!\w)", text), code
    assert "Only otter" not in text
    assert OTTER.log.id not in text
    for kept in ("Zebrafinch", "A drum, with person-", "person-a", "waits."):
        assert kept in text
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {"index.html", "free-texts.html", "card.json", "sessions.json", "activity.csv"} <= names
    assert sum(name.endswith("-journal.csv") for name in names) == 2
    assert sum(name.endswith("-earlier.json") for name in names) == 1
    assert sum(name.endswith("-checklist.json") for name in names) == 1
    assert sum(name.endswith("-watched.json") for name in names) == 1
    assert not [name for name in names if name.endswith(".mp4")]
    assert any(name.startswith("trends/") for name in names)
    index = (out / "index.html").read_text()
    assert re.search(r"/films/person-\w with wren.mp4", index)
    for link in re.findall(r'(?:href|src)="([^"]+)"', index):
        assert (out / link).is_file(), link
    read_first = (out / "free-texts.html").read_text()
    for words in ("laughed with wren", "again.", "waits.", "A drum"):
        assert words in read_first
    (line,) = [one for one in store.activity() if one.act == "gathered"]
    assert (line.who, line.learner) == ("dpo", "wren")
    assert {one["log"]["id"] for one in json.loads((out / "sessions.json").read_bytes())["sessions"]} == {
        WREN.log.id, LATER.log.id,
    }  # fmt: skip


def test_unredacted_leaves_the_codes(store: LocalStore, tmp_path: Path) -> None:
    out = tmp_path / "wren"
    assert main(["about", "wren", "--out", str(out), "--unredacted"]) == 0
    text = text_of(out)
    assert "K7 laughed" in text
    assert "person-" not in text
    assert "Other people's codes stand as they are" in text.replace("&#39;", "'")


def test_everything_about_a_member_of_staff_with_letters_for_the_learners(
    store: LocalStore, tmp_path: Path
) -> None:
    out = tmp_path / "k7"
    assert main(["about", "--staff", "k7", "--out", str(out)]) == 0
    text = text_of(out)
    for code in ("wren", "otter", "k8", "k9"):
        assert not re.search(rf"(?<![A-Za-z0-9]){code}(?![A-Za-z0-9])", text), code
    assert "k7" in text
    assert len(list((out / "sessions").glob("*-journal.csv"))) == 2
    assert not (out / "card.json").exists()


def test_whoever_only_watched_is_held_too(store: LocalStore, tmp_path: Path) -> None:
    assert main(["about", "--staff", "m4", "--out", str(tmp_path / "m4")]) == 0
    (watched,) = (tmp_path / "m4" / "sessions").glob("*-watched.json")
    other, themselves = [one["who"] for one in json.loads(watched.read_bytes())]
    assert other.startswith("person-")
    assert themselves == "m4"


def test_what_is_not_there_is_refused_and_nothing_is_written(
    store: LocalStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["about", "p99", "--out", str(tmp_path / "p99")]) == 1
    assert "nothing about p99" in capsys.readouterr().err
    assert not (tmp_path / "p99").exists()
    full = tmp_path / "full"
    full.mkdir()
    (full / "a").touch()
    assert main(["about", "wren", "--out", str(full)]) == 1
    assert [path.name for path in full.iterdir()] == ["a"]
    with pytest.raises(SystemExit):
        main(["about", "wren", "--staff", "k7", "--out", str(tmp_path / "x")])


CODES = st.from_regex(r"[a-z][a-z0-9-]{0,4}[a-z0-9]", fullmatch=True)


@given(
    st.sets(CODES, max_size=6), CODES, st.lists(CODES | st.sampled_from([" ", ".", "\n", "É"]), max_size=20)
)
def test_no_other_code_is_left_as_a_word(codes: set[str], keep: str, words: list[str]) -> None:
    letters = Letters(codes, keep)
    text = letters.text(" ".join(words))
    for code in codes - {keep}:
        if not any(code in letter for letter in ("person", *letters.of.values())):
            assert not re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text), (code, text)
    assert Letters(codes, keep, unredacted=True).text("k7 x") == "k7 x"

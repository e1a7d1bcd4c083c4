"""Others' sessions are sealed always, by a key of their own; what opens no more is fetched again, and nothing plain is left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from school.server import Database
from school.two import Laptop, School, a_school
from sealing.folders import seal

from ii_companion.log import keys
from ii_companion.log.local import LocalStore
from ii_companion.session.card import Card

WORDS = "She hummed, a zebrafinch."
PASSPHRASE = "four quiet words here"


@pytest.fixture
def school(log: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    with a_school(log, tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without age's scrypt, which takes seconds; it has tests of its own."""

    def mark(passphrase: str) -> bytes:
        return hashlib.sha256(passphrase.encode()).digest()

    def decrypt(data: bytes, passphrase: str) -> bytes:
        if not data.startswith(mark(passphrase)):
            raise pyrage.DecryptError("no")
        return bytes(byte ^ 0x5A for byte in data[32:])

    monkeypatch.setattr(
        "pyrage.passphrase.encrypt",
        lambda data, passphrase: mark(passphrase) + bytes(byte ^ 0x5A for byte in data),
    )
    monkeypatch.setattr("pyrage.passphrase.decrypt", decrypt)


def in_step(school: School, reader: Laptop) -> str:
    """A colleague's session, lent with its words, on the reader's laptop."""
    k7 = school.laptop("k7", figures="2", words="3")
    one = k7.session("p17", "k7", what_happened=WORDS)
    k7.ok("school", "sync")
    reader.ok("school", "sync")
    return one


def lent(laptop: Laptop) -> list[Path]:
    part = laptop.places.school
    return [path for folder in (part.log, part.journals) for path in sorted(folder.glob("*.json*"))]


def test_no_byte_of_them_says_a_word_and_they_are_read_all_the_same(school: School) -> None:
    c1 = school.laptop("c1", "--co-ordinator")
    one = in_step(school, c1)
    assert len(lent(c1)) >= 2
    for path in lent(c1):
        assert not any(word in path.read_bytes() for word in (b"zebrafinch", b'"p17"', b'"k7"', b"-p17-"))
    assert c1.log(one)["what_happened"] == WORDS
    assert json.loads(c1.ok("log", "show", one, "--json"))["events"]


def test_where_the_keyring_has_lost_the_key_ones_own_are_shown_and_the_next_sync_fetches_the_rest(
    school: School,
) -> None:
    c1 = school.laptop("c1", "--co-ordinator")
    mine = c1.session("p18", "c1", 7)
    one = in_step(school, c1)
    assert c1.keyring is not None
    for service, user in list(c1.keyring.kept):
        if service == keys.SERVICE:
            c1.keyring.delete_password(service, user)
    assert [log["id"] for log in c1.json("log")] == [mine]
    assert "Others' sessions are not shown." in c1.err
    c1.ok("school", "sync")
    assert c1.log(one)["what_happened"] == WORDS


def test_without_a_keyring_one_passphrase_keeps_password_and_sessions_and_a_session_never_asks(
    school: School, quick_passphrases: None
) -> None:
    c1 = Laptop(school.folder / "laptop-c1", school._patch)
    c1.keyring = None
    c1.ok(
        "school", "join", str(school.file("c1", "--co-ordinator")), typed=("1", "1", PASSPHRASE, PASSPHRASE)
    )
    k7 = school.laptop("k7", figures="2", words="3")
    one = k7.session("p17", "k7", what_happened=WORDS)
    k7.ok("school", "sync")
    c1.ok("school", "sync", typed=(PASSPHRASE,))
    assert c1.json("log") == []  # nobody can be asked
    assert "Others' sessions are not shown." in c1.err
    assert WORDS in c1.ok("log", "--json", typed=(PASSPHRASE,))
    c1.run("log", typed=("not the passphrase",))
    assert "That is not the passphrase" in c1.err
    c1.ok("note", "p18", "We sang.", "--minutes", "5", typed=("",))
    assert not any(b"zebrafinch" in path.read_bytes() for path in lent(c1))
    assert one


def test_leaving_takes_their_key_too(school: School) -> None:
    c1 = school.laptop("c1", "--co-ordinator")
    in_step(school, c1)
    c1.ok("school", "leave", "--yes")
    assert c1.keyring is not None
    assert c1.keyring.kept == {}
    assert not (c1.root / "school").exists()


def test_with_ones_own_folder_sealed_nothing_beside_them_says_a_code(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cards as the school has them, and who one is, are sealed with one's own; the sync goes on, and off again is plain."""
    c1 = school.laptop("c1", "--co-ordinator")
    c1.session("p18", "c1", 7)
    LocalStore(c1.places).save_card(Card("p18", enjoys="a zebrafinch"))
    one = in_step(school, c1)
    with monkeypatch.context() as patch:
        patch.setattr(keys, "native_keyring", lambda: c1.keyring)
        patch.setattr(keys, "_held", {})
        seal(c1.places)
    said = [name for word in ("zebrafinch", '"p18"', '"c1"') for name in c1.names(word)]
    assert [
        name for name in said if not name.startswith("cards/p18.")
    ] == []  # the names of files are not sealed
    assert not any("zebrafinch" in name for name in c1.names("zebrafinch"))
    c1.ok("school", "sync")
    assert c1.log(one)["what_happened"] == WORDS
    with monkeypatch.context() as patch:
        patch.setattr(keys, "native_keyring", lambda: c1.keyring)
        patch.setattr(keys, "_held", {})
        LocalStore(c1.places).lock.take_off()
    assert b'"person": "c1"' in (c1.root / "school" / "membership.json").read_bytes()
    assert not any(b"zebrafinch" in path.read_bytes() for path in lent(c1))
    assert c1.log(one)["what_happened"] == WORDS

"""From a fresh database to laptops in step, by the command line alone, over TLS."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from school.server import Database
from school.two import SCHOOL, Laptop, School

from ii_companion.log.local import LocalStore
from ii_companion.session.card import Card


@pytest.fixture
def school(log: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    return School(log, tmp_path, monkeypatch)


def test_two_laptops_come_to_be_in_step(school: School) -> None:
    k7, c1 = school.laptop("k7", figures="2", words="3"), school.laptop("c1", "--co-ordinator")
    one = k7.session("p17", "k7", what_happened="she hummed")
    LocalStore(k7.places).save_card(Card("p17", enjoys="humming"))
    assert k7.ok("school", "sync") == f"{SCHOOL}: sent 1, took in 0, 0 wait.\n"
    assert c1.ok("school", "sync").startswith(f"{SCHOOL}: sent 0, took in 1, 0 wait.\n")
    seen, own = c1.log(one), k7.log(one)
    assert seen == own
    assert seen["what_happened"] == "she hummed"
    assert c1.ok("log", "show", one) == k7.ok("log", "show", one)
    assert c1.json("log", "show", one)["events"] == k7.json("log", "show", one)["events"] != []
    assert LocalStore(c1.places).card("p17").enjoys == "humming"
    assert "can be read here, not changed" in c1.refused("log", "delete", one, "--yes")
    trends = c1.json("school", "trends", "p17")
    assert len(trends) == 1
    assert trends[0]["figures"]
    status = k7.json("school", "status")
    assert (status["person"], status["waiting"], status["figures_for"]) == ("k7", [], 2)
    k7.session("p17", "k7", 2)
    assert len(k7.json("school", "status")["waiting"]) == 1
    assert k7.ok("school", "sync", "--quiet") == ""


def test_a_join_file_is_worth_nothing_once_used(school: School) -> None:
    file = school.file("k7")
    k7 = Laptop(school.folder / "a", school._patch)
    k7.ok("school", "join", str(file), typed=("1", "1"))
    thief = Laptop(school.folder / "b", school._patch)
    assert thief.run("school", "join", str(file), typed=("1", "1")) == 1
    assert "does not know this laptop any more" in thief.err
    assert not (thief.root / "school" / "membership.json").exists()
    assert "has joined Elm School already" in k7.refused("school", "join", str(file))
    assert k7.keyring is not None
    secrets = list(k7.keyring.kept.values())
    assert len(secrets) == 2  # the login's password, and the key of others' sessions
    assert k7.names(secrets[0]) == []
    assert secrets[0] not in file.read_text()


def test_a_join_that_ended_between_two_steps_is_made_good(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password was changed, and the power went before the laptop knew."""
    from ii_companion.school.file_desk import FileDesk

    file, k7 = school.file("k7"), Laptop(school.folder / "a", school._patch)
    with monkeypatch.context() as patch:
        patch.setattr(FileDesk, "put_membership", lambda *_: (_ for _ in ()).throw(OSError("power")))
        assert k7.run("school", "join", str(file), typed=("1", "1")) == 1
    k7.ok("school", "join", str(file), typed=("1", "1"))
    k7.ok("school", "sync")


def test_a_month_edited_by_stock_tinydb_or_a_text_editor_is_sent_as_one_new_version(school: School) -> None:
    from tinydb import Query, TinyDB

    k7, c1 = school.laptop("k7", figures="2", words="3"), school.laptop("c1", "--co-ordinator")
    one = k7.session("p17", "k7", what_happened="first")
    k7.ok("school", "sync")
    month = k7.root / "log" / "2026-11.json"

    def versions() -> int:
        with school.log.superuser() as root:
            return root.execute("SELECT count(*) FROM ii.part WHERE key = %s", (one,)).fetchone()[0]  # type: ignore[index]

    before = versions()
    with TinyDB(month) as db:
        db.update({"what_happened": "by TinyDB"}, Query().id == one)
    assert "sent 1" in k7.ok("school", "sync")
    assert versions() == before + 1
    month.write_text(month.read_text().replace("by TinyDB", "by an editor"))
    k7.ok("school", "sync")
    assert versions() == before + 2
    month.write_text(json.dumps(json.loads(month.read_text()), indent=3))
    k7.ok("school", "sync")
    assert versions() == before + 2
    c1.ok("school", "sync")
    assert c1.log(one)["what_happened"] == "by an editor"


def test_an_erased_learner_leaves_every_file_everywhere(school: School) -> None:
    k7, c1 = school.laptop("k7", figures="2", words="3"), school.laptop("c1", "--co-ordinator")
    one = k7.session("p17", "k7", what_happened="she hummed")
    k7.session("p18", "k7", 2)
    LocalStore(k7.places).save_card(Card("p17", enjoys="humming"))
    k7.ok("school", "sync")
    c1.ok("school", "sync")
    assert c1.names("p17")
    said = k7.refused("erase", "p17", "--yes")
    assert (
        "p17 is in Elm School's log. A co-ordinator erases a learner there: ask c1. Nothing was erased."
        in said
    )
    assert k7.log(one)
    c1.ok("erase", "p17", "--yes")
    assert c1.names("p17") == ["school/gone.json"]
    said = c1.ok("school", "sync")
    assert "Erased p17 here. 1 of 2 laptops have followed; not yet: k7 (last seen 2" in said
    assert c1.names("p17") == []
    k7.ok("school", "sync")
    assert k7.names("p17") == []
    assert k7.json("log")[0]["learner"] == "p18"
    with school.log.superuser() as root:
        held = root.execute(
            "SELECT (SELECT count(*) FROM ii.part WHERE learner = 'p17' OR key LIKE '%p17%') + (SELECT count(*) FROM ii.session "
            "WHERE learner = 'p17') + (SELECT count(*) FROM ii.audit WHERE detail LIKE '%p17%')"
        ).fetchone()
        assert held == (0,)
    c1.ok("school", "sync")
    erasure = c1.json("school", "status", "--erasures")["erasures"][0]
    assert (erasure["followed"], erasure["of"], erasure["waiting"]) == (2, 2, [])
    k7.session("p17", "k7", 3)
    k7.ok("school", "sync")
    assert k7.names("p17") == []


def test_leaving_leaves_no_file_that_names_anothers_session(school: School) -> None:
    k7, c1 = school.laptop("k7", figures="2", words="3"), school.laptop("c1", "--co-ordinator")
    one = k7.session("p17", "k7")
    LocalStore(k7.places).save_card(Card("p17", enjoys="humming"))
    mine = c1.session("p18", "c1", 7)
    before = (c1.root / "log" / "2026-11.json").read_bytes()
    k7.ok("school", "sync")
    c1.ok("school", "sync")
    assert c1.log(one)
    c1.ok("school", "leave", "--yes")
    assert c1.names(one) == []
    assert c1.names("p17") == []
    assert not (c1.root / "school").exists()
    assert c1.keyring.kept == {}
    assert [log["id"] for log in c1.json("log")] == [mine]
    assert json.loads((c1.root / "log" / "2026-11.json").read_bytes()) == json.loads(before)
    assert "has joined no school's log" in c1.refused("school", "sync")


def test_leaving_can_take_ones_sessions_along(school: School) -> None:
    k7, c1 = school.laptop("k7"), school.laptop("c1", "--co-ordinator")
    one = k7.session("p17", "k7")
    k7.ok("school", "sync")
    c1.ok("school", "sync")
    assert "1 session was removed from Elm School's log." in k7.ok("school", "leave", "--remove", "--yes")
    c1.ok("school", "sync")
    assert c1.log(one) == {}
    assert k7.log(one)


def test_sharing_keeping_and_waiting(school: School) -> None:
    k7, c1 = school.laptop("k7"), school.laptop("c1", "--co-ordinator")
    one, two = k7.session("p17", "k7", what_happened="she hummed"), k7.session("p17", "k7", 2)
    k7.session("p17", "k8", 3)
    k7.ok("school", "keep", two)
    said = k7.ok("school", "sync")
    assert said.startswith(f"{SCHOOL}: sent 1, took in 0, 1 waits.\n")
    assert "1 session on this laptop is k8's; it goes when k8 joins with a laptop of their own." in said
    c1.ok("school", "sync")
    assert c1.log(one)["measures"] is None
    k7.ok("school", "share", one, "--figures", "school", "--words", "school")
    k7.ok("school", "sync")
    c1.ok("school", "sync")
    assert c1.log(one)["what_happened"] == "she hummed"
    assert c1.log(one)["measures"] == k7.log(one)["measures"]
    k7.ok("school", "share", "--all", "--figures", "mentor", "--words", "me")
    k7.ok("school", "sync")
    c1.ok("school", "sync")
    assert c1.names("she hummed") == []
    assert not (c1.root / "school" / "journals" / f"{one}.jsonl").exists()
    assert "is in Elm School's log already" in k7.refused("school", "keep", one)


def test_what_a_co_ordinator_does(school: School) -> None:
    k7, m1, c1 = school.laptop("k7"), school.laptop("m1"), school.laptop("c1", "--co-ordinator")
    one = k7.session("p17", "k7")
    k7.ok("training", "k7", "--induction", "2025-01-07")
    k7.ok("school", "sync")
    m1.ok("school", "sync")
    assert m1.log(one) == {}
    assert c1.ok("school", "mentor", "m1", "k7") == "m1 is k7's mentor.\n"
    m1.ok("school", "sync")
    assert m1.log(one)["measures"] == k7.log(one)["measures"]
    assert "k7" in m1.ok("training")
    roll = c1.ok("school", "roll")
    assert "m1 is k7's mentor." in roll
    assert "refresher due since 2026-01-07" in roll
    c1.ok("school", "sync")
    assert "2025-01-07" in c1.ok("training")
    login = m1.json("school", "status")["login"]
    c1.ok("school", "lost", login)
    assert f"does not know this laptop any more (login {login})" in m1.refused("school", "sync")
    assert "A co-ordinator does this" in k7.refused("school", "roll")
    assert "0 sessions were removed" in c1.ok("school", "tidy", "--yes")
    with school.log.superuser() as root:
        root.execute("UPDATE ii.session SET started_at = '2020-01-01', received_at = '2020-01-01'")
    assert "1 session was removed" in c1.ok("school", "tidy", "--yes")
    k7.ok("school", "sync")
    assert k7.log(one) == {}

"""Two or three laptops and a school's log: what one sync after another makes of it, by examples."""

from __future__ import annotations

from school.memory import MemoryDesk, MemoryRemote, MemoryServer, document

from ii_companion.school.membership import Consent
from ii_companion.school.sync import Engine

OPEN = Consent(2, 2)


def sync(server, desk):
    return Engine(desk, MemoryRemote(server, desk.membership().person)).sync()


def test_a_session_goes_and_its_mentor_sees_as_much_as_was_lent() -> None:
    server = MemoryServer({"c1"})
    k7, m1, c1, k8 = (MemoryDesk(person) for person in ("k7", "m1", "c1", "k8"))
    k7.save(document("s1", "p17", "k7", "m1", what_happened="she hummed", hushed_s=3.0))
    done = sync(server, k7)
    assert done.sent == {"s1"}
    for desk in (m1, c1, k8):
        sync(server, desk)
    assert m1.log("s1")["hushed_s"] == 3.0
    assert m1.log("s1")["what_happened"] == ""
    assert c1.log("s1")["hushed_s"] == 0.0
    assert c1.log("s1")["duration_s"] == 60.0
    assert k8.log("s1") is None
    assert sync(server, k7).sent == set()


def test_words_that_are_lent_and_taken_back_are_gone_at_the_next_sync() -> None:
    server = MemoryServer({"c1"})
    k7, c1 = MemoryDesk("k7", OPEN), MemoryDesk("c1")
    k7.save(document("s1", "p17", "k7", what_happened="she hummed"))
    sync(server, k7)
    sync(server, c1)
    assert c1.log("s1")["what_happened"] == "she hummed"
    MemoryRemote(server, "k7").share(["s1"], 2, 1)
    sync(server, c1)
    assert "she hummed" not in c1.everything()


def test_two_edits_of_one_session_both_stay_and_the_next_save_replaces_both() -> None:
    server = MemoryServer(set())
    a, b = MemoryDesk("k7", OPEN), MemoryDesk("k7", OPEN)
    a.save(document("s1", "p17", "k7", what_happened="one"))
    sync(server, a)
    sync(server, b)
    a.save({**a.log("s1"), "what_happened": "two"})
    b.save({**b.log("s1"), "what_happened": "three"})
    for desk in (a, b, a):
        sync(server, desk)
    assert a.log("s1")["what_happened"] == b.log("s1")["what_happened"]
    row = a.month("2026-11", own=True).rows["s1", "words"]
    assert len(row.shown) == 2
    a.save({**a.log("s1"), "what_happened": "both"})
    for desk in (a, b):
        sync(server, desk)
    assert b.log("s1")["what_happened"] == "both"
    assert len(b.month("2026-11", own=True).rows["s1", "words"].shown) == 1


def test_a_card_travels_field_by_field() -> None:
    from msgspec.structs import replace

    from ii_companion.session.card import Card

    server = MemoryServer(set())
    a, b = MemoryDesk("k7"), MemoryDesk("k8")
    a.card_files["p17"] = Card("p17", enjoys="humming")
    sync(server, a)
    sync(server, b)
    assert b.card_files["p17"].enjoys == "humming"
    a.card_files["p17"] = replace(a.card_files["p17"], wait_s=12.0)
    b.card_files["p17"] = replace(b.card_files["p17"], touch="hands")
    for desk in (a, b, a):
        sync(server, desk)
    assert (
        a.card_files["p17"]
        == b.card_files["p17"]
        == Card("p17", enjoys="humming", wait_s=12.0, touch="hands")
    )
    a.card_files["p17"] = replace(a.card_files["p17"], enjoys="")
    for desk in (a, b):
        sync(server, desk)
    assert b.card_files["p17"].enjoys == ""


def test_an_erased_learner_goes_everywhere_and_does_not_come_back() -> None:
    from msgspec.structs import replace

    server = MemoryServer({"c1"})
    k7, c1 = MemoryDesk("k7"), MemoryDesk("c1")
    k7.save(document("s1", "p17", "k7"))
    k7.save(document("s2", "p18", "k7"))
    sync(server, k7)
    backup = server.backup()
    sync(server, c1)
    c1.put_gone(replace(c1.gone(), asked=("p17",)))
    sync(server, c1)
    sync(server, k7)
    assert "p17" not in k7.everything() + c1.everything()
    server.restore(backup)
    said = sync(server, c1)
    assert "1 erasure" in said.told[0]
    assert "p17" not in repr(server.kept.sessions)
    k7.save(document("s3", "p17", "k7"))
    sync(server, k7)
    assert "p17" not in repr(server.kept.sessions)


def test_what_is_removed_here_is_removed_there_and_stays_so() -> None:
    server = MemoryServer({"c1"})
    k7, c1 = MemoryDesk("k7"), MemoryDesk("c1")
    k7.save(document("s1", "p17", "k7"))
    sync(server, k7)
    sync(server, c1)
    k7.delete("s1")
    sync(server, k7)
    sync(server, c1)
    sync(server, k7)
    assert "s1" not in k7.everything() + c1.everything() + repr(server.kept.sessions)


def test_a_server_put_back_is_given_what_it_lacks() -> None:
    server = MemoryServer({"c1"})
    k7 = MemoryDesk("k7")
    sync(server, k7)
    backup = server.backup()
    k7.save(document("s1", "p17", "k7"))
    sync(server, k7)
    server.restore(backup)
    said = sync(server, k7)
    assert "1 session" in said.told[0]
    assert "s1" in server.kept.sessions


def test_anothers_session_waits_and_a_mentor_sends_theirs() -> None:
    server = MemoryServer(set())
    m1 = MemoryDesk("m1", Consent(2, 2))
    m1.save(document("s1", "p17", "k8"))
    m1.save(document("s2", "p17", "k7", "m1"))
    assert sync(server, m1).waits == 1
    assert set(server.kept.sessions) == {"s2"}
    assert server.kept.sessions["s2"][1].figures_for == 1


def test_a_mentors_list_reaches_the_practitioner_and_nobody_else() -> None:
    from ii_companion.school.desk import Month

    server = MemoryServer({"c1"})
    k7, m1, c1 = MemoryDesk("k7"), MemoryDesk("m1"), MemoryDesk("c1")
    server.mentor("m1", "k7")
    k7.save(document("s1", "p17", "k7"))
    for desk in (k7, m1):
        sync(server, desk)
    m1.change(
        "2026-11",
        lambda month: Month(
            month.logs, {"s1": {"id": "s1", "mentor": "m1", "strength": "waited"}}, month.rows
        ),
        own=False,
    )
    for desk in (m1, k7, c1):
        sync(server, desk)
    assert k7.month("2026-11", own=True).lists["s1"]["strength"] == "waited"
    assert "waited" not in c1.everything()


def test_a_new_mentor_sees_earlier_sessions_and_a_former_one_no_more() -> None:
    server = MemoryServer(set())
    k7, m1 = MemoryDesk("k7"), MemoryDesk("m1")
    k7.save(document("s1", "p17", "k7"))
    sync(server, k7)
    sync(server, m1)
    assert m1.log("s1") is None
    server.mentor("m1", "k7")
    sync(server, m1)
    assert m1.log("s1") is not None
    server.mentor("m1", "k7", ends=True)
    sync(server, m1)
    assert m1.log("s1") is None

"""Versions have rules: what any released program wrote is read as it was meant; what a newer one wrote is refused by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from ii_companion.files.sessions import decode
from ii_companion.log import versions
from ii_companion.log.checklist import Seen
from ii_companion.log.header import Header, header_line
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.records import BriefLog, EndReason
from ii_companion.session.card import Card
from ii_companion.session.kinds import Kind
from ii_companion.session.measures import Exchanges, Measures
from ii_companion.session.refusal import Refusal

RELEASED = Path(__file__).parent / "versions"
WHOLE = "20261103-090000-p17-00a1"


@pytest.fixture(params=sorted(path.name for path in RELEASED.iterdir()))
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder as that released version left it."""
    return Path(shutil.copytree(RELEASED / request.param, tmp_path / "data"))


@pytest.fixture
def store(folder: Path) -> LocalStore:
    def complain(sentence: str) -> None:
        raise AssertionError(sentence)

    return LocalStore(Places(folder), complain)


def test_every_brief_log_is_read_as_it_was_meant(store: LocalStore) -> None:
    logs = {log.id: log for log in store.logs()}
    assert len(logs) == 4
    log = logs[WHOLE]
    assert (log.learner, log.practitioner, log.mentor, log.stage, log.place) == ("p17", "k7", "m1", 2, "pool")
    assert (log.duration_s, log.paused_s, log.end_reason) == (70.0, 14.5, EndReason.LEARNER_HAD_ENOUGH)
    assert log.what_happened == "Quiet, then humming.\nLaughing at the end."
    assert log.next_time == "Bring the red ribbon."
    assert [old.next_time for old in store.earlier(WHOLE)] == ["Bring the ribbon."]
    assert log.measures is not None
    assert log.measures.counts.responses == 4
    assert [prompt.id for prompt in log.prompts] == ["tune_in.watch", "had_enough.pause", "own.1"]
    assert {one.end_reason for one in logs.values()} == {
        EndReason.LEARNER_HAD_ENOUGH, EndReason.DRIFTED_APART, EndReason.PRACTITIONER_ENDED, EndReason.INTERRUPTED,
    }  # fmt: skip


def test_every_kind_of_event_in_a_journal_is_read(store: LocalStore) -> None:
    written = store.written(WHOLE)
    assert written is not None
    assert written.complaint == ""
    assert {event.kind for event in written.events} == set(Kind) - {Kind.DISTRESS, Kind.RECODED}
    assert written.header.card == store.card("p17")
    assert [prompt.text for prompt in written.header.chosen] == ["", "Remember the ribbon."]


def test_cards_lists_dates_practice_codings_and_what_is_unfinished_are_read(store: LocalStore) -> None:
    card = store.card("p17")
    assert (card.wait_s, card.enjoys, card.overload.acts_per_min) == (6.5, "ribbons; the fan", 20.0)
    checklist = store.checklist(WHOLE)
    assert checklist is not None
    assert [answer.seen for answer in checklist.answers] == [Seen.SEEN, Seen.PARTLY]
    assert str(store.dates()["k7"].refreshers[0]) == "2026-09-02"
    assert [log.learner for log in store.practice.logs()] == ["otter"]
    assert store.codings.written(f"{WHOLE}-coded-9f") is not None
    waiting, complaints = store.unfinished()
    assert ([one.header.id for one in waiting], complaints) == (["20261110-111111-p17-00c1"], [])
    assert store.last_plan().place == "pool"


def test_an_export_is_taken_in(folder: Path) -> None:
    sessions = list(decode((folder / "export.json").read_bytes(), "export.json"))
    assert [session.log.id for session in sessions] == [WHOLE, "20261005-101500-p18-00b0"]


def test_saving_an_old_log_again_changes_nothing_of_it(store: LocalStore, folder: Path) -> None:
    before = {document["id"]: document for document in documents(folder)}
    log = store.get(WHOLE)
    assert log is not None
    store.save(log)
    assert {document["id"]: document for document in documents(folder)} == before


def documents(folder: Path) -> list[dict[str, object]]:
    return [
        d
        for p in sorted((folder / "log").glob("*.json"))
        for d in json.loads(p.read_text())["_default"].values()
    ]


NEWER = versions.newest(versions.BRIEF_LOG) + 1


def test_a_newer_brief_log_is_refused_by_name_and_left_as_it_is(folder: Path) -> None:
    path = folder / "log" / "2026-11.json"
    tables = json.loads(path.read_text())
    (document,) = tables["_default"].values()
    document.update(schema=NEWER, something_new=True)
    path.write_text(json.dumps(tables))
    as_it_was = path.read_bytes()
    told: list[str] = []
    assert len(LocalStore(Places(folder), told.append).logs()) == 3
    assert "newer version" in told[0]
    with pytest.raises(Refusal, match="newer version"):
        LocalStore(Places(folder)).get(WHOLE)
    assert path.read_bytes() == as_it_was


@pytest.mark.parametrize("kind", ["a kind nobody knows", "learner_act"])
def test_a_newer_journal_is_refused_by_name_whatever_is_in_it(folder: Path, kind: str) -> None:
    path = folder / "journals" / f"{WHOLE}.jsonl"
    head = json.loads(path.read_text().splitlines()[0]) | {"version": NEWER, "something_new": 1}
    path.write_text(json.dumps(head) + f'\n{{"n":1,"t":1.0,"kind":"{kind}","detail":""}}\n')
    with pytest.raises(Refusal, match="newer version of ii-companion"):
        LocalStore(Places(folder)).written(WHOLE)


@pytest.mark.parametrize("name", ["cards/p17.json", "training.json"])
def test_a_newer_card_or_record_of_dates_is_refused_by_name(folder: Path, name: str) -> None:
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": NEWER, "something_new": 1}))
    store = LocalStore(Places(folder))
    with pytest.raises(Refusal, match="newer version of ii-companion"):
        store.card("p17") if "cards" in name else store.dates()


def test_a_newer_checklist_is_refused_by_name(folder: Path) -> None:
    path = folder / "log" / "2026-11.json"
    tables = json.loads(path.read_text())
    next(iter(tables["checklists"].values())).update(version=NEWER, something_new=1)
    path.write_text(json.dumps(tables))
    with pytest.raises(Refusal, match="newer version of ii-companion"):
        LocalStore(Places(folder)).checklist(WHOLE)


def test_a_newer_export_is_refused_by_name(folder: Path) -> None:
    data = json.loads((folder / "export.json").read_text()) | {"version": NEWER}
    with pytest.raises(Refusal, match="newer version of ii-companion"):
        list(decode(json.dumps(data).encode(), "export.json"))


def test_a_record_that_needs_nothing_new_says_the_first_version(store: LocalStore) -> None:
    written = store.written(WHOLE)
    assert written is not None
    assert json.loads(header_line(written.header))["version"] == 1


@pytest.mark.parametrize(
    ("record", "added", "first"),
    [
        (Header, versions.HEADER, "journals/20261103-090000-p17-00a1.jsonl"),
        (Card, versions.CARD, "cards/p17.json"),
        (BriefLog, versions.BRIEF_LOG, "log/2026-11.json"),
        (Measures, versions.MEASURES, "log/2026-11.json/measures"),
        (Exchanges, versions.EXCHANGES, "log/2026-11.json/measures/exchanges"),
    ],
)
def test_every_field_that_the_first_version_had_not_is_told_and_has_a_default(
    record: type[msgspec.Struct], added: versions.Fields, first: str
) -> None:
    """Whoever adds a field finds here what `versions.py` wants of it."""
    name, suffix, inside = first.partition(".json")
    data = json.loads(
        (RELEASED / "0.1.0" / (name + ".json" + inside.partition("/")[0])).read_text().splitlines()[0]
        if inside == "l"
        else (RELEASED / "0.1.0" / (name + suffix)).read_text()
    )
    data = next(iter(data["_default"].values())) if "_default" in data else data
    for part in filter(None, inside.removeprefix("l").split("/")):
        data = data[part]
    had = set(data)
    now = {field.name: field for field in msgspec.structs.fields(record)}
    new = set(now) - had
    assert new == {name for names in added.values() for name in names}
    assert all(now[name].default is not msgspec.NODEFAULT for name in new)

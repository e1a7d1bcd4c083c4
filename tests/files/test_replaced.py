"""An import that replaces, and one that was cut short: nothing of what was here is lost, and importing again mends."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from files.test_cases import CASES, MAP, bring

from ii_companion.log.journal import journal_path
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.shelf import Shelf
from ii_companion.session.refusal import Refusal


@pytest.fixture
def changed(places: Places, tmp_path: Path) -> Path:
    """A project that was taken in, and has other events since."""
    path = tmp_path / "a.boris"
    text = (CASES / "plain.boris").read_text("utf-8")
    path.write_text(text, "utf-8")
    assert bring(places, path) == 0
    project = msgspec.json.decode(text)
    (observation,) = project["observations"].values()
    observation["events"] = observation["events"][:-1]
    path.write_bytes(msgspec.json.encode(project))
    return path


def test_a_replaced_log_stays_among_the_earlier_ones_without_a_word_of_other_windows(
    places: Places, changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = LocalStore(places)
    (before,) = store.logs()
    assert bring(places, changed, MAP, "--replace") == 0
    assert "window" not in capsys.readouterr().err
    (after,) = store.logs()
    assert after != before
    assert store.earlier(after.id) == [before]


def test_a_replacing_that_is_refused_leaves_the_journal_that_was_there(
    places: Places, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (before,) = LocalStore(places).logs()
    path = journal_path(places.journals, before.id)
    journal = path.read_bytes()

    def full(self, logs, **options) -> None:
        raise Refusal("The disk is full.")

    monkeypatch.setattr(Shelf, "save_all", full)
    assert bring(places, changed, MAP, "--replace") == 1
    monkeypatch.undo()
    assert path.read_bytes() == journal
    assert LocalStore(places).logs() == [before]


@pytest.mark.parametrize("left", ["nothing", "its beginning", "an empty file"])
def test_importing_again_mends_what_an_import_that_was_cut_short_left(
    places: Places, tmp_path: Path, left: str
) -> None:
    assert bring(places, CASES / "plain.boris") == 0
    (log,) = LocalStore(places).logs()
    path = journal_path(places.journals, log.id)
    whole = path.read_bytes()
    match left:
        case "nothing":
            path.unlink()
        case "its beginning":
            path.write_bytes(b"\n".join(whole.split(b"\n")[:4]) + b"\n")
        case _:
            path.write_bytes(b"")
    assert bring(places, CASES / "plain.boris") == 0
    assert path.read_bytes() == whole
    assert LocalStore(places).logs() == [log]


def test_what_another_program_does_not_tell_is_of_the_second_version(places: Places) -> None:
    assert bring(places, CASES / "plain.boris") == 0
    store = LocalStore(places)
    (log,) = store.logs()
    assert (log.stage, log.end_reason.value) == (0, "unknown")
    (document,) = msgspec.json.decode(next(places.log.glob("*.json")).read_bytes())["_default"].values()
    assert document["schema"] == 2
    written = store.written(log.id)
    assert written is not None
    assert written.header.version == 2

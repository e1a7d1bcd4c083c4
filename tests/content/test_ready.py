"""Content that was read when the package was built is what the TOML files say, or it is not used."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from ii_companion.content.folder import data_folder, read_toml
from ii_companion.content.ready import ready

FILES = sorted(data_folder().glob("*/*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_ready_is_what_the_file_says(path: Path) -> None:
    assert ready(path, path.read_bytes()) == tomllib.loads(path.read_text("utf-8"))


@pytest.fixture
def checklist(tmp_path: Path) -> Path:
    """A language's checklist, with what was made of it, in a folder of its own."""
    english = data_folder() / "en"
    shutil.copy(english / "checklist.toml", tmp_path)
    (tmp_path / "ready").mkdir()
    shutil.copy(english / "ready" / "checklist.json", tmp_path / "ready")
    return tmp_path / "checklist.toml"


def test_a_file_that_was_changed_since_is_read_itself(checklist: Path) -> None:
    assert ready(checklist, checklist.read_bytes()) is not None
    before = checklist.read_text("utf-8")
    checklist.write_text(before.replace("schema_version = 1", "schema_version = 2"), "utf-8")
    assert len(checklist.read_bytes()) == len(before.encode())
    assert ready(checklist, checklist.read_bytes()) is None
    table, text = read_toml(checklist)
    assert table["schema_version"] == 2
    assert "schema_version = 2" in text


@pytest.mark.parametrize("made", [b"", b"{}", b"[1]", b'{"size": 1, "crc": "x", "table": {}}', b"\xff\xfe"])
def test_what_is_damaged_is_passed_over(checklist: Path, made: bytes) -> None:
    (checklist.parent / "ready" / "checklist.json").write_bytes(made)
    assert ready(checklist, checklist.read_bytes()) is None
    assert read_toml(checklist)[0] == tomllib.loads(checklist.read_text("utf-8"))

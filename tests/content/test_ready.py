"""Content that was read when the package was built is what the TOML files say, or it is not used."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path

import pytest
from ci_tools import tool

from ii_companion.content.folder import data_folder, read_toml
from ii_companion.content.ready import ready


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of words as it stands, read as it is when the package is built."""
    for path in data_folder().glob("*/*.toml"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / path.parent.name)
    tool("read_content").read_content(tmp_path)
    return tmp_path


def test_what_is_ready_is_what_the_files_say(data: Path) -> None:
    files = sorted(data.glob("*/*.toml"))
    assert len(files) > 8
    for path in files:
        assert ready(path, path.read_bytes()) == tomllib.loads(path.read_text("utf-8"))


@pytest.fixture
def checklist(data: Path) -> Path:
    return data / "en" / "checklist.toml"


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_a_pipe_in_its_place_is_not_waited_for(checklist: Path) -> None:
    made = checklist.parent / "ready" / "checklist.json"
    made.unlink()
    os.mkfifo(made)
    assert ready(checklist, checklist.read_bytes()) is None

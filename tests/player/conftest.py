"""One film for all tests of the player, made once a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from player.films import MISSING, numbered_film, path_with, silent_mpv


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    return numbered_film(tmp_path_factory.mktemp("film") / "numbered.mp4")


@pytest.fixture
def mpv(tmp_path: Path) -> Iterator[str]:
    """The real mpv, found first in the path, that opens no window and makes no sound."""
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    program = silent_mpv(tmp_path / "bin")
    with path_with(tmp_path / "bin"):
        yield program

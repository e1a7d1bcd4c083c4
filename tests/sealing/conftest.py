"""A keyring of its own for each test, and folders that are sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sealing import rings
from sealing.folders import filled, seal

from ii_companion.log import keys
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's keyring, for this process and those it starts: a file."""
    path = tmp_path / "ring.json"
    rings.install(path, monkeypatch)
    return path


@pytest.fixture
def no_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "BACKENDS", ())
    monkeypatch.setattr(keys, "_held", {})


@pytest.fixture
def sealed(places: Places, ring: Path) -> LocalStore:
    """A sealed folder with something of every kind in it."""
    store = filled(places)
    seal(places)
    return store

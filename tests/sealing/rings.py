"""Keyrings for tests: one in a file, so that other processes find it too, and one that nobody can open."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ii_companion.log import keys

VARIABLE = "II_COMPANION_TEST_RING"
NAMES = ("sealing.rings:FileRing",)


def install(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let that file be the keyring, for this process and those it starts."""
    tests = Path(__file__).parents[1]
    monkeypatch.setenv(VARIABLE, str(path))
    every = [tests / "sealing" / "site", tests, os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(one) for one in every if str(one)))
    monkeypatch.setattr(keys, "BACKENDS", NAMES)
    monkeypatch.setattr(keys, "_held", {})


class FileRing:
    """What a native backend promises, in a JSON file; without one it is no keyring of this system's."""

    priority = 5.0

    def __init__(self) -> None:
        self._path = Path(os.environ[VARIABLE])

    def _all(self) -> dict[str, str]:
        return json.loads(self._path.read_text()) if self._path.exists() else {}

    def get_password(self, service: str, user: str) -> str | None:
        return self._all().get(f"{service} {user}")

    def set_password(self, service: str, user: str, password: str) -> None:
        self._path.write_text(json.dumps({**self._all(), f"{service} {user}": password}))

    def delete_password(self, service: str, user: str) -> None:
        rest = self._all()
        del rest[f"{service} {user}"]
        self._path.write_text(json.dumps(rest))


class LockedRing(FileRing):
    """A keyring whose owner does not open it."""

    def get_password(self, service: str, user: str) -> str | None:
        raise RuntimeError("the collection is locked")

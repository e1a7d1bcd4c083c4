"""The languages of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from words.pseudo import NAME, build

from ii_companion import words


@pytest.fixture(scope="session")
def pseudo_languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of languages with `xx` in it."""
    return build(tmp_path_factory.mktemp("languages"))


@pytest.fixture
def xx(pseudo_languages: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything is said in `xx`."""
    monkeypatch.setenv("II_COMPANION_LANGUAGES", str(pseudo_languages))
    monkeypatch.setenv("LANGUAGE", NAME)
    assert words.use(NAME)
    yield
    words.use("en")

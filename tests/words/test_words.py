"""Sentences: values below, rendered above, English without a catalogue, and whole where a catalogue is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from ii_companion import words
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import counted, said

SIX_FORMS = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);"
"""Welsh has six, which Babel's own table of plurals does not know."""


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language of two sentences, one of them with a place the English has not."""
    catalogue = Catalog(locale="cy")
    catalogue.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", SIX_FORMS)]
    catalogue.add("There is no log {id}.", "Nid oes log {id}.")
    catalogue.add("It is {n} long.", "Mae {hyd}.")
    catalogue.add("Nov", "Tach")
    catalogue.add(("{n} act", "{n} acts"), ("dim", "un {n}", "dau {n}", "tri {n}", "chwech {n}", "{n} mwy"))
    target = tmp_path / "languages" / "cy" / "LC_MESSAGES" / "ii_companion.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setenv("II_COMPANION_LANGUAGES", str(tmp_path / "languages"))
    monkeypatch.setenv("LANGUAGE", "")
    assert words.use("cy")
    yield
    words.use("en")


def test_a_sentence_from_below_is_an_english_string_until_it_is_rendered() -> None:
    sentence = said("There is no log {id}.", id="a1")
    assert sentence == "There is no log a1."
    assert words.render(sentence) == "There is no log a1."
    assert counted("{n} act", "{n} acts", 1) == "1 act"
    assert counted("{n} act", "{n} acts", 2) == "2 acts"


def test_a_catalogue_says_it_in_its_language_with_its_own_plurals(made_up: None) -> None:
    assert words.render(said("There is no log {id}.", id="a1")) == "Nid oes log a1."
    assert words.of(Refusal("There is no log {id}.", id="a1")) == "Nid oes log a1."
    assert str(Refusal("There is no log {id}.", id="a1")) == "There is no log a1."
    assert [words.ngettext("{n} act", "{n} acts", n) for n in (0, 1, 2, 3, 6, 9)] == [
        "dim", "un 1", "dau 2", "tri 3", "chwech 6", "9 mwy",
    ]  # fmt: skip


def test_a_sentence_inside_a_sentence_is_rendered_too(made_up: None) -> None:
    outer = said("It failed: {why}", why=said("There is no log {id}.", id="a1"))
    assert words.render(outer) == "It failed: Nid oes log a1."


def test_a_translation_with_a_place_of_its_own_falls_back_to_english(made_up: None) -> None:
    assert words._("It is {n} long.", n=3) == "It is 3 long."


def test_braces_a_person_typed_are_no_places() -> None:
    assert str(Refusal("“{text}” is no code.", text="{0}{x!r}")) == "“{0}{x!r}” is no code."
    assert words.render(said("Without places: {}")) == "Without places: {}"


def test_a_language_without_a_catalogue_is_english(made_up: None) -> None:
    assert not words.use("tlh")
    assert words.language() == "en"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "cy_GB.UTF-8"}, "cy"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANGUAGE": "de:cy", "LANG": "en_GB.UTF-8"}, "cy"),
        ({"LC_ALL": "C", "LANG": "cy"}, "en"),
        ({}, "en"),
    ],
)
def test_the_systems_language_is_taken_where_there_is_a_catalogue(
    made_up: None, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert words.of_system() == expected


def test_days_and_months_are_words_too(made_up: None) -> None:
    moment = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
    assert words.day(moment) == "Tue 03 Tach 2026 09:05"
    assert words.day(moment, year=False) == "Tue 03 Tach 09:05"
    assert words.long_day(moment) == "Tuesday 03 November, 09:05"


@pytest.mark.parametrize("month", range(1, 13))
def test_english_days_are_those_of_strftime(month: int) -> None:
    moment = datetime(2026, month, 7 + month, 10, 15, tzinfo=UTC)
    assert words.day(moment) == f"{moment:%a %d %b %Y %H:%M}"
    assert words.day(moment, year=False) == f"{moment:%a %d %b %H:%M}"
    assert words.long_day(moment) == f"{moment:%A %d %B, %H:%M}"

"""What the lower rooms say, in a language that turns sentences round and counts in its own way."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from ii_companion import words
from ii_companion.content.prompts import load_prompts
from ii_companion.log.cards import card_path, load_card
from ii_companion.log.places import Places
from ii_companion.log.shelf import Shelf
from ii_companion.log.table import parse_table
from ii_companion.session.card import Card
from ii_companion.session.events import Event, IllegalEvent, apply, fold
from ii_companion.session.kinds import Kind
from ii_companion.session.lengths import minutes
from ii_companion.session.measures import measure
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import counted, listed, said, word
from ii_companion.session.summary import summary
from ii_companion.voice.process import _worker

SENTENCES: dict[str | tuple[str, str], str | tuple[str, str]] = {
    "{length}: {acts} and {responses} keyed.": "Getippt: {responses}, {acts} in {length}.",
    "{minutes} min {seconds} s": "{minutes} Min. {seconds} Sek.",
    ("{n} learner act", "{n} learner acts"): ("{n} Handlung", "{n} Handlungen"),
    ("{n} response", "{n} responses"): ("{n} Antwort", "{n} Antworten"),
    ("{n} joining in", "{n} joining in"): ("{n}-mal mitgemacht", "{n}-mal mitgemacht"),
    "Your responses: {responses}.": "Ihre Antworten: {responses}.",
    "{act} at {t} s: {why}": "{t} s, {act}: {why}",
    "the session is not paused": "keine Pause",
    "resumed": "weiter",
    "{field} is {value}; it is a number above 0": "{field} ist {value}, muss über 0 sein",
    "{path}: not a learner's card: {why}. Mend it, or remove it to start afresh.": "Keine Karte ({why}): {path}",
    "{path} is damaged: {why}.": "{path} ist kaputt: {why}.",
    "it is empty": "sie ist leer",
    "{path}, line {line}: {field}: {why}.": "{path}, Zeile {line}, {field}: {why}.",
    "it has an exclamation mark; prompts are calm": "ein Ausrufezeichen",
    "{name}, line {line}, column 4 (detail): {why}.": "{name}, Zeile {line}: {why}.",
}


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    catalogue = Catalog(locale="de")
    for english, theirs in SENTENCES.items():
        catalogue.add(english, theirs)
    target = tmp_path / "languages" / "de" / "LC_MESSAGES" / "ii_companion.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setenv("II_COMPANION_LANGUAGES", str(tmp_path / "languages"))
    monkeypatch.setenv("LANGUAGE", "")
    assert words.use("de")
    yield
    words.use("en")


EVENTS = [
    Event(1, 1.0, Kind.LEARNER_ACT),
    Event(2, 2.0, Kind.JOIN_IN),
    Event(3, 4.0, Kind.LEARNER_ACT),
    Event(4, 61.0, Kind.ENDED),
]


def test_a_summary_is_english_until_it_is_rendered(german: None) -> None:
    told = summary(measure(EVENTS))
    keyed = told[told.index("1 min 1 s: 2 learner acts and 1 response keyed.")]
    assert words.render(keyed) == "Getippt: 1 Antwort, 2 Handlungen in 1 Min. 1 Sek.."
    assert "Ihre Antworten: 1-mal mitgemacht." in [words.render(one) for one in told]


def test_lengths_are_sentences() -> None:
    assert [minutes(s) for s in (8.2, 60, 61, 600)] == ["8 s", "1 min", "1 min 1 s", "10 min"]


def test_an_event_that_cannot_follow_says_why_in_both(german: None) -> None:
    with pytest.raises(IllegalEvent) as illegal:
        apply(fold(EVENTS[:1]), Event(2, 3.0, Kind.RESUMED))
    assert str(illegal.value) == "resumed at 3 s: the session is not paused"
    assert words.of(illegal.value) == "3 s, weiter: keine Pause"
    assert words.render(illegal.value.why) == "keine Pause"


def test_what_a_records_own_check_says_comes_through_msgspec_and_a_refusal(
    german: None, tmp_path: Path
) -> None:
    raw = b'{"code": "wren", "overload": {"acts_per_min": -1}}'
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(raw, type=Card)
    assert str(wrong.value) == "overload.acts_per_min is -1.0; it is a number above 0 - at `$.overload`"
    assert words.of(wrong.value) == "overload.acts_per_min ist -1.0, muss über 0 sein - at `$.overload`"
    places = Places(tmp_path)
    path = card_path(places, "wren")
    path.parent.mkdir()
    path.write_bytes(raw)
    with pytest.raises(Refusal) as refused:
        load_card(places, "wren")
    assert words.of(refused.value).startswith("Keine Karte (overload.acts_per_min ist -1.0")
    assert str(refused.value).startswith(f"{path}: not a learner's card: overload.acts_per_min is -1.0")


def test_a_row_of_a_table_is_refused_in_the_readers_language(german: None) -> None:
    with pytest.raises(Refusal) as refused:
        parse_table(f"time_s,actor,act,detail\n1,both,note,{'x' * 2_001}\n", "a.csv")
    assert words.of(refused.value) == "a.csv, Zeile 2: detail has 2001 characters; at most 2000 are kept."


def test_what_is_told_of_damage_is_rendered(german: None, tmp_path: Path) -> None:
    places, told = Places(tmp_path), list[str]()
    places.log.mkdir()
    month = places.log / "2026-11.json"
    month.write_bytes(b"")
    assert Shelf(places, told.append).logs() == []
    assert told[0].startswith(f"{month} ist kaputt: sie ist leer. It was set aside as ")
    assert all(type(sentence) is str for sentence in told)


def test_what_is_wrong_with_ones_own_prompts_is_rendered(german: None, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[prompt]]\nid = "wait.a"\nphase = "wait"\ntext = "Wait!"\ntriggers = ["double_turn"]\n')
    assert load_prompts("en", tmp_path).complaints == (f"{own}, Zeile 4, text: ein Ausrufezeichen.",)


def test_an_error_that_is_not_ours_keeps_its_own_words(german: None) -> None:
    assert said_by(ValueError("resumed")) == "resumed"
    assert type(said_by(ValueError("resumed"))) is str
    outer = RuntimeError("something else")
    outer.__cause__ = Refusal("the session is not paused")
    assert words.of(outer) == "something else"


def test_items_are_each_put_in_the_language(german: None) -> None:
    both = listed([word("resumed"), counted("{n} response", "{n} responses", 2), "x"])
    assert both == "resumed, 2 responses, x"
    assert words.render(both) == "weiter, 2 Antworten, x"
    assert words.render(listed([])) == ""


def test_a_sentence_survives_the_way_to_another_process(german: None) -> None:
    sentence = pickle.loads(pickle.dumps(said("{act} at {t} s: {why}", act="a", t=1, why="{x}")))
    assert sentence == "a at 1 s: {x}"
    assert words.render(sentence) == "1 s, a: {x}"


def test_the_voices_process_is_told_the_language(german: None) -> None:
    assert json.loads(_worker({"list": True})[-1]) == {"list": True, "language": "de"}

"""Every sentence of the plain mode comes through the catalogue: none is English in a language nobody speaks, or in Welsh."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from conftest import FakeClock
from plain.scripted import Heard, Strike
from words.pseudo import BEGIN, ROOT, build, gatherer

from ii_companion import words
from ii_companion.content.learners import load_learners
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.plain.verbs import Plainly
from ii_companion.settings import Loaded, Settings

NAMES = "|".join(nature.name for nature in load_learners("en").natures.values())
PLAN = Plan(learner="p17", practitioner="k7")
END = ["escape", "escape", "escape", "enter"]
EVERYTHING = [
    "j", "space", "1", "tab", "q", "?", "h", "h", "v", "v", "f8", "u", "u", "u", "u", "u", "u", "p", "2", "p", "n", "a", "enter", "n",
    "escape", "m", "f1", "f10", "enter", "y", "x", "u", *END,
]  # fmt: skip
ANSWERS = [
    "9",
    "3",
    "backspace",
    "d",
    "escape",
    "enter",
    "a",
    "enter",
    *["enter"] * 10,
    "9",
    "9",
    "enter",
    "1",
    "enter",
]


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the language nobody speaks, and with the Welsh as it stands, whether or not it was compiled since."""
    folder = build(tmp_path_factory.mktemp("languages"))
    compiled = folder / "cy" / "LC_MESSAGES" / "ii_companion.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, gatherer().read(ROOT / "data" / "cy" / "ii_companion.po"))
    return folder


@pytest.fixture(params=["xx", "cy"])
def language(request: pytest.FixtureRequest, languages: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("II_COMPANION_LANGUAGES", str(languages))
    monkeypatch.setenv("LANGUAGE", request.param)
    assert words.use(request.param)
    yield request.param
    words.use("en")


def conversations(places: Places, clock: FakeClock, language: str) -> list[str]:
    """The lines of every conversation there is, keyed in every way."""
    loaded = Loaded(Settings(language=language), Path("settings.toml"), ())
    plainly = Plainly(LocalStore(places), loaded, clock)
    said: list[str] = []

    def hold(act, *strikes: Strike | str) -> None:
        heard = Heard(clock, *strikes)
        act(heard.talk)
        said.extend(heard.lines)

    hold(plainly.session(PLAN), *EVERYTHING, *ANSWERS)
    hold(
        plainly.practice(Plan(), PracticePlan(3, 2.0)),
        "1",
        "5",
        "enter",
        "3",
        "enter",
        "space",
        "j",
        Strike("j", 60),
        "i",
        *END,
    )
    hold(plainly.practice(Plan(), PracticePlan(3, 2.0)), "9", "9", "enter", "enter")
    (first,) = LocalStore(places).ids()
    hold(plainly.coding(first, "k9", 0), "x", "j", *END)
    facts = ["x", "enter", "enter", "2", "0", "0", "0", "0", "enter", "enter"]
    hold(
        plainly.note(Plan()),
        "A",
        "space",
        "B",
        "enter",
        "p",
        "1",
        "8",
        "enter",
        "k",
        "9",
        "enter",
        *facts,
        *ANSWERS,
        "ctrl+s",
    )
    menu = [
        "9",
        "1",
        *["enter"] * 6,
        "7",
        "enter",
        *["enter"] * 3,
        "x",
        "5",
        "4",
        "9",
        "9",
        "enter",
        "1",
        "enter",
        "enter",
        "escape",
    ]
    hold(plainly.home(), *menu)
    return said


def test_no_line_is_english(language: str, places: Places, clock: FakeClock) -> None:
    said = conversations(places, clock, language)
    assert len(said) > 150
    if language == "xx":
        kept = re.compile(
            rf"\S*/\S+|\b\d{{8}}-[\w-]+|\bii-companion agree\b|-coded-\w+|\b[pk]\d+\b|\b(?:{NAMES}|A B)\b"
        )
        left = {line: found for line in said if (found := re.findall(r"[A-Za-z]{2,}", kept.sub("", line)))}
        assert left == {}
        assert sum(BEGIN in line for line in said) > 140
    else:
        english = conversations_in_english(places, clock)
        same = {line for line in said if line in english and re.search(r"[a-z]{3} [a-z]{3}", line)}
        assert same == set()


def conversations_in_english(places: Places, clock: FakeClock) -> set[str]:
    words.use("en")
    return set(conversations(Places(places.root.with_name("english")), FakeClock(), "en"))

"""Welsh, the first translation: whole, in six forms, with the places of the English, and said to be a draft."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from ci_tools import tool
from words.pseudo import ROOT, gatherer

from ii_companion import words
from ii_companion.cli import main
from ii_companion.content.folder import data_folder
from ii_companion.content.fundamentals import fundamentals
from ii_companion.content.learners import load_learners
from ii_companion.content.prompts import load_prompts
from ii_companion.log.checklist import items
from ii_companion.session.kinds import RESPONSES

LAG = 0.03
"""What may still be English in the catalogue: a sentence that was just written waits for who knows Welsh."""
TOOL = gatherer()


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return next(catalogue for path, catalogue in TOOL.catalogues() if path.parent.name == "cy")


@pytest.fixture
def welsh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The catalogue as it stands, compiled as it is when a wheel is built."""
    folder = tmp_path / "languages"
    (folder / "cy").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "cy" / "ii_companion.po", folder / "cy")
    tool("compile_words").compile_catalogues(folder)
    monkeypatch.setenv("II_COMPANION_LANGUAGES", str(folder))
    monkeypatch.setenv("LANGUAGE", "")
    yield folder
    words.use("en")


def test_every_sentence_is_there_and_the_places_fit(catalogue: Catalog) -> None:
    wanted = [message for message in TOOL.gathered() if message.id]
    missing = [
        message.id for message in wanted if not (found := catalogue.get(message.id)) or not found.string
    ]
    assert len(missing) <= LAG * len(wanted), missing
    assert [what for message in catalogue if message.id for what in TOOL.misfits(message)] == []


def test_a_number_has_six_forms(catalogue: Catalog) -> None:
    assert catalogue.num_plurals == 6
    plural = [message for message in catalogue if message.pluralizable and any(message.string)]
    assert len(plural) > 70
    assert [message.id for message in plural if len(message.string) != 6 or not all(message.string)] == []


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 tro"), (1, "1 tro"), (2, "2 dro"), (3, "3 thro"), (6, "6 thro"), (7, "7 tro")]
)
def test_the_form_is_the_numbers(welsh: Path, n: int, said: str) -> None:
    assert words.use("cy")
    assert said in words.ngettext(
        "The longest had {n} turn in {length}.", "The longest had {n} turns in {length}.", n, length=""
    )


def test_the_content_is_welsh_by_the_ids_of_the_english() -> None:
    prompts, english = load_prompts("cy"), load_prompts("en")
    assert prompts.complaints == ()
    assert prompts.rules != english.rules
    assert [p.id for p in prompts.prompts] == [p.id for p in english.prompts]
    assert not {p.text for p in prompts.prompts} & {p.text for p in english.prompts}
    assert len({p.text for p in prompts.prompts}) == len(prompts.prompts)
    # the large letters have neither ŵ nor ŷ: words with one of these would be small
    assert [p.text for p in prompts.prompts if set("ŵŷŴŶ") & set(p.text)] == []
    for mine, theirs in ((fundamentals("cy"), fundamentals("en")), (items("cy"), items("en"))):
        assert [one.id for one in mine] == [one.id for one in theirs]
        assert not set(mine) & set(theirs)
    learners, others = load_learners("cy"), load_learners("en")
    assert list(learners.natures) == list(others.natures)
    for nature, other in zip(learners.natures.values(), others.natures.values(), strict=True):
        assert nature.title != other.title
        assert [(b.channel, b.rate_per_min) for b in nature.repertoire] == [
            (b.channel, b.rate_per_min) for b in other.repertoire
        ]
        assert not {b.does for b in nature.repertoire} & {b.does for b in other.repertoire}
        for kind in RESPONSES:
            looks = learners.tell_yours(nature, kind, 0)
            assert looks != others.tell_yours(other, kind, 0)
            assert looks


def test_no_id_is_unknown_in_english() -> None:
    """An entry whose English was renamed would be one of its own."""
    folder = data_folder()
    for name, key in (
        ("prompts.toml", "prompt"),
        ("fundamentals.toml", "fundamental"),
        ("checklist.toml", "item"),
        ("learners.toml", "learner"),
    ):
        mine, theirs = (
            {row["id"] for row in tomllib.loads((folder / language / name).read_text("utf-8"))[key]}
            for language in ("cy", "en")
        )
        assert mine == theirs, name


def test_check_says_that_it_is_a_draft(welsh: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("LANG", "cy_GB.UTF-8")
    monkeypatch.delenv("LANGUAGE")
    main(["check"])
    assert words.is_draft()
    out = capsys.readouterr().out
    assert "iaith: cy, drafft" in out
    assert "Mae angen i rywun sy'n siarad yr iaith ei ddarllen." in out


def test_bringing_a_catalogue_up_to_date_leaves_its_head(
    welsh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = welsh / "cy" / "ii_companion.po"
    before = path.read_text("utf-8")
    (welsh / "data").mkdir()
    shutil.move(welsh / "cy", welsh / "data" / "cy")
    monkeypatch.setattr(TOOL, "ROOT", welsh)
    monkeypatch.setattr(TOOL, "gathered", gatherer().gathered)
    TOOL.update()
    after = (welsh / "data" / "cy" / "ii_companion.po").read_text("utf-8")
    assert after.partition("\n\n")[0] == before.partition("\n\n")[0]
    assert "X-Draft: yes" in after


def started(tmp_path: Path, settings: str, **environment: str) -> str:
    """What a fresh process prints as its help, of the program as it is installed."""
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "settings.toml").write_text(settings)
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "II_COMPANION_LANGUAGES")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "ii_companion", "--help"],
        env={**kept, "PYTHONUTF8": "1", "II_COMPANION_CONFIG": str(tmp_path / "config"), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout


@pytest.mark.parametrize(
    ("settings", "environment", "language"),
    [
        ('language = "cy"\n', {"LANG": "en_GB.UTF-8"}, "cy"),
        ("", {"LANG": "cy_GB.UTF-8"}, "cy"),
        ('language = "en"\n', {"LANG": "cy_GB.UTF-8"}, "en"),
        ("", {}, "en"),
    ],
    ids=["settings", "system", "settings before system", "neither"],
)
def test_the_settings_or_the_system_turn_it_on(
    tmp_path: Path, settings: str, environment: dict[str, str], language: str
) -> None:
    text = started(tmp_path, settings, **environment)
    assert text.startswith({"cy": "defnydd: ", "en": "usage: "}[language])
    assert ("gorchmynion" in text) == (language == "cy")

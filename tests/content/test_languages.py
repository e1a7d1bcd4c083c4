"""A language's words are laid over the English ones, entry by entry; what it lacks is English."""

from __future__ import annotations

from pathlib import Path

import pytest

from ii_companion.content.folder import content_file, data_folder
from ii_companion.content.fundamentals import fundamentals
from ii_companion.content.learners import load_learners
from ii_companion.content.prompts import load_prompts
from ii_companion.log.checklist import items
from ii_companion.session.refusal import Refusal

ENGLISH = load_prompts("en")


@pytest.fixture
def breton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with a language in it that has no words yet."""
    monkeypatch.setenv("II_COMPANION_LANGUAGES", str(tmp_path / "languages"))
    folder = tmp_path / "languages" / "br"
    folder.mkdir(parents=True)
    return folder


def test_a_language_without_words_is_english(breton: Path) -> None:
    assert load_prompts("br") == ENGLISH
    assert fundamentals("br") == fundamentals("en")
    assert items("br") == items("en")
    assert load_learners("br") == load_learners("en")


def test_prompts_are_laid_over_by_id_and_field_by_field(breton: Path) -> None:
    (breton / "prompts.toml").write_text(
        '[[prompt]]\nid = "wait.aros"\nphase = "wait"\ntext = "Arhoswch."\ntriggers = ["double_turn"]\n'
        '[[prompt]]\nid = "tune_in.settle"\ntext = "Gwyliwch am ychydig."\n'
    )
    content = load_prompts("br")
    assert content.complaints == ()
    by_id = {prompt.id: prompt for prompt in content.prompts}
    english = {prompt.id: prompt for prompt in ENGLISH.prompts}
    settle = by_id["tune_in.settle"]
    assert settle.text == "Gwyliwch am ychydig."
    assert (settle.triggers, settle.stage_last, settle.needs) == (
        english["tune_in.settle"].triggers,
        english["tune_in.settle"].stage_last,
        english["tune_in.settle"].needs,
    )
    assert by_id["wait.aros"].text == "Arhoswch."
    # the coach takes turns by order, which must not depend on a translator's
    assert list(by_id) == [*english, "wait.aros"]
    assert {id_: p for id_, p in by_id.items() if id_ not in ("tune_in.settle", "wait.aros")} == {
        id_: p for id_, p in english.items() if id_ != "tune_in.settle"
    }


def test_rules_are_the_languages_if_it_has_any(breton: Path) -> None:
    path = breton / "prompts.toml"
    path.write_text('[[prompt]]\nid = "tune_in.settle"\ntext = "Stay and never hurry."\n')
    assert load_prompts("br").rules == ENGLISH.rules
    assert any("it says “never”" in complaint for complaint in load_prompts("br").complaints)
    path.write_text(
        '[rules]\nforbidden = ["byth"]\n[[prompt]]\nid = "tune_in.settle"\ntext = "Die Hände never."\n'
    )
    content = load_prompts("br")
    assert content.rules.forbidden == ("byth",)
    assert not content.rules.names_are_capitalised
    assert content.complaints == ()


def test_english_prompts_keep_to_the_english_rules_alone(breton: Path) -> None:
    (breton / "prompts.toml").write_text('[rules]\nforbidden = ["settle", "watch", "wait", "they"]\n')
    content = load_prompts("br")
    assert content.complaints == ()
    assert content.prompts == ENGLISH.prompts


def test_a_prompt_that_breaks_a_rule_is_told_of_and_stays_english(breton: Path) -> None:
    path = breton / "prompts.toml"
    path.write_text('\n[[prompt]]\nid = "tune_in.settle"\ntext = "Gwyliwch!"\n[[prompt]]\nid = "newydd"\n')
    content = load_prompts("br")
    assert content.prompts == ENGLISH.prompts
    first, second = content.complaints
    assert first.startswith(f"{path}, line 4: text: it has an exclamation mark")
    assert second.startswith(f"{path}, line 5: ")


def test_fundamentals_and_the_checklist_are_laid_over_by_id(breton: Path) -> None:
    (breton / "fundamentals.toml").write_text('[[fundamental]]\nid = "turns"\nname = "Cymryd tro"\n')
    (breton / "checklist.toml").write_text(
        '[[item]]\nid = "waited"\nwords = "Wedi aros"\n[[item]]\nid = "newydd"\nwords = "Un newydd"\n'
    )
    names = {one.id: one.name for one in fundamentals("br")}
    assert names == {one.id: one.name for one in fundamentals("en")} | {"turns": "Cymryd tro"}
    assert [one.id for one in items("br")] == [*(one.id for one in items("en")), "newydd"]
    assert {one.id: one.words for one in items("br")}["waited"] == "Wedi aros"


def test_learners_are_laid_over_field_by_field(breton: Path) -> None:
    (breton / "learners.toml").write_text(
        'sentence = "Mae {name} yn {does}."\n[[learner]]\nid = "heron"\ntitle = "Tawel"\n'
    )
    learners, english = load_learners("br"), load_learners("en")
    heron = learners.get("heron")
    assert heron.title == "Tawel"
    assert heron.repertoire == english.get("heron").repertoire
    assert learners.tell(heron, "edrych") == "Mae Heron yn edrych."
    assert learners.delight == english.delight
    assert list(learners.natures) == list(english.natures)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("learners.toml", 'delight = "x"\nsentence = "{naam}"\n', r"line 2: sentence: its places are"),
        ("learners.toml", "learner = 3\n", r"line 1: “learner” is not a list of tables"),
        ("learners.toml", '\n[[learner]]\nid = "heron"\nenergy = 9\n', "line 2: "),
        ("learners.toml", "learner = [3]\n", "line 1: "),
        ("learners.toml", "[[learner]\n", "not TOML"),
    ],
)
def test_a_mistake_names_the_languages_file_and_line(breton: Path, name: str, text: str, why: str) -> None:
    (breton / name).write_text(text)
    with pytest.raises(Refusal, match=why) as refused:
        load_learners("br")
    assert str(refused.value).startswith(str(breton / name))


def test_english_is_the_shipped_one_whatever_lies_in_a_folder_of_ones_own(breton: Path) -> None:
    english = breton.parent / "en"
    english.mkdir()
    (english / "prompts.toml").write_text("[[prompt]\n")
    assert load_prompts("en") == ENGLISH
    assert content_file("en", "prompts.toml") == data_folder() / "en" / "prompts.toml"
    (breton / "report.html").write_text("<p>")
    assert content_file("br", "report.html") == breton / "report.html"
    assert content_file("br", "prompts.toml") == data_folder() / "en" / "prompts.toml"

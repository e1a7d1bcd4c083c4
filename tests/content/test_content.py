"""The words in data/, and a person's own: every mistake is named by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ii_companion.content.folder import data_folder
from ii_companion.content.prompts import load_prompts
from ii_companion.content.toml_lines import line_of
from ii_companion.session.prompts import Rules, wording_problems
from ii_companion.session.triggers import KNOWN, TABLE

GOOD = """
[[prompt]]
id = "wait.mine"
phase = "wait"
text = "Count two slow breaths."
triggers = ["double_turn"]
"""


def test_the_shipped_prompts_keep_every_rule_and_serve_every_trigger() -> None:
    content = load_prompts("en")
    assert content.complaints == ()
    assert len(content.prompts) > 60
    assert {t for p in content.prompts for t in p.triggers} == KNOWN
    assert set(TABLE) < KNOWN


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("One two three four five six seven eight.", "8 words"),
        ("Wait now!", "exclamation"),
        ("Don't fill the gap.", "says"),
        ("Wait for Jane now.", "looks like a name"),
        ("Wait 12 seconds.", "figure"),
        ("", "no words"),
        ("Wait\x07now.", "cannot be shown"),
    ],
)
def test_a_wording_that_breaks_a_rule_is_told_which(text: str, why: str) -> None:
    rules = Rules(("don't",), names_are_capitalised=True)
    assert any(why in problem for problem in wording_problems(text, rules))


def test_a_persons_own_prompts_add_and_replace_and_mistakes_name_file_and_line(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(
        GOOD
        + '[[prompt]]\nid = "wait.plenty"\nphase = "wait"\ntext = "Plenty. Rest now."\ntriggers = ["double_turn"]\n'
        '[[prompt]]\nid = "wait.bad"\nphase = "wait"\ntext = "Never stop!"\ntriggers = ["full_moon"]\nstage_last = 9\n'
        '[[prompt]]\nid = "x"\nphase = "sleep"\ntext = "Rest."\n'
    )
    (tmp_path / "broken.toml").write_text("[[prompt]\n")
    content = load_prompts("en", tmp_path)
    by_id = {p.id: p.text for p in content.prompts}
    assert by_id["wait.mine"] == "Count two slow breaths."
    assert by_id["wait.plenty"] == "Plenty. Rest now."
    assert "wait.bad" not in by_id
    said = "\n".join(content.complaints)
    assert f"{own}, line 15: text: it has an exclamation mark" in said
    assert f"{own}, line 16: triggers: “full_moon”" in said
    assert f"{own}, line 17: stage_last" in said
    assert f"{own}, line 18:" in said
    assert "broken.toml: not TOML" in said
    assert len(content.prompts) == len(load_prompts("en").prompts) + 1


def test_a_language_that_lacks_a_file_falls_back_and_the_folder_is_found() -> None:
    assert (data_folder() / "en" / "prompts.toml").exists()
    assert load_prompts("xx").prompts == load_prompts("en").prompts


def test_lines_are_found_in_tables_arrays_and_at_the_top() -> None:
    text = 'top = 1\n[keys]\na = 1\n"b" = 2\n[[prompt]]\nid = 1\n[[prompt]]\nid = 2\ntext = 3\n'
    assert line_of(text, "top") == 1
    assert line_of(text, "keys", "b") == 4
    assert line_of(text, "prompt", 1) == 7
    assert line_of(text, "prompt", 1, "text") == 9
    assert line_of(text, "prompt", 0, "missing") == 5

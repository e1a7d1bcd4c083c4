"""Large letters: drawn by pyfiglet when the package is built, and put together here as pyfiglet would."""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyfiglet import Figlet

from ii_companion.content.prompts import load_prompts
from widgets import letters
from widgets.letters import FONTS, large

NAMES = sorted({font.name for font in FONTS})


@lru_cache
def _pyfiglets(font: str) -> Figlet:
    return Figlet(font=font, width=10_000)


def _drawn_alike(word: str) -> None:
    for font in NAMES:
        ours = letters._letters(font)
        if set(word) <= ours.letters.keys():
            drawn = ours.word(word)
            theirs = str(_pyfiglets(font).renderText(word)).split("\n")[: ours.height]
            assert [row.rstrip() for row in drawn] == [row.rstrip() for row in theirs]
            assert len({len(row) for row in drawn}) == 1


@given(
    st.text(
        string.ascii_letters + string.digits + string.punctuation + "âêîôûŵŷäöüßéèñ", min_size=1, max_size=9
    )
)
@example("AV.LT")
@example("'''")
@example("ij")
def test_a_word_is_drawn_as_pyfiglet_draws_it(word: str) -> None:
    _drawn_alike(word)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_word_of_a_prompt_can_be_drawn_large_and_as_pyfiglet_draws_it(language: str) -> None:
    words = {word for prompt in load_prompts(language).prompts for word in prompt.text.split()}
    assert len(words) > 100
    assert set("".join(words)) <= letters._letters("mono12").letters.keys()
    for word in sorted(words):
        _drawn_alike(word)


def test_every_font_that_is_named_was_drawn_when_the_package_was_built() -> None:
    for font in NAMES:
        drawn = letters._letters(font)
        assert set(string.ascii_letters + ",.") <= drawn.letters.keys()
        assert {len(rows.split("|")) for rows in drawn.letters.values()} == {drawn.height}


def test_without_its_letters_words_are_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "FOLDER", tmp_path)
    letters._letters.cache_clear()
    large.cache_clear()
    try:
        assert large("Take a slow breath.", 78, 15) == ("Take a slow breath.",)
    finally:
        letters._letters.cache_clear()
        large.cache_clear()


def test_letters_grow_with_the_terminal() -> None:
    words = "Let them come back."
    small, big = large(words, 78, 15), large(words, 158, 40)
    assert len(large("Wait.", 158, 40)) in (13, 14, 15, 16)
    assert len(big) > 2 * len(small)
    assert all(len(row) <= 158 for row in big)
    assert set("".join(large("Wait.", 158, 40))) <= {" ", "█"}

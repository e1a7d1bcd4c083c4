"""What is read can be read: enough contrast in every theme, and hues that tell nothing a shape, a letter or a name does not."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from screens.test_pictures import NAMES, SIZES, THEMES, strips_of
from textual.color import Color

from ii_companion.hues import HUES
from ii_companion.screens.themes import THEMES as DECLARED

LEAST = 4.5
SAMPLE = ("home", "after", "review", "mentor")
"""Screens that are looked at in every way in the suite; the others under --long."""
DRAWN = set("─│╭╮╰╯━┃┏┓┗┛┳┻┫┣▁▂▃▄▅▆▇█▀▔▌▐╴╵╶╷ ")
"""Frames, scroll bars and bars of amount: shapes, not text. Those with a meaning have a hue, which is tested by itself."""


def colour(found: RichColor | None) -> Color:
    assert found is not None
    return Color(*found.get_truecolor())


def luminance(found: Color) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in found.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.long
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
async def test_every_text_has_a_contrast_of_at_least_4_5_on_its_ground(
    name: str, theme: str, tmp_path: Path, whole: bool
) -> None:
    if not whole and theme == "contrast" and name not in SAMPLE:
        pytest.skip("whole under --long")
    low = set()
    for size in SIZES[:2] if whole else SIZES[1:2]:
        for strip in await strips_of(name, tmp_path / f"{size[0]}", theme, size):
            for segment in strip:
                if not set(segment.text) <= DRAWN and segment.style is not None:
                    front, ground = colour(segment.style.color), colour(segment.style.bgcolor)
                    if contrast(front, ground) < LEAST:
                        low.add((segment.text.strip(), front.hex, ground.hex))
    assert low == set()


@pytest.mark.parametrize("theme", [theme.name for theme in DECLARED])
def test_every_hue_has_it_on_every_ground_of_its_theme(theme: str) -> None:
    declared = next(one for one in DECLARED if one.name == theme)
    for hue, value in HUES[theme.removeprefix("ii-")].items():
        for ground in (declared.background, declared.surface, declared.panel):
            assert ground is not None
            ratio = contrast(Color.parse(value), Color.parse(ground))
            assert ratio >= LEAST, (hue, ground, ratio)


def test_no_hue_is_pure_red_or_loud() -> None:
    for hues in HUES.values():
        for value in hues.values():
            found = Color.parse(value)
            assert not (found.r > 200 and found.g < 80 and found.b < 80), value


@pytest.mark.parametrize("name", ["home", "mentor", "after", "review", "agreement"])
async def test_without_colour_a_shape_a_letter_or_the_name_of_the_row_tells_whose_it_is(
    name: str, tmp_path: Path
) -> None:
    """In one row no mark stands for two: whoever sees no colour loses nothing."""
    by_hue = {Color.parse(value).hex: hue for hue, value in HUES["dim"].items()}
    hues = set()
    for strip in await strips_of(name, tmp_path, "dim", (120, 40)):
        of = defaultdict(set)
        for segment in strip:
            if segment.style is not None and segment.style.color is not None:
                hue = by_hue.get(colour(segment.style.color).hex)
                if hue is not None:
                    hues.add(hue)
                    for glyph in set(segment.text) - set(" ━│"):
                        of[glyph].add(hue)
        assert all(len(found) == 1 for found in of.values()), (strip.text, dict(of))
    assert {"learner", "practitioner"} <= hues


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
async def test_no_color_says_the_same_words_and_still_shows_where_the_focus_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    if not whole and name not in SAMPLE:
        pytest.skip("whole under --long")
    coloured = await strips_of(name, tmp_path / "a", "dim", (80, 24))
    monkeypatch.setenv("NO_COLOR", "1")
    plain = await strips_of(name, tmp_path / "b", "dim", (80, 24))
    assert [strip.text for strip in plain] == [strip.text for strip in coloured]

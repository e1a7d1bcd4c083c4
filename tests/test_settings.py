"""Settings and commands: one declaration each, every mistake named with its line, the rest applied."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.theme import Theme

from ii_companion.app import CompanionApp
from ii_companion.commands import COMMANDS, Where, clashes, on
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.screens import themes
from ii_companion.screens.keys import bindings, foot, help_groups, palette
from ii_companion.screens.live import LiveScreen
from ii_companion.session.kinds import Kind
from ii_companion.settings import Loaded, Settings, load


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path


def test_without_a_file_the_quiet_defaults_hold(tmp_path: Path) -> None:
    loaded = load(tmp_path / "none.toml")
    assert loaded.settings == Settings(language="en")
    assert loaded.complaints == ()
    assert (loaded.settings.theme, loaded.settings.animation) == ("dim", False)


def test_every_wrong_entry_is_named_with_its_line_and_the_rest_applies(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'theme = "neon"\nvolume = 11\ndefault_view = "mentor"\nanimation = "yes"\n\n[keys]\nimitate = "a"\ndance = "d"\njoin_in = "i"\n'
        'comment = "hyperspace"\nother = 7\nenjoyed = "space"\n',
    )
    loaded = load(path)
    assert loaded.settings.default_view == "mentor"
    assert loaded.settings.keys == {"imitate": ("a",), "join_in": ("i",)}
    said = {int(c.split("line ")[1].split(":")[0]): c for c in loaded.complaints}
    assert sorted(said) == [1, 2, 4, 8, 10, 11, 12]
    assert "one of dim, light, contrast" in said[1]
    assert "not a setting" in said[2]
    assert "not a command" in said[8]
    assert "no key 'hyperspace'" in said[10]
    assert "belongs to learner_act" in said[12]
    assert all(c.startswith(str(path)) for c in loaded.complaints)


def test_keys_can_be_swapped(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, '[keys]\nimitate = "j"\njoin_in = "i"\n'))
    assert loaded.complaints == ()
    assert loaded.settings.keys == {"imitate": ("j",), "join_in": ("i",)}


@pytest.mark.parametrize("content", [b"\xff\xfe", b"theme = [", b"[keys\n"])
def test_a_file_that_cannot_be_read_is_named_and_the_defaults_hold(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    loaded = load(path)
    assert loaded.settings == Settings(language="en")
    assert len(loaded.complaints) == 1
    assert str(path) in loaded.complaints[0]


def test_no_two_commands_of_a_screen_share_a_key() -> None:
    assert clashes(COMMANDS) == []
    assert len({c.id for c in COMMANDS}) == len(COMMANDS)


def test_bindings_footer_help_and_palette_say_what_the_table_says() -> None:
    commands = on(Where.LIVE)
    assert [b.id for b in bindings(Where.LIVE)] == [c.id for c in commands]
    assert [b.key for b in bindings(Where.LIVE)] == [",".join(c.keys) for c in commands]
    groups = help_groups(Where.LIVE, Settings()).values()
    helped = "\n".join(f"{keys}  {told}" for rows in groups for keys, told in rows)
    assert all(c.help in helped for c in commands)
    footer = "\n".join(foot(Where.LIVE, Settings()))
    assert all((c.words in footer) or not c.footer for c in commands)


async def test_a_rebound_key_works_on_the_screen_and_shows_in_footer_and_palette(
    places: Places, tmp_path: Path
) -> None:
    loaded = load(written(tmp_path, '[keys]\nimitate = "a,f7"\n'))
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), loaded=loaded)
    async with app.run_test() as pilot:
        await pilot.press("a", "f7", "i")
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        assert [e.kind for e in screen.recorder.events] == [Kind.IMITATE, Kind.IMITATE]
        assert "a imitate" in "\n".join(foot(Where.LIVE, app.settings))
        entries = {entry.title: entry for entry in palette(screen)}
        entries["join in"].callback()
        assert screen.recorder.events[-1].kind is Kind.JOIN_IN


@pytest.mark.parametrize(
    ("theme", "background", "foreground"),
    [("dim", "#141615", "#A8ACA6"), ("light", "#F3F2EC", "#2C302D"), ("contrast", "#000000", "#FFFFFF")],
)
async def test_every_theme_s_own_colours_are_on_the_screen(
    places: Places, theme: str, background: str, foreground: str
) -> None:
    app = CompanionApp(
        LocalStore(places), Plan(learner="p17"), loaded=Loaded(Settings(theme=theme), Path("x"))
    )
    async with app.run_test():
        assert app.theme == f"ii-{theme}"
        assert app.screen.styles.background.hex == background
        assert app.screen.query_one("BigWords").styles.color.hex == foreground


def test_check_names_what_is_wrong_with_a_persons_own_prompts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from ii_companion.cli import main

    folder = tmp_path / "config" / "prompts"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(
        '[[prompt]]\nid = "wait.mine"\nphase = "wait"\ntext = "Stop!"\ntriggers = ["double_turn"]\n'
    )
    assert main(["check", "--json", "--data-dir", str(tmp_path / "d")]) == 0
    out = capsys.readouterr().out
    assert "mine.toml, line 4: text" in out
    assert '"settings"' in out


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", themes.THEMES, ids=lambda theme: theme.name)
def test_every_colour_of_words_can_be_read_on_every_ground(theme: Theme) -> None:
    """At least 4.5 to 1, as WCAG 2.2 asks (success criterion 1.4.3, and its formula of contrast)."""
    for words in (theme.foreground, theme.primary, theme.secondary, theme.accent, theme.warning, theme.error):
        for ground in (theme.background, theme.surface):
            assert words is not None
            assert ground is not None
            light, dark = sorted((_luminance(words), _luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (words, ground)

"""A person's settings: a TOML file in the platform's config folder. What is wrong is named, the rest applies."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.content.toml_lines import line_of
from ii_companion.log.places import reason
from ii_companion.log.whole import write_whole
from ii_companion.session.prompts import PromptPhase
from ii_companion.session.refusal import Refusal

CONFIG_VARIABLE = "II_COMPANION_CONFIG"
THEMES = ("dim", "light", "contrast")
VIEWS = ("glance", "mentor")


class Settings(msgspec.Struct, frozen=True):
    """What a person chose; the defaults are quiet."""

    theme: str = "dim"
    animation: bool = False
    default_view: str = "glance"
    language: str = "en"
    prompts_folder: str = ""
    """A folder of a person's own prompts; empty: `prompts` beside the settings file."""
    keep_months: int = 12
    """Sessions older than this are offered for removal; nothing goes by itself."""
    keys: dict[str, tuple[str, ...]] = {}
    voice_on: bool = False
    voice: str = "en-us+whisper"
    voice_rate: int = 140
    """Words a minute, 60 to 400."""
    voice_volume: float = 0.4
    """0 to 1."""
    voice_phases: tuple[str, ...] = tuple(PromptPhase)
    """Which prompts are spoken, by what they speak of; signs always."""


class Loaded(msgspec.Struct, frozen=True):
    """Settings, the file they came from, and a sentence for each entry that could not be used."""

    settings: Settings
    path: Path
    complaints: tuple[str, ...] = ()

    @property
    def own_prompts(self) -> Path:
        """Where a person's own prompts lie, if they have any."""
        asked = self.settings.prompts_folder
        return Path(asked).expanduser() if asked else self.path.parent / "prompts"


def settings_path() -> Path:
    """Where the settings file is, whether or not it exists."""
    asked = os.environ.get(CONFIG_VARIABLE)
    if asked:
        return Path(asked).expanduser() / "settings.toml"
    import platformdirs  # 2 ms, and only when nobody named a folder

    return Path(platformdirs.user_config_dir("ii-companion", appauthor=False)) / "settings.toml"


def load(path: Path | None = None) -> Loaded:
    """Read the settings. Never fails: what cannot be used is complained of, with its line."""
    path = path or settings_path()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Loaded(Settings(), path)
    except UnicodeDecodeError:
        return Loaded(Settings(), path, (f"{path}: not UTF-8 text. The defaults are used.",))
    except OSError as error:
        return Loaded(Settings(), path, (f"{path}: cannot be read: {reason(error)}. The defaults are used.",))
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Loaded(Settings(), path, (f"{path}: not TOML: {error}. The defaults are used.",))
    reader = _Reader(text, path)
    settings = reader.read(table)
    return Loaded(settings, path, tuple(reader.complaints))


def save_voice(path: Path, voice: str, rate: int, volume: float) -> None:
    """Put a voice into the settings file, leaving everything else in it as it is. Raises Refusal."""
    import tomlkit  # keeps a person's comments and layout; 20 ms, and only when something is saved

    try:
        text = path.read_text("utf-8-sig") if path.exists() else ""
        table = tomlkit.parse(text)
        section = table.setdefault("voice", tomlkit.table())
        section.update({"voice": voice, "rate": rate, "volume": volume})
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, tomlkit.dumps(table).encode())
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {reason(error)}. The settings are as they were.") from error
    except tomlkit.exceptions.TOMLKitError as error:
        raise Refusal(f"{path}: not TOML: {error}. Mend it first; it is as it was.") from error


class Entry(msgspec.Struct, frozen=True):
    """One entry of the file: the field it fills, what it may be, and that in words."""

    field: str
    good: Callable[[Any], bool]
    expected: str


def _one_of(field: str, allowed: tuple[str, ...]) -> Entry:
    return Entry(field, lambda value: value in allowed, " or ".join(allowed))


def _true_or_false(field: str) -> Entry:
    return Entry(field, lambda value: isinstance(value, bool), "true or false")


def _number(field: str, low: float, high: float, *, whole: bool = False) -> Entry:
    def good(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            return False
        return bool(low <= value <= high)

    return Entry(field, good, f"{'a whole number' if whole else 'a number'} from {low:g} to {high:g}")


ENTRIES = {
    "theme": _one_of("theme", THEMES),
    "animation": _true_or_false("animation"),
    "default_view": _one_of("default_view", VIEWS),
    "language": Entry(
        "language",
        lambda value: isinstance(value, str) and value.replace("-", "").isalnum(),
        "the name of a folder such as en",
    ),
    "prompts_folder": Entry("prompts_folder", lambda value: isinstance(value, str), "the path of a folder"),
    "keep_months": _number("keep_months", 1, 1200, whole=True),
    "voice.on": _true_or_false("voice_on"),
    "voice.voice": Entry(
        "voice", lambda value: isinstance(value, str) and value.isprintable(), "a voice's name"
    ),
    "voice.rate": _number("voice_rate", 60, 400, whole=True),
    "voice.volume": _number("voice_volume", 0, 1),
    "voice.phases": Entry(
        "voice_phases",
        lambda value: isinstance(value, list) and all(one in tuple(PromptPhase) for one in value),
        f"a list of {', '.join(PromptPhase)}",
    ),
}
"""Every entry there is but the keys."""


class _Reader:
    def __init__(self, text: str, path: Path) -> None:
        self.complaints: list[str] = []
        self._text = text
        self._path = path

    def complain(self, place: tuple[str, ...], what: str) -> None:
        self.complaints.append(f"{self._path}, line {line_of(self._text, *place)}: {what}")

    def read(self, table: dict[str, Any]) -> Settings:
        chosen: dict[str, Any] = {}
        for name, value in table.items():
            if name == "keys" and isinstance(value, dict):
                chosen["keys"] = self._keys(value)
            elif name == "voice" and isinstance(value, dict):
                for part, said in value.items():
                    self._entry(f"voice.{part}", said, ("voice", part), chosen)
            else:
                self._entry(name, value, (name,), chosen)
        return Settings(**chosen)

    def _entry(self, name: str, value: Any, place: tuple[str, ...], chosen: dict[str, Any]) -> None:
        """Take one entry in, or complain of it."""
        entry = ENTRIES.get(name)
        if entry is None:
            self.complain(place, f"“{name}” is not a setting; known are {', '.join([*ENTRIES, 'keys'])}.")
        elif entry.good(value):
            chosen[entry.field] = tuple(value) if isinstance(value, list) else value
        else:
            self.complain(place, f"{name} is {value!r}; expected {entry.expected}.")

    def _keys(self, table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        from ii_companion.commands import (  # 5 ms, and only where keys are chosen
            BY_ID,
            clashes,
            is_key,
            with_keys,
        )

        chosen: dict[str, tuple[str, ...]] = {}
        for name, value in table.items():
            if name not in BY_ID:
                self.complain(("keys", name), f"“{name}” is not a command; known are {', '.join(BY_ID)}.")
                continue
            wanted = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
            if not isinstance(wanted, list) or not wanted or not all(isinstance(key, str) for key in wanted):
                self.complain(("keys", name), f'{name} is {value!r}; expected a key such as "j" or "j,f5".')
                continue
            wrong = next((key for key in wanted if not is_key(key)), None)
            if wrong is not None:
                self.complain(
                    ("keys", name),
                    f"{name}: there is no key {wrong!r}; expected a letter, a digit, f1, space, pagedown or ctrl+s.",
                )
                continue
            attempt = {**chosen, name: tuple(wanted)}
            clash = next((c for c in clashes(with_keys(attempt)) if name in (c[1].id, c[2].id)), None)
            if clash is not None and not self._moves_away(
                clash[1].id if clash[2].id == name else clash[2].id, table
            ):
                other = clash[1] if clash[2].id == name else clash[2]
                self.complain(
                    ("keys", name),
                    f"{name}: the key {clash[0]!r} belongs to {other.id} already; {name} keeps its own.",
                )
                continue
            chosen = attempt
        return self._without_clashes(chosen)

    @staticmethod
    def _moves_away(command_id: str, table: dict[str, Any]) -> bool:
        """Whether the same file gives the other command keys of its own, so that a swap is possible."""
        return command_id in table

    def _without_clashes(self, chosen: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        from ii_companion.commands import clashes, with_keys

        while found := clashes(with_keys(chosen)):
            key, first, second = found[0]
            loser = second if second.id in chosen else first
            self.complain(
                ("keys", loser.id),
                f"{loser.id}: the key {key!r} belongs to {(first if loser is second else second).id} already; {loser.id} keeps its own.",
            )
            chosen = {name: keys for name, keys in chosen.items() if name != loser.id}
        return chosen

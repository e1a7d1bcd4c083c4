"""A person's settings: a TOML file in the platform's config folder. What is wrong is named, the rest applies."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.commands import BY_ID, COMMANDS, clashes, is_key, with_keys
from ii_companion.content.toml_lines import line_of
from ii_companion.log.places import reason

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
    keys: dict[str, tuple[str, ...]] = {}


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
    except tomllib.TOMLDecodeError as error:
        return Loaded(Settings(), path, (f"{path}: not TOML: {error}. The defaults are used.",))
    reader = _Reader(text, path)
    settings = reader.read(table)
    return Loaded(settings, path, tuple(reader.complaints))


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
            if name in ("theme", "default_view"):
                allowed = THEMES if name == "theme" else VIEWS
                if value in allowed:
                    chosen[name] = value
                else:
                    self.complain((name,), f"{name} is {value!r}; expected {' or '.join(allowed)}.")
            elif name == "animation":
                if isinstance(value, bool):
                    chosen[name] = value
                else:
                    self.complain((name,), f"animation is {value!r}; expected true or false.")
            elif name == "language":
                if isinstance(value, str) and value.replace("-", "").isalnum():
                    chosen[name] = value
                else:
                    self.complain(
                        (name,), f"language is {value!r}; expected the name of a folder such as en."
                    )
            elif name == "prompts_folder":
                if isinstance(value, str):
                    chosen[name] = value
                else:
                    self.complain((name,), f"prompts_folder is {value!r}; expected the path of a folder.")
            elif name == "keys" and isinstance(value, dict):
                chosen["keys"] = self._keys(value)
            else:
                known = ", ".join(Settings.__struct_fields__)
                self.complain((name,), f"“{name}” is not a setting; known are {known}.")
        return Settings(**chosen)

    def _keys(self, table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
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
        while found := clashes(with_keys(chosen)):
            key, first, second = found[0]
            loser = second if second.id in chosen else first
            self.complain(
                ("keys", loser.id),
                f"{loser.id}: the key {key!r} belongs to {(first if loser is second else second).id} already; {loser.id} keeps its own.",
            )
            chosen = {name: keys for name, keys in chosen.items() if name != loser.id}
        return chosen


assert not clashes(COMMANDS)

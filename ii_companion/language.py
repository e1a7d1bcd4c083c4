"""Which language everything is said in, found before anything heavier is loaded: `--help` asks for no more."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from ii_companion import words
from ii_companion.opening import read_whole

CONFIG_VARIABLE = "II_COMPANION_CONFIG"


def settings_path() -> Path:
    """Where the settings file is, whether or not it exists."""
    asked = os.environ.get(CONFIG_VARIABLE)
    if asked:
        with contextlib.suppress(RuntimeError):  # nobody knows whose home `~nobody` is; it is not there, then
            return Path(asked).expanduser() / "settings.toml"
        return Path(asked) / "settings.toml"
    import platformdirs  # 2 ms, and only when nobody named a folder

    return Path(platformdirs.user_config_dir("ii-companion", appauthor=False)) / "settings.toml"


def can_name(value: Any) -> bool:
    """Whether a value can be a language's name in the settings; empty is the system's language."""
    return isinstance(value, str) and (not value or value.replace("-", "").isalnum())


def resolved(name: str) -> str:
    """The language of that name, or the system's if none is named."""
    return name or words.of_system()


def speak() -> str:
    """Say everything in the language that the settings name, or else in the system's. Its name.

    What is wrong with the settings is told by `settings.load`, which reads them whole.
    """
    words.use(resolved(_named(settings_path())))
    return words.language()


def _named(path: Path) -> str:
    """The language a settings file names, if it does. Only a file that speaks of one is read as TOML."""
    try:
        data = read_whole(path, 4 * 2**20)
    except OSError:
        return ""
    if b"language" not in data:
        return ""
    import tomli  # 2 ms

    try:
        name = tomli.loads(data.decode("utf-8-sig")).get("language", "")
    except (ValueError, RecursionError):
        return ""
    return str(name) if can_name(name) else ""

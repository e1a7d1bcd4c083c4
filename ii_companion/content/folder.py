"""Where `data/` is: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ii_companion.session.refusal import Refusal

FALLBACK_LANGUAGE = "en"
Row = TypeVar("Row", bound=msgspec.Struct)


def data_folder() -> Path:
    """The folder that holds one folder per language. Raises Refusal if the installation lacks it."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "data", package.parent / "data"):
        if (folder / FALLBACK_LANGUAGE).is_dir():
            return folder
    raise Refusal(
        f"The words of ii-companion are missing: no folder data/{FALLBACK_LANGUAGE} in {package} or beside it. Install it again."
    )


def content_file(language: str, name: str) -> Path:
    """A file of a language, or the English one if that language lacks it."""
    path = data_folder() / language / name
    return path if path.exists() else data_folder() / FALLBACK_LANGUAGE / name


def read_list(language: str, name: str, key: str, kind: type[Row]) -> list[Row]:
    """The `[[key]]` tables of a language's file, each as its schema says. Raises Refusal naming the file."""
    path = content_file(language, name)
    table, _ = read_toml(path)
    try:
        return msgspec.convert(table.get(key, []), list[kind])  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise Refusal(f"{path}: {error}.") from error


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """A TOML file's table and its text. Raises Refusal naming file and line."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{path}: not UTF-8 text.") from error
    try:
        return tomllib.loads(text), text
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refusal(f"{path}: not TOML: {error}.") from error

"""Where the words in `data/` are, and how a language's are laid over the English ones.

What a language has not is English, entry by entry and field by field, so that half a translation can be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ii_companion import words
from ii_companion.content.ready import ready
from ii_companion.content.toml_lines import line_of
from ii_companion.opening import read_whole
from ii_companion.session.refusal import Refusal, said_by

FALLBACK_LANGUAGE = words.ENGLISH
LARGEST_TEXT = 16 * 2**20
Row = TypeVar("Row", bound=msgspec.Struct)


class Layer(msgspec.Struct, frozen=True):
    """One file of content. `rows`: its entries, each completed with what the file below it says of the same id."""

    path: Path
    table: dict[str, Any]
    text: str
    rows: list[Any]


def data_folder() -> Path:
    """The folder that holds one folder per language. Raises Refusal if the installation lacks it."""
    folder = words.shipped()
    if folder is None:
        raise Refusal(
            "The words of ii-companion are missing: no folder {folder} in {package} or beside it. Install it again.",
            folder=f"data/{FALLBACK_LANGUAGE}",
            package=Path(words.__file__).resolve().parent,
        )
    return folder


def content_file(language: str, name: str) -> Path:
    """A file of a language, the reader's own folder first; the English one, as shipped, if that language lacks it."""
    english = data_folder() / FALLBACK_LANGUAGE / name
    if language == FALLBACK_LANGUAGE:
        return english
    return next((path for f in words.folders() if (path := f / language / name).is_file()), english)


def layers(language: str, name: str, key: str) -> Iterator[Layer]:
    """A content file in English, then in the language if that has it, with the `[[key]]` tables of each.

    Raises Refusal naming the file.
    """
    known: dict[str, dict[str, Any]] = {}
    for path in dict.fromkeys((content_file(FALLBACK_LANGUAGE, name), content_file(language, name))):
        table, text = read_toml(path)
        rows = table.get(key, [])
        if not isinstance(rows, list):
            raise Refusal(
                "{path}, line {line}: “{key}” is not a list of tables; each begins with {head}.",
                path=path,
                line=line_of(text, key),
                key=key,
                head=f"[[{key}]]",
            )
        rows = [{**known.get(_id(row), {}), **row} if isinstance(row, dict) else row for row in rows]
        yield Layer(path, table, text, rows)
        known = {_id(row): row for row in rows if _id(row)}


def _id(row: Any) -> str:
    """An entry's id, or nothing: what is no entry is refused by who converts it."""
    name = row.get("id") if isinstance(row, dict) else ""
    return name if isinstance(name, str) else ""


def read_list(language: str, name: str, key: str, kind: type[Row]) -> list[Row]:
    """The `[[key]]` tables of a content file in a language, by their ids, each as its schema says.

    Raises Refusal naming file and line.
    """
    found: dict[str, Row] = {}
    for layer in layers(language, name, key):
        for index, row in enumerate(layer.rows):
            found[_id(row)] = converted(row, kind, layer, key, index)
    return list(found.values())


def converted(row: Any, kind: type[Row], layer: Layer, key: str, index: int) -> Row:
    """An entry as its schema says. Raises Refusal naming file and line."""
    try:
        return msgspec.convert(row, kind)
    except msgspec.ValidationError as error:
        raise Refusal(
            "{path}, line {line}: {why}.",
            path=layer.path,
            line=line_of(layer.text, key, index),
            why=said_by(error),
        ) from error


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """A TOML file's table and its text. Raises Refusal naming file and line."""
    try:
        data = read_whole(path, LARGEST_TEXT)
        text = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=why) from error
    except UnicodeDecodeError as error:
        raise Refusal("{path}: not UTF-8 text.", path=path) from error
    if (table := ready(path, data)) is not None:
        return table, text
    import tomli  # 4 ms, and a start may have nothing for it to read

    try:
        return tomli.loads(text), text
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError of its own
        raise Refusal("{path}: not TOML: {why}.", path=path, why=str(error)) from error

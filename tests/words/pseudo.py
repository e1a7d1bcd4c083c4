"""`xx`, a language nobody speaks, made of the English: what is not accented did not go through the seam.

Every letter is accented, every word about 40 % longer, and every sentence stands between ⟦ and ⟧, so that a sentence
which is cut shows it: its ⟧ is missing. Places, those of argparse too, stay as they are.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import tomlkit
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from ci_tools import tool

ROOT = Path(__file__).parent.parent.parent
NAME = "xx"
BEGIN, END = "⟦", "⟧"
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀćđéƒǧĥíĵķĺɱñóṕɋŕśţúṽŵẋýžÁƁĆĐÉƑǦĤÍĴĶĹḾÑÓṔɊŔŚŢÚṼŴẊÝŽ",
)
_LONGER = "ŏ"
_KEPT = re.compile(r"(\{[^}]*\}|%(?:\(\w+\))?[-#0+]*\d*(?:\.\d+)?[a-zA-Z%])")
_TEXTS = {
    "prompts.toml": ("prompt", ("text", "principle")),
    "fundamentals.toml": ("fundamental", ("name",)),
    "checklist.toml": ("item", ("words",)),
    "learners.toml": (
        "learner",
        (
            "title",
            "sketch",
            "yours",
            "touch",
            "responds_best_to",
            "enough_maybe",
            "enough_clear",
            "distress",
            "repertoire",
        ),
    ),
}
"""Of each content file the list, and the fields that a person reads."""


def gatherer() -> ModuleType:
    """The tool that gathers the sentences, which is no part of the package."""
    return tool("words")


def pseudo(pattern: str) -> str:
    """A sentence in that language. Space at its ends stays there: argparse relies on it."""
    body = pattern.strip()
    before, _, after = pattern.partition(body)
    said = "".join(
        part if n % 2 else re.sub(r"[A-Za-z]+", _word, part) for n, part in enumerate(_KEPT.split(body))
    )
    return f"{before}{BEGIN}{said}{END}{after}"


def _word(found: re.Match[str]) -> str:
    word = found.group()
    return word.translate(_ACCENTED) + _LONGER * round(0.4 * len(word))


def build(folder: Path) -> Path:
    """The language in a folder of languages, for II_COMPANION_LANGUAGES."""
    catalogue = Catalog(locale="en")
    for message in gatherer().gathered():
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(map(pseudo, message.id)))
        elif message.id:
            catalogue.add(message.id, pseudo(message.id))
    target = folder / NAME / "LC_MESSAGES" / "ii_companion.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    for name, (key, fields) in _TEXTS.items():
        english = tomllib.loads((ROOT / "data" / "en" / name).read_text("utf-8"))
        table: dict[str, Any] = {
            field: pseudo(english[field]) for field in ("sentence", "delight") if field in english
        }
        if "yours" in english:
            table["yours"] = _pseudo_of(english["yours"])
        if "rules" in english:
            table["rules"] = {"forbidden": [], "names_are_capitalised": False}
        table[key] = [
            {"id": row["id"], **{field: _pseudo_of(row[field]) for field in fields if field in row}}
            for row in english[key]
        ]
        (folder / NAME / name).write_text(tomlkit.dumps(table), "utf-8")
    return folder


def _pseudo_of(value: Any) -> Any:
    """A text, or each of a list or a table, or what a behaviour does."""
    if isinstance(value, str):
        return pseudo(value)
    if isinstance(value, list):
        return [_pseudo_of(each) for each in value]
    if "does" in value:
        return {**value, "does": pseudo(value["does"])}
    return {name: _pseudo_of(each) for name, each in value.items()}

"""Prompts from the content folder and from a person's own, each checked; mistakes are named by file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ii_companion.content.folder import content_file, read_toml
from ii_companion.content.fundamentals import fundamentals
from ii_companion.content.toml_lines import line_of
from ii_companion.session.prompts import PromptText, Rules, problems
from ii_companion.session.refusal import Refusal
from ii_companion.session.triggers import KNOWN


class Content(msgspec.Struct, frozen=True):
    """The prompts that can be used, and a sentence for each that cannot."""

    prompts: tuple[PromptText, ...]
    rules: Rules
    complaints: tuple[str, ...] = ()


def load_prompts(language: str, own_folder: Path | None = None) -> Content:
    """The language's prompts, with those of a person's own folder added or put in their place.

    Raises Refusal if the file that belongs to the program cannot be read at all.
    """
    path = content_file(language, "prompts.toml")
    table, text = read_toml(path)
    complaints: list[str] = []
    tags = frozenset(fundamental.id for fundamental in fundamentals(language))
    try:
        rules = msgspec.convert(table.get("rules", {}), Rules)
    except msgspec.ValidationError as error:
        raise Refusal(f"{path}, line {line_of(text, 'rules')}: {error}.") from error
    found = _from_table(table, text, path, rules, tags, complaints)
    for own in _own_files(own_folder):
        try:
            table, text = read_toml(own)
        except Refusal as refusal:
            complaints.append(str(refusal))
            continue
        found |= _from_table(table, text, own, rules, tags, complaints)
    return Content(tuple(found.values()), rules, tuple(complaints))


def _own_files(folder: Path | None) -> list[Path]:
    try:
        return sorted(folder.glob("*.toml")) if folder is not None else []
    except OSError:
        return []


def _from_table(
    table: dict[str, Any], text: str, path: Path, rules: Rules, tags: frozenset[str], complaints: list[str]
) -> dict[str, PromptText]:
    """The good prompts of one file by id; the others are complained of."""
    found: dict[str, PromptText] = {}
    texts: dict[str, str] = {}
    rows = table.get("prompt", [])
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        try:
            prompt = msgspec.convert(row, PromptText)
        except msgspec.ValidationError as error:
            complaints.append(f"{path}, line {line_of(text, 'prompt', index)}: {error}.")
            continue
        wrong = problems(prompt, rules, KNOWN, tags)
        if prompt.id in found:
            wrong.append(("id", f"“{prompt.id}” is used twice in this file"))
        if prompt.text in texts:
            wrong.append(("text", f"the same words as {texts[prompt.text]}"))
        for field, what in wrong:
            complaints.append(f"{path}, line {line_of(text, 'prompt', index, field)}: {field}: {what}.")
        if not wrong:
            found[prompt.id] = prompt
            texts[prompt.text] = prompt.id
    return found

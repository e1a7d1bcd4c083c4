"""Prompts from the content folder and from a person's own, each checked; mistakes are named by file and line."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ii_companion.content.folder import Layer, data_folder, layers, read_toml
from ii_companion.content.fundamentals import fundamentals
from ii_companion.content.toml_lines import line_of
from ii_companion.session.prompts import PromptText, Rules, problems
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import said
from ii_companion.session.triggers import KNOWN
from ii_companion.words import _, of


class Content(msgspec.Struct, frozen=True):
    """The prompts that can be used, and a sentence for each that cannot."""

    prompts: tuple[PromptText, ...]
    rules: Rules
    complaints: tuple[str, ...] = ()


def load_prompts(language: str, own_folder: Path | None = None, *, check_shipped: bool = True) -> Content:
    """The language's prompts, with those of a person's own folder added or put in their place.

    Where the language has no prompt of an id, or one that breaks a rule, the English one stays. Raises Refusal if a
    file that belongs to a language cannot be read at all. `check_shipped`: hold the program's own files to the rules as
    well; its tests and `check` do, and a start need not.
    """
    complaints: list[str] = []
    rules, shipped = Rules(), data_folder()
    found: dict[str, PromptText] = {}
    for layer in layers(language, "prompts.toml", "prompt"):
        rules = _rules(layer, rules)
        if check_shipped or shipped not in layer.path.parents:
            found |= _good(layer, rules, language, complaints)
        else:
            found |= {prompt.id: prompt for prompt in msgspec.convert(layer.rows, list[PromptText])}
    for own in _own_files(own_folder):
        try:
            table, text = read_toml(own)
        except Refusal as refusal:
            complaints.append(of(refusal))
            continue
        rows = table.get("prompt", [])
        found |= _good(
            Layer(own, table, text, rows if isinstance(rows, list) else []), rules, language, complaints
        )
    return Content(tuple(found.values()), rules, tuple(complaints))


def _rules(layer: Layer, otherwise: Rules) -> Rules:
    """The wording rules of a file, whole: half of one language's and half of another's would fit neither."""
    if "rules" not in layer.table:
        return otherwise
    try:
        return msgspec.convert(layer.table["rules"], Rules)
    except msgspec.ValidationError as error:
        raise Refusal(
            "{path}, line {line}: {why}.",
            path=layer.path,
            line=line_of(layer.text, "rules"),
            why=said_by(error),
        ) from error


def _own_files(folder: Path | None) -> list[Path]:
    try:
        return sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []
    except OSError:
        return []


def _good(layer: Layer, rules: Rules, language: str, complaints: list[str]) -> dict[str, PromptText]:
    """The good prompts of one file by id; the others are complained of."""
    found: dict[str, PromptText] = {}
    texts: dict[str, str] = {}
    tags = frozenset(fundamental.id for fundamental in fundamentals(language))
    for index, row in enumerate(layer.rows):
        try:
            prompt = msgspec.convert(row, PromptText)
        except msgspec.ValidationError as error:
            line = line_of(layer.text, "prompt", index)
            complaints.append(
                _("{path}, line {line}: {why}.", path=layer.path, line=line, why=said_by(error))
            )
            continue
        wrong = problems(prompt, rules, KNOWN, tags)
        if prompt.id in found:
            wrong.append(("id", said("“{id}” is used twice in this file", id=prompt.id)))
        if prompt.text in texts:
            wrong.append(("text", said("the same words as {id}", id=texts[prompt.text])))
        for field, what in wrong:
            line = line_of(layer.text, "prompt", index, field)
            complaints.append(
                _("{path}, line {line}: {field}: {why}.", path=layer.path, line=line, field=field, why=what)
            )
        if not wrong:
            found[prompt.id] = prompt
            texts[prompt.text] = prompt.id
    return found

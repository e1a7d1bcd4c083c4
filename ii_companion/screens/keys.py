"""From the table of commands to Textual: bindings, keymap, palette and the line of keys at the foot."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.app import SystemCommand
from textual.binding import Binding

from ii_companion.commands import BESIDE, WITHIN, Command, Where, group, is_on, key_words, on, with_keys
from ii_companion.screens.page import Page
from ii_companion.words import _
from widgets.keyed import keyed

if TYPE_CHECKING:
    from textual.screen import Screen

    from ii_companion.settings import Settings


def bindings(where: Where) -> list[Binding]:
    """The bindings of a screen; each runs `action_command` with the command's id.

    Without words: these are made when a screen's module loads, and Textual shows them nowhere here.
    """
    return [
        Binding(",".join(command.keys), f"screen.command('{command.id}')", show=False, id=command.id)
        for command in on(where)
    ]


def keymap(settings: Settings) -> dict[str, str]:
    """The keys a person chose, as Textual's keymap; `settings` has seen to clashes and unknown names."""
    return {name: ",".join(keys) for name, keys in settings.keys.items()}


def own_first(settings: Settings, where: Where) -> list[Command]:
    """A screen's commands with the keys a person chose, its own before those it has of another screen."""
    known = [c for c in with_keys(settings.keys) if is_on(c, where)]
    return sorted(known, key=lambda command: command.where is WITHIN.get(where))


def foot(where: Where, settings: Settings) -> list[str]:
    """The keys worth knowing on a screen, its own first."""
    commands = [c for c in own_first(settings, where) if c.footer]
    beside = [
        keyed(_(beside_key.keys), _(beside_key.words))
        for beside_key in BESIDE.get(where, ())
        if beside_key.words
    ]
    return [*(keyed(key_words(c.keys[0]), _(c.words)) for c in commands), *beside]


def palette(screen: Screen[object]) -> Iterable[SystemCommand]:
    """The palette's entries: the commands of the screen that is shown."""
    if not isinstance(screen, Page) or screen.WHERE is None:
        return
    for command in on(screen.WHERE):
        yield SystemCommand(_(command.words), _(command.help), partial(screen.action_command, command.id))


def help_groups(where: Where, settings: Settings) -> dict[str, list[tuple[str, str]]]:
    """Every command of a screen by what it is for, each with all its keys; and what keys do beside commands."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for command in own_first(settings, where):
        keys = " / ".join(map(key_words, command.keys))
        title = group(command)
        groups.setdefault(_(title), []).append((keys, _(command.help)))
    if beside := BESIDE.get(where, ()):
        groups[_("To move about")] = [(_(beside_key.keys), _(beside_key.help)) for beside_key in beside]
    return groups


def key_grid(where: Where, settings: Settings, width: int, without: Collection[str] = ()) -> list[str]:
    """Every key of a screen with its word, in as many columns as the width allows; `without` these commands."""
    chosen = [c for c in own_first(settings, where) if c.id not in without]
    entries = [f"{key_words(c.keys[0])} {_(c.words)}" for c in chosen]
    wide = max(cell_len(entry) for entry in entries) + 1
    columns = max(1, width // wide)
    rows = -(-len(entries) // columns)
    return ["".join(set_cell_size(entry, wide) for entry in entries[row::rows]) for row in range(rows)]

"""What is said of those who are paired. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ii_companion.devices.code import Role
from ii_companion.words import N_, _, ngettext

if TYPE_CHECKING:
    from ii_companion.screens.paired import Paired

ROLE_WORDS: dict[Role, str] = {
    Role.SCREEN: N_("a screen"),
    Role.REMOTE: N_("a phone that may send"),
    Role.MENTOR: N_("a mentor's laptop"),
    Role.CODER: N_("a second coder"),
}


def watching(here: Sequence[Paired]) -> str:
    """The consent line: mentors and coders by their codes, screens and phones by their number."""
    said = [
        _("{who} watches", who=one.name) if one.role is Role.MENTOR else _("{who} codes", who=one.name)
        for one in here
        if one.role in (Role.MENTOR, Role.CODER) and one.name
    ]
    nameless = sum(one.role in (Role.MENTOR, Role.CODER) and not one.name for one in here)
    if nameless:
        said.append(ngettext("{n} laptop watches", "{n} laptops watch", nameless))
    if screens := sum(one.role is Role.SCREEN for one in here):
        said.append(ngettext("{n} screen", "{n} screens", screens))
    if remotes := sum(one.role is Role.REMOTE for one in here):
        said.append(ngettext("{n} phone that may send", "{n} phones that may send", remotes))
    return " · ".join(said)


def joined(one: Paired) -> str:
    """What is said of somebody who has just joined."""
    if one.role is Role.SCREEN:
        return _("A screen has joined. F9 turns it away.")
    if one.role is Role.REMOTE:
        return _("A phone that may send has joined. F9 turns it away.")
    if one.role is Role.CODER:
        return _("{who} has joined to code. F9 turns them away.", who=one.name or _("Somebody"))
    return _("{who} has joined to watch. F9 turns them away.", who=one.name or _("Somebody"))


def row(one: Paired) -> str:
    """Somebody in the list of those who are paired."""
    who = _(ROLE_WORDS[one.role]) if not one.name else f"{one.name}  {_(ROLE_WORDS[one.role])}"
    return (
        _("{who}  since {time}", who=who, time=one.since)
        if one.here
        else _("{who}  since {time}, away now", who=who, time=one.since)
    )

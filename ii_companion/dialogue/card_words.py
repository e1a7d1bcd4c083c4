"""A learner's card in lines, for a glance before a session."""

from __future__ import annotations

import msgspec

from ii_companion.session.card import Card
from ii_companion.words import N_, _

FIELDS = {
    "wait_s": (N_("wait, seconds"), N_("8 unless agreed: time for a reply")),
    "energy": (N_("energy, 1 to 5"), N_("1 very quiet, 5 very lively")),
    "enjoys": (N_("what they enjoy"), N_("hums, tapping games, rocking")),
    "maybe_signs": (N_("maybe enough"), N_("looks away, slows")),
    "clear_signs": (N_("had enough"), N_("turns away, pushes a hand")),
    "distress_signs": (N_("distress"), N_("and what their plan says")),
    "touch": (N_("touch as agreed"), N_("open palm, when offered")),
    "not_to_copy": (N_("not to copy"), N_("biting a hand, hitting the head")),
    "acts_per_min": (N_("too many acts"), N_("a minute, from you")),
    "talk_per_min": (N_("too much talk"), N_("comments a minute")),
    "gap_under_s": (N_("too soon, seconds"), N_("a shorter gap hurries them")),
}
TEXTS = ("enjoys", "maybe_signs", "clear_signs", "distress_signs", "touch", "not_to_copy")


def card_lines(card: Card) -> list[str]:
    """A card as a glance shows it: only what was filled in."""
    if card == Card(card.code):
        return [
            _(
                "no card yet: {seconds} s to wait, unless you agree otherwise (F5 at home)",
                seconds=f"{card.wait_s:g}",
            )
        ]
    said = [_("wait {seconds} s", seconds=f"{card.wait_s:g}")]
    for name in TEXTS:
        if value := getattr(card, name):
            said.append(_("{field}: {text}", field=_(FIELDS[name][0]), text=value))
    limits = msgspec.structs.asdict(card.overload)
    if any(value is not None for value in limits.values()):
        agreed = [f"{_(FIELDS[name][0])} {value:g}" for name, value in limits.items() if value is not None]
        said.append(_("too much: {limits}", limits=", ".join(agreed)))
    return said

"""What is said and asked just before a session: the first words, and which prompts there are to be today."""

from __future__ import annotations

from collections.abc import Sequence

from ii_companion.session.prompts import OWN, PromptText
from ii_companion.session.triggers import BEFORE, SIGN_TRIGGERS
from ii_companion.words import N_, _, ngettext

ALL, CHOSEN, NONE = range(3)
TODAY = N_("Prompts today")
WAYS = (N_("as they come"), N_("three to six we choose"), N_("none, signs only"))
"""Which prompts there are to be, in the order of ALL, CHOSEN and NONE."""
FEWEST, MOST = 3, 6
PROBE = N_("This is a fourth session together: unprompted is offered, so that you see how it goes alone.")


def first_words(prompts: Sequence[PromptText], stage: int) -> str:
    """What is said before anything has happened."""
    return next((p.text for p in prompts if BEFORE in p.triggers and stage <= p.stage_last), "")


def coachable(prompts: Sequence[PromptText], stage: int) -> list[PromptText]:
    """The prompts that may be chosen for a session: signs are answered whatever is chosen."""
    return [p for p in prompts if stage <= p.stage_last and not set(p.triggers) & {BEFORE, *SIGN_TRIGGERS}]


def own_id(n: int) -> str:
    """The id of the nth prompt in a pair's own words."""
    return f"{OWN}{n}"


def not_so_many(n: int) -> str:
    """Why so many cannot be chosen; empty if they can."""
    if FEWEST <= n <= MOST:
        return ""
    return ngettext(
        "{n} is chosen; choose {fewest} to {most}.",
        "{n} are chosen; choose {fewest} to {most}.",
        n,
        fewest=FEWEST,
        most=MOST,
    )


def cannot_be_said(text: str, why: str) -> str:
    """Why a prompt in a pair's own words breaks a rule."""
    return _("“{text}”: {why}.", text=text, why=why)

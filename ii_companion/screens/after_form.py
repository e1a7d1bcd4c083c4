"""How each question of a brief log is asked on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Static, TextArea

from ii_companion.content.fundamentals import engagement, fundamentals
from ii_companion.dialogue.questions import CHOICES, TAGS, TEXTS
from ii_companion.words import N_, _
from widgets.choice import Choice
from widgets.tags import Tags

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog
    from ii_companion.settings import Settings

FIRST_TEXT = "what_happened"
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("How it ended"), ("end_reason",)),
    (N_("What happened"), (FIRST_TEXT,)),
    (N_("How it was"), tuple(CHOICES)[1:]),
    (N_("For next time"), (*tuple(TEXTS)[1:], *TAGS)),
)
"""The panels and what is asked in each, in order. The shorter ways to answer fold until they are reached."""


def choice(log: BriefLog, name: str) -> Choice:
    """A question with the log's answer chosen."""
    question, answers = CHOICES[name]
    value = getattr(log, name)
    chosen = next((i for i, (_words, one) in enumerate(answers) if one == value and value is not None), None)
    return Choice(_(question), [_(words) for words, _value in answers], chosen, id=name)


def question(log: BriefLog, name: str, settings: Settings) -> ComposeResult:
    """A question and what it is answered with."""
    if name in CHOICES:
        yield choice(log, name)
    elif name in TEXTS:
        yield Static(_(TEXTS[name]), classes="label", markup=False)
        area = TextArea(
            getattr(log, name), id=name, tab_behavior="focus", show_line_numbers=False, compact=True
        )
        area.cursor_blink = False
        area.set_class(name != FIRST_TEXT, "optional")
        yield area
    elif name == "fundamentals" or settings.engagement_model or log.engagement:
        yield Static(_(TAGS[name]), classes="label", markup=False)
        listed = (
            [(tag.id, tag.name) for tag in fundamentals(settings.language)]
            if name == "fundamentals"
            else [(one.id, f"{one.name}: {one.words}") for one in engagement(settings.language)]
        )
        yield Tags(listed, getattr(log, name), new=_("new today"), folded=_("none marked"), id=name)

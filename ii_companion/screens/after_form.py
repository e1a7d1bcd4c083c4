"""How each question of a brief log is asked on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Static, TextArea

from ii_companion.content.fundamentals import engagement, fundamentals
from ii_companion.dialogue.questions import CHOICES, SAFETY, TAGS, TEXTS
from ii_companion.words import _
from widgets.choice import Choice
from widgets.tags import Tags

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog
    from ii_companion.settings import Settings


def choice(log: BriefLog, name: str) -> Choice:
    """A question with the log's answer chosen."""
    question, answers = CHOICES[name]
    value = getattr(log, name)
    chosen = next((i for i, (_words, one) in enumerate(answers) if one == value and value is not None), None)
    return Choice(_(question), [_(words) for words, _value in answers], chosen, id=name)


def text(log: BriefLog, name: str) -> ComposeResult:
    """A box for words of one's own, and where a worry belongs instead."""
    yield Static(_(TEXTS[name]), classes="label", markup=False)
    area = TextArea(getattr(log, name), id=name, tab_behavior="focus", show_line_numbers=False, compact=True)
    area.cursor_blink = False
    yield area
    yield Static(_(SAFETY), classes="safety", markup=False)


def tags(log: BriefLog, settings: Settings) -> ComposeResult:
    """The fourteen Fundamentals; beside them the Engagement Model's five where staff must report on it."""
    yield Static(_(TAGS["fundamentals"]), classes="label", markup=False)
    names = [(tag.id, tag.name) for tag in fundamentals(settings.language)]
    yield Tags(names, log.fundamentals, new=_("new today"), id="fundamentals")
    if settings.engagement_model or log.engagement:
        yield Static(_(TAGS["engagement"]), classes="label", markup=False)
        five = [(one.id, f"{one.name}: {one.words}") for one in engagement(settings.language)]
        yield Tags(five, log.engagement, new=_("new today"), id="engagement")

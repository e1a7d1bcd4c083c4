"""The questions of a brief log: their words and answers in the order they are asked, and what an edit changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ii_companion.content.fundamentals import engagement, fundamentals
from ii_companion.log.records import AROUSAL_WORDS, NOVELTY_WORDS, TOUCH_WORDS, EndReason
from ii_companion.words import N_, _

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog

SAFETY = N_("A worry about safety? Tell your safeguarding lead; not here.")
SHORT = 48
"""Letters of a text that are shown where it is only to be recognised."""

Answers = tuple[tuple[str, Any], ...]
"""Words, a pattern of the catalogues, and the value they stand for."""


def _of_table(table: Mapping[Any, str]) -> Answers:
    return tuple((words, value) for value, words in table.items())


_YES_NO: Answers = ((N_("yes"), True), (N_("no"), False))
CHOICES: dict[str, tuple[str, Answers]] = {
    "end_reason": (
        N_("It ended because"),
        (
            (N_("they had enough"), EndReason.LEARNER_HAD_ENOUGH),
            (N_("they were distressed"), EndReason.LEARNER_DISTRESSED),
            (N_("we drifted apart"), EndReason.DRIFTED_APART),
            (N_("I ended it"), EndReason.PRACTITIONER_ENDED),
            (N_("interrupted"), EndReason.INTERRUPTED),
        ),
    ),
    "enjoyed_by_learner": (N_("They enjoyed it"), _YES_NO),
    "enjoyed_by_me": (N_("I enjoyed it"), _YES_NO),
    "assent_at_start": (N_("They were willing"), _YES_NO),
    "arousal_start": (N_("At the start"), _of_table(AROUSAL_WORDS)),
    "arousal_end": (N_("At the end"), _of_table(AROUSAL_WORDS)),
    "novelty": (N_("For them this was"), _of_table(NOVELTY_WORDS)),
    "touch_used": (N_("Touch"), _of_table(TOUCH_WORDS)),
}
"""Field, question and answers, in the order they are asked. Without an answer the reason is not known."""
TEXTS = {
    "what_happened": N_("What happened, in a sentence or two"),
    "typical_moment": N_("A typical moment"),
    "best_moment": N_("The best moment"),
    "next_time": N_("Next time"),
}
TAGS = {
    "fundamentals": N_("Fundamentals of Communication seen today (space marks one)"),
    "engagement": N_("Engagement Model: areas seen today (space marks one)"),
}
NOTED = {
    "when": (N_("When it began"), N_("14:10; nothing: it has just ended")),
    "minutes": (N_("How many minutes"), N_("nothing if you do not know")),
    "place": (N_("Place"), N_("where it happened")),
}
"""What is asked first of a moment noted afterwards, and what may be answered."""
WHO = {
    "learner": (N_("learner"), N_("a code, never a name: p17")),
    "practitioner": (N_("me"), N_("your code")),
}


def tag_names(language: str) -> dict[str, str]:
    """What the tags of a log are called, by their ids."""
    names = {one.id: one.name for one in fundamentals(language)}
    return names | {one.id: one.name for one in engagement(language)}


def answer(log: BriefLog, name: str) -> str:
    """What a log answers to a question; nothing where it does not."""
    value = getattr(log, name)
    return next((_(words) for words, one in CHOICES[name][1] if one == value and value is not None), "")


def changes(before: BriefLog, after: BriefLog, language: str) -> list[str]:
    """What an edit changed, a line each."""
    found = []
    for name, (question, _answers) in CHOICES.items():
        if getattr(before, name) != getattr(after, name):
            found.append(_change(question, answer(before, name), answer(after, name)))
    for name, question in TEXTS.items():
        if getattr(before, name) != getattr(after, name):
            found.append(_change(question, _short(getattr(before, name)), _short(getattr(after, name))))
    names = tag_names(language)
    for name in TAGS:
        old, new = getattr(before, name), getattr(after, name)
        found += [_("{tag}: marked", tag=names.get(one, one)) for one in new if one not in old]
        found += [_("{tag}: no longer marked", tag=names.get(one, one)) for one in old if one not in new]
    return found


def _change(question: str, before: str, after: str) -> str:
    return _("{question}: {before} → {after}", question=_(question), before=before or "–", after=after or "–")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"

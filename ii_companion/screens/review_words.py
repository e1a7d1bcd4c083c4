"""What a review says beside its line of time: the notes first, then every answer and the checklist; and its letters."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ii_companion import words
from ii_companion.dialogue.log_words import TEXTS, edited
from ii_companion.dialogue.questions import CHOICES, answer, tag_names
from ii_companion.log.checklist import SEEN_WORDS, Checklist, items
from ii_companion.log.header import MODE_WORDS, Mode
from ii_companion.screens.checklist import CLOSING
from ii_companion.screens.glyphs import GLYPHS
from ii_companion.screens.review_line import FLAG
from ii_companion.session.kinds import KIND_WORDS, Kind
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, render

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog
    from ii_companion.log.store import Store


def told(store: Store, log: BriefLog, language: str) -> list[str]:
    """Everything that was written or answered, the notes first; before them, what has changed unseen."""
    said = [
        render(sentence)
        for change in store.verify_session(log.id)
        for sentence in (change.what, change.do)
        if sentence
    ]
    said += [_(pattern, text=getattr(log, name)) for name, pattern in TEXTS.items() if getattr(log, name)]
    said += _answers(log, language)
    try:
        checklist = store.checklist(log.id)
    except Refusal as refusal:
        said.append(words.of(refusal))
    else:
        said += _checklist(checklist, language) if checklist is not None else []
    with contextlib.suppress(
        Refusal, OSError
    ):  # an earlier version that cannot be read is told of by `check`
        said += edited(store.edits(log.id))
    return said


def who(log: BriefLog) -> str:
    """Who was there, where, and how it was kept."""
    facts = [
        log.practitioner,
        _("with {mentor}", mentor=log.mentor) if log.mentor else "",
        log.place,
        _("stage {stage}", stage=log.stage) if log.mode is not Mode.AFTERWARDS else "",
        _(MODE_WORDS[log.mode]),
        _("unprompted") if log.probe else "",
    ]
    return " · ".join(filter(None, facts))


def _answers(log: BriefLog, language: str) -> list[str]:
    said = [
        _("{question}: {answer}", question=_(question), answer=answered)
        for name, (question, _answers) in CHOICES.items()
        if (answered := answer(log, name))
    ]
    if log.fundamentals or log.engagement:
        names = tag_names(language)
        said += [_("seen: {tag}", tag=names.get(tag, tag)) for tag in (*log.fundamentals, *log.engagement)]
    return said


def _checklist(checklist: Checklist, language: str) -> list[str]:
    """What a mentor saw, and their three closing words."""
    lines = {item.id: item.words for item in items(language)}
    said = []
    for one in checklist.answers:
        if one.seen is None and not one.remark:
            continue
        facts = [_(SEEN_WORDS[one.seen]) if one.seen is not None else "", one.remark]
        said.append(
            _(
                "{question}: {answer}",
                question=lines.get(one.item, one.item),
                answer=", ".join(filter(None, facts)),
            )
        )
    for name, question in CLOSING.items():
        if text := getattr(checklist, name):
            said.append(_("{question}: {answer}", question=_(question), answer=text))
    return ["", _("Mentor's checklist"), *said] if said else []


def legend() -> str:
    """The letters in the line of time, and what they stand for."""
    drawn = {**GLYPHS, Kind.MOMENT: FLAG}
    marks = [f"{mark} {_(KIND_WORDS[kind])}" for kind, mark in drawn.items()]
    beside = [
        _("n note"),
        _("▾ prompt"),
        _("‖ pause"),
        _("L they opened"),
        _("P you opened"),
        _("bars: acts in the minute before"),
    ]
    return ", ".join([*marks, *beside])


def from_school(store: Store, log: BriefLog) -> list[str]:
    """That a session is another's, and what somebody else wrote of it at the same time; nothing of one's own alone."""
    beside = store.beside(log.id)
    if school := store.whose(log.id):
        return [_("From {school}'s log: to be read here, not changed.", school=school), *beside]
    return beside

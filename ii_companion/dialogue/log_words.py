"""A brief log in lines, as the command line and the plain mode tell it whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion import words
from ii_companion.log.counted import figures
from ii_companion.log.header import MODE_WORDS, stage_said
from ii_companion.log.records import END_WORDS
from ii_companion.printable import plain
from ii_companion.session.refusal import Refusal
from ii_companion.session.triggers import TRIGGER_WORDS
from ii_companion.words import N_, _, render

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog
    from ii_companion.log.store import Edit, Written
    from ii_companion.settings import Loaded

TEXTS = {
    "what_happened": N_("what happened: {text}"),
    "typical_moment": N_("typical moment: {text}"),
    "best_moment": N_("best moment: {text}"),
    "next_time": N_("next time: {text}"),
}


def prompt_words(written: Written | None, loaded: Loaded) -> dict[str, str]:
    """The words of prompts by their ids: a pair's own from the journal, all others from the content."""
    from ii_companion.content.prompts import load_prompts

    try:
        texts = {
            one.id: one.text for one in load_prompts(loaded.settings.language, loaded.own_prompts).prompts
        }
    except Refusal:  # the ids say enough
        texts = {}
    chosen = written.header.chosen if written is not None else ()
    return texts | {one.id: one.text for one in chosen if one.text}


def whole(log: BriefLog, texts: dict[str, str]) -> list[str]:
    """All of a log, a line each; `texts` are the words of prompts by their ids."""
    facts = [
        f"{log.started_at.astimezone():%Y-%m-%d %H:%M}",
        _("learner {code}", code=log.learner),
        _("practitioner {code}", code=log.practitioner) if log.practitioner else "",
        _("mentor {code}", code=log.mentor) if log.mentor else "",
        render(stage_said(log.stage)),
        _(MODE_WORDS[log.mode]),
    ]
    ended = _("ended: {how}", how=_(END_WORDS[log.end_reason]))
    said = [log.id, " · ".join(filter(None, facts)), " · ".join(filter(None, (ended, log.place)))]
    said += figures(log)
    said += [_(pattern, text=text) for name, pattern in TEXTS.items() if (text := getattr(log, name))]
    if log.fundamentals:
        said.append(_("fundamentals: {tags}", tags=", ".join(log.fundamentals)))
    if log.engagement:
        said.append(_("engagement: {tags}", tags=", ".join(log.engagement)))
    for prompt in log.prompts:
        trigger = TRIGGER_WORDS.get(prompt.trigger)
        said.append(
            _(
                "prompt at {time} s: “{prompt}” ({trigger})",
                time=f"{prompt.t:.0f}",
                prompt=texts.get(prompt.id, prompt.id),
                trigger=prompt.trigger if trigger is None else _(trigger),
            )
        )
    return [plain(line) for line in said]


def edited(edits: list[Edit]) -> list[str]:
    """Who edited a log and when, as far as that was noted."""
    said = []
    for edit in edits:
        when = words.date_and_time(edit.at.astimezone()) if edit.at is not None else ""
        if when and edit.by:
            said.append(_("edited {when} by {who}; the version before stays", when=when, who=edit.by))
        elif when:
            said.append(_("edited {when}; the version before stays", when=when))
        else:
            said.append(_("edited; the version before stays"))
    return said

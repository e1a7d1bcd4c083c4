"""What the people before left, in words: for home, for the screen before a session, and for its first line."""

from __future__ import annotations

from ii_companion.log.documents import Entry
from ii_companion.log.header import MODE_WORDS, Mode
from ii_companion.log.last_time import LastTime
from ii_companion.log.records import END_WORDS, EndReason
from ii_companion.words import _, day


def last_words(one: LastTime) -> list[str]:
    """As lines: what was left first, since it is what can be used now."""
    said = []
    if one.left is not None:
        when = day(one.left.started_at.astimezone(), year=False)
        by = _("by {practitioner}, {when}", practitioner=one.left.practitioner, when=when)
        text = " ".join(one.left.next_time.split())
        said.append(
            _("Left for next time ({who}): {text}", who=by if one.left.practitioner else when, text=text)
        )
    return [*said, _("Last time: {facts}", facts=facts(one.last))]


def facts(entry: Entry, *, year: bool = False) -> str:
    """When it was, how long, and how it ended, as far as anybody said."""
    told = [day(entry.started_at.astimezone(), year=year)]
    if entry.duration_s:
        told.append(_("{minutes} min", minutes=f"{entry.duration_s / 60:.0f}"))
    if entry.end_reason is not EndReason.UNKNOWN:
        told.append(_(END_WORDS[entry.end_reason]))
    if entry.mode is Mode.AFTERWARDS:
        told.append(_(MODE_WORDS[entry.mode]))
    return ", ".join(told)


def log_line(entry: Entry) -> str:
    """A log as a line that is read from left to right: whose, when, how, its words."""
    said = _("{learner}, {facts}", learner=entry.learner, facts=facts(entry, year=True))
    return f"{said}: {' '.join(entry.words.split())}" if entry.words.strip() else said

"""What the live screen says, and when it would next say something else. No widgets here."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ii_companion.session.coach import SHOWN_S
from ii_companion.session.events import Event, IllegalEvent, Phase, Session
from ii_companion.session.kinds import CHANNEL_WORDS, SIGNS, STOPS, Kind
from ii_companion.session.notes import PAUSE_REASONS, PAUSE_WORDS
from ii_companion.session.tally import between
from ii_companion.session.triggers import SIGN_TRIGGERS
from ii_companion.words import _, ngettext, render

if TYPE_CHECKING:
    from ii_companion.commands import Command
    from ii_companion.log.recorder import Recorder
    from ii_companion.session.story import Story

RETRY_S = 2.0
_STRENGTH: dict[str, int] = {kind: kind.row.sign for kind in SIGNS}


def acknowledged(event: Event, session: Session) -> str:
    """The word that says a key was taken."""
    if event.kind is Kind.CHANNEL:
        return _("learner: {channel}", channel=_(CHANNEL_WORDS[event.detail]))
    return _(event.kind.row.acknowledged)


def taken_back(event: Event | None) -> str:
    if event is None:
        return ""
    word = CHANNEL_WORDS[event.detail] if event.kind is Kind.CHANNEL else event.kind.row.acknowledged
    return _("taken back: {what}", what=_(word))


def keyed_for_you(name: str) -> str:
    """What the learner's key says in practice."""
    return _("{name}'s acts are keyed for you here", name=name)


def refusal(command: Command, illegal: IllegalEvent) -> str:
    """Why a key did nothing, as a sentence."""
    return _("{words}: {why}.", words=_(command.words), why=render(illegal.why))


def not_chosen(chosen: int) -> str:
    """Why a mentor's key sent no prompt: `chosen` were chosen for today, and its own is not among them."""
    if chosen:
        return ngettext("{n} prompt was chosen for today", "{n} prompts were chosen for today", chosen)
    return _("no prompts were chosen for today; the home screen asks, when a mentor is named")


def unwritten(trouble: str, waiting: int) -> str:
    """Why events could not be written, and how many wait in memory."""
    return ngettext(
        "The disk will not take it: {why}. {n} kept in memory; trying again.",
        "The disk will not take it: {why}. {n} kept in memory; trying again.",
        waiting,
        why=render(trouble),
    )


def asked_to_end() -> str:
    """What is asked before a session ends."""
    return _("End the session? Enter ends it, Esc goes on.")


def coded(coding: str) -> list[str]:
    """What is said once a second coding is kept; `coding` is its id."""
    first = coding.rpartition("-coded-")[0]
    return [
        _("Coded as {coding}.", coding=coding),
        _("Compare: {command}", command=f"ii-companion agree {first} {coding}"),
    ]


def stopped_line(session: Session) -> str:
    """One calm line once coaching has stopped."""
    if session.sign is Kind.DISTRESS:
        return _("Calm first. Follow their plan; ask for help. Enter ends the session.")
    return _("They have had enough. Stay near, ask nothing. Enter ends the session.")


def paused_for(reason: str) -> str:
    """What is said when a digit has told why the session is paused."""
    return _("paused: {reason}", reason=_(PAUSE_WORDS[reason]))


def paused_line(said: str) -> str:
    """What a pause says: what was just keyed in it, or the question why."""
    for reason, words in PAUSE_WORDS.items():
        if said == paused_for(reason):
            return _("Paused: {reason}. p goes on.", reason=_(words))
    why = " · ".join(f"{n} {_(PAUSE_WORDS[reason])}" for n, reason in enumerate(PAUSE_REASONS, 1))
    asked = _("Paused. p goes on. Why?  {reasons}", reasons=why)
    return f"{said} {asked}".lstrip()


def prompt(story: Story, now: float) -> tuple[str, bool]:
    """The coach's words, which stay until the next, and whether they are dimmed; none to a sign that was taken back."""
    if not story.shown:
        return "", False
    last = story.shown[-1]
    if last.prompt.trigger in SIGN_TRIGGERS and _weaker(story.session.sign, last.prompt.trigger):
        return "", False
    if story.session.hushed and last.prompt.trigger not in STOPS:
        return "", False
    return last.prompt.text, now >= last.t + SHOWN_S


def _weaker(sign: Kind | None, answered: str) -> bool:
    """Whether the sign that was answered does not stand any more."""
    return (sign.row.sign if sign is not None else 0) < _STRENGTH[answered]


def since_learner(session: Session, now: float) -> float | None:
    """Seconds since the learner last acted in this stretch, None if they have not."""
    trail = session.trail
    if trail is None or trail.learner_act is None or session.phase is not Phase.RUNNING:
        return None
    if trail.learner_act.stretch != trail.stretch:
        return None
    return between(trail.learner_act.event.t, now)


def waited(story: Story, now: float) -> float:
    """How far the wait bar is, in whole seconds of today's wait: 0 to 1, or −1 where there is none."""
    session, wait_s = story.session, story.tally.wait_today
    since = since_learner(session, now)
    if since is None or session.stopped:
        return -1.0
    return min(1.0, math.floor(since) / wait_s) if since < wait_s else 1.0


def soft_clock(for_s: float | None, now: float) -> str:
    """Whole minutes; of how many, if somebody said how many there are."""
    if for_s is None:
        return _("{minutes} min", minutes=int(now // 60))
    return _("{minutes} of {all} min", minutes=int(now // 60), all=f"{for_s / 60:g}")


def under(recorder: Recorder, now: float, said: str, watching: str = "") -> str:
    """The line under the words: whole minutes, who watches from elsewhere, hush, and the last key taken."""
    parts = [soft_clock(recorder.header.for_s, now), *([watching] if watching else [])]
    if recorder.session.hushed:
        parts.append(_("hushed"))
    if said:
        parts.append(said)
    return " · ".join(parts)


def next_look(story: Story, now: float, *, bar: bool = True) -> float:
    """When what is shown of a story would change if nothing happens, in session seconds; `bar`: the quiet bar shows."""
    wait_s = story.tally.wait_today
    times = [(now // 60 + 1) * 60]
    since = since_learner(story.session, now)
    if bar and since is not None and since < wait_s and not story.session.stopped:
        times.append(now + min(math.floor(since) + 1, wait_s) - since)
    if story.shown and story.shown[-1].t + SHOWN_S > now:
        times.append(story.shown[-1].t + SHOWN_S)
    return min(times)


def next_change(recorder: Recorder, now: float, *, glance: bool) -> float:
    """When the live screen would change if nobody acts, in session seconds."""
    times = [next_look(recorder.story, now, bar=glance)]
    if recorder.next_at is not None:
        times.append(recorder.next_at)
    if recorder.trouble:
        times.append(now + RETRY_S)
    return min(times)

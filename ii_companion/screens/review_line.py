"""The line of time of a review: its lanes and marks, and what is said of an exchange and of the coach."""

from __future__ import annotations

from ii_companion.screens.glyphs import GLYPHS, WEIGHT
from ii_companion.session.kinds import RESPONSES, Kind
from ii_companion.session.lengths import seconds
from ii_companion.session.look_back import Answered, LookBack
from ii_companion.session.tally import Exchange
from ii_companion.words import N_, _, ngettext, render
from widgets.timeline import Band, Curve, Mark

LANES = (
    N_("learner"),
    N_("exchanges"),
    N_("you"),
    N_("shared"),
    N_("coach"),
    N_("their pace"),
    N_("your pace"),
)
HUES = ("learner", "", "practitioner", "shared", "coach", "learner", "practitioner")
LEARNER, EXCHANGES, PRACTITIONER, SHARED, COACH, THEIR_PACE, YOUR_PACE = range(len(LANES))
STOPS = (LEARNER, PRACTITIONER, SHARED, COACH)
"""Where the cursor stops."""
PACE_EVERY_S = 10.0
FLAG = "⚑"
"""A moment to talk about."""


def exchange(number: int, one: Exchange, *, of: int) -> str:
    """Which exchange it is, who opened it and how long it was."""
    places = {"number": number, "all": of, "length": seconds(one.end - one.start)}
    if one.opened_by_learner:
        return ngettext(
            "exchange {number} of {all}, opened by the learner: {n} turn in {length}",
            "exchange {number} of {all}, opened by the learner: {n} turns in {length}",
            one.turns,
            **places,
        )
    return ngettext(
        "exchange {number} of {all}, opened by you: {n} turn in {length}",
        "exchange {number} of {all}, opened by you: {n} turns in {length}",
        one.turns,
        **places,
    )


def thought(answer: Answered) -> str:
    """What the coach said, would have said where it was not there, or why it was silent."""
    why = render(answer.reason)
    if not answer.spoke:
        return _("coach: silent ({why})", why=why)
    if answer.shown:
        return _("coach: “{prompt}” ({why})", prompt=answer.words, why=why)
    return _("the coach would have said “{prompt}” ({why})", prompt=answer.words, why=why)


def marks(back: LookBack) -> list[Mark]:
    marks: list[Mark] = []
    for event in back.events:
        if event.kind in RESPONSES:
            marks.append((event.t, PRACTITIONER, GLYPHS[event.kind]))
        elif event.kind is Kind.LEARNER_ACT:
            marks.append((event.t, LEARNER, GLYPHS[event.kind]))
        elif event.kind is Kind.PROMPT:
            marks.append((event.t, COACH, "▾"))
        elif event.kind in (Kind.PAUSED, Kind.RESUMED, Kind.GAP):
            marks.append((event.t, SHARED, "‖"))
        elif event.kind is Kind.NOTE:
            marks.append((event.t, SHARED, "n"))
        elif event.kind is Kind.MOMENT:
            marks.append((event.t, SHARED, FLAG))
        elif event.kind in GLYPHS:
            marks.append((event.t, SHARED, GLYPHS[event.kind]))
    return sorted(marks, key=lambda mark: WEIGHT.get(mark[2], 0) if mark[1] == SHARED else 0)


def bands(back: LookBack) -> list[Band]:
    """The exchanges, each in the hue and with the letter of whoever opened it."""
    return [
        (
            one.start,
            one.end,
            EXCHANGES,
            *(("learner", "L") if one.opened_by_learner else ("practitioner", "P")),
        )
        for one in back.exchanges
    ]


def curves(back: LookBack) -> dict[int, Curve]:
    """How often each acted in the minute before, every ten seconds."""
    times = [n * PACE_EVERY_S for n in range(1, int(back.end / PACE_EVERY_S) + 2)]
    paces = [(t, back.pace(min(t, back.end))) for t in times]
    return {
        THEIR_PACE: [(t - PACE_EVERY_S, learner) for t, (learner, _you) in paces],
        YOUR_PACE: [(t - PACE_EVERY_S, you) for t, (_learner, you) in paces],
    }

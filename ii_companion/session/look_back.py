"""A finished session, looked back on: what happened when, and why the coach spoke or kept silent."""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from ii_companion.session.coach import Prompt
from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import ACTS, RESPONSES, Kind
from ii_companion.session.prompts import PromptDetail
from ii_companion.session.story import begin, take, until
from ii_companion.session.tally import Exchange, Parameters, Tally, exchanges, follow
from ii_companion.session.tally import until as closed
from ii_companion.session.triggers import MENTOR
from ii_companion.session.view import Coaching

PACE_S = 60.0


class Answered(msgspec.Struct, frozen=True):
    """What the coach's answer was from `t` on."""

    t: float
    spoke: bool
    words: str
    reason: str
    shown: bool = False
    """Whether the words were truly shown; else they are what the coach would have said."""


class LookBack(msgspec.Struct, frozen=True):
    """Everything a review shows."""

    events: list[Event]
    exchanges: list[Exchange]
    answers: list[Answered]
    end: float

    def at(self, t: float) -> list[Event]:
        """What happened at `t`; if nothing did, the last thing before."""
        here = [event for event in self.events if event.t == t]
        return here or [event for event in self.events if event.t <= t][-1:]

    def answer_at(self, t: float) -> Answered | None:
        """The coach's answer as it stood at `t`."""
        index = bisect_right([answer.t for answer in self.answers], t) - 1
        return self.answers[index] if index >= 0 else None

    def exchange_at(self, t: float) -> tuple[int, Exchange] | None:
        """The exchange that `t` lies in, with its number from 1."""
        return next(
            (
                (n, exchange)
                for n, exchange in enumerate(self.exchanges, 1)
                if exchange.start <= t <= exchange.end
            ),
            None,
        )

    def pace(self, t: float) -> tuple[int, int]:
        """Acts of the learner and of the practitioner in the minute before `t`."""
        acts = [event for event in self.events if event.kind in ACTS and t - PACE_S < event.t <= t]
        responses = sum(event.kind in RESPONSES for event in acts)
        return len(acts) - responses, responses


def look_back(events: list[Event], coaching: Coaching, parameters: Parameters) -> LookBack:
    """Look back on a session. The coach is asked again; prompts in the events are what was truly shown."""
    session = fold(events)
    tally = closed(follow(Tally(parameters), session.trail), session.t)
    return LookBack(session.events(), exchanges(tally), _answers(events, coaching), session.t)


def _answers(events: list[Event], coaching: Coaching) -> list[Answered]:
    """The coach's answers through the session, each where it changed."""
    found: list[Answered] = []
    story = begin(coaching)
    shown = 0
    truly = {event.t for event in events if event.kind is Kind.PROMPT}

    def note(t: float) -> None:
        nonlocal shown
        for shown_prompt in story.shown[shown:]:
            words, why = shown_prompt.prompt.text, shown_prompt.prompt.reason
            found.append(
                Answered(shown_prompt.t, spoke=True, words=words, reason=why, shown=shown_prompt.t in truly)
            )
        if len(story.shown) == shown and not isinstance(story.answer, Prompt):
            answer = Answered(t, spoke=False, words="", reason=story.answer.reason)
            if not found or (found[-1].spoke, found[-1].reason) != (False, answer.reason):
                found.append(answer)
        shown = len(story.shown)

    for event in events:
        if event.kind is Kind.PROMPT and PromptDetail.read(event.detail).trigger != MENTOR:
            continue
        while story.ask_at is not None and story.ask_at < event.t:
            at = story.ask_at
            story, _ = until(story, at)
            note(at)
        story, _ = take(story, event.kind, event.t, event.detail)
        note(event.t)
    return sorted(found, key=lambda answer: answer.t)

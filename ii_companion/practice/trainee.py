"""Simulated trainees: habits of responding, and what a prompt does to them while they follow it.

They exist to try the coach's rules on. A trainee follows a shown prompt with a stated probability and for a stated
time. What the figures say is what the policy does to these models, and no more.
"""

from __future__ import annotations

import math
from random import Random

import msgspec

from ii_companion.practice.learner import Shows, What
from ii_companion.session.card import Card
from ii_companion.session.kinds import CODES, RESPONSES, STOPS, Kind
from ii_companion.session.prompts import PromptPhase

FOLLOW_S = 120.0
"""How long a prompt is followed."""
MINUTE_S = 62.0
"""The minute over which a trainee keeps to a rate a minute: a little longer than 60 s, to stay below it."""


class Habit(msgspec.Struct, frozen=True):
    """How a trainee responds when nobody prompts. Times in seconds, chances from 0 to 1."""

    name: str
    answers: float
    """Chance of answering a learner act."""
    latency_s: float
    """Median time to an answer."""
    fills: float
    """Chance of going again when no reply has come."""
    fill_after_s: float
    starts_per_min: float
    """Things started without the learner."""
    mix: tuple[float, float, float, float]
    """Weights of join in, imitate, comment, other."""
    notices: float
    """Chance of noticing a sign."""
    waits: bool = False
    """Keeps to the learner's card: leaves `wait_s`, and stays under the rates that overload."""


HABITS = {
    habit.name: habit
    for habit in (
        Habit("rusher", 0.85, 0.9, 0.75, 2.5, 4.0, (1, 1, 1, 1), 0.5),
        Habit("talker", 0.8, 1.4, 0.45, 4.0, 3.0, (0.5, 0.5, 6, 0.5), 0.6),
        Habit("hesitant", 0.25, 3.2, 0.05, 9.0, 0.4, (1, 1, 1, 1), 0.7),
        Habit("entertainer", 0.45, 1.3, 0.4, 5.0, 8.0, (0.5, 0.5, 1, 4), 0.4),
        Habit("mirror-only", 0.9, 1.1, 0.1, 6.0, 0.6, (0, 1, 0, 0), 0.7),
        Habit("relentless", 0.9, 0.8, 0.97, 1.0, 6.0, (2, 1, 1, 1), 0.2),
        Habit("monologue", 0.3, 1.5, 0.97, 3.0, 6.0, (0, 0, 1, 0), 0.3),
        Habit("attuned", 0.92, 1.1, 0.03, 1.0, 0.1, (3, 3, 1, 1), 0.95, waits=True),
    )
}
_KINDS = tuple(kind for kind in CODES if kind in RESPONSES)
_LEAVE_ROOM = {
    PromptPhase.WAIT,
    PromptPhase.PACE,
    PromptPhase.TUNE_IN,
    PromptPhase.LEARNER_LEADS,
    PromptPhase.WINDING_DOWN,
}
_ANSWER_MORE = {PromptPhase.RESPOND, PromptPhase.JOIN_IN, PromptPhase.IMITATE, PromptPhase.COMMENT}


class Trainee:
    """One trainee in one session. `next_at` says when they will respond; `stops_at` when they end it."""

    def __init__(self, habit: Habit, card: Card, follows: float, follow_s: float, random: Random) -> None:
        self._habit, self._card, self._random = habit, card, random
        self._mine: list[float] = []
        self._talked: list[float] = []
        self._follows, self._follow_s = follows, follow_s
        self._following: PromptPhase | None = None
        self._until = 0.0
        self._answer_at = math.inf
        self._fill_at = math.inf
        self._start_at = self._draw_start(0.0)
        self.keys_sign: tuple[float, Kind] | None = None
        self._noticed_clear = False
        self.stops_at = math.inf

    @property
    def next_at(self) -> float:
        """When the trainee next responds."""
        return min(self._answer_at, self._fill_at, self._start_at)

    def sees(self, shows: Shows) -> None:
        """The learner did something."""
        now = shows.t
        if shows.what is What.ACT:
            self._fill_at = math.inf
            if (
                self._answer_at == math.inf
                and self._random.random() < self._answers(now)
                and self._has_room(now)
            ):
                self._answer_at = now + self._latency(now)
        elif shows.what in (What.MAYBE, What.CLEAR, What.DISTRESS):
            notices = 1.0 if shows.what is What.DISTRESS else self._habit.notices
            if self._random.random() < notices:
                kind = {What.MAYBE: Kind.ENOUGH_MAYBE, What.CLEAR: Kind.ENOUGH_CLEAR}.get(
                    shows.what, Kind.DISTRESS
                )
                self.keys_sign = (now + self._random.uniform(0.5, 3.0), kind)

    def responds(self, now: float) -> Kind | None:
        """What the trainee does at `next_at`; None if they thought better of it."""
        unasked = now in (self._start_at, self._fill_at)
        if now == self._start_at:
            self._start_at = self._draw_start(now)
        self._answer_at = self._fill_at = math.inf
        if unasked and not self._has_room(now):
            return None
        self._mine = [t for t in self._mine if now - t < MINUTE_S] + [now]
        if self._random.random() < self._fills(now):
            self._fill_at = now + self._fill_after(now)
        kind = self._random.choices(_KINDS, self._mix(now))[0]
        if kind is Kind.COMMENT:
            self._talked = [t for t in self._talked if now - t < MINUTE_S] + [now]
        return kind

    def hears(self, phase: PromptPhase, trigger: str, now: float) -> None:
        """A prompt is shown; it is followed or not."""
        if self._random.random() >= self._follows:
            return
        self._following, self._until = phase, now + self._follow_s
        if phase is PromptPhase.HAD_ENOUGH and trigger in STOPS:
            self.stops_at = now + self._random.uniform(1.0, 4.0)
            self._answer_at = self._fill_at = self._start_at = math.inf
        elif phase in _LEAVE_ROOM or phase is PromptPhase.HAD_ENOUGH:
            self._fill_at = math.inf
            self._start_at = max(self._start_at, self._until)

    def winds_up(self, now: float) -> None:
        """The clear sign was noticed: with or without words, the trainee comes to an end in their own time."""
        if self.stops_at == math.inf:
            self.stops_at = now + (
                self._random.uniform(1.0, 4.0) if self._habit.waits else self._random.uniform(5.0, 25.0)
            )

    def _has_room(self, now: float) -> bool:
        """Whether one more response stays under the card's rate, for those who keep to it."""
        most = self._card.overload.acts_per_min
        if not self._habit.waits or most is None:
            return True
        return sum(now - t < MINUTE_S for t in self._mine) < math.floor(most)

    def _now_following(self, now: float, phases: set[PromptPhase]) -> bool:
        return now < self._until and self._following in phases

    def _answers(self, now: float) -> float:
        return (
            max(self._habit.answers, 0.9) if self._now_following(now, _ANSWER_MORE) else self._habit.answers
        )

    def _latency(self, now: float) -> float:
        median = (
            min(self._habit.latency_s, 1.5)
            if self._now_following(now, _ANSWER_MORE)
            else self._habit.latency_s
        )
        return self._random.lognormvariate(math.log(median), 0.45)

    def _fills(self, now: float) -> float:
        return 0.03 if self._now_following(now, _LEAVE_ROOM | {PromptPhase.HAD_ENOUGH}) else self._habit.fills

    def _fill_after(self, now: float) -> float:
        if self._habit.waits or self._now_following(now, _LEAVE_ROOM):
            return self._card.wait_s * self._random.uniform(1.0, 1.4)
        return self._habit.fill_after_s * self._random.uniform(0.7, 1.4)

    def _mix(self, now: float) -> tuple[float, ...]:
        join, imitate, comment, other = self._habit.mix
        most = self._card.overload.talk_per_min
        if (
            self._habit.waits
            and most is not None
            and sum(now - t < MINUTE_S for t in self._talked) >= math.floor(most)
        ):
            return join, imitate, 0, other
        if self._now_following(now, {PromptPhase.COMMENT}):
            return join + 1, imitate + 1, comment * 0.2, other
        if self._now_following(now, {PromptPhase.JOIN_IN}):
            return join + 2, imitate, comment, other
        if self._now_following(now, {PromptPhase.IMITATE}):
            return join + 0.5, imitate + 1, comment, other
        return self._habit.mix

    def _draw_start(self, now: float) -> float:
        rate = self._habit.starts_per_min / 60
        return now + self._random.expovariate(rate) if rate else math.inf

"""A fictional learner who behaves on their own.

At rest the learner does things at their own rates, in waves of attention. A response soon after an act of theirs
may get a reply, after their own latency. Crowding, hurry, talk and being ignored add up to strain, room lets it
go; enough of it, or enough time, brings a "maybe" sign, then a "clear" one, then distress if nobody stops. Nothing
here is a claim about any person: it is a model, invented for practice.
"""

from __future__ import annotations

import math
from enum import StrEnum
from random import Random

import msgspec

from ii_companion.practice.nature import Behaviour, Nature
from ii_companion.session.kinds import CHANNELS, Kind
from ii_companion.session.tally import WINDOW_S

REST_S = 18.0
"""How long attention rests between bouts, on average."""
RESTING = 0.35
"""What is left of rates and replies while attention rests."""
WAVE_DEPTH = 0.7
CHANCE_REPLY = 0.3
"""What is left of the chance of a reply to a response that answered nothing."""
CROWDED_OUT = 0.6
"""Chance that another response before the reply loses it."""
STRAIN_HALF_S = 60.0
STRAIN_HURRY = 0.03
STRAIN_CROWD = 0.03
STRAIN_TALK = 0.04
STRAIN_IGNORED = 0.02
MOST_STRAIN = 1.6
RECOVERED = 0.55
"""A "maybe" that came of strain passes once strain is below this."""
PESTERED = 3
"""Responses after a clear sign that bring distress."""


class What(StrEnum):
    """What a learner shows."""

    ACT = "act"
    MAYBE = "maybe"
    CLEAR = "clear"
    DISTRESS = "distress"
    DELIGHT = "delight"


class Shows(msgspec.Struct, frozen=True):
    """Something the learner does that can be seen, at `t` seconds."""

    t: float
    what: What
    does: str
    channel: str = ""

    @property
    def is_act(self) -> bool:
        """Whether it is an act, which somebody would key; signs are for a person to notice."""
        return self.what is What.ACT

    @property
    def is_sign(self) -> bool:
        return self.what in (What.MAYBE, What.CLEAR, What.DISTRESS)


class Learner:
    """One fictional learner in one session. `next_at` says when they will do something of their own accord."""

    def __init__(self, nature: Nature, random: Random) -> None:
        self.nature = nature
        self._random = random
        lengths = nature.session_min
        self.tires_at = 60 * random.triangular(lengths.shortest, lengths.longest, lengths.typical)
        self.strain = 0.0
        self._strain_at = 0.0
        self._attends = True
        self._attention_turns = random.expovariate(1 / nature.engaged_bout_s)
        self._phase = random.uniform(0, 2 * math.pi)
        self._own_at = self._draw_own(0.0)
        self._reply_at: float | None = None
        self._last_act: float | None = None
        self._answered = True
        self._responses: list[tuple[float, Kind]] = []
        self._chain = 0
        self._delight_at: float | None = None
        self.maybe_at: float | None = None
        self.clear_at: float | None = None
        self.distress_at: float | None = None
        self._clear_due: float | None = None
        self._after_clear = 0

    @property
    def next_at(self) -> float:
        """When the learner next does something, unless a response comes first."""
        if self.distress_at is not None:
            return math.inf
        due = [self._reply_at, self._delight_at, self._clear_due]
        if self.clear_at is None:
            due += [self._own_at, self._attention_turns]
            if self.maybe_at is None:
                due.append(self.tires_at)
        return min((t for t in due if t is not None), default=math.inf)

    def advance(self, now: float) -> Shows | None:
        """Do what is due at `now`, which is `next_at`. None if nothing of it can be seen."""
        self._settle(now)
        if now == self._clear_due:
            return self._clear_or_recover(now)
        if now == self.tires_at and self.maybe_at is None:
            return self._maybe(now)
        if now == self._attention_turns:
            self._attends = not self._attends
            mean = self.nature.engaged_bout_s if self._attends else REST_S
            self._attention_turns = now + self._random.expovariate(1 / mean)
            return None
        if now == self._delight_at:
            self._delight_at = None
            return Shows(now, What.DELIGHT, "")
        if now == self._reply_at:
            self._reply_at = None
            return self._act(now)
        self._own_at = self._draw_own(now)
        if self._answered is False and self._last_act is not None and now - self._last_act > WINDOW_S:
            self._strain(STRAIN_IGNORED)
        keen = self._attention(now) * (0.4 if self.maybe_at is not None else 1.0)
        return self._act(now) if self._random.random() < keen else None

    def respond(self, kind: Kind, now: float) -> Shows | None:
        """The practitioner responds at `now`. What can be seen of it at once: a sign, if this was too much."""
        self._settle(now)
        before = self._responses[-1][0] if self._responses else None
        self._responses = [(t, k) for t, k in self._responses if now - t < 60] + [(now, kind)]
        if self.clear_at is not None:
            self._after_clear += 1
            if self._after_clear >= PESTERED and self.distress_at is None:
                self.distress_at = now
                return Shows(now, What.DISTRESS, self._random.choice(self.nature.distress))
            return None
        self._feel(kind, now, before)
        contingent = self._last_act is not None and not self._answered and now - self._last_act <= WINDOW_S
        self._consider_reply(now, contingent=contingent)
        self._chain = self._chain + 1 if contingent else 0
        self._answered = True
        if self._chain >= 3 and self._chain % 3 == 0 and self.strain < RECOVERED and self._delight_at is None:
            self._delight_at = now + self._random.uniform(0.5, 2.0)
        if self.strain >= 1 and self.maybe_at is None:
            return self._maybe(now)
        return None

    def _feel(self, kind: Kind, now: float, before: float | None) -> None:
        """Crowding, hurry and talk, as this learner takes them."""
        limits = self.nature.overload
        if before is not None and limits.gap_under_s is not None and now - before < limits.gap_under_s:
            self._strain(STRAIN_CROWD)
        if limits.acts_per_min is not None and len(self._responses) > limits.acts_per_min:
            self._strain(STRAIN_HURRY)
        talk = sum(k is Kind.COMMENT for _, k in self._responses)
        if kind is Kind.COMMENT and limits.talk_per_min is not None and talk > limits.talk_per_min:
            self._strain(STRAIN_TALK)

    def _consider_reply(self, now: float, *, contingent: bool) -> None:
        if self._reply_at is not None:
            if self._random.random() < CROWDED_OUT:
                self._reply_at = None
            return
        chance = self.nature.p_reply * self._attention(now) * max(0.0, 1 - 0.6 * self.strain)
        if self.maybe_at is not None:
            chance *= 0.4
        if self._random.random() < (chance if contingent else CHANCE_REPLY * chance):
            latency = self.nature.reply_latency_s
            self._reply_at = now + self._random.lognormvariate(math.log(latency.median), latency.spread)

    def _act(self, now: float) -> Shows | None:
        if self.clear_at is not None:
            return None
        behaviour = self._behaviour()
        self._last_act, self._answered = now, False
        return Shows(
            now, What.ACT, behaviour.does, behaviour.channel if behaviour.channel in CHANNELS else ""
        )

    def _behaviour(self) -> Behaviour:
        repertoire = self.nature.repertoire
        return self._random.choices(repertoire, [b.rate_per_min for b in repertoire])[0]

    def _maybe(self, now: float) -> Shows:
        lead = self.nature.enough_lead_s
        self.maybe_at = now
        self._clear_due = now + self._random.uniform(lead.from_, lead.to)
        return Shows(now, What.MAYBE, self._random.choice(self.nature.enough_maybe))

    def _clear_or_recover(self, now: float) -> Shows | None:
        self._clear_due = None
        if now < self.tires_at and self.strain < RECOVERED:
            self.maybe_at = None  # they were given room, and came back
            return None
        self.clear_at = now
        self._reply_at = self._delight_at = None
        return Shows(now, What.CLEAR, self._random.choice(self.nature.enough_clear))

    def _attention(self, now: float) -> float:
        if self.nature.wave_s > 0:
            return 1 - WAVE_DEPTH * (
                0.5 + 0.5 * math.sin(self._phase + 2 * math.pi * now / self.nature.wave_s)
            )
        return 1.0 if self._attends else RESTING

    def _draw_own(self, now: float) -> float:
        return now + self._random.expovariate(self.nature.acts_per_min / 60)

    def _strain(self, by: float) -> None:
        self.strain = min(MOST_STRAIN, self.strain + by)

    def _settle(self, now: float) -> None:
        """Strain fades with time that is left alone."""
        self.strain *= 0.5 ** ((now - self._strain_at) / STRAIN_HALF_S)
        self._strain_at = now

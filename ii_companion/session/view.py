"""What the coach sees: one session as it stands, the learner's card, and what was agreed for today."""

from __future__ import annotations

import msgspec

from ii_companion.session.card import Card
from ii_companion.session.events import Link, Session
from ii_companion.session.kinds import RESPONSES, Kind
from ii_companion.session.prompts import PromptDetail, PromptText
from ii_companion.session.tally import Tally

HARDLY_S = 5e-7
"""Nearer than this is the same time: what `between` rounds away, without its cost at every act."""


class Coaching(msgspec.Struct, frozen=True):
    """What is agreed before a session and does not change in it."""

    prompts: tuple[PromptText, ...] = ()
    stage: int = 1
    solo: bool = True
    """Nobody sits beside the practitioner to key."""
    probe: bool = False
    """An unprompted session: signs only."""
    chosen: tuple[str, ...] = ()
    """Ids of the three to six prompts agreed for today; empty for all of them."""
    card: Card = Card("")
    for_s: float | None = None
    """How long there is for this session, in seconds; None: nobody said."""
    sign_shown_at: float | None = None
    """In practice: when the fictional learner first showed a sign, whoever noticed it. No praise from then on."""


class View(msgspec.Struct, frozen=True):
    """A session at a moment."""

    coaching: Coaching
    session: Session
    tally: Tally

    @property
    def trail(self) -> Link | None:
        return self.session.trail

    @property
    def wait_s(self) -> float:
        """How long this learner may need today."""
        return self.tally.wait_today

    @property
    def stretch_start(self) -> float:
        """When the running stretch began: at the session's start, or at the end of the last pause or gap."""
        return self.trail.stretch_start if self.trail else 0.0

    @property
    def last_act(self) -> Link | None:
        """The newest act of this stretch."""
        act = self.trail.act if self.trail else None
        return (
            act if act is not None and self.trail is not None and act.stretch == self.trail.stretch else None
        )

    @property
    def last_response(self) -> Link | None:
        response = self.trail.response if self.trail else None
        return (
            response
            if response is not None and self.trail is not None and response.stretch == self.trail.stretch
            else None
        )

    @property
    def last_learner_act(self) -> Link | None:
        act = self.trail.learner_act if self.trail else None
        return (
            act if act is not None and self.trail is not None and act.stretch == self.trail.stretch else None
        )

    def acts(self, since: float) -> list[tuple[float, Kind]]:
        """The acts of this stretch after `since`, newest first."""
        found = []
        link = self.last_act
        stretch = link.stretch if link else 0
        while link is not None and link.event.t - since > HARDLY_S and link.stretch == stretch:
            found.append((link.event.t, link.event.kind))
            link = link.earlier_act
        return found

    def responses(self, n: int) -> list[tuple[float, Kind]]:
        """The last `n` responses of the session, newest first."""
        found: list[tuple[float, Kind]] = []
        link = self.trail.response if self.trail else None
        while link is not None and len(found) < n:
            found.append((link.event.t, link.event.kind))
            link = link.earlier_response
        return found

    def said(self, since: float) -> list[tuple[float, str, str]]:
        """Prompts shown after `since` as (time, id, trigger), newest first."""
        found = []
        link = self.trail.prompt if self.trail else None
        while link is not None and link.event.t > since:
            found.append((link.event.t, *PromptDetail.read(link.event.detail)))
            link = link.earlier_prompt
        return found


def counts(acts: list[tuple[float, Kind]]) -> tuple[int, int]:
    """How many of the acts are the learner's and how many responses."""
    responses = sum(kind in RESPONSES for _, kind in acts)
    return len(acts) - responses, responses

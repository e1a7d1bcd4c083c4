"""What a session's events add up to, one event at a time. Long because each act is measured in one pass.

A tally is a value that covers a trail up to its `tip`. `follow` brings it to another trail, going back only as
far as the two differ, so an undo costs no more than a key. `measures.report` reads it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import copy

import msgspec

from ii_companion.session import lead, tempo
from ii_companion.session.events import Link, gap_seconds
from ii_companion.session.kinds import ACTS, CODES, COUNTED, STOPS, Kind
from ii_companion.session.prompts import PromptDetail
from ii_companion.session.refusal import Wrong

WINDOW_S = 5.0
"""W: a response this soon after a learner act answers it."""
SHORTEST_GAP_S = 5.0
EARLY_SHARE = 0.6
"""A second response before this share of `wait_s` is an early fill."""
DEFAULT_WAIT_S = 8.0
FLOW_TURNS = 3
SUSTAINED_TURNS = 3
"""An exchange of so many turns is sustained."""
BREAKPOINT_S = 2.0
"""Without a response for so long, there is a moment for a word."""

_INDEX = {kind: index for index, kind in enumerate(CODES)}


def between(earlier: float, later: float) -> float:
    """Seconds between two times, to the microsecond: 83.4 − 78.4 is 5, whatever binary fractions say."""
    return round(later - earlier, 6)


_COUNTED_AT = {kind: index for index, kind in enumerate(COUNTED)}


def median(values: list[float]) -> float:
    """The middle value, or the mean of the middle two. The library's own costs 10 ms of start-up in fractions."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the measures were taken with, in seconds."""

    window_s: float = WINDOW_S
    gap_s: float = DEFAULT_WAIT_S
    wait_s: float = DEFAULT_WAIT_S

    def __post_init__(self) -> None:
        if not all(math.isfinite(s) and s > 0 for s in (self.window_s, self.gap_s, self.wait_s)):
            raise Wrong("window_s, gap_s and wait_s are numbers of seconds above 0")


def parameters(wait_s: float = DEFAULT_WAIT_S) -> Parameters:
    """The parameters for a learner who may need `wait_s` seconds before replying."""
    return Parameters(WINDOW_S, max(SHORTEST_GAP_S, wait_s), wait_s)


class Exchange(msgspec.Struct, frozen=True):
    """A chain of turns in which both took part; times in seconds."""

    opened_by_learner: bool
    start: float
    end: float
    turns: int


class Cell(msgspec.Struct, frozen=True, eq=False):
    """A cons cell: a list that grows at the front without copying."""

    value: float | Exchange
    rest: Cell | None


class Chain(msgspec.Struct, frozen=True):
    """Acts with no gap longer than G so far; an exchange once both have taken part."""

    opened_by_learner: bool
    start: float
    end: float
    turns: int
    learner_last: bool

    @property
    def exchange(self) -> Exchange | None:
        if self.turns < 2:
            return None
        return Exchange(self.opened_by_learner, self.start, self.end, self.turns)


class Tally(msgspec.Struct, eq=False):
    """Everything the measures need, up to `tip`. A value: only a copy that nobody has seen yet is changed, in this file."""

    parameters: Parameters
    tip: Link | None = None
    before: Tally | None = None
    counts: tuple[int, ...] = (0,) * len(COUNTED)
    latencies: Cell | None = None
    latency_n: int = 0
    answered: int = 0
    unanswered: tuple[float, ...] = ()
    """Times of learner acts that a response may still answer."""
    chain: Chain | None = None
    exchanges: Cell | None = None
    exchange_n: int = 0
    learner_led: int = 0
    longest_turns: int = 0
    longest_s: float = 0.0
    sustained: int = 0
    left_by_learner: int = 0
    left_by_practitioner: int = 0
    lead: tuple[int, ...] = (0,) * len(lead.NAMES)
    replies: tuple[float, ...] = ()
    """The newest reply times of today, the last one last."""
    open_response: float | None = None
    """When the newest act was made, if it was a response in the stretch that is still open."""
    space_given: int = 0
    space_of: int = 0
    hurried: Cell | None = None
    """When the practitioner went again before today's wait was over; for the coach."""
    early: Cell | None = None
    """When they went again before `EARLY_SHARE` of it was."""
    busy_from: float | None = None
    """Since when the practitioner has responded without leaving `BREAKPOINT_S` between, in this stretch."""
    double_turn_n: int = 0
    early_fill_n: int = 0
    lag1: tuple[int, ...] = (0,) * len(CODES) ** 2
    flow_turns: int = 0
    """Turns in a row with no crowding and no wait too long between them; three are flow."""
    flow_due: float = -math.inf
    """Until when the other person's turn comes soon enough."""
    flow_until: float = -math.inf
    """Flow lasts, or lasted, until then; the time of no flow at all once crowding has ended it."""
    cut_s: float = 0.0
    """Seconds that pauses and gaps took away."""
    paused_at: float | None = None
    prompts_n: int = 0
    """How many prompts were shown, whoever chose them."""
    spoken_to: Mapping[str, float] = {}
    """When each trigger was last spoken to."""
    said_at: Mapping[str, float] = {}
    """When each prompt, by its id, was last shown."""
    stop_at: float | None = None
    """The first sign that the learner had had enough."""
    last_response_after_stop: float | None = None

    @property
    def wait_today(self) -> float:
        """How long this learner may need today, for the coach and the quiet bar; the measures keep the card's."""
        return tempo.wait_today(self.replies, self.parameters.wait_s)


def follow(tally: Tally, tip: Link | None) -> Tally:
    """The tally of the trail that ends at `tip`, reusing as much of `tally` as both share."""
    if tip is not None and tip.before is tally.tip:
        return _add(tally, tip)
    missing: list[Link] = []
    while tip is not None:
        depth = tip.depth
        while tally.tip is not None and tally.tip.depth > depth:
            tally = _earlier(tally)
        if tally.tip is tip:
            break
        missing.append(tip)
        tip = tip.before
    else:
        while tally.tip is not None:
            tally = _earlier(tally)
    for link in reversed(missing):
        tally = _add(tally, link)
    return tally


def _earlier(tally: Tally) -> Tally:
    if tally.before is None:  # cannot be: a tally with a tip was made from one
        raise AssertionError("a tally of something comes from a tally of less")
    return tally.before


def _add(tally: Tally, link: Link) -> Tally:
    kind, t = link.event.kind, link.event.t
    new = copy(tally)
    new.tip, new.before = link, tally
    place = _COUNTED_AT.get(kind)
    if place is not None:
        counts = list(tally.counts)
        counts[place] += 1
        new.counts = tuple(counts)
    if kind in ACTS:
        _add_act(tally, link, new)
    elif kind is Kind.PAUSED:
        new.paused_at = t
        _close_stretch(tally, t, new)
    elif kind is Kind.RESUMED:
        if tally.paused_at is not None:
            new.cut_s = tally.cut_s + between(tally.paused_at, t)
        new.paused_at = None
    elif kind is Kind.GAP and tally.paused_at is None:
        earlier = link.before.event.t if link.before else 0.0
        lost = min(gap_seconds(link.event), between(earlier, t))
        new.cut_s = tally.cut_s + lost
        _close_stretch(tally, t - lost, new)
    elif kind is Kind.PROMPT:
        prompt_id, trigger = PromptDetail.read(link.event.detail)
        new.prompts_n = tally.prompts_n + 1
        new.spoken_to = {**tally.spoken_to, trigger: t}
        new.said_at = {**tally.said_at, prompt_id: t}
    elif kind in STOPS and tally.stop_at is None:
        new.stop_at = t
    return new


def _add_act(tally: Tally, link: Link, new: Tally) -> None:
    """Measure an act against the one before it in the same stretch."""
    p = tally.parameters
    kind, t = link.event.kind, link.event.t
    by_learner = kind is Kind.LEARNER_ACT
    previous = link.earlier_act
    if previous is not None and previous.stretch != link.stretch:
        previous = None
    if previous is not None:
        cell = _INDEX[previous.event.kind] * len(CODES) + _INDEX[kind]
        lag1 = list(tally.lag1)
        lag1[cell] += 1
        new.lag1 = tuple(lag1)
    gap = between(previous.event.t, t) if previous else math.inf
    after_learner = previous is not None and previous.event.kind is Kind.LEARNER_ACT
    after_response = previous is not None and not after_learner
    led = list(tally.lead)
    led[lead.place(kind, previous.event.kind if previous else None, gap, p.window_s, p.wait_s)] += 1
    new.lead = tuple(led)

    if by_learner:
        waiting = (since for since in tally.unanswered if between(since, t) <= p.window_s)
        new.unanswered = (*waiting, t)
        if after_response:
            new.replies = tempo.with_reply(tally.replies, gap, p.wait_s)
    else:
        now_answered = sum(between(since, t) <= p.window_s for since in tally.unanswered)
        new.answered = tally.answered + now_answered
        new.unanswered = ()
        if after_learner and gap <= p.window_s:
            new.latencies = Cell(gap, tally.latencies)
            new.latency_n = tally.latency_n + 1
        if after_response:
            _add_double_turn(tally, t, gap, new)
        last = link.earlier_response
        if last is None or last.stretch != link.stretch or between(last.event.t, t) >= BREAKPOINT_S:
            new.busy_from = t
        if tally.stop_at is not None:
            new.last_response_after_stop = t

    if tally.open_response is not None:
        new.space_of = tally.space_of + 1
        new.space_given = tally.space_given + (by_learner or gap >= p.wait_s)
    new.open_response = None if by_learner else t

    _add_to_flow(
        tally,
        t,
        gap,
        by_learner=by_learner,
        same_person=after_learner if by_learner else after_response,
        new=new,
    )
    chain = tally.chain
    if chain is None or gap > p.gap_s:
        if chain is not None:
            _close_chain(tally, chain, t, new)
        new.chain = Chain(by_learner, t, t, 1, by_learner)
    else:
        turns = chain.turns + (chain.learner_last != by_learner)
        new.chain = Chain(chain.opened_by_learner, chain.start, t, turns, by_learner)


def _add_double_turn(tally: Tally, t: float, gap: float, new: Tally) -> None:
    """A response after a response: measured by the card's `wait_s`, spoken of by today's."""
    p, today = tally.parameters, tally.wait_today
    if gap < p.wait_s:
        new.double_turn_n = tally.double_turn_n + 1
        new.early_fill_n = tally.early_fill_n + (gap < round(EARLY_SHARE * p.wait_s, 6))
    if gap < today:
        new.hurried = Cell(t, tally.hurried)
        if gap < round(EARLY_SHARE * today, 6):
            new.early = Cell(t, tally.early)


def _add_to_flow(
    tally: Tally, t: float, gap: float, *, by_learner: bool, same_person: bool, new: Tally
) -> None:
    """Flow: three turns in a row without crowding, each soon enough after the act before.

    The practitioner has W for theirs; the learner has max(5 s, today's wait), since for a slow learner that is the
    flow. A second response before `EARLY_SHARE` of today's wait crowds: it ends flow at once, and the turn that holds
    it counts for none (`flow_turns` 0). Any second response leaves the time when the learner's turn is due as it is,
    so that going on and on cannot lengthen flow.
    """
    p, today = tally.parameters, tally.wait_today
    due = t + (p.window_s if by_learner else max(SHORTEST_GAP_S, today))
    if not same_person:
        soon = between(t, tally.flow_due) >= 0 and not (by_learner and not tally.flow_turns)
        new.flow_turns, new.flow_due = tally.flow_turns + 1 if soon else 1, due
    elif not by_learner and gap < round(EARLY_SHARE * today, 6):
        new.flow_turns, new.flow_until = 0, -math.inf
    elif between(t, tally.flow_due) < 0:
        new.flow_turns, new.flow_due = min(tally.flow_turns, 1), due
    elif by_learner:
        new.flow_due = due
    if new.flow_turns >= FLOW_TURNS:
        new.flow_until = new.flow_due


def _close_chain(tally: Tally, chain: Chain, t: float, new: Tally) -> None:
    """Close a chain; `t`: when the next act came, or the stretch ended."""
    exchange = chain.exchange
    if exchange is not None:
        new.exchanges = Cell(exchange, tally.exchanges)
        new.exchange_n = tally.exchange_n + 1
        new.learner_led = tally.learner_led + exchange.opened_by_learner
        new.longest_turns = max(tally.longest_turns, exchange.turns)
        new.longest_s = max(tally.longest_s, between(exchange.start, exchange.end))
        new.sustained = tally.sustained + (exchange.turns >= SUSTAINED_TURNS)
        if between(chain.end, t) > tally.parameters.gap_s:  # else the stretch ended it, and nobody left
            new.left_by_practitioner = tally.left_by_practitioner + chain.learner_last
            new.left_by_learner = tally.left_by_learner + (not chain.learner_last)


def _close_stretch(tally: Tally, t: float, new: Tally) -> None:
    """End the stretch at `t`: nothing reaches across a pause or a gap."""
    if tally.chain is not None:
        _close_chain(tally, tally.chain, t, new)
    new.chain = None
    new.unanswered = ()
    new.flow_turns, new.flow_due, new.flow_until = 0, -math.inf, -math.inf
    new.busy_from = None
    if tally.open_response is not None and between(tally.open_response, t) >= tally.parameters.wait_s:
        new.space_of = tally.space_of + 1
        new.space_given = tally.space_given + 1
    new.open_response = None


def until(tally: Tally, t: float) -> Tally:
    """The tally as if the session ended at `t` seconds: the open stretch closed, a pause counted to `t`."""
    new = copy(tally)
    if tally.paused_at is not None:
        new.cut_s = tally.cut_s + between(tally.paused_at, t)
        new.paused_at = t
    _close_stretch(tally, t, new)
    return new


def exchanges(tally: Tally, last: int | None = None) -> list[Exchange]:
    """The exchanges so far, oldest first, the open one included; the `last` few if that is asked."""
    running = tally.chain.exchange if tally.chain else None
    found = [running] if running else []
    cell = tally.exchanges
    while cell is not None and (last is None or len(found) < last):
        if isinstance(cell.value, Exchange):
            found.append(cell.value)
        cell = cell.rest
    return found[::-1]

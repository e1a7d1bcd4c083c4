"""What calls for a prompt: one small function a trigger, in one table, with the parameters in one place.

Shares and rates are taken up to just after the newest response, not up to the moment of asking: else acts that drop
out of the window would make a trigger fire at a time that nobody named.

Times are compared through `between` alone: sums of binary fractions and times rounded to ask again differ otherwise,
and a trigger could be asked at the very time it named and keep quiet for good.

Each looks at a view and a time and gives a `Firing` or None. `since` is when its newest evidence came, `reason`
what a person reads. None knows of gaps, budgets or hush; that is the coach's. In doubt a trigger stays quiet.
Long because all triggers stand in one table, to be compared with each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from ii_companion.session.events import Link
from ii_companion.session.kinds import RESPONSES, SIGNS, Kind
from ii_companion.session.said import N_, Said, counted, said
from ii_companion.session.tally import BREAKPOINT_S, Cell, between, exchanges, median
from ii_companion.session.view import View, counts


class Thresholds(msgspec.Struct, frozen=True):
    """The limits at which triggers fire: seconds, counts and shares."""

    start_s: tuple[float, ...] = (90.0, 60.0, 60.0)
    """How long the session is beginning, by stage."""
    clock_s: tuple[float, ...] = (180.0, 240.0)
    """Nothing keyed for so long, by stage."""
    no_learner_act_s: float = 60.0
    filled: int = 2
    """Responses into a silence, before somebody practising is told of it."""
    keying_s: float = 120.0
    """Something keyed this lately: somebody is keying, so silence in the log means silence."""
    pair_s: float = 60.0
    """Two of a kind within this."""
    more_often: float = 1.25
    """Double turns are spoken of to somebody who responds more often than so many times the learner's acts, and one."""
    pace_s: float = 60.0
    fast_ratio: float = 1.5
    fewest_fast: int = 5
    monologue: int = 8
    """Responses running within `pace_s`, with no act of the learner's between."""
    heavy_s: float = 120.0
    heavy_share: float = 0.65
    fewest_heavy: int = 8
    missed: int = 2
    near_enough: float = 0.6
    """Nobody who responds at this share of the card's rate is asked for more."""
    slow_s: float = 5.0
    slow_of: int = 4
    slowest_reply_s: float = 30.0
    """A response later than this is no reply."""
    talk_s: float = 120.0
    talk_share: float = 0.5
    fewest_talk: int = 6
    imitations: int = 6
    mix_of: int = 12
    led_run: int = 3
    praise_every_s: tuple[float, ...] = (180.0, 600.0, 600.0, 600.0)
    """By stage; also between two words on a mix, or on a learner slowing."""
    praise_answers_s: float = 120.0
    """To somebody practising, praise comes after advice this recent."""
    reassured_s: float = 600.0
    """One word that changes nothing lasts somebody new so long."""
    slowing_s: float = 30.0
    slowing_before_s: float = 120.0
    slowing_share: float = 0.5
    winding_s: float = 120.0
    """So long before its end, a session with a bound is wound down."""
    slowing_chance: float = 0.02
    """Slower by chance alone more often than this is no slowing: at steady rates, fewer than 16 acts before."""


P = Thresholds()


class Firing(msgspec.Struct, frozen=True):
    """A trigger that fires: since when, and why in words a person reads (`words.render`)."""

    since: float
    reason: Said


Fires = Callable[[View, float], Firing | None]


def sign(kind: Kind, reason: Said) -> Fires:
    """Fires in the very step in which the sign is keyed."""

    def fires(view: View, now: float) -> Firing | None:
        tip = view.trail
        return (
            Firing(now, reason)
            if tip is not None and tip.event.kind is kind and view.session.n == tip.event.n
            else None
        )

    return fires


def learner_slowing(view: View, now: float) -> Firing | None:
    if between(view.stretch_start, now) < P.slowing_s + P.slowing_before_s:
        return None
    times = [t for t, kind in view.acts(now - P.slowing_s - P.slowing_before_s) if kind is Kind.LEARNER_ACT]
    lately = sum(between(t, now) < P.slowing_s for t in times)
    before = len(times) - lately
    if lately / P.slowing_s >= P.slowing_share * before / P.slowing_before_s:
        return None
    if _poisson_up_to(lately, before * P.slowing_s / P.slowing_before_s) > P.slowing_chance:
        return None
    if _said_lately(view, now, "learner_slowing"):
        return None
    # who has slowed with the learner needs no words about it, but one to somebody new
    if not _unreassured(view, now) and counts(view.acts(now - P.slowing_s))[1] <= lately + 1:
        return None
    left = max(t for t in times if between(t, now) >= P.slowing_s)
    return Firing(
        left + P.slowing_s,
        counted(
            "{n} learner act in 30 s after {before} in the two minutes before",
            "{n} learner acts in 30 s after {before} in the two minutes before",
            lately,
            before=before,
        ),
    )


def _poisson_up_to(n: int, mean: float) -> float:
    """The chance of at most `n` events where `mean` are expected."""
    return math.exp(-mean) * sum(mean**k / math.factorial(k) for k in range(n + 1))


def _heard_at(last: Link) -> float:
    """When a word about the response could first be heard: the moment up to which rates and shares are taken."""
    return last.event.t + BREAKPOINT_S


def practitioner_fast(view: View, now: float) -> Firing | None:
    last = view.last_response
    if last is None:
        return None
    acts = view.acts(_heard_at(last) - P.pace_s)
    learner, practitioner = counts(acts)
    card = view.coaching.card.overload
    if card.acts_per_min is not None and practitioner > card.acts_per_min:
        return Firing(
            last.event.t,
            counted(
                "{n} response in a minute; the card says {most} are enough",
                "{n} responses in a minute; the card says {most} are enough",
                practitioner,
                most=f"{card.acts_per_min:g}",
            ),
        )
    comments = sum(kind is Kind.COMMENT for _, kind in acts)
    if card.talk_per_min is not None and comments > card.talk_per_min:
        return Firing(
            last.event.t,
            counted(
                "{n} comment in a minute; the card says {most} are enough",
                "{n} comments in a minute; the card says {most} are enough",
                comments,
                most=f"{card.talk_per_min:g}",
            ),
        )
    if len(acts) >= P.monologue and all(kind in RESPONSES for _, kind in acts[: P.monologue]):
        return Firing(
            last.event.t,
            counted(
                "{n} response running without a learner act",
                "{n} responses running without a learner act",
                P.monologue,
            ),
        )
    whole = between(view.stretch_start, _heard_at(last)) >= P.pace_s
    if whole and practitioner >= P.fewest_fast and practitioner > P.fast_ratio * learner:
        return Firing(
            last.event.t,
            said(
                "{responses} to {acts} in a minute",
                responses=counted("{n} response", "{n} responses", practitioner),
                acts=counted("{n} learner act", "{n} learner acts", learner),
            ),
        )
    return None


def practitioner_heavy(view: View, now: float) -> Firing | None:
    last = view.last_response
    if last is None or between(view.stretch_start, _heard_at(last)) < P.heavy_s:
        return None
    learner, practitioner = counts(view.acts(_heard_at(last) - P.heavy_s))
    both = learner + practitioner
    if both >= P.fewest_heavy and practitioner > P.heavy_share * both:
        return Firing(
            last.event.t,
            counted(
                "{practitioner} of {n} act in two minutes were the practitioner's",
                "{practitioner} of {n} acts in two minutes were the practitioner's",
                both,
                practitioner=practitioner,
            ),
        )
    return None


def _two_within(view: View, cell: Cell | None, now: float, reason: Said) -> Firing | None:
    """Two of a kind, the newest two, within `pair_s` of now, by somebody who acts more often than the learner."""
    first, last = cell.rest if cell is not None else None, view.last_response
    if (
        cell is None
        or first is None
        or last is None
        or not isinstance(cell.value, float)
        or not isinstance(first.value, float)
        or between(first.value, now) > P.pair_s
    ):
        return None
    # who answers two acts with two responses has crowded nobody, though the second response follows the first
    learner, practitioner = counts(view.acts(_heard_at(last) - P.pair_s))
    if practitioner <= P.more_often * learner + 1:
        return None
    return Firing(cell.value, reason)


def double_turn(view: View, now: float) -> Firing | None:
    return _two_within(view, view.tally.hurried, now, said("two double turns in 60 s"))


def early_fill(view: View, now: float) -> Firing | None:
    return _two_within(view, view.tally.early, now, said("two gaps filled early in 60 s"))


def missed_act(view: View, now: float) -> Firing | None:
    window = view.tally.parameters.window_s
    if view.last_act is None:
        return None
    lately = view.acts(min(now, view.last_act.event.t + window) - P.pair_s)
    missed: list[float] = []
    answered, later = 0, None
    # newest first, so that what came after an act is met before it
    for t, kind in lately:
        if kind is not Kind.LEARNER_ACT:
            later = t
            continue
        delay = between(t, later) if later is not None else between(t, now)
        if later is not None and delay <= P.slowest_reply_s:
            answered += 1  # in time, or late: a late reply is slow, not missing
        elif delay >= window:
            missed.append(t)
    # two of a lively learner's dozen are no habit of missing
    if len(missed) < P.missed or len(missed) <= answered:
        return None
    # nobody is asked for more than the learner's card says is enough
    enough = view.coaching.card.overload.acts_per_min
    if enough is not None and counts(lately)[1] >= P.near_enough * enough:
        return None
    return Firing(
        missed[0] + window,
        counted(
            "{missed} of {n} learner act unanswered in 60 s",
            "{missed} of {n} learner acts unanswered in 60 s",
            len(missed) + answered,
            missed=len(missed),
        ),
    )


def slow_reply(view: View, now: float) -> Firing | None:
    delays: list[float] = []
    link = view.last_response
    newest = link.event.t if link else 0.0
    while link is not None and len(delays) < P.slow_of:
        before = link.earlier_act
        if before is not None and before.event.kind is Kind.LEARNER_ACT and before.stretch == link.stretch:
            delay = between(before.event.t, link.event.t)
            if delay <= P.slowest_reply_s:
                delays.append(delay)
        link = link.earlier_response
    if len(delays) < P.slow_of or median(delays) <= P.slow_s:
        return None
    return Firing(
        newest,
        counted(
            "half of the last {n} reply took longer than {seconds} s",
            "half of the last {n} replies took longer than {seconds} s",
            P.slow_of,
            seconds=f"{P.slow_s:g}",
        ),
    )


def high_talk(view: View, now: float) -> Firing | None:
    last = view.last_response
    if last is None:
        return None
    responses = [(t, kind) for t, kind in view.acts(_heard_at(last) - P.talk_s) if kind in RESPONSES]
    comments = [t for t, kind in responses if kind is Kind.COMMENT]
    if len(responses) < P.fewest_talk or len(comments) <= P.talk_share * len(responses):
        return None
    return Firing(
        comments[0],
        counted(
            "{comments} of {n} response in two minutes were comments",
            "{comments} of {n} responses in two minutes were comments",
            len(responses),
            comments=len(comments),
        ),
    )


def high_imitation(view: View, now: float) -> Firing | None:
    last = view.responses(P.imitations)
    if len(last) == P.imitations and all(kind is Kind.IMITATE for _, kind in last):
        return Firing(last[0][0], counted("{n} imitation running", "{n} imitations running", P.imitations))
    return None


def low(kind: Kind, trigger: str, reason: Said) -> Fires:
    """None of a kind in the last twelve responses; said once in a while, not at every response."""

    def fires(view: View, now: float) -> Firing | None:
        last = view.responses(P.mix_of)
        if len(last) < P.mix_of or any(k is kind for _, k in last) or _said_lately(view, now, trigger):
            return None
        return Firing(last[0][0], reason)

    return fires


def practitioner_led_run(view: View, now: float) -> Firing | None:
    last = exchanges(view.tally, P.led_run)
    if len(last) < P.led_run or any(exchange.opened_by_learner for exchange in last):
        return None
    return Firing(
        last[-1].start,
        counted(
            "{n} exchange running opened by the practitioner",
            "{n} exchanges running opened by the practitioner",
            P.led_run,
        ),
    )


def learner_initiation(view: View, now: float) -> Firing | None:
    last = exchanges(view.tally, 2)
    if not last or not last[-1].opened_by_learner or _said_lately(view, now, "learner_initiation"):
        return None
    # after the first time it is news only to somebody who led before, or was new and heard advice
    news = len(last) == 2 and not last[0].opened_by_learner
    if view.coaching.stage == 1:
        news = news or _advised_since_praise(view, now)
    if not news and not _unreassured(view, now):
        return None
    return Firing(last[-1].end, said("the learner opened this exchange"))


def learner_positive(view: View, now: float) -> Firing | None:
    enjoyed = view.trail.enjoyed if view.trail else None
    if enjoyed is None or _said_lately(view, now, "learner_positive"):
        return None
    # after the first time, praise answers a change
    if not _unreassured(view, now) and not _advised_since_praise(view, now):
        return None
    return Firing(enjoyed.event.t, said("enjoyed together"))


def no_learner_act_60s(view: View, now: float) -> Firing | None:
    keyed = view.trail.act if view.trail else None
    if view.session.sign in SIGNS or keyed is None or between(keyed.event.t, now) > P.keying_s:
        return None
    last = view.last_learner_act
    quiet_from = last.event.t if last else view.stretch_start
    since = quiet_from + P.no_learner_act_s
    # who leaves the silence alone needs no words about it, but one to somebody new
    if not _unreassured(view, now) and counts(view.acts(quiet_from))[1] < P.filled:
        return None
    return Firing(since, said("60 s without a learner act")) if between(since, now) >= 0 else None


def clock_interval(view: View, now: float) -> Firing | None:
    stage = view.coaching.stage
    if not view.coaching.solo or stage > len(P.clock_s):
        return None
    keyed = view.trail.keyed.event.t if view.trail and view.trail.keyed else 0.0
    spoke = view.trail.prompt.event.t if view.trail and view.trail.prompt else 0.0
    since = max(keyed, spoke, view.stretch_start) + P.clock_s[stage - 1]
    if between(since, now) < 0:
        return None
    minutes = P.clock_s[stage - 1] / 60
    return Firing(
        since,
        counted(
            "nothing keyed for {minutes} minute",
            "nothing keyed for {minutes} minutes",
            math.ceil(minutes),
            minutes=f"{minutes:g}",
        ),
    )


def time_short(view: View, now: float) -> Firing | None:
    """Once, two minutes before the time that was said to be there is over; not of a time shorter than that."""
    for_s = view.coaching.for_s
    if for_s is None or for_s <= P.winding_s or between(for_s, now) >= 0:
        return None
    since = for_s - P.winding_s
    if between(since, now) < 0 or _ever_said(view, ("time_short",)):
        return None
    return Firing(
        since,
        counted(
            "{n} minute left of the time there is",
            "{n} minutes left of the time there is",
            math.ceil(between(now, for_s) / 60),
        ),
    )


def session_start(view: View, now: float) -> Firing | None:
    stage = view.coaching.stage
    if stage > len(P.start_s) or between(P.start_s[stage - 1], now) > 0:
        return None
    act = view.trail.act if view.trail else None
    if stage == 1:
        return Firing(0.0, said("the session begins"))
    if act is None or view.tally.counts[0]:
        return None
    return Firing(act.event.t, said("a response before the learner's first act"))


def _advised_since_praise(view: View, now: float) -> bool:
    """Whether the newest word on the practitioner's own ways was advice, and lately."""
    about = (what for _, _, what in view.said(now - P.praise_answers_s) if what in ADVICE or what in PRAISE)
    return next(about, "learner_positive") in ADVICE


def _unreassured(view: View, now: float) -> bool:
    """Whether somebody new has had no word lately that changes nothing. Where none is needed, such words fade."""
    lately = (what for _, _, what in view.said(now - P.reassured_s))
    return view.coaching.stage == 1 and not any(what in REASSURING for what in lately)


def _ever_said(view: View, triggers: tuple[str, ...]) -> bool:
    return any(trigger in view.tally.spoken_to for trigger in triggers)


def _said_lately(view: View, now: float, trigger: str) -> bool:
    last = view.tally.spoken_to.get(trigger, -math.inf)
    return last > now - P.praise_every_s[view.coaching.stage - 1]


TABLE: dict[str, Fires] = {
    "distress": sign(Kind.DISTRESS, said("distress was keyed")),
    "enough_clear": sign(Kind.ENOUGH_CLEAR, said("“had enough” was keyed")),
    "enough_maybe": sign(Kind.ENOUGH_MAYBE, said("“maybe enough” was keyed")),
    "learner_slowing": learner_slowing,
    "time_short": time_short,
    "practitioner_fast": practitioner_fast,
    "practitioner_heavy": practitioner_heavy,
    "early_fill": early_fill,  # before double_turn: an early fill is one too, and says more
    "double_turn": double_turn,
    "missed_act": missed_act,
    "slow_reply": slow_reply,
    "practitioner_led_run": practitioner_led_run,
    "high_talk": high_talk,
    "high_imitation": high_imitation,
    "low_join": low(
        Kind.JOIN_IN,
        "low_join",
        counted("no join in in the last {n} response", "no join in in the last {n} responses", P.mix_of),
    ),
    "low_imitation": low(
        Kind.IMITATE,
        "low_imitation",
        counted("no imitate in the last {n} response", "no imitate in the last {n} responses", P.mix_of),
    ),
    "no_learner_act_60s": no_learner_act_60s,
    "session_start": session_start,
    "clock_interval": clock_interval,
    "learner_initiation": learner_initiation,
    "learner_positive": learner_positive,
}
"""Every trigger of a running session, the most pressing first."""
SIGN_TRIGGERS = ("distress", "enough_clear", "enough_maybe")
ADVICE = frozenset(TABLE) - {
    *SIGN_TRIGGERS,
    "learner_slowing",
    "time_short",
    "no_learner_act_60s",
    "session_start",
    "clock_interval",
}
"""Triggers that speak of the practitioner's own ways; praise is taken out below."""
PRAISE = ("learner_initiation", "learner_positive")
REASSURING = (*PRAISE, "learner_slowing", "no_learner_act_60s", "clock_interval")
"""Triggers whose words ask for nothing to be done otherwise."""
PRESSING = frozenset({"practitioner_fast", "practitioner_heavy", "early_fill", "double_turn"})
"""Crowding: these wait for no reply, since it is crowded out, and may speak of the same phase twice running."""
ADVICE -= frozenset(PRAISE)
BEFORE = "pre_session"
"""The trigger of prompts shown with the learner's card, before a session."""
MENTOR = "mentor"
"""The trigger a journal gives a prompt that a mentor sent by a key."""
KNOWN = frozenset({*TABLE, BEFORE})
TRIGGER_WORDS: dict[str, str] = {
    "distress": N_("distress"),
    "enough_clear": N_("enough clear"),
    "enough_maybe": N_("enough maybe"),
    "learner_slowing": N_("learner slowing"),
    "time_short": N_("time short"),
    "practitioner_fast": N_("practitioner fast"),
    "practitioner_heavy": N_("practitioner heavy"),
    "early_fill": N_("early fill"),
    "double_turn": N_("double turn"),
    "missed_act": N_("missed act"),
    "slow_reply": N_("slow reply"),
    "practitioner_led_run": N_("practitioner led run"),
    "high_talk": N_("high talk"),
    "high_imitation": N_("high imitation"),
    "low_join": N_("low join"),
    "low_imitation": N_("low imitation"),
    "no_learner_act_60s": N_("no learner act 60s"),
    "session_start": N_("session start"),
    "clock_interval": N_("clock interval"),
    "learner_initiation": N_("learner initiation"),
    "learner_positive": N_("learner positive"),
    BEFORE: N_("pre session"),
    MENTOR: N_("mentor"),
}


def next_asks(view: View, now: float) -> list[float]:
    """When a trigger that waits on the clock alone might next fire."""
    window = view.tally.parameters.window_s
    times = [t + window for t in view.tally.unanswered]
    last = view.last_learner_act
    times.append((last.event.t if last else view.stretch_start) + P.no_learner_act_s)
    times += [t + P.slowing_s for t, kind in view.acts(now - P.slowing_s) if kind is Kind.LEARNER_ACT]
    stage = view.coaching.stage
    for apart in {P.praise_every_s[stage - 1], P.reassured_s}:
        times += [t + apart for t, _, what in view.said(now - apart) if what not in SIGN_TRIGGERS]
    if view.coaching.for_s is not None:
        times.append(view.coaching.for_s - P.winding_s)
    if view.coaching.solo and stage <= len(P.clock_s):
        keyed = view.trail.keyed.event.t if view.trail and view.trail.keyed else 0.0
        spoke = view.trail.prompt.event.t if view.trail and view.trail.prompt else 0.0
        times.append(max(keyed, spoke, view.stretch_start) + P.clock_s[stage - 1])
    return times

"""Which prompt now, or silence, and why.

`advise(view, now)` is pure: the same events and the same time give the same answer. Silence comes first; the rules
stand in `advise` in the order they hold. An answer says when the coach next wants to be asked, so nothing polls;
between its own times and the next event its answer does not change. Long because the order of the rules is the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from ii_companion.session.events import Phase
from ii_companion.session.kinds import RESPONSES, SIGNS, Kind
from ii_companion.session.prompts import PromptDetail, PromptPhase, PromptText
from ii_companion.session.said import counted, said
from ii_companion.session.tally import BREAKPOINT_S, between
from ii_companion.session.triggers import PRAISE, PRESSING, SIGN_TRIGGERS, TABLE, Firing, next_asks
from ii_companion.session.view import View, counts

FLOW_QUIET_S = 10.0
"""But for praise, silence goes on this long after flow has ended."""
NO_BREAKPOINT_S = 15.0
"""To somebody who has left no breakpoint for so long, speak anyway."""
AFTER_PAUSE_S = 5.0
"""Silence goes on this long after a pause."""
PRAISE_S = 5.0
"""Praise comes this soon after flow, or the exchange, has ended; or not at all."""
CROWDED_RATIO = 1.5
CROWDED_FEWEST = 10
CROWDED_OVER_S = 60.0
"""So many times the learner's acts, with so many responses, in so long, is crowding and no flow."""
HELD_S = 20.0
"""Advice older than this is dropped."""
SHOWN_S = 8.0
"""How long a prompt stays before it dims."""
SAME_WORDS_S = 300.0
BUDGET_S = 600.0


class Pacing(msgspec.Struct, frozen=True):
    """How much prompting a stage gets: seconds between prompts, and how many in ten minutes."""

    gap_s: float
    budget: int


PACING = {1: Pacing(45, 8), 2: Pacing(90, 5), 3: Pacing(180, 2), 4: Pacing(float("inf"), 0)}


class Prompt(msgspec.Struct, frozen=True):
    """Words for the practitioner, what called for them (`reason`, for `words.render`), and when to ask again."""

    id: str
    text: str
    phase: PromptPhase
    trigger: str
    reason: str
    ask_again: float | None = None


class Silence(msgspec.Struct, frozen=True):
    """No words, why not (for `words.render`), and when to ask again; None: not before the next event."""

    reason: str
    ask_again: float | None = None


def advise(view: View, now: float) -> Prompt | Silence:
    """What to say to the practitioner at `now` seconds, or why nothing."""
    if view.session.phase is Phase.ENDED:
        return Silence(said("the session has ended"))
    signed = _sign_prompt(view, now)
    if signed is not None:
        return signed
    if view.session.stopped:
        return Silence(
            said("distress; coaching has stopped")
            if view.session.sign is Kind.DISTRESS
            else said("they have had enough; coaching has stopped")
        )
    if view.session.phase is Phase.PAUSED:
        return Silence(said("paused"))
    if view.session.hushed:
        return Silence(said("hushed"))
    if view.coaching.probe:
        return Silence(said("an unprompted session: signs only"))
    pacing = PACING[view.coaching.stage]
    if not pacing.budget:
        return Silence(said("stage {stage}: signs only", stage=view.coaching.stage))
    return (
        _after_pause(view, now)
        or _flow(view, now)
        or _gap(view, now, pacing)
        or _budget(view, now, pacing)
        or _just_acted(view, now)
        or _choose(view, now)
    )


def _sign_prompt(view: View, now: float) -> Prompt | None:
    """A sign answers at once, past gap and budget; hush keeps back only the perhaps."""
    tip = view.trail
    if tip is None or tip.event.kind not in SIGNS:
        return None
    for trigger in SIGN_TRIGGERS:
        firing = TABLE[trigger](view, now)
        if firing is None:
            continue
        maybe = trigger == Kind.ENOUGH_MAYBE
        if maybe and (view.session.hushed or view.session.stopped):
            return None
        found = _fresh(view, now, _candidates(view, trigger))
        return _prompt(found[0], trigger, firing, view, now) if found else None
    return None


def _after_pause(view: View, now: float) -> Silence | None:
    trail = view.trail
    if trail is None or not trail.stretch or between(trail.stretch_start, now) >= AFTER_PAUSE_S:
        return None
    return Silence(said("the pause has only just ended"), trail.stretch_start + AFTER_PAUSE_S)


def _flow(view: View, now: float) -> Silence | None:
    if view.session.sign in SIGNS or between(now, view.tally.flow_until) <= 0 or _crowded(view):
        return None
    return Silence(said("flow"), round(view.tally.flow_until, 6))


def _after_flow(view: View, now: float) -> float | None:
    """Until when words other than praise are kept back, if flow has only just ended; flow is over by now."""
    until = view.tally.flow_until + FLOW_QUIET_S
    if view.session.sign in SIGNS or between(now, until) <= 0 or _crowded(view):
        return None
    return until


def _crowded(view: View) -> bool:
    """Whether the practitioner's pace had outrun the learner's by the newest act: that is no flow."""
    last = view.last_act
    if last is None:
        return False
    learner, practitioner = counts(view.acts(last.event.t - CROWDED_OVER_S))
    return practitioner >= CROWDED_FEWEST and practitioner > CROWDED_RATIO * learner


def _gap(view: View, now: float, pacing: Pacing) -> Silence | None:
    last = view.trail.prompt if view.trail else None
    if last is None or between(last.event.t, now) >= pacing.gap_s:
        return None
    return Silence(
        said(
            "spoke {ago} s ago; at this stage {apart} s apart",
            ago=f"{between(last.event.t, now):.0f}",
            apart=f"{pacing.gap_s:g}",
        ),
        last.event.t + pacing.gap_s,
    )


def _budget(view: View, now: float, pacing: Pacing) -> Silence | None:
    if view.tally.prompts_n < pacing.budget:
        return None
    spoken = view.said(now - BUDGET_S)
    if len(spoken) < pacing.budget:
        return None
    return Silence(
        counted("spoke {n} time in ten minutes", "spoke {n} times in ten minutes", len(spoken)),
        spoken[pacing.budget - 1][0] + BUDGET_S,
    )


def _just_acted(view: View, now: float) -> Silence | None:
    last, busy_from = view.last_response, view.tally.busy_from
    if last is None or busy_from is None or between(last.event.t, now) >= BREAKPOINT_S:
        return None
    if between(busy_from, now) >= NO_BREAKPOINT_S:
        return None
    return Silence(
        said("the practitioner has just acted"),
        min(last.event.t + BREAKPOINT_S, busy_from + NO_BREAKPOINT_S),
    )


def _choose(view: View, now: float) -> Prompt | Silence:
    """The most pressing trigger that has fitting words; words that do not say wait leave room for a reply."""
    act = view.last_act
    reply_until = act.event.t + view.wait_s if act is not None and act.event.kind in RESPONSES else None
    waiting = reply_until is not None and between(now, reply_until) > 0
    quiet_until = _after_flow(view, now)
    held = ""
    for trigger, firing in _firing(view, now):
        if quiet_until is not None and trigger not in PRAISE:
            continue
        candidates = _candidates(view, trigger)
        kept_back = waiting and trigger not in PRESSING
        if kept_back:
            held = held or firing.reason
            candidates = [prompt for prompt in candidates if prompt.phase is PromptPhase.WAIT]
        last = view.trail.prompt if view.trail else None
        if last is not None and trigger not in PRESSING:
            spoken = _phase_of(view, last.event.detail)
            candidates = [prompt for prompt in candidates if prompt.phase is not spoken]
        found = _fresh(view, now, candidates)
        if found:
            return _prompt(found[0], trigger, firing, view, now)
        if not kept_back:
            held = held or said("{why}, but the words for it were used lately", why=firing.reason)
    asks = [t for t in next_asks(view, now) if between(now, t) > 0]
    over = _praise_from(view)
    asks += [t for t in (over, reply_until, quiet_until) if t is not None and between(now, t) > 0]
    if quiet_until is not None:
        return Silence(said("flow has only just ended"), _soonest(asks))
    if waiting:
        return Silence(
            said("a reply may still come ({why})", why=held) if held else said("a reply may still come"),
            _soonest(asks),
        )
    return Silence(held or said("nothing calls for a word"), _soonest(asks))


def _firing(view: View, now: float) -> Iterable[tuple[str, Firing]]:
    """The triggers that fire on evidence fresh enough and not spoken to yet."""
    spoken = view.tally.spoken_to
    for trigger, fires in TABLE.items():
        if trigger in SIGN_TRIGGERS:
            continue
        firing = fires(view, now)
        if firing is None or between(spoken.get(trigger, float("-inf")), firing.since) <= 0:
            continue
        if trigger in PRAISE:
            if _praise_fits(view, now, firing):
                yield trigger, firing
        elif between(_fresh_from(view, trigger, firing), now) <= HELD_S:
            yield trigger, firing


def _praise_from(view: View) -> float | None:
    """When the flow or the exchange that may be praised is over; None if there was none in this stretch."""
    last = view.last_act
    if last is None:
        return None
    over = view.tally.flow_until
    return over if between(last.event.t, over) > 0 else last.event.t + view.tally.parameters.gap_s


def _praise_fits(view: View, now: float, firing: Firing) -> bool:
    """Whether praise would come at the end of what it praises and not long after, nor over an act left unanswered."""
    shown, last, over = view.coaching.sign_shown_at, view.last_act, _praise_from(view)
    if (shown is not None and between(shown, now) >= 0) or _crowded(view):
        return False
    if last is None or over is None or between(over, firing.since) > 0:
        return between(firing.since, now) <= PRAISE_S
    if last.event.kind not in RESPONSES or between(firing.since, last.event.t) > HELD_S:
        return False
    return 0 <= between(over, now) <= PRAISE_S


def _fresh_from(view: View, trigger: str, firing: Firing) -> float:
    """From when a firing's evidence grows old. What is left of a session's time stays true until it is over."""
    if trigger == "time_short" and view.coaching.for_s is not None:
        return view.coaching.for_s - HELD_S
    if trigger == "practitioner_led_run" and view.last_act is not None:
        return max(firing.since, view.last_act.event.t)
    return firing.since


def _candidates(view: View, trigger: str) -> list[PromptText]:
    """The prompts that answer a trigger at this stage and were chosen for today; signs always."""
    coaching = view.coaching
    channel = view.trail.channel if view.trail else ""
    always = trigger in SIGN_TRIGGERS
    return [
        prompt
        for prompt in coaching.prompts
        if trigger in prompt.triggers
        and coaching.stage <= prompt.stage_last
        and (always or not coaching.chosen or prompt.id in coaching.chosen)
        and (prompt.needs in ("time", "log", "safety") or prompt.needs == channel)
        and not (prompt.copies and _not_to_be_copied(view))
    ]


def _not_to_be_copied(view: View) -> bool:
    """Whether the act just keyed may be one that nobody should copy. Nobody keyed what it was, so any may be."""
    return bool(view.coaching.card.not_to_copy.strip()) and view.last_learner_act is not None


def _fresh(view: View, now: float, candidates: list[PromptText]) -> list[PromptText]:
    """Those whose words were not said lately, the longest unsaid first, another phase than the last before its own."""
    if not candidates:
        return []
    ids = {prompt.id: prompt for prompt in view.coaching.prompts}
    when: dict[str, float] = {}
    for prompt_id, t in view.tally.said_at.items():
        text = ids[prompt_id].text if prompt_id in ids else prompt_id
        when[text] = max(t, when.get(text, t))
    fresh = [p for p in candidates if between(when.get(p.text, float("-inf")), now) >= SAME_WORDS_S]
    turn = view.tally.prompts_n
    newest = view.trail.prompt if view.trail else None
    last_phase = _phase_of(view, newest.event.detail) if newest is not None else None
    order: Callable[[tuple[int, PromptText]], tuple[bool, float, int]] = lambda pair: (  # noqa: E731 - a def would be longer than what it names
        pair[1].phase is last_phase,
        when.get(pair[1].text, float("-inf")),
        (pair[0] - turn) % len(fresh),
    )
    return [prompt for _, prompt in sorted(enumerate(fresh), key=order)]


def _phase_of(view: View, detail: str) -> PromptPhase | None:
    prompt_id = PromptDetail.read(detail).id
    return next((prompt.phase for prompt in view.coaching.prompts if prompt.id == prompt_id), None)


def _prompt(prompt: PromptText, trigger: str, firing: Firing, view: View, now: float) -> Prompt:
    return Prompt(prompt.id, prompt.text, prompt.phase, trigger, firing.reason)


def _soonest(times: list[float]) -> float | None:
    return round(min(times), 6) if times else None

"""The coach: what it must never do, and each trigger doing what its row of the table says."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import coded, legal_sessions

from ii_companion.content.prompts import load_prompts
from ii_companion.session.card import Card, Overload
from ii_companion.session.coach import PACING, SAME_WORDS_S, Prompt, Silence, advise
from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import ACTS, RESPONSES, STOPS, Kind
from ii_companion.session.measures import tally_of
from ii_companion.session.prompts import PromptPhase
from ii_companion.session.story import Shown, Story, begin, replay, take, until
from ii_companion.session.triggers import PRAISE, PRESSING, SIGN_TRIGGERS, TABLE, next_asks
from ii_companion.session.view import Coaching, View

CONTENT = load_prompts("en")
BY_ID = {prompt.id: prompt for prompt in CONTENT.prompts}
stages = st.integers(1, 4)
waits = st.sampled_from([2.0, 8.0, 12.0])


def coaching(stage: int = 1, wait_s: float = 8.0, **fields: object) -> Coaching:
    return Coaching(CONTENT.prompts, stage, card=Card("heron", wait_s), **fields)  # type: ignore[arg-type]


def triggers(text: str, stage: int = 1, wait_s: float = 8.0, **fields: object) -> list[str]:
    """The triggers of the prompts a coded session gets, the session's first moment apart."""
    story = replay(coded(text), coaching(stage, wait_s, **fields))
    return [one.prompt.trigger for one in story.shown if one.prompt.trigger != "session_start"]


def spoken(story: Story) -> list[Shown]:
    return [one for one in story.shown if one.prompt.trigger not in SIGN_TRIGGERS]


def acts_before(events: list[Event], t: float) -> list[Event]:
    """The effective acts before `t` in the stretch that `t` lies in, by going through the events once more."""
    trail: list[Event] = []
    for event in events:
        if event.t > t:
            break
        if event.kind is Kind.UNDO:
            trail.pop(max((i for i, e in enumerate(trail) if e.kind in ACTS or e.kind in KEYED), default=-1))
        else:
            trail.append(event)
    breaks = [i for i, e in enumerate(trail) if e.kind in (Kind.PAUSED, Kind.RESUMED, Kind.GAP)]
    return [e for e in trail[breaks[-1] + 1 if breaks else 0 :] if e.kind in ACTS]


KEYED = {
    Kind.CHANNEL,
    Kind.ENJOYED,
    Kind.ENOUGH_MAYBE,
    Kind.ENOUGH_CLEAR,
    Kind.DISTRESS,
    Kind.MOMENT,
    Kind.NOTE,
}


def in_flow(acts: list[Event], now: float, today: float) -> bool:
    """Three turns running, none crowded, each person in time, and the next still in time now; no outrun learner."""
    turns, due = 0, -math.inf
    for i, act in enumerate(acts):
        mine, before = act.kind in RESPONSES, acts[i - 1] if i else None
        same = before is not None and (before.kind in RESPONSES) is mine
        late = round(act.t - due, 6) > 0
        next_due = act.t + (max(5, today) if mine else 5)
        if same and mine and before and round(act.t - before.t, 6) < round(0.6 * today, 6):
            turns = 0
        elif same and late:
            turns, due = min(turns, 1), next_due
        elif same and not mine:
            due = next_due
        elif not same:
            turns = turns + 1 if not late and (mine or turns) else 1
            due = next_due
    last = [a for a in acts if round(acts[-1].t - a.t, 6) < 60]
    responses = sum(a.kind in RESPONSES for a in last)
    outrun = responses >= 10 and responses > 1.5 * (len(last) - responses)
    return turns >= 3 and round(now - due, 6) < 0 and not outrun


@settings(max_examples=200)
@given(legal_sessions(120), stages, waits, st.booleans())
def test_what_the_coach_never_does(events: list[Event], stage: int, wait_s: float, solo: bool) -> None:
    story = replay(events, coaching(stage, wait_s, solo=solo))
    said = spoken(story)
    pacing = PACING[stage]
    for earlier, later in zip(story.shown, story.shown[1:], strict=False):
        if later.prompt.trigger not in SIGN_TRIGGERS:
            assert round(later.t - earlier.t, 6) >= pacing.gap_s, "two prompts within the stage's gap"
            if later.prompt.trigger not in PRESSING:
                assert later.prompt.phase is not earlier.prompt.phase, "the same phase twice running"
    for one in said:
        within = [o for o in story.shown if 0 <= one.t - o.t < 600]
        assert len(within) <= pacing.budget, "more than its budget in ten minutes"
    for i, one in enumerate(story.shown):
        for other in story.shown[:i]:
            assert other.prompt.text != one.prompt.text or round(one.t - other.t, 6) >= SAME_WORDS_S, (
                "the same words"
            )
    for one in said:
        acts = acts_before([e for e in events if e.t <= one.t], one.t)
        signed = any(e.kind in SIGN_TRIGGERS for e in events if e.t <= one.t)
        now = tally_of(fold([e for e in events if e.t <= one.t]), wait_s)
        if not now.replies:  # else the wait was another when some of the turns came; test_tempo has those
            assert signed or not in_flow(acts, one.t, wait_s), "in flow"
        if acts and acts[-1].kind in RESPONSES:
            assert one.t - acts[-1].t >= 2 - 1e-6 or breathless_for(acts, one.t) >= 15, "before a breakpoint"
            if one.t - acts[-1].t < now.wait_today - 1e-6 and one.prompt.trigger not in PRESSING:
                assert one.prompt.phase is PromptPhase.WAIT, "while a reply might come"
        claims = BY_ID[one.prompt.id].needs
        assert claims in ("time", "log") or any(
            e.kind is Kind.CHANNEL and e.detail == claims for e in events
        ), "a claim"
        if claims == "log":
            assert any(e.kind in ACTS or e.kind is Kind.ENJOYED for e in events if e.t <= one.t), (
                "a claim about nothing keyed"
            )


def breathless_for(acts: list[Event], now: float) -> float:
    """How long responses have come without two seconds between two of them."""
    times = [act.t for act in acts if act.kind in RESPONSES]
    start = times[-1]
    for earlier, later in zip(times[-2::-1], times[:0:-1], strict=False):
        if round(later - earlier, 6) >= 2:
            break
        start = earlier
    return round(now - start, 6)


def state_at(events: list[Event], n: int) -> Story:
    return replay(events[:n], coaching())


@given(legal_sessions(60), stages)
def test_after_had_enough_or_while_hushed_nothing_speaks_but_the_signs(
    events: list[Event], stage: int
) -> None:
    story = begin(coaching(stage))
    for event in events:
        before = len(story.shown)
        stopped, hushed = story.session.stopped, story.session.hushed
        story, _ = take(story, event.kind, event.t, event.detail)
        new = story.shown[before:]
        if stopped or hushed:
            passed = [
                one for one in new if one.t < event.t or event.kind not in STOPS | {Kind.UNHUSHED, Kind.UNDO}
            ]
            assert all(one.prompt.trigger in STOPS for one in passed)


@given(legal_sessions(40), stages, st.sampled_from([Kind.ENOUGH_CLEAR, Kind.DISTRESS]), st.booleans())
def test_a_stop_sign_is_answered_in_the_same_step_whatever_came_before(
    events: list[Event], stage: int, sign: Kind, hush: bool
) -> None:
    calm = [
        e
        for e in events
        if e.kind not in (Kind.ENOUGH_CLEAR, Kind.DISTRESS, Kind.UNDO, Kind.HUSHED, Kind.UNHUSHED)
    ]
    story = begin(coaching(stage))
    for event in calm:
        story, _ = take(story, event.kind, event.t, event.detail)
    if hush:
        story, _ = take(story, Kind.HUSHED, story.session.t)
    story, caused = take(story, sign, story.session.t + 0.5)
    assert [e.kind for e in caused][-2:] == [sign, Kind.PROMPT]
    assert caused[-1].t == caused[-2].t
    assert story.shown[-1].prompt.trigger == sign


@given(legal_sessions(60), stages, st.lists(st.floats(0, 400), max_size=30))
def test_asking_at_other_times_changes_nothing(events: list[Event], stage: int, looks: list[float]) -> None:
    """A screen that wakes late, early or often sees the same prompts at the same times."""
    plain = replay(events, coaching(stage))
    story = begin(coaching(stage))
    times = sorted(looks)
    for event in events:
        while times and times[0] < event.t:
            story, _ = until(story, max(times.pop(0), story.session.t))
        story, _ = take(story, event.kind, event.t, event.detail)
    assert story.shown == plain.shown


@given(legal_sessions(60), stages)
def test_every_answer_has_a_reason_and_asks_again_only_later(events: list[Event], stage: int) -> None:
    story = begin(coaching(stage))
    for event in events:
        story, _ = take(story, event.kind, event.t, event.detail)
        assert story.answer.reason
        assert story.ask_at is None or story.ask_at > story.session.t or story.ask_at > event.t


TABLE_ROWS = [
    ("session_start", "1L", 8, 1),
    ("clock_interval", "200m", 8, 1),
    ("no_learner_act_60s", "5L 7j 100E", 8, 1),
    ("double_turn", "100L 101i 106j 112i 118E", 8, 1),
    ("early_fill", "100L 101i 103j 106i 118E", 8, 1),
    ("practitioner_fast", "70L 71j 75i 79c 83j 87i 91c 95j 120E", 2, 3),
    ("practitioner_heavy", "100L 101j 115i 130L 131j 145c 160i 175L 176j 190i 205j 220i 240E", 2, 3),
    ("missed_act", "60L 70L 90E", 8, 1),
    ("slow_reply", "50L 56j 70L 77j 90L 98j 110L 116j 150E", 5, 3),
    ("practitioner_led_run", "50j 52L 52L 53j 70i 72L 72L 73i 90c 92L 92L 93c 130E", 5, 3),
    ("high_talk", " ".join(f"{60 + 9 * n}L {61 + 9 * n}c" for n in range(8)) + " 170E", 5, 3),
    ("high_imitation", "60L 61i 68L 69i 76L 77i 84L 85i 92L 93i 100L 101i 130E", 5, 3),
    ("low_join", " ".join(f"{60 + 9 * n}L {61 + 9 * n}{'ic'[n % 2]}" for n in range(12)) + " 200E", 5, 3),
    (
        "low_imitation",
        " ".join(f"{60 + 9 * n}L {61 + 9 * n}{'jo'[n % 2]}" for n in range(12)) + " 200E",
        5,
        3,
    ),
    ("learner_initiation", "60L 62i 100E", 8, 1),
    ("learner_positive", "60e 70E", 8, 1),
    (
        "learner_slowing",
        " ".join(f"{t}L {t + 1}{'ij'[t % 2]}" for t in (50, *range(75, 206, 5))) + " 214i 222j 250E",
        8,
        1,
    ),
    ("time_short", "60L 62j 65L 67j 230E", 8, 1),
    ("enough_maybe", "60y", 8, 1),
    ("enough_clear", "60x", 8, 1),
    ("distress", "60X", 8, 1),
]


@pytest.mark.parametrize(("trigger", "text", "wait_s", "stage"), TABLE_ROWS)
def test_each_row_of_the_table_fires_on_its_own_example(
    trigger: str, text: str, wait_s: float, stage: int
) -> None:
    for_s = 300.0 if trigger == "time_short" else None
    story = replay(coded(text), coaching(stage, wait_s, for_s=for_s))
    found = [one.prompt for one in story.shown if one.prompt.trigger == trigger]
    assert found, [(one.t, one.prompt.trigger) for one in story.shown]
    assert trigger in BY_ID[found[0].id].triggers
    assert found[0].reason


def test_the_table_of_examples_leaves_no_trigger_out() -> None:
    assert {row[0] for row in TABLE_ROWS} == set(TABLE)


def test_one_double_turn_is_never_enough() -> None:
    assert "double_turn" not in triggers("100L 101i 106j 130E")
    assert "early_fill" not in triggers("100L 101i 103j 130E")


def test_the_card_s_overload_rate_speaks_of_pace() -> None:
    card = Card("robin", 2.0, overload=Overload(acts_per_min=3))
    events = coded("60L 61j 66L 67j 72L 73j 78L 79j 100E")
    story = replay(events, Coaching(CONTENT.prompts, 3, card=card))
    assert "practitioner_fast" in [one.prompt.trigger for one in story.shown]
    assert "the card says 3" in next(
        one.prompt.reason for one in story.shown if one.prompt.trigger == "practitioner_fast"
    )


def test_praise_waits_for_the_end_of_flow() -> None:
    story = replay(coded("60L 61i 62L 63j 64L 65i 66e 120E"), coaching(wait_s=5.0))
    (praise,) = [one for one in story.shown if one.t > 1]
    assert praise.prompt.trigger in ("learner_positive", "learner_initiation")
    assert praise.t == 65 + 5


def test_for_ten_seconds_after_flow_nothing_but_praise_is_said() -> None:
    chosen = tuple(p.id for p in CONTENT.prompts if not set(p.triggers) & set(PRAISE))
    text = "50L 51i 53L 54i 56L 57i 59L 60i 62L 63i 65L 66i 100E"  # six imitations running
    story = replay(coded(text), coaching(wait_s=5.0, chosen=chosen))
    assert [(one.t, one.prompt.trigger) for one in story.shown if one.t > 46] == [(81.0, "high_imitation")]


def test_praise_comes_at_most_five_seconds_after_the_end_or_not_at_all() -> None:
    """The gap of the opening prompt is over at 45 s: flow that ended at 39 s is praised no more, at 41 s it is."""
    assert triggers("28L 29i 30L 31j 33L 34i 80E", wait_s=5.0) == []
    soon = replay(coded("30L 31i 32L 33j 35L 36i 80E"), coaching(wait_s=5.0))
    assert [(one.t, one.prompt.trigger) for one in soon.shown[1:]] == [(45.0, "learner_initiation")]


def test_an_act_left_unanswered_is_not_praised() -> None:
    assert triggers("60L 61i 62L 63j 64L 90E", wait_s=5.0) == []


def test_nothing_is_praised_once_a_fictional_learner_shows_a_sign() -> None:
    text = "60L 61i 62L 63j 64L 65i 66e 100E"
    assert triggers(text, wait_s=5.0) == ["learner_initiation"]
    assert triggers(text, wait_s=5.0, sign_shown_at=69.0) == []
    assert triggers(text, wait_s=5.0, sign_shown_at=71.0) == ["learner_initiation"]


def test_after_a_pause_it_is_silent_for_five_seconds() -> None:
    story = replay(coded("100L 101i 103j 105p 160r 200E"), coaching())
    assert not [one for one in story.shown if 160 <= one.t < 165]
    answer = advise(replay(coded("1p 160r"), coaching()).view, 162.0)
    assert isinstance(answer, Silence)
    assert answer.reason == "the pause has only just ended"
    assert answer.ask_again == 165


@given(legal_sessions(60), stages)
def test_no_word_but_to_a_sign_comes_within_five_seconds_of_a_pause(events: list[Event], stage: int) -> None:
    story = replay(events, coaching(stage))
    ended = [e.t for e in events if e.kind in (Kind.RESUMED, Kind.GAP)]
    for one in spoken(story):
        assert not any(0 <= round(one.t - t, 6) < 5 for t in ended)


def test_what_nobody_should_copy_is_not_offered_for_copying() -> None:
    copying = {prompt.id for prompt in CONTENT.prompts if prompt.copies}
    assert {"imitate.borrow", "imitate.sound-back", "join_in.move"} <= copying
    text = " ".join(f"{60 + 9 * n}L {61 + 9 * n}{'co'[n % 2]}" for n in range(60)) + " 700E"
    free = Coaching(CONTENT.prompts, 1, card=Card("p17", 5.0))
    careful = Coaching(CONTENT.prompts, 1, card=Card("p17", 5.0, not_to_copy="hits their head"))
    assert copying & {one.prompt.id for one in replay(coded(text), free).shown}
    assert not copying & {one.prompt.id for one in replay(coded(text), careful).shown}


def test_the_time_there_is_brings_one_word_of_winding_down_two_minutes_before() -> None:
    text = "60L 62i 500L 502i 640E"
    story = replay(coded(text), coaching(for_s=600.0))
    (word,) = [one for one in story.shown if one.prompt.trigger == "time_short"]
    assert 480 <= word.t < 600
    assert word.prompt.phase is PromptPhase.WINDING_DOWN
    assert "time_short" not in triggers(text)
    assert "time_short" not in triggers(text, for_s=600.0, chosen=("wait.plenty",))
    assert "time_short" not in triggers("470h 500L 502i 640E", for_s=600.0)
    assert "time_short" not in triggers("1L 100E", for_s=90.0)


def test_the_time_there_is_is_spoken_of_at_a_breakpoint() -> None:
    story = replay(coded("470L 472i 475L 476j 477L 478i 479L 490i 491L 493i 640E"), coaching(for_s=600.0))
    (word,) = [one for one in story.shown if one.prompt.trigger == "time_short"]
    assert word.t >= 493 + 8


@settings(max_examples=300)
@given(legal_sessions(60), stages, st.booleans(), st.sampled_from([None, 130.0, 200.3]))
def test_asked_at_the_time_it_named_a_trigger_fires_or_names_a_later_one(
    events: list[Event], stage: int, solo: bool, for_s: float | None
) -> None:
    """While nothing happens, no trigger may begin to fire but at a time that was named."""
    # 240.306 + 60 is 300.30600000000004, and was lost when it was asked at 300.306
    events = [msgspec.structs.replace(e, t=e.t + 0.306) for e in events if e.kind is not Kind.ENDED]
    session = fold(events)
    view = View(coaching(stage, solo=solo, for_s=for_s), session, tally_of(session, 8.0))
    now = session.t
    while named := sorted({round(t, 6) for t in next_asks(view, now) if round(t - now, 6) > 0}):
        quiet = [trigger for trigger in TABLE if TABLE[trigger](view, now) is None]
        for share in (0.01, 0.3, 0.7, 0.99):
            at = now + share * (named[0] - now)
            assert not [t for t in quiet if TABLE[t](view, at) is not None]
        now = named[0]
    quiet = [trigger for trigger in TABLE if TABLE[trigger](view, now) is None]
    assert not [t for t in quiet for later in (1, 60, 300) if TABLE[t](view, now + later) is not None]


def test_a_minute_without_an_act_is_never_lost_to_a_binary_fraction() -> None:
    for n in range(1000):
        t = round(240 + n * 0.001, 3)
        session = fold([Event(1, t, Kind.LEARNER_ACT)])
        view = View(coaching(), session, tally_of(session, 8.0))
        assert TABLE["no_learner_act_60s"](view, round(t + 60, 6)) is not None, t


def test_stale_advice_is_dropped() -> None:
    """Two missed acts while the gap of a prompt is still running: by its end they are more than 20 s old."""
    early = triggers("60L 70L 130E")
    late = triggers("1L 6L 130E")
    assert "missed_act" in early
    assert "missed_act" not in late


def test_only_the_chosen_prompts_are_used_and_signs_always() -> None:
    chosen = ("wait.plenty", "pace.one-thing", "wait.quiet")
    text = "50L 51i 56j 62i 120L 121i 126j 132i 200L 201i 206j 212i 260x 270E"
    story = replay(coded(text), coaching(chosen=chosen))
    ids = [one.prompt.id for one in story.shown]
    assert set(ids[:-1]) <= set(chosen)
    assert len(ids) > 1
    assert story.shown[-1].prompt.trigger == "enough_clear"


def test_a_probe_and_stage_four_answer_signs_only() -> None:
    text = "50L 51i 56j 62i 120y 200x"
    assert triggers(text, probe=True) == ["enough_maybe", "enough_clear"]
    assert triggers(text, stage=4) == ["enough_maybe", "enough_clear"]


def test_silence_says_why() -> None:
    def reason(text: str, now: float, **fields: object) -> str:
        story = replay(coded(text), coaching(**fields))  # type: ignore[arg-type]
        answer = advise(story.view, now)
        assert isinstance(answer, Silence)
        return answer.reason

    assert reason("60L 61i 62L 63i", 64) == "flow"
    assert reason("60L 61i 62L 63i 64L 65j", 80) == "flow has only just ended"
    assert "just acted" in reason("60L 61i", 62)
    assert "a reply may still come" in reason("60L 61i", 65)
    assert reason("60h", 70) == "hushed"
    assert reason("60p", 70) == "paused"
    assert "had enough" in reason("60x", 70)
    assert "at this stage 45 s apart" in reason("1L", 20)


def test_undoing_a_mistaken_sign_lets_the_coach_speak_again() -> None:
    text = "40x 41u 100L 101i 106j 112i 130E"
    assert "double_turn" in triggers(text)


def test_every_trigger_has_words_at_stage_one_and_every_word_a_trigger() -> None:
    for trigger in TABLE:
        assert any(trigger in p.triggers for p in CONTENT.prompts), trigger
    assert CONTENT.complaints == ()


@given(legal_sessions(40))
def test_the_coach_is_a_function_of_what_it_sees(events: list[Event]) -> None:
    story = replay(events, coaching())
    again = replay(list(events), coaching())
    assert story.shown == again.shown
    now = story.session.t + 1
    first, second = advise(story.view, now), advise(again.view, now)
    assert first == second
    if isinstance(first, Prompt):
        assert len(first.text.split()) <= 7


def test_prompts_in_the_journal_replay_to_the_same_prompts() -> None:
    story, events = begin(coaching()), []
    for event in coded("60L 61i 66j 72i 130y 150x 160E"):
        story, more = take(story, event.kind, event.t)
        events += more
    again = replay([msgspec.structs.replace(e, n=1) for e in events], coaching())
    assert again.shown == story.shown
    assert len(story.shown) >= 4

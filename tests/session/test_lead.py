"""Who leads, act by act: against the definitions written out a second time, and worked by hand."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import coded, legal_sessions

from ii_companion.session.events import Event, fold
from ii_companion.session.figures import COLUMNS, TRENDS
from ii_companion.session.kinds import ACTS, RESPONSES, Kind
from ii_companion.session.lead import Lead, LeftBy
from ii_companion.session.measures import Measures, measure, report, tally_of
from ii_companion.session.summary import summary
from ii_companion.session.tally import Tally, follow, parameters

waits = st.sampled_from([2.0, 4.0, 5.0, 8.0, 12.5, 18.3])


def stretches(events: list[Event]) -> list[tuple[list[Event], float]]:
    """The acts of each stretch, and when it ended: at a pause, before a gap, or with the session."""
    found: list[tuple[list[Event], float]] = []
    acts: list[Event] = []
    before, paused = 0.0, False
    session = fold(events)
    for event in session.events():
        if event.kind is Kind.PAUSED:
            found.append((acts, event.t))
            acts, paused = [], True
        elif event.kind is Kind.RESUMED:
            paused = False
        elif event.kind is Kind.GAP and not paused:
            found.append((acts, event.t - min(float(event.detail), round(event.t - before, 6))))
            acts = []
        elif event.kind in ACTS:
            acts.append(event)
        before = event.t
    return [*found, (acts, session.t)]


def by_definition(events: list[Event], wait_s: float) -> tuple[dict[str, int], int, dict[str, int]]:
    lead = dict.fromkeys(("followed", "added", "offered", "took_up", "went_on", "opened"), 0)
    left, sustained = {"learner": 0, "practitioner": 0}, 0
    gap_s = max(5.0, wait_s)
    for acts, end in stretches(events):
        for i, act in enumerate(acts):
            mine, before = act.kind in RESPONSES, acts[i - 1] if i else None
            ago = round(act.t - before.t, 6) if before else None
            theirs = before is not None and before.kind not in RESPONSES
            if mine and theirs and ago is not None and ago <= 5:
                name = "followed"
            elif mine and before and not theirs and ago is not None and ago < wait_s:
                name = "added"
            elif mine:
                name = "offered"
            elif before and not theirs and ago is not None and ago <= wait_s:
                name = "took_up"
            elif theirs and ago is not None and ago < wait_s:
                name = "went_on"
            else:
                name = "opened"
            lead[name] += 1
        chain: list[Event] = []
        for act, following in zip(acts, [*acts[1:], None], strict=False):
            chain.append(act)
            rest = round((following.t if following else end) - act.t, 6)
            if following is not None and rest <= gap_s:
                continue
            who = [one.kind in RESPONSES for one in chain]
            if any(who) and not all(who):
                turns = 1 + sum(a != b for a, b in itertools.pairwise(who))
                sustained += turns >= 3
                if rest > gap_s:
                    left["learner" if who[-1] else "practitioner"] += 1
            chain = []
    return lead, sustained, left


def lead_of(m: Measures) -> Lead:
    assert m.lead is not None
    return m.lead


@given(legal_sessions(), waits)
def test_lead_is_its_definition(events: list[Event], wait_s: float) -> None:
    m = measure(events, wait_s)
    lead, sustained, left = by_definition(events, wait_s)
    assert msgspec.to_builtins(m.lead) == lead
    assert m.exchanges.sustained == sustained
    assert msgspec.to_builtins(m.exchanges.left_by) == left


@given(legal_sessions(), waits)
def test_its_numbers_add_up(events: list[Event], wait_s: float) -> None:
    m = measure(events, wait_s)
    lead = lead_of(m)
    assert lead.followed + lead.added + lead.offered == m.counts.responses
    assert lead.took_up + lead.went_on + lead.opened == m.counts.learner
    assert lead.added == m.double_turns
    assert lead.followed == m.latency.n
    left, sustained = m.exchanges.left_by, m.exchanges.sustained
    assert left is not None
    assert sustained is not None
    assert left.learner + left.practitioner <= m.exchanges.n
    assert sustained <= m.exchanges.n


@given(legal_sessions(), waits)
def test_one_event_at_a_time_gives_what_the_whole_session_gives(events: list[Event], wait_s: float) -> None:
    tally = Tally(parameters(wait_s))
    for n in range(1, len(events) + 1):
        session = fold(events[:n])
        tally = follow(tally, session.trail)
        assert tally.lead == tally_of(session, wait_s).lead
        assert tally.replies == tally_of(session, wait_s).replies
    assert report(tally, events[-1].t if events else 0.0) == measure(events, wait_s)


@given(legal_sessions(40))
def test_a_pause_before_every_act_leaves_nothing_that_follows(events: list[Event]) -> None:
    rows: list[tuple[float, Kind]] = []
    for event in events:
        if event.kind in ACTS:
            rows += [(event.t, Kind.PAUSED), (event.t, Kind.RESUMED), (event.t, event.kind)]
    m = measure([Event(n, t, kind) for n, (t, kind) in enumerate(rows, 1)])
    lead = lead_of(m)
    assert (lead.offered, lead.opened) == (m.counts.responses, m.counts.learner)
    assert (m.exchanges.n, m.exchanges.left_by) == (0, LeftBy())


def test_worked_by_hand() -> None:
    """wait 8: 1 opens; 2 follows; 4 takes up; 5 follows; 7 adds; 20 opens, too late; 21 follows; 30 and 39 come
    too late for anything, and 33 goes on."""
    m = measure(coded("1L 2i 4L 5j 7j 20L 21c 30L 33L 39i 60E"))
    assert m.lead == Lead(followed=3, added=1, offered=1, took_up=1, went_on=1, opened=3)
    assert (m.exchanges.n, m.exchanges.sustained) == (3, 1)
    assert m.exchanges.left_by == LeftBy(learner=3, practitioner=0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1L 6i", "followed"), ("1L 6.001i", "offered"), ("1i 8.999j", "added"), ("1i 9j", "offered"),
        ("1i", "offered"), ("1i 9L", "took_up"), ("1i 9.001L", "opened"), ("1L 8.999L", "went_on"),
        ("1L 9L", "opened"), ("1L", "opened"), ("1i 2p 3r 4L", "opened"), ("1L 2p 3r 4i", "offered"),
    ],
)  # fmt: skip
def test_where_the_edges_are(text: str, name: str) -> None:
    events = coded(text)
    lead, other = lead_of(measure(events)), lead_of(measure(events[:-1]))
    assert getattr(lead, name) == getattr(other, name) + 1


def test_acts_at_one_time_go_by_the_order_of_the_journal() -> None:
    assert lead_of(measure(coded("1L 1i"))).followed == 1
    assert lead_of(measure(coded("1i 1L"))) == Lead(offered=1, took_up=1)


def test_who_left_is_who_did_not_go_on_and_nobody_where_the_stretch_ended_first() -> None:
    assert measure(coded("1L 2i 10.001E")).exchanges.left_by == LeftBy(learner=1)
    assert measure(coded("1i 2L 10.001E")).exchanges.left_by == LeftBy(practitioner=1)
    assert measure(coded("1L 2i 10E")).exchanges.left_by == LeftBy()
    assert measure(coded("1L 2i 9p 20r 40E")).exchanges.left_by == LeftBy()


def test_the_summary_says_lead_first() -> None:
    events = coded(" ".join(f"{7 * n + 1}L {7 * n + 2}i" for n in range(20)) + " 139.5L 200E")
    told = [str(one) for one in summary(measure(events))]
    assert told[0] == "20 of your 20 responses followed something they did."
    assert told[1] == "20 of their 21 acts took up yours; 1 opened something new."


def test_a_log_from_before_it_was_counted_is_read_and_shows_nothing_for_it() -> None:
    old = msgspec.to_builtins(measure(coded("1L 2i 4L 30E")))
    del old["lead"], old["exchanges"]["sustained"], old["exchanges"]["left_by"]
    m = msgspec.convert(old, Measures)
    assert (m.lead, m.exchanges.sustained, m.exchanges.left_by) == (None, None, None)
    assert TRENDS[0].take(m) is None
    assert str(TRENDS[0].rests_on(m)) == "not counted then"
    assert "something they did" not in " ".join(map(str, summary(m)))


def test_the_first_trend_is_followed_of_the_responses() -> None:
    m = measure(coded("1L 2i 4j 30E"))
    assert TRENDS[0].take(m) == 0.5
    assert str(TRENDS[0].rests_on(m)) == "1 of 2 responses"


def test_the_sheet_has_a_column_of_each() -> None:
    assert {*Lead.__struct_fields__, "sustained", "left_by_learner", "left_by_practitioner"} <= set(COLUMNS)


def test_a_key_in_the_second_hour_costs_the_same() -> None:
    """Counted, not timed: the tally keeps no more than a dozen replies and six counts, however long it goes."""
    events = [Event(n, n * 3.6, Kind.LEARNER_ACT if n % 2 else Kind.IMITATE) for n in range(1, 2001)]
    tally = tally_of(fold(events))
    assert (len(tally.lead), len(tally.replies)) == (6, 12)

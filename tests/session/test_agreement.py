"""Agreement of two observers, against an independent implementation and the definitions written out again."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from ii_companion.session.agreement import Coded, agree, align, kappa_of

CODES = [("learner", "act"), ("practitioner", "join_in"), ("practitioner", "imitate"), ("both", "enjoyed")]
events = st.lists(st.tuples(st.integers(0, 400), st.sampled_from(CODES)), max_size=25).map(
    lambda rows: [Coded(t / 10, *code) for t, code in sorted(rows)]
)
tolerances = st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0])
steps = st.sampled_from([0.1, 0.5, 1.0, 2.0])


def units(a: list[Coded], b: list[Coded], step: float) -> list[float]:
    """Unit times by the definition: from the first event of either, by Δ, up to the last."""
    both = [one.t for one in [*a, *b]]
    n, found = 0, []
    while both and round(min(both) + n * step, 6) <= round(max(both), 6):
        found.append(min(both) + n * step)
        n += 1
    return found


def codes_at(events: list[Coded], at: list[float], step: float) -> list[str]:
    half = round(step / 2, 6)
    return [str(sorted({e.code for e in events if abs(round(e.t - t, 6)) <= half})) for t in at]


def kappa_by_others(x: list[str], y: list[str]) -> float | None:
    """scikit-learn's Cohen's kappa; None where it divides by nothing."""
    if not x or len({*x, *y}) == 1:
        return None
    return float(cohen_kappa_score(x, y))


@given(events, events, steps)
def test_time_unit_kappa_is_scikit_learn_s_over_the_units_of_the_definition(a, b, step) -> None:
    at = units(a, b, step)
    expected = kappa_by_others(codes_at(a, at, step), codes_at(b, at, step))
    found = agree(a, b, 1.0, step).kappa
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(events, events, tolerances, steps)
def test_kappa_with_tolerance_is_the_definition_from_either_side(a, b, tolerance, step) -> None:
    at = units(a, b, step)
    x, y = codes_at(a, at, step), codes_at(b, at, step)
    found = agree(a, b, tolerance, step).kappa_tolerance
    for mine, theirs, got in ((x, y, found.a_to_b), (y, x, found.b_to_a)):
        given_ = [
            code
            if any(theirs[j] == code for j in range(len(at)) if abs(round(at[j] - at[i], 6)) <= tolerance)
            else theirs[i]
            for i, code in enumerate(mine)
        ]
        expected = kappa_by_others(mine, given_)
        assert got == (None if expected is None else pytest.approx(expected, abs=1e-9))


def cheapest(a: list[Coded], b: list[Coded], tolerance: float) -> float:
    """Needleman and Wunsch's table, cell by cell."""
    rows = [[float(i + j) for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            best = min(rows[i - 1][j], rows[i][j - 1]) + 1
            if abs(round(a[i - 1].t - b[j - 1].t, 6)) <= tolerance:
                best = min(best, rows[i - 1][j - 1] + (a[i - 1].code != b[j - 1].code))
            rows[i][j] = best
    return rows[-1][-1]


@given(events, events, tolerances)
def test_the_alignment_is_as_cheap_as_needleman_and_wunsch_s_and_keeps_its_rules(a, b, tolerance) -> None:
    pairs = align(a, b, tolerance)
    assert [x for x, _ in pairs if x] == a
    assert sorted(str(y) for _, y in pairs if y) == sorted(map(str, b))
    both = [(x, y) for x, y in pairs if x and y]
    assert all(abs(round(x.t - y.t, 6)) <= tolerance for x, y in both)
    assert all(y.t <= later.t for (_, y), (_, later) in pairwise(both))
    cost = sum(1 if x is None or y is None else float(x.code != y.code) for x, y in pairs)
    assert cost == cheapest(a, b, tolerance)


@given(events, events, tolerances)
def test_aligned_kappa_and_percent_follow_from_the_pairs(a, b, tolerance) -> None:
    found = agree(a, b, tolerance)
    pairs = align(a, b, tolerance)
    x = [str(p.code) if p else "nil" for p, _ in pairs]
    y = [str(q.code) if q else "nil" for _, q in pairs]
    expected = kappa_by_others(x, y)
    assert found.kappa_aligned == (None if expected is None else pytest.approx(expected, abs=1e-9))
    assert found.matched + len(found.disagreements) == len(pairs)
    assert found.percent == (pytest.approx(100 * found.matched / len(pairs)) if pairs else None)


@given(events, events, tolerances, steps)
def test_the_symmetric_figures_are_symmetric(a, b, tolerance, step) -> None:
    one, other = agree(a, b, tolerance, step), agree(b, a, tolerance, step)
    assert one.kappa == (None if other.kappa is None else pytest.approx(other.kappa))
    assert (one.kappa_tolerance.a_to_b, one.kappa_tolerance.b_to_a) == (
        other.kappa_tolerance.b_to_a,
        other.kappa_tolerance.a_to_b,
    )
    assert len(one.disagreements) == len(other.disagreements) or one.matched != other.matched


@given(events, steps)
def test_identical_codings_give_one_or_nothing_to_say(a, step) -> None:
    found = agree(a, list(a), 1.0, step)
    for figure in (
        found.kappa,
        found.kappa_tolerance.a_to_b,
        found.kappa_tolerance.b_to_a,
        found.kappa_aligned,
    ):
        assert figure in (1.0, None)
    assert found.percent in (100.0, None)
    assert found.disagreements == []


def test_no_events_on_both_sides_is_undefined_and_a_bare_agreement_too() -> None:
    nothing = agree([], [])
    assert (nothing.kappa, nothing.kappa_tolerance.a_to_b, nothing.kappa_aligned, nothing.percent) == (
        None,
        None,
        None,
        None,
    )
    one = [Coded(1.0, "learner", "act")]
    assert agree(one, one).kappa is None


def test_cohen_s_kappa_of_a_published_table() -> None:
    """Cohen (1960), table 1: 25 + 13 + … with κ = .492 for the personality example of three categories."""
    table = {
        (0, 0): 88, (0, 1): 14, (0, 2): 18,
        (1, 0): 10, (1, 1): 40, (1, 2): 10,
        (2, 0): 2, (2, 1): 6, (2, 2): 12,
    }  # fmt: skip
    assert kappa_of(table) == pytest.approx(0.492, abs=5e-4)


def test_a_worked_example_by_hand() -> None:
    a = [Coded(1, "learner", "act"), Coded(3, "practitioner", "imitate"), Coded(8, "learner", "act")]
    b = [Coded(1.4, "learner", "act"), Coded(3.2, "practitioner", "comment"), Coded(20, "learner", "act")]
    found = agree(a, b, 1.0, 1.0)
    assert found.matched == 1
    assert found.percent == 25.0
    assert [(d.a and d.a.t, d.b and d.b.t) for d in found.disagreements] == [(3, 3.2), (8, None), (None, 20)]


def test_an_hour_of_a_thousand_events_each_is_compared_whole() -> None:
    rng = random.Random(1)
    a = sorted(
        (Coded(round(rng.uniform(0, 3600), 3), *rng.choice(CODES)) for _ in range(1000)), key=lambda c: c.t
    )
    b = sorted(
        (Coded(round(one.t + rng.uniform(-1, 1), 3), one.actor, one.act) for one in a if one.t > 1),
        key=lambda c: c.t,
    )
    found = agree(a, b, 2.0, 0.1)
    assert found.percent is not None
    assert found.percent > 80
    assert found.kappa is not None

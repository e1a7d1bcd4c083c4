"""Fictional learners behave by their own lights: seeded, in waves, sensitive to how they are met."""

from __future__ import annotations

from random import Random
from statistics import mean, median

import pytest
from makers import coded

from ii_companion.content.learners import load_learners
from ii_companion.practice.companion import Companion, SignTimes, from_their_side
from ii_companion.practice.learner import Learner, Shows, What
from ii_companion.session.events import Event
from ii_companion.session.kinds import CHANNELS, Kind
from ii_companion.session.measures import measure

LEARNERS = load_learners("en")
NATURES = list(LEARNERS.natures.values())


def alone(nature, seed: int, seconds: float = 1200.0) -> list[Shows]:
    companion = Companion(nature, seed)
    return companion.until(seconds)


def met(nature, seed: int, gap: float, kind: Kind = Kind.JOIN_IN, seconds: float = 1200.0) -> list[Shows]:
    """The learner with a partner who responds every `gap` seconds, whatever happens."""
    companion, shown, t = Companion(nature, seed), [], gap
    while t < seconds and companion.seen.clear_at is None:
        shown += companion.until(t)
        shown += companion.responded(kind, t)
        t += gap
    return shown


@pytest.mark.parametrize("nature", NATURES, ids=lambda n: n.id)
def test_the_same_seed_gives_the_same_learner_and_another_another(nature) -> None:
    assert alone(nature, 7) == alone(nature, 7)
    assert alone(nature, 7) != alone(nature, 8)


@pytest.mark.parametrize("nature", NATURES, ids=lambda n: n.id)
def test_left_alone_they_act_no_more_often_than_their_rates(nature) -> None:
    acts = [s for seed in range(10) for s in alone(nature, seed, 300) if s.what is What.ACT]
    per_min = len(acts) / (10 * 5)
    assert 0.3 * nature.acts_per_min <= per_min <= 1.15 * nature.acts_per_min
    assert {a.channel for a in acts} <= {*CHANNELS}


@pytest.mark.parametrize("nature", NATURES, ids=lambda n: n.id)
def test_a_hurrying_partner_brings_the_sign_sooner_than_one_who_waits(nature) -> None:
    hurried = [next((s.t for s in met(nature, seed, 0.8) if s.what is What.MAYBE), 1200) for seed in range(8)]
    waited = [
        next((s.t for s in met(nature, seed, nature.wait_s * 1.5) if s.what is What.MAYBE), 1200)
        for seed in range(8)
    ]
    assert mean(hurried) < 0.7 * mean(waited)


def test_signs_come_in_order_and_distress_only_to_those_who_go_on() -> None:
    for nature in NATURES:
        shown = met(nature, 3, 0.5)
        whats = [s.what for s in shown if s.what in (What.MAYBE, What.CLEAR, What.DISTRESS)]
        assert whats[0] is What.MAYBE
        assert What.DISTRESS not in whats
        learner = Learner(nature, Random(1))
        t = learner.next_at
        while learner.clear_at is None:
            learner.advance(t)
            t = learner.next_at
        signs = [
            learner.respond(Kind.JOIN_IN, t0)
            for t0 in (learner.clear_at + 1, learner.clear_at + 2, learner.clear_at + 3)
        ]
        assert signs[-1] is not None
        assert signs[-1].what is What.DISTRESS
        assert learner.next_at == float("inf")


def test_an_answer_soon_after_an_act_gets_more_replies_than_one_out_of_the_blue() -> None:
    nature = LEARNERS.get("otter")

    def replies(contingent: bool) -> int:
        count = 0
        for seed in range(300):
            learner = Learner(nature, Random(seed))
            t = learner.next_at
            while (shows := learner.advance(t)) is None or shows.what is not What.ACT:
                t = learner.next_at
            learner.respond(Kind.IMITATE, t + (1 if contingent else 0.5))
            if not contingent:  # the act was answered already; this one answers nothing
                learner._reply_at = None
                learner.respond(Kind.IMITATE, t + 1)
            count += learner._reply_at is not None
        return count

    assert replies(contingent=True) > 1.5 * replies(contingent=False)


def test_replies_take_this_learner_s_own_time() -> None:
    nature = LEARNERS.get("heron")
    times = [
        Random(n).lognormvariate(
            __import__("math").log(nature.reply_latency_s.median), nature.reply_latency_s.spread
        )
        for n in range(4000)
    ]
    times.sort()
    assert median(times) == pytest.approx(nature.reply_latency_s.median, rel=0.1)
    assert times[400] == pytest.approx(nature.reply_latency_s.p10, rel=0.25)
    assert times[3600] == pytest.approx(nature.reply_latency_s.p90, rel=0.25)


def test_what_they_do_is_told_as_a_plain_sentence() -> None:
    heron = LEARNERS.get("heron")
    assert LEARNERS.tell(heron, "glances sideways") == "Heron glances sideways."
    for nature in NATURES:
        for does in [b.does for b in nature.repertoire] + [
            *nature.enough_maybe,
            *nature.enough_clear,
            *nature.distress,
        ]:
            sentence = LEARNERS.tell(nature, does)
            assert sentence.endswith(".")
            assert len(sentence) < 70


def test_the_learner_s_side_follows_from_what_happened() -> None:
    heron = LEARNERS.get("heron")
    seen = SignTimes(None, None, None)
    rushed = coded("1L 2i 5i 8i 30E")
    said = from_their_side(heron, seen, rushed, measure(rushed, 12))
    assert said[0] == "When I had not replied yet, you left gaps of about 3 s; I usually need about 12."
    assert said[1] == "You answered the 1 thing I did; I opened 1 of our 1 exchange."
    assert "had not had enough" in said[2]
    noticed = from_their_side(
        heron, SignTimes(10.0, 20.0, None), coded("1L 2i 22x 25E"), measure(coded("1L 2i 22x 25E"), 12)
    )
    assert (
        noticed[2]
        == "I showed clearly that I had had enough, and you keyed that you had seen it; it ended 5 s later."
    )
    assert len(noticed) == 3
    missed = from_their_side(
        heron, SignTimes(10.0, 20.0, 23.0), [*rushed[:-1], Event(5, 30, Kind.ENDED)], measure(rushed, 12)
    )
    assert "until I was distressed" in missed[2]

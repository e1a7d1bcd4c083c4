"""Two clocks: the error of the best exchange is never larger than the bound that is told."""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from ii_companion.devices.clock import KEPT, KEPT_S, Exchange, Offsets

_way = st.floats(0, 2, allow_nan=False)


@given(
    st.floats(-1e6, 1e6),
    st.lists(st.tuples(_way, _way, st.floats(0, 0.05), st.floats(0.001, 10)), min_size=1, max_size=60),
)
def test_the_error_is_within_the_bound_whatever_way_is_slower(
    skew: float, exchanges: list[tuple[float, float, float, float]]
) -> None:
    offsets, now = Offsets(), 1000.0
    for there, back, thought, later in exchanges:
        now += later
        received = now + there + skew
        offsets = offsets.heard(Exchange(now, received, received + thought, now + there + thought + back))
        assert offsets.offset is not None
        assert offsets.bound is not None
        assert abs(offsets.offset - skew) <= offsets.bound + 1e-6 * max(1.0, abs(skew))


def test_the_quickest_of_the_last_sixteen_tells_and_old_ones_are_forgotten() -> None:
    offsets = Offsets().heard(Exchange(0.0, 5.0, 5.0, 0.001))
    for n in range(1, KEPT + 1):
        offsets = offsets.heard(Exchange(n, n + 5.1, n + 5.1, n + 0.1))
    assert len(offsets.exchanges) == KEPT
    assert math.isclose(offsets.bound or 0, 0.05)
    later = offsets.heard(Exchange(500.0, 505.3, 505.3, 500.4))
    assert len(later.exchanges) == 1
    assert Offsets().offset is None
    assert Offsets().bound is None
    assert KEPT_S == 120


def test_on_a_network_with_jitter_the_error_is_a_few_milliseconds() -> None:
    chance = random.Random(3)
    errors = []
    for _ in range(640):
        offsets = Offsets()
        for n in range(16):
            there, back = (max(0.001, chance.gauss(0.006, 0.003)) for _ in range(2))
            offsets = offsets.heard(
                Exchange(5 * n, 5 * n + there + 7, 5 * n + there + 7, 5 * n + there + back)
            )
        errors.append(abs((offsets.offset or 0) - 7))
    assert sorted(errors)[int(0.99 * len(errors))] < 0.005

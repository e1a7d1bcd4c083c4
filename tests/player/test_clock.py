"""The film's clock between two words of the player: never a frame away from the frame that is on the screen."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from ii_companion.player.clock import LONGEST_SILENCE_S, FilmClock

FRAME_S = 0.04


def shown(at: float) -> float:
    """The time of the frame on the screen when the film truly is at `at`."""
    return math.floor(at / FRAME_S + 1e-9) * FRAME_S


@given(
    st.lists(
        st.tuples(
            st.floats(0.05, 1.2), st.floats(0, 0.02), st.sampled_from(["ask", "ask", "toggle", "speed"])
        ),
        min_size=5,
        max_size=60,
    ),
    st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0]), min_size=1),
    st.floats(0, FRAME_S),
)
def test_it_is_never_a_frame_away_from_what_is_seen(steps, speeds, phase) -> None:
    """A film that plays, pauses and changes its speed at any time, asked about once a second or so, answering late."""
    now, true, running, speed = 100.0, 0.0, False, 1.0
    clock = FilmClock(frame_s=FRAME_S)
    for n, (wait, late, what) in enumerate(steps):
        now, true = now + wait, true + (speed * wait if running else 0.0)
        assert abs(clock.position(now) - shown(true)) <= FRAME_S + 1e-6
        if what == "toggle":
            running = not running
            true = true if running else shown(true)
            clock = clock.changed(now, running=running)
            if running:
                true += phase  # nobody knows how long that frame has been on the screen
                true = min(true, shown(true) + FRAME_S - 1e-6)
        elif what == "speed":
            speed = speeds[n % len(speeds)]
            clock = clock.changed(now, speed=speed)
        asked, answered_at = now, now + late
        said = shown(true + (speed * late / 2 if running else 0.0))
        true += speed * late if running else 0.0
        now = answered_at
        clock = clock.answered(said, asked, now)
        assert abs(clock.position(now) - shown(true)) <= FRAME_S + 1e-6


def test_while_the_film_stands_it_tells_the_frames_own_time() -> None:
    clock = FilmClock().answered(12.36, 5.0, 5.001)
    assert clock.position(99.0) == 12.36


def test_a_film_nobody_has_heard_of_stands_still() -> None:
    clock = FilmClock().answered(10.0, 0.0, 0.0).changed(0.0, running=True)
    assert clock.position(LONGEST_SILENCE_S + 60) == clock.position(LONGEST_SILENCE_S)


def test_it_never_leaves_the_film() -> None:
    clock = FilmClock(length_s=20.0).answered(19.9, 0.0, 0.0).changed(0.0, running=True)
    assert clock.position(2.0) == 20.0
    assert FilmClock().changed(0.0, running=True).position(0.0) == 0.0


def test_a_film_that_stumbles_is_followed_from_where_it_goes_on() -> None:
    """The disk was slow: for half a second the film did not go on, though nobody told."""
    clock = FilmClock(frame_s=FRAME_S).answered(1.0, 0.0, 0.0).changed(0.0, running=True)
    assert abs(clock.position(1.0) - 2.0) <= FRAME_S
    assert abs(clock.answered(1.52, 1.0, 1.0).position(1.0) - 1.52) <= FRAME_S

"""Any BORIS project at all, against BORIS's own rules, written out here a second time and otherwise."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ii_companion.files.boris_in import read_boris
from ii_companion.files.coding import Observation

SUBJECTS = ("Child", "Adult", "")
POINTS, STATES = ("vocal", "copies"), ("contact", "away")
ms = st.integers(0, 600_000).map(lambda n: n / 1000)


@st.composite
def observations(draw: st.DrawFn) -> dict[str, object]:
    """Offset, interval, films of one or two players or none, states that end or not, modifiers, a clock of the day."""
    live = draw(st.booleans())
    offset = draw(st.sampled_from([0, 0, 0, -10, 5400, 12.5]))
    day = draw(st.sampled_from([False, False, False, True])) and live
    films = {} if live else {
        player: [f"{player}{n}.mp4" for n in range(draw(st.integers(1, 2)))] for player in ("1", "2")[: draw(st.integers(1, 2))]
    }  # fmt: skip
    lengths = {film: draw(ms) for group in films.values() for film in group}
    if lengths and draw(st.integers(0, 5)) == 0:
        lengths.pop(next(iter(lengths)))  # a film that BORIS could not measure
    start = draw(st.sampled_from([0, 0, 0, 3, 100.5]))
    interval = [start, start + draw(ms)] if start or draw(st.booleans()) else [0, 0]
    shift = 36_000 if day else offset
    events = [
        [
            round(draw(ms) + shift, 3),
            draw(st.sampled_from(SUBJECTS)),
            draw(st.sampled_from(POINTS + STATES)),
            draw(st.sampled_from(["", "hand", "foot|left", "None"])),
            "",
        ]
        for _ in range(draw(st.integers(0, 12)))
    ]
    return {
        "type": "LIVE" if live else "MEDIA",
        "date": "2026-03-02T10:00:00",
        "file": films,
        "media_info": {"length": lengths},
        "time offset": 0 if day else offset,
        "observation time interval": [0, 0] if day else interval,
        "start_from_current_time": day,
        "events": events,
    }


def total_length(observation) -> Decimal | None:
    """`observation_total_length`, as BORIS 10 has it; None where a film's length is missing."""
    last = max((Decimal(str(e[0])) for e in observation["events"]), default=Decimal(0))
    if observation["type"] == "LIVE":
        return last
    sums = []
    for films in observation["file"].values():
        lengths = [observation["media_info"]["length"].get(film) for film in films]
        if None in lengths:
            return None
        sums.append(sum((Decimal(str(n)) for n in lengths), Decimal(0)))
    return max([last, *sums])


def expected(observation) -> tuple[Decimal, Decimal]:
    """Where the clock begins, on the scale of the events, and how long it runs."""
    times = [Decimal(str(e[0])) for e in observation["events"]]
    offset = Decimal(str(observation["time offset"]))
    start, end = (Decimal(str(n)) for n in observation["observation time interval"])
    if observation["start_from_current_time"]:
        return (min(times), max(times) - min(times)) if times else (Decimal(0), Decimal(0))
    if start or end:
        return start + offset, end - start
    shifted = {**observation, "events": [[t - offset] for t in times]}
    length = total_length(shifted)
    return offset, max(
        length if length is not None else max([t - offset for t in times], default=Decimal(0)), Decimal(0)
    )


def read(observation, folder: Path) -> Observation:
    path = folder / "p.boris"
    conf = {
        str(n): {"code": c, "type": "State event" if c in STATES else "Point event"}
        for n, c in enumerate(POINTS + STATES)
    }
    path.write_text(json.dumps({"behaviors_conf": conf, "observations": {"o": observation}}))
    (one,) = read_boris(path)
    assert isinstance(one, Observation)
    return one


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(observations())
def test_length_times_and_starts_are_boris_s(tmp_path: Path, observation) -> None:
    one = read(observation, tmp_path)
    origin, length = expected(observation)
    assert one.length == pytest.approx(float(length), abs=1e-6)
    if observation["time offset"] == 0 and observation["observation time interval"] == [0, 0]:
        whole = total_length(observation)
        if whole is not None and not observation["start_from_current_time"]:
            assert one.length == pytest.approx(float(whole), abs=1e-6)
    # a state's starts are the first, third, … of its rows, by subject, code and modifiers
    rows = sorted(observation["events"], key=lambda row: row[0])
    kept = []
    for n, row in enumerate(rows):
        same = [
            r
            for r in rows[:n]
            if r[1:3] == row[1:3] and (r[3] if r[3] != "None" else "") == (row[3] if row[3] != "None" else "")
        ]
        t = Decimal(str(row[0])) - origin
        if (row[2] not in STATES or len(same) % 2 == 0) and 0 <= t <= length:
            kept.append((float(t), row[1], row[2]))
    found = [(mark.t, mark.subject, mark.code) for mark in one.marks if mark.number > 0]
    assert sorted(found) == [(pytest.approx(t, abs=1e-6), who, what) for t, who, what in sorted(kept)]


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch):
    """BORIS itself, where somebody installed it: pip install --no-deps --ignore-requires-python boris-behav-obs."""
    monkeypatch.setattr(sys, "argv", ["boris", "-i"])  # or it looks for a player and a display
    return pytest.importorskip(
        "boris.observation_operations", reason="BORIS is not installed", exc_type=ImportError
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(observations())
def test_the_rules_written_here_are_those_of_the_installed_boris(operations, observation) -> None:
    exact = {**observation, "events": [[Decimal(str(e[0])), *e[1:]] for e in observation["events"]]}
    theirs = operations.observation_total_length(
        exact
    )  # it makes decimals of floats, so it is compared to the nanosecond
    ours = total_length(observation)
    assert float(theirs) == pytest.approx(-1 if ours is None else float(ours), abs=1e-9)

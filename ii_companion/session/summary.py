"""A session's measures as plain sentences with counts: pace and lead, no score."""

from __future__ import annotations

from ii_companion.session.measures import FEWEST_EXCHANGES, Measures


def summary(m: Measures) -> list[str]:
    """The sentences for one session; nothing is said of what was not keyed."""
    counts = m.counts
    if not (counts.learner or counts.responses):
        return [
            f"{minutes(m.duration_s)}. No acts were keyed, so there is nothing to say about pace or lead."
        ]
    said = [
        f"{minutes(m.duration_s)}: {plural(counts.learner, 'learner act')} and {plural(counts.responses, 'response')} keyed."
    ]
    if m.exchanges.n:
        share = (
            f", {m.exchanges.learner_led / m.exchanges.n:.0%}" if m.exchanges.n >= FEWEST_EXCHANGES else ""
        )
        said.append(f"They opened {m.exchanges.learner_led} of {plural(m.exchanges.n, 'exchange')}{share}.")
        if m.exchanges.longest_turns and m.exchanges.longest_s is not None:
            said.append(
                f"The longest had {m.exchanges.longest_turns} turns in {seconds(m.exchanges.longest_s)}."
            )
    if m.space_given.of:
        said.append(f"You left room after {m.space_given.n} of {plural(m.space_given.of, 'response')}.")
    if m.answered.of:
        said.append(
            f"{m.answered.n} of {plural(m.answered.of, 'learner act')} had an answer within {seconds(m.parameters.window_s)}."
        )
    if m.latency.n and m.latency.median_s is not None:
        said.append(
            f"Half of {plural(m.latency.n, 'direct reply', 'direct replies')} came within {m.latency.median_s:.1f} s."
        )
    if m.double_turns:
        said.append(
            f"{plural(m.double_turns, 'time')} you went again before {seconds(m.parameters.wait_s)} had passed."
        )
    if counts.responses:
        parts = [
            ("joining in", counts.join_in),
            ("imitating", counts.imitate),
            ("commenting", counts.comment),
            ("other", counts.other),
        ]
        said.append("Your responses: " + ", ".join(f"{n} {word}" for word, n in parts if n) + ".")
    if counts.enjoyed:
        said.append(f"Enjoyed together {plural(counts.enjoyed, 'time')}.")
    if m.end_lag_s is not None:
        said.append(
            f"After the sign to stop, the last response came {seconds(m.end_lag_s)} later."
            if m.end_lag_s
            else "Nothing more was asked of them after the sign to stop."
        )
    return said


def minutes(s: float) -> str:
    """A length as people say it."""
    whole = round(s)
    return (
        f"{whole} s"
        if whole < 60
        else f"{whole // 60} min {whole % 60} s"
        if whole % 60
        else f"{whole // 60} min"
    )


def clock_time(s: float) -> str:
    """A moment of a session as minutes and seconds."""
    return f"{int(s // 60)}:{int(s % 60):02d}"


def seconds(s: float) -> str:
    return f"{s:.0f} s" if abs(s - round(s)) < 0.05 else f"{s:.1f} s"


def plural(n: int, one: str, many: str = "") -> str:
    return f"{n} {one if n == 1 else many or one + 's'}"

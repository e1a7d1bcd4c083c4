"""Lengths and moments of time as people say them."""

from __future__ import annotations

from ii_companion.session.said import Said, said


def minutes(s: float) -> Said:
    """A length as people say it."""
    whole, rest = divmod(round(s), 60)
    if not whole:
        return said("{seconds} s", seconds=rest)
    if not rest:
        return said("{minutes} min", minutes=whole)
    return said("{minutes} min {seconds} s", minutes=whole, seconds=rest)


def clock_time(s: float) -> str:
    """A moment of a session as minutes and seconds."""
    return f"{int(s // 60)}:{int(s % 60):02d}"


def seconds(s: float) -> Said:
    """A short length: whole seconds, or tenths where there are any."""
    return said("{seconds} s", seconds=f"{s:.0f}" if abs(s - round(s)) < 0.05 else f"{s:.1f}")

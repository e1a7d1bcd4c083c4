"""BORIS projects in (`.boris`, `.boris.gz`): how long each observation was, and when what happened on its clock.

BORIS's own rules: media time is an event's time less the observation's offset; the interval, if set, is in media time and
bounds what was coded; a state is written at its start and at its stop, paired by subject, code and modifiers. Where offset,
interval and day clock are unset, the length is BORIS's `observation_total_length`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.files.bounded import read_bounded, too_large
from ii_companion.files.coding import Mark, Observation, dated, refuse_long, text_of
from ii_companion.log.table import LONGEST_S
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

EPOCH_S = 7 * 86_400
"""From here on BORIS shows a time as a date (its DATE_CUTOFF): the clock is a calendar's."""
OUR_NAME = "ii-companion"


MOST_PARTS = 400_000
"""Of a project's JSON; each costs about a hundred bytes once it is read."""


class _Project(msgspec.Struct):
    observations: dict[str, msgspec.Raw]
    behaviors_conf: msgspec.Raw = msgspec.Raw(b"{}")
    project_name: str | None = ""


class _Behaviour(msgspec.Struct):
    code: str | int | float | None = ""
    type: str | None = ""


class _Coded(msgspec.Struct):
    events: list[list[Any]]
    type: str | None = ""
    date: Any = ""
    file: Any = None
    media_info: Any = None
    offset: float | None = msgspec.field(default=0.0, name="time offset")
    interval: list[float | None] | None = msgspec.field(default=None, name="observation time interval")
    start_from_current_time: bool | None = False
    start_from_current_epoch_time: bool | None = False


def read_boris(path: Path) -> Iterator[Observation | Refusal]:
    """The observations of a project, one at a time; a Refusal in place of one that cannot be read. Raises Refusal."""
    data = read_bounded(path).removeprefix(b"\xef\xbb\xbf")
    if sum(map(data.count, (b"[", b"{", b":"))) > MOST_PARTS or data.count(b",") > 8 * MOST_PARTS:
        raise too_large(path)
    try:
        project = _project(data)
    except (ValueError, RecursionError) as error:
        raise Refusal("{path}: not a BORIS project, or a damaged one.", path=path) from error
    states = _states(project.behaviors_conf)
    ours = project.project_name == OUR_NAME
    for name, raw in project.observations.items():
        try:
            yield _observation(name, raw, path, states, ours=ours)
        except Refusal as refusal:
            yield refusal


def _project(data: bytes) -> _Project:
    try:
        return msgspec.json.decode(data, type=_Project)
    except ValueError:
        if b"NaN" not in data and b"Infinity" not in data:
            raise
    # Python's JSON, which BORIS writes with, has words for numbers that JSON has not; they become null here
    return msgspec.json.decode(msgspec.json.encode(json.loads(data)), type=_Project)


def _states(conf: msgspec.Raw) -> frozenset[str]:
    """The codes of what lasts."""
    try:
        found = msgspec.json.decode(conf, type=dict[str, _Behaviour])
    except (ValueError, RecursionError):
        return frozenset()  # without an ethogram nothing lasts
    return frozenset(
        text_of(one.code) for one in found.values() if (one.type or "").lower().startswith("state")
    )


def _observation(
    name: str, raw: msgspec.Raw, path: Path, states: frozenset[str], *, ours: bool
) -> Observation:
    made = Observation(name, path, ours=ours)
    try:
        coded = msgspec.json.decode(raw, type=_Coded)
    except (ValueError, RecursionError) as error:
        raise Refusal("{where}: not as BORIS writes it: {why}.", where=made.where, why=str(error)) from error
    times = [_time(row, number, made, coded) for number, row in enumerate(coded.events, 1)]
    clock = _Clock.of(coded, times, made)
    made.length, made.length_from = clock.length, clock.length_from
    refuse_long(made.length, made.where)
    if found := dated(coded.date):
        made.started, made.sure, made.date_from = found, True, said("the observation's date")
    made.marks = list(_marks(coded.events, times, clock, states, made))
    return made


def _time(row: list[Any], number: int, made: Observation, coded: _Coded) -> float:
    wrong = Refusal(
        "{where}, event {number}: {what}.",
        where=made.where,
        number=number,
        what=said("it has fewer than three parts; expected time, subject and code")
        if len(row) < 3
        else said("it has no time, as in an observation from pictures; expected seconds")
        if row[0] is None
        else said("its time is “{time}”; expected a number of seconds", time=str(row[0])[:40]),
    )
    if len(row) < 3 or isinstance(row[0], bool):
        raise wrong
    try:
        t = float(row[0])
    except (TypeError, ValueError, OverflowError) as error:
        raise wrong from error
    if not math.isfinite(t):
        raise wrong
    return t


class _Clock(msgspec.Struct):
    """Where an observation's clock begins, on the scale its events are written in, and how long it runs."""

    origin: float
    length: float
    length_from: str
    bounded: bool = False

    @classmethod
    def of(cls, coded: _Coded, times: list[float], made: Observation) -> _Clock:
        offset = coded.offset or 0.0
        start, end = ((coded.interval or [0, 0]) + [0, 0])[:2]
        start, end = start or 0.0, end or 0.0
        if not all(map(math.isfinite, (offset, start, end))):
            raise Refusal("{where}: its offset or interval is no number of seconds.", where=made.where)
        first, last = min(times, default=offset), max(times, default=offset)
        if start or end:
            if not end:
                end = max(_media(coded), last - offset)
            if end < start:
                raise Refusal(
                    "{where}: its interval ends at {end} s, before it begins at {start} s.",
                    where=made.where, end=f"{end:g}", start=f"{start:g}",
                )  # fmt: skip
            return cls(start + offset, _exact(end - start), said("the observation's interval"), bounded=True)
        if (
            coded.start_from_current_time
            or coded.start_from_current_epoch_time
            or coded.type == "IMAGES"
            or first >= EPOCH_S
        ) and times:
            refuse_clock(first, last, made)
            return cls(first, _exact(last - first), said("first event to last: a clock of the day"))
        media = _media(coded)
        if media >= last - offset and media:
            return cls(offset, _exact(media), said("the media's length"))
        return cls(offset, _exact(max(last - offset, 0.0)), said("its last event"))


def refuse_clock(first: float, last: float, made: Observation) -> None:
    if last - first > LONGEST_S:
        raise Refusal(
            "{where}: its events lie {apart} s apart; a session is two days at most.",
            where=made.where,
            apart=f"{last - first:g}",
        )


def _media(coded: _Coded) -> float:
    """The media's length as BORIS has it: the films of a player one after the other, the longest player; 0 if unknown."""
    info = coded.media_info if isinstance(coded.media_info, dict) else {}
    lengths: dict[str, Any] = info["length"] if isinstance(info.get("length"), dict) else {}
    players = coded.file if isinstance(coded.file, dict) else {}
    longest = 0.0
    if coded.type == "LIVE":
        return longest
    for films in players.values():
        try:
            longest = max(longest, sum((float(lengths[film]) for film in films or ()), 0.0))
        except (KeyError, TypeError, ValueError):
            return 0.0
    return longest if math.isfinite(longest) else 0.0


def _marks(
    events: list[list[Any]], times: list[float], clock: _Clock, states: frozenset[str], made: Observation
) -> Iterator[Mark]:
    running: dict[tuple[str, str, str], Mark] = {}
    found: list[Mark] = []
    for number, (t, row) in sorted(enumerate(zip(times, events, strict=True), 1), key=lambda one: one[1][0]):
        subject, code = text_of(row[1]), text_of(row[2])
        modifiers = "|".join(
            part for part in map(text_of, str(_cell(row, 3)).split("|")) if part not in ("", "None")
        )
        who = (subject, code, modifiers)
        t = _exact(t - clock.origin)  # noqa: PLW2901 - the same moment on the session's clock
        if code in states and (begun := running.pop(who, None)) is not None:
            found.append(msgspec.structs.replace(begun, stop=t))
            continue
        mark = Mark(t, *who, str(_cell(row, 4)), None, code in states, number)
        if mark.lasts:
            running[who] = mark
        else:
            found.append(mark)
    yield from within([*found, *running.values()], clock.length, made)


def within(marks: list[Mark], length: float, made: Observation) -> Iterator[Mark]:
    """The marks in order that began in the session; what lies outside is told, what lasts is cut to its part inside."""
    for mark in sorted(marks, key=lambda mark: (mark.t, mark.number)):
        reaches_in = mark.stop is not None and mark.t < 0 < mark.stop
        if 0 <= mark.t <= length:
            stop = mark.stop if mark.stop is None else min(mark.stop, length)
            yield mark if stop == mark.stop else msgspec.structs.replace(mark, stop=stop)
        elif reaches_in and mark.stop is not None:
            # what began before is no act of this time; a pause that reaches in is still a pause
            yield msgspec.structs.replace(mark, t=0.0, stop=min(mark.stop, length), number=-mark.number)
        else:
            made.aside[said("before or after the time that was observed")] += 1


def _cell(row: list[Any], at: int) -> Any:
    return row[at] if len(row) > at and row[at] is not None else ""


def _exact(seconds: float) -> float:
    """Seconds without the noise that subtracting binary fractions makes."""
    return round(seconds, 6)

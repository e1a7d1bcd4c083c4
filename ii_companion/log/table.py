"""The event table: a session's events as CSV, `time_s,actor,act,detail`, in and out."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import NamedTuple

from ii_companion.log.dialect import as_text, dialect_of, unpadded
from ii_companion.log.places import reason
from ii_companion.opening import read_whole
from ii_companion.session.events import Event, Session, apply, why_illegal
from ii_companion.session.kinds import ACTS, BOTH, CHANNELS, KIND_OF, LEARNER, PRACTITIONER, Kind
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import counted, said

HEADER = ["time_s", "actor", "act", "detail"]
LONGEST_S = 172_800.0
"""No session lasts longer than two days."""
TURN_ACTOR = {kind: kind.row.actor for kind in ACTS}


def read_table(path: Path) -> list[Event]:
    """The events of a CSV file. Raises Refusal naming file, line, column and what was expected."""
    return parse_table(read_text(path), str(path))


def read_text(path: Path) -> str:
    """A UTF-8 text file, with or without a byte order mark. Raises Refusal."""
    try:
        data = read_whole(path)
    except IsADirectoryError as error:
        raise Refusal("{path} is a folder; a CSV file of events was expected.", path=path) from error
    except FileNotFoundError as error:
        raise Refusal("{path}: there is no such file.", path=path) from error
    except OSError as error:
        if path.is_dir():
            raise Refusal("{path} is a folder; a CSV file of events was expected.", path=path) from error
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    try:
        return as_text(data)
    except UnicodeDecodeError as error:
        if error.encoding.startswith("utf-16"):
            raise Refusal("{path}: damaged: its UTF-16 text ends in the middle.", path=path) from error
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise Refusal(
            "{path}, line {line}, column {column}: byte {byte} is not UTF-8; save the file as UTF-8 text.",
            path=path,
            line=line,
            column=column,
            byte=f"{data[error.start]:#04x}",
        ) from error


def parse_table(text: str, name: str, *, in_order: bool = True) -> list[Event]:
    """The events of a CSV text; `name` is what refusals call it. Raises Refusal as `read_table`.

    Without `in_order`, whether each may follow the one before is left to who folds them next, for speed.
    """
    if not text.strip():
        raise Refusal(
            "{name}, line 1: the file is empty; expected the header {header}.",
            name=name,
            header=",".join(HEADER),
        )
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        column = nul - (text.rfind("\n", 0, nul) + 1) + 1
        raise Refusal(
            "{name}, line {line}, column {column}: a NUL byte; expected text.",
            name=name,
            line=line,
            column=column,
        )
    dialect = dialect_of(text)
    text = text[dialect.begins :]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=dialect.separator)
    events: list[Event] = []
    session = Session()
    line = begins = 2 if dialect.begins else 1
    try:
        for cells in reader:
            first = line
            line = reader.line_num + begins
            row = unpadded(cells, len(HEADER))
            if first == begins:
                _check_header(row, name)
            elif "".join(row).strip():
                if dialect.comma:
                    row[0] = row[0].replace(",", ".", 1)
                event = _event(row, len(events) + 1, Row(name, first), session if in_order else None)
                session = apply(session, event) if in_order else session
                events.append(event)
    except csv.Error as error:
        raise Refusal(
            "{name}, line {line}: not CSV: {why}.",
            name=name,
            line=reader.line_num + begins - 1,
            why=str(error),
        ) from error
    return events


class Row(NamedTuple):
    """Where a row stands; put in words only if it is refused."""

    name: str
    line: int


def _check_header(row: list[str], name: str) -> None:
    found = [field.strip() for field in row]
    if found == HEADER:
        return
    if found[:2] == ["schema", "id"]:
        raise Refusal(
            "{name}, line 1: a list of brief logs (`export --format csv`); expected a session's event table "
            "(`export --format events`), with the header {header}.",
            name=name,
            header=",".join(HEADER),
        )
    wrong = next(
        (i for i, (a, b) in enumerate(zip(found, HEADER, strict=False)) if a != b),
        min(len(found), len(HEADER)),
    )
    there, wanted = (
        said("“{word}”", word=words[wrong]) if wrong < len(words) else said("nothing")
        for words in (found, HEADER)
    )
    raise Refusal(
        "{name}, line 1, column {column}: the header has {there} where {wanted} was expected; "
        "the header is {header}.",
        name=name,
        column=wrong + 1,
        there=there,
        wanted=wanted,
        header=",".join(HEADER),
    )


def _event(row: list[str], n: int, where: Row, session: Session | None) -> Event:
    if len(row) != len(HEADER):
        raise Refusal(
            counted(
                "{name}, line {line}: {n} column; expected {wanted}: {header}.",
                "{name}, line {line}: {n} columns; expected {wanted}: {header}.",
                len(row),
                **where._asdict(),
                wanted=len(HEADER),
                header=",".join(HEADER),
            )
        )
    t = _time(row[0].strip(), where, session.t if session else 0.0)
    actor, act, detail = row[1].strip(), row[2].strip(), unguarded(row[3])
    if actor not in (LEARNER, PRACTITIONER, BOTH):
        raise Refusal(
            "{name}, line {line}, column 2 (actor): “{actor}”; expected {learner}, {practitioner} or {both}.",
            **where._asdict(),
            actor=actor,
            learner=LEARNER,
            practitioner=PRACTITIONER,
            both=BOTH,
        )
    kind = KIND_OF.get(act)
    if kind is None:
        raise Refusal(
            "{name}, line {line}, column 3 (act): “{act}”; expected one of {acts}.",
            **where._asdict(),
            act=act,
            acts=", ".join(KIND_OF),
        )
    if TURN_ACTOR.get(kind, actor) != actor:
        raise Refusal(
            "{name}, line {line}, column 2 (actor): “{actor}” for “{act}”; expected {wanted}.",
            **where._asdict(),
            actor=actor,
            act=act,
            wanted=TURN_ACTOR[kind],
        )
    try:
        event = Event(n, t, kind, detail)
    except ValueError as error:
        raise Refusal(
            "{name}, line {line}, column 4 (detail): {why}.", **where._asdict(), why=said_by(error)
        ) from error
    if session is not None and (why := why_illegal(session, event)):
        raise Refusal(
            "{name}, line {line}, column 3 (act): “{act}” cannot stand here: {why}.",
            **where._asdict(),
            act=act,
            why=why,
        )
    return event


def _time(text: str, where: Row, earlier: float) -> float:
    try:
        t = float(text)
    except ValueError:
        t = math.nan
    if earlier <= t <= LONGEST_S and "_" not in text:
        return t
    if t < 0:
        wrong = said("{text} is negative; expected seconds since the session began.", text=text)
    elif t < earlier:
        wrong = said(
            "{text} is earlier than the row before it ({earlier}); expected rows in order of time.",
            text=text,
            earlier=f"{earlier:g}",
        )
    elif LONGEST_S < t < math.inf:
        wrong = said(
            "{text} is more than two days; expected seconds since the session began. Are these milliseconds?",
            text=text,
        )
    else:
        wrong = said(
            "“{text}” is not a number of seconds; expected seconds since the session began.", text=text
        )
    raise Refusal("{name}, line {line}, column 1 (time_s): {wrong}", **where._asdict(), wrong=wrong)


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", ";", ",")
"""What spreadsheets take a formula from, the wide forms and a cell that begins with a separator too."""


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def unguarded(text: str) -> str:
    """The text before it was guarded."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA_STARTS, "'")) else text


def write_table(events: list[Event], separator: str = ",") -> str:
    """The effective events as CSV; with `;` between the cells, times have a decimal comma. How a learner act was made stands in that act's detail."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", delimiter=separator)
    writer.writerow(HEADER)
    for time, actor, act, detail in rows(events):
        writer.writerow([time.replace(".", ",") if separator == ";" else time, actor, act, guarded(detail)])
    return out.getvalue()


def rows(events: list[Event]) -> list[list[str]]:
    """The rows of the table; kinds without a row of their own are left out (hush, prompts) or written as a pause (gaps)."""
    table: list[list[str]] = []
    last_learner_act: list[str] | None = None
    paused = False
    for event in events:
        paused = event.kind is Kind.PAUSED or (paused and event.kind is not Kind.RESUMED)
        if event.kind is Kind.CHANNEL and last_learner_act is not None and event.detail in CHANNELS:
            last_learner_act[3] = event.detail
        elif event.kind is Kind.GAP and not paused:  # in a pause the clock stands still anyway
            start = max(event.t - float(event.detail), float(table[-1][0]) if table else 0.0)
            table.append([number(start), BOTH, Kind.PAUSED.value, "the computer was asleep"])
            table.append([number(event.t), BOTH, Kind.RESUMED.value, ""])
        elif event.kind.row.word:
            row = [number(event.t), event.kind.row.actor, event.kind.row.word, event.detail]
            table.append(row)
            if event.kind is Kind.LEARNER_ACT:
                last_learner_act = row
    return table


def number(seconds: float) -> str:
    """Seconds as text, exact, without trailing zeros."""
    return repr(seconds).removesuffix(".0")

"""Everything held about one person, as files of one folder: for whoever asks to see what is kept of them.

Long because each kind of thing that is held is gathered, redacted, named and pictured here, and those agree.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from ii_companion import words
from ii_companion.content.folder import content_file
from ii_companion.files.redact import Letters, free_texts
from ii_companion.files.sessions import Travelling, encode, with_journal
from ii_companion.log.activity import DID_WORDS, Line, about_learner
from ii_companion.log.checklist import Checklist
from ii_companion.log.records import BriefLog
from ii_companion.log.store import Edit, FilmLink, Store, Watched
from ii_companion.log.table import guarded, write_table
from ii_companion.opening import read_whole
from ii_companion.progress import going_through
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.figures import TRENDS
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _

SINCE = 6
"""Columns of dates under a picture, at most."""
FIELD_WORDS: dict[str, str] = {
    "what_happened": N_("what happened"),
    "typical_moment": N_("a typical moment"),
    "best_moment": N_("the best moment"),
    "next_time": N_("next time"),
    "place": N_("place"),
    "note": N_("note in the session"),
    "strength": N_("a strength"),
    "question": N_("a question"),
    "try_next": N_("something to try"),
    "enjoys": N_("what they enjoy"),
    "maybe_signs": N_("signs that it may be enough"),
    "clear_signs": N_("signs that it is enough"),
    "distress_signs": N_("signs of distress"),
    "touch": N_("touch"),
    "not_to_copy": N_("what not to copy"),
    "film": N_("where its film lies"),
}


class Session(msgspec.Struct, frozen=True):
    """One session with all that hangs on it, redacted."""

    kept: Travelling
    part: str
    """`practice` or `coding`, or nothing."""
    edits: tuple[Edit, ...] = ()
    checklist: Checklist | None = None
    film: FilmLink | None = None
    """Where a film of it lies; named, and not in the folder."""
    watched: tuple[Watched, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """What is held about a person, other people's codes replaced."""

    who: str
    staff: bool
    sessions: tuple[Session, ...]
    card: Card | None
    lines: tuple[Line, ...]
    training: tuple[str, ...]
    letters: int
    """How many people letters stand for."""


def gather(store: Store, who: str, *, staff: bool, unredacted: bool, tell: Callable[[str], None]) -> Held:
    """Everything held about a learner, or about a member of staff. Raises Refusal if there is nothing."""
    parts = ((store, ""), (store.practice, "practice"), (store.codings, "coding"))
    found: list[Session] = []
    everybody: set[str] = set(store.learners()) | set(store.dates())
    for part, name in parts:
        logs = part.logs()
        everybody |= {code for log in logs for code in (log.learner, log.practitioner, log.mentor)}
        theirs = [
            log
            for log in logs
            if _theirs(log, who, staff=staff)
            or (staff and any(one.who == who for one in part.watched(log.id)))
        ]
        for log in going_through(theirs):
            found.append(
                Session(
                    with_journal(part, log, tell),
                    name,
                    tuple(part.edits(log.id)),
                    part.checklist(log.id),
                    part.film(log.id),
                    tuple(part.watched(log.id)),
                )
            )
        found += [
            one
            for one in _loose(part, name, {log.id for log in logs}, tell)
            if _theirs(one.kept.log, who, staff=staff)
        ]
    everybody |= {one.who for session in found for one in session.watched}
    everybody |= {edit.by for session in found for edit in session.edits}
    everybody |= {session.checklist.mentor for session in found if session.checklist is not None}
    every = [line for part, _name in parts for line in part.activity()]
    everybody |= {code for line in every for code in (line.who, line.learner)}
    lines = [line for line in every if line.who == who] if staff else about_learner(every, who)
    card = store.card(who) if not staff and store.has_card(who) else None
    dates = store.dates().get(who) if staff else None
    if not (found or card or lines or dates):
        raise Refusal("There is nothing about {who} in {folder}.", who=who, folder=store.where)
    training = []
    if dates is not None:
        training += [_("induction: {date}", date=str(dates.induction))] if dates.induction else []
        training += [_("refresher: {date}", date=str(day)) for day in dates.refreshers]
    letters = Letters(everybody, who, unredacted=unredacted)
    return Held(
        who,
        staff,
        tuple(
            _redacted(session, letters) for session in sorted(found, key=lambda one: one.kept.log.started_at)
        ),
        letters.record(card) if card is not None else None,
        tuple(_only(letters.record(line), who, staff=staff) for line in lines),
        tuple(training),
        len(letters.of),
    )


def _only(line: Line, who: str, *, staff: bool) -> Line:
    """A line of the record with the sessions of this learner alone; how many others there were is nobody's here."""
    if staff:
        return line
    return msgspec.structs.replace(
        line, sessions=tuple(name for name in line.sessions if f"-{who}-" in name), n=0
    )


def _theirs(log: BriefLog, who: str, *, staff: bool) -> bool:
    return who in (log.practitioner, log.mentor) if staff else log.learner == who


def _loose(part: Store, name: str, logged: set[str], tell: Callable[[str], None]) -> Iterator[Session]:
    """Journals without a log: second codings, and sessions that never ended."""
    from ii_companion.log.closing import brief_log
    from ii_companion.log.store import longest_good

    for session_id in sorted(part.known() - logged):
        try:
            written = part.written(session_id)
        except Refusal as refusal:
            tell(words.of(refusal))
            continue
        if written is not None:
            events = written.events[: longest_good(written.events).n]
            log = brief_log(written.header, events)
            yield Session(
                Travelling(log, written.header, events),
                name or "unfinished",
                film=part.film(session_id),
                watched=tuple(part.watched(session_id)),
            )


def _redacted(session: Session, letters: Letters) -> Session:
    kept = session.kept
    return Session(
        Travelling(
            letters.record(kept.log),
            letters.record(kept.header) if kept.header is not None else None,
            tuple(letters.record(event) for event in kept.events),
        ),
        session.part,
        tuple(Edit(letters.record(edit.before), edit.at, letters.text(edit.by)) for edit in session.edits),
        letters.record(session.checklist) if session.checklist is not None else None,
        letters.record(session.film) if session.film is not None else None,
        tuple(letters.record(one) for one in session.watched),
    )


def files(held: Held, language: str, made_at: str) -> dict[str, bytes]:
    """The folder's files by their names, `index.html` the way in."""
    from ii_companion.files.report import html

    found: dict[str, bytes] = {}
    rows = []
    for n, session in enumerate(held.sessions, 1):
        log = session.kept.log
        name = f"sessions/{n:04d}-{log.started_at:%Y-%m-%d}"
        found[f"{name}.html"] = html(session.kept, language)
        row: dict[str, Any] = {
            "n": n, "when": f"{log.started_at.astimezone():%Y-%m-%d %H:%M}", "log": log, "page": f"{name}.html",
            "part": _(PART_WORDS[session.part]) if session.part else "",
            "journal": "", "earlier": "", "list": "", "watched": "", "film": session.film,
        }  # fmt: skip
        if session.kept.events:
            found[f"{name}-journal.csv"] = ("\ufeff" + write_table(session.kept.effective())).encode()
            row["journal"] = f"{name}-journal.csv"
        if session.edits:
            found[f"{name}-earlier.json"] = _json([msgspec.to_builtins(edit) for edit in session.edits])
            row["earlier"] = f"{name}-earlier.json"
        if session.checklist is not None:
            found[f"{name}-checklist.json"] = _json(msgspec.to_builtins(session.checklist))
            row["list"] = f"{name}-checklist.json"
        if session.watched:
            found[f"{name}-watched.json"] = _json(session.watched)
            row["watched"] = f"{name}-watched.json"
        rows.append(row)
    if held.sessions:
        found["sessions.json"] = encode(session.kept for session in held.sessions)
    if held.card is not None:
        found["card.json"] = _json(msgspec.to_builtins(held.card))
    if held.lines:
        found["activity.csv"] = _activity(held.lines)
    pictures = [] if held.staff else list(_pictures(held))
    found |= {name: data for name, data, _words in pictures}
    texts = _texts(held)
    found["free-texts.html"] = _page(language, "texts", held, made_at, texts=texts)
    found["index.html"] = _page(
        language, "index", held, made_at, rows=rows, texts=texts, names=sorted(found),
        pictures=[(name, told) for name, _data, told in pictures],
        card=[(_(FIELD_WORDS[name]), text) for name, text in free_texts(held.card)] if held.card else [],
    )  # fmt: skip
    return found


PART_WORDS: dict[str, str] = {
    "practice": N_("practice"),
    "coding": N_("second coding"),
    "unfinished": N_("never ended"),
}


def _texts(held: Held) -> list[tuple[str, str, str]]:
    """What people wrote: where it stands, which field, the words. To be read by somebody before it leaves."""
    found: list[tuple[str, str, str]] = []

    def add(where: str, record: Any) -> None:
        found.extend((where, _(FIELD_WORDS.get(name, name)), text) for name, text in free_texts(record))

    if held.card is not None:
        add(_("card"), held.card)
    for n, session in enumerate(held.sessions, 1):
        where = _("session {n}", n=n)
        records: list[BriefLog | Checklist | Event] = [session.kept.log, *session.kept.events]
        records += [session.checklist] if session.checklist is not None else []
        for record in records:
            add(where, record)
        for edit in session.edits:
            add(_("session {n}, an earlier version", n=n), edit.before)
        if session.film is not None:
            lies = FIELD_WORDS["film"]
            found.append((_("session {n}", n=n), _(lies), session.film.path))
        if session.kept.header is not None and not session.part:
            add(_("session {n}, the card as it was then", n=n), session.kept.header.card)
    return list(dict.fromkeys(found))


def _page(language: str, name: str, held: Held, made_at: str, **more: Any) -> bytes:
    from jinja2 import Environment, StrictUndefined  # 30 ms, and only here

    text = read_whole(content_file(language, "about.html")).decode("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.globals.update({"_": _, "ngettext": words.ngettext})
    return (
        environment.from_string(text)
        .render(language=words.language(), page=name, held=held, made_at=made_at, **more)
        .encode()
    )


def _activity(lines: tuple[Line, ...]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["at", "act", "who", "sessions"])
    for line in lines:
        what = _(DID_WORDS[line.act]) if line.act in DID_WORDS else line.act
        cells = (line.at.isoformat(), what, line.who, "; ".join(line.sessions))
        writer.writerow([guarded(cell) for cell in cells])
    return ("\ufeff" + out.getvalue()).encode()


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _pictures(held: Held) -> Iterator[tuple[str, bytes, str]]:
    """A picture for each figure over time, of sessions that were counted: name, SVG, what it shows."""
    real = [one.kept.log for one in held.sessions if not one.part and one.kept.log.measures is not None]
    for n, trend in enumerate(TRENDS, 1):
        points = [
            (log, value) for log in real if log.measures and (value := trend.take(log.measures)) is not None
        ]
        if len(points) > 1:
            yield f"trends/{n}.svg", _svg(points, _(trend.name)), _(trend.name)


def _svg(points: list[tuple[BriefLog, float]], name: str) -> bytes:
    from html import escape

    top = max((value for _log, value in points), default=1.0) or 1.0
    step = 640 / max(1, len(points) - 1)
    xy = [(50 + n * step, 170 - value / top * 140) for n, (_log, value) in enumerate(points)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{log.started_at:%Y-%m-%d}: {value:.2f}</title></circle>'
        for (x, y), (log, value) in zip(xy, points, strict=True)
    )
    every = max(1, -(-len(points) // SINCE))
    days = "".join(
        f'<text x="{x:.1f}" y="190" text-anchor="middle">{log.started_at:%Y-%m-%d}</text>'
        for n, ((x, _y), (log, _value)) in enumerate(zip(xy, points, strict=True))
        if n % every == 0
    )
    title = escape(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 200" role="img"><title>{title}</title>'
        f'<g font-family="Georgia, serif" font-size="11" fill="#444"><text x="50" y="16">{title}</text>'
        f'<text x="44" y="34" text-anchor="end">{top:.2g}</text><text x="44" y="174" text-anchor="end">0</text>{days}</g>'
        f'<path d="M50 30V170H700" fill="none" stroke="#bbb"/><polyline points="{line}" fill="none" stroke="#2c5f4a"/>'
        f'<g fill="#2c5f4a">{dots}</g></svg>\n'
    ).encode()

"""Other people's codings in: a BORIS project or an ELAN file, through a small mapping file (TOML).

learner = "p17"                       # the learner's code; observations become sessions of theirs
[subjects]                            # which of their subjects are whom
Child = "learner"
Adult = "practitioner"
[codes]                               # which of their codes (ELAN: annotation values) are which of ours
vocalises = "act"
copies = "imitate"
ignored = ""                          # left out, knowingly
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2s
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.content.folder import read_toml
from ii_companion.content.toml_lines import line_of
from ii_companion.files.sessions import Travelling, check, read_file
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.table import LONGEST_S, TURN_ACTOR, parse_table
from ii_companion.session.card import Card
from ii_companion.session.codes import code
from ii_companion.session.events import Event, IllegalEvent
from ii_companion.session.kinds import BOTH, KIND_OF, LEARNER, PRACTITIONER, Kind
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import Said, said

KNOWN = ("learner", "practitioner", "subjects", "codes")
OURS = {word: kind for word, kind in KIND_OF.items() if kind.row.boris_key}


class Mapping(msgspec.Struct, frozen=True):
    """Whose session it is, who is who, and what is what."""

    learner: str
    practitioner: str
    subjects: dict[str, str]
    codes: dict[str, str]
    path: Path


def read_mapping(path: Path) -> Mapping:
    """The mapping file. Raises Refusal naming file and line."""
    table, text = read_toml(path)

    def wrong(place: tuple[str, ...], what: Said) -> Refusal:
        return Refusal("{path}, line {line}: {what}", path=path, line=line_of(text, *place), what=what)

    unknown = next((name for name in table if name not in KNOWN), None)
    if unknown:
        raise wrong(
            (unknown,),
            said("“{name}” is not known; expected {known}.", name=unknown, known=", ".join(KNOWN)),
        )
    subjects, codes = table.get("subjects", {}), table.get("codes", {})
    for part, found in (("subjects", subjects), ("codes", codes)):
        if not isinstance(found, dict) or not all(isinstance(ours, str) for ours in found.values()):
            raise wrong((part,), said("[{part}] is not a table of their words and ours.", part=part))
    for name, ours in subjects.items():
        if ours not in (LEARNER, PRACTITIONER, BOTH, ""):
            raise wrong(
                ("subjects", name),
                said(
                    "“{word}”; expected one of {known}, or nothing to leave it out.",
                    word=ours,
                    known=f"{LEARNER}, {PRACTITIONER}, {BOTH}",
                ),
            )
    for name, ours in codes.items():
        if ours and ours not in OURS:
            raise wrong(
                ("codes", name),
                said(
                    "“{word}”; expected one of {known}, or nothing to leave it out.",
                    word=ours,
                    known=", ".join(OURS),
                ),
            )
    try:
        learner = code(str(table.get("learner", "")))
        practitioner = str(table.get("practitioner", ""))
        return Mapping(
            learner, code(practitioner, "practitioner") if practitioner else "", subjects, codes, path
        )
    except Refusal as refusal:
        raise Refusal("{where}: {what}", where=path, what=refusal.sentence) from refusal


def from_csv(path: Path, text: str, card: Card) -> Travelling:
    """A session from an event table, with the learner whose card it is; its date is the file's own."""
    events = parse_table(text, str(path))
    started = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    return _session(path.stem, started, card, "", events)


def from_boris(path: Path, mapping: Mapping) -> Iterable[Travelling]:
    """The observations of a BORIS project as sessions. Raises Refusal for a code the mapping does not know."""
    try:
        project: dict[str, Any] = json.loads(read_file(path))
        observations = project["observations"].items()
        states = {
            one["code"]
            for one in project.get("behaviors_conf", {}).values()
            if str(one.get("type", "")).lower().startswith("state")
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refusal("{path}: not a BORIS project: {why}.", path=path, why=str(error)) from error
    for name, observation in observations:
        where = said("{path}, observation {name}", path=path, name=name)
        try:
            rows = [
                (float(e[0]), str(e[1]), str(e[2]), str(e[4] if len(e) > 4 else ""))
                for e in observation["events"]
            ]
            dated = datetime.fromisoformat(observation["date"]).replace(microsecond=0)
            started = dated.astimezone(UTC) if dated.tzinfo else dated.replace(tzinfo=UTC)
            end = float((observation.get("observation time interval") or [0, 0])[1] or 0)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
            raise Refusal("{where}: not as BORIS writes it: {why}.", where=where, why=str(error)) from error
        if not 0 <= end <= LONGEST_S:
            raise Refusal(
                "{where}: it ends at {end} s; a session is two days at most.", where=where, end=f"{end:g}"
            )
        yield _mapped(name, started, _starts(rows, states), end, mapping, where)


def _starts(rows: list[tuple[float, str, str, str]], states: set[str]) -> list[tuple[float, str, str, str]]:
    """The events, with only the start of each that lasts: BORIS writes a state's start and its stop alike."""
    open_states: set[tuple[str, str]] = set()
    kept = []
    for row in sorted(rows, key=lambda row: row[0]):
        lasting = (row[1], row[2])
        if lasting in open_states:
            open_states.remove(lasting)
            continue
        if row[2] in states:
            open_states.add(lasting)
        kept.append(row)
    return kept


def from_elan(path: Path, mapping: Mapping) -> Iterable[Travelling]:
    """An ELAN file as one session: tiers are subjects, an annotation's value is its code, its start its time."""
    from pympi.Elan import Eaf  # only for ELAN files

    read_file(path)
    try:
        eaf = Eaf(str(path))
        rows = [
            (annotation[0] / 1000, tier, str(annotation[2]).strip(), "")
            for tier in eaf.get_tier_names()
            for annotation in eaf.get_annotation_data_for_tier(tier)
        ]
    except Exception as error:
        raise Refusal("{path}: not an ELAN file: {why}.", path=path, why=str(error)) from error
    started = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    yield _mapped(path.stem, started, rows, 0.0, mapping, str(path))


def _mapped(
    name: str,
    started: datetime,
    rows: list[tuple[float, str, str, str]],
    end: float,
    mapping: Mapping,
    where: str,
) -> Travelling:
    events: list[Event] = []
    for t, subject, theirs, comment in sorted(rows, key=lambda row: row[0]):
        if subject not in mapping.subjects:
            raise Refusal(
                "{where}: the subject “{subject}” is not in {path}, [subjects].",
                where=where,
                subject=subject,
                path=mapping.path,
            )
        if theirs not in mapping.codes:
            raise Refusal(
                "{where}: the code “{code}” at {time} s is not in {path}, [codes].",
                where=where,
                code=theirs,
                time=f"{t:g}",
                path=mapping.path,
            )
        ours, actor = mapping.codes[theirs], mapping.subjects[subject]
        if not ours or not actor:
            continue
        kind = OURS[ours]
        expected = TURN_ACTOR.get(kind, actor)
        if actor != expected:
            raise Refusal(
                "{where}: “{theirs}” by “{subject}” at {time} s would be {ours} by {actor}; expected {expected}.",
                where=where,
                theirs=theirs,
                subject=subject,
                time=f"{t:g}",
                ours=ours,
                actor=actor,
                expected=expected,
            )
        try:
            events.append(Event(len(events) + 1, t, kind, comment))
        except ValueError as error:
            raise Refusal(
                "{where}, at {time} s: {why}.", where=where, time=f"{t:g}", why=said_by(error)
            ) from error
    last = events[-1].t if events else 0.0
    events.append(Event(len(events) + 1, max(end, last), Kind.ENDED))
    return _session(name, started, Card(mapping.learner), mapping.practitioner, events)


def _session(name: str, started: datetime, card: Card, practitioner: str, events: list[Event]) -> Travelling:
    """A session whose id follows from whose it is and what is in it, so that a second import of it changes nothing."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "session"
    if not re.match(r"^\d{8}-\d{6}-", slug):  # one of ours, come back, keeps its own
        what = msgspec.json.encode([name, card.code, practitioner, events])
        slug = f"{slug}-{blake2s(what, digest_size=5).hexdigest()}"
    header = Header(id=slug, learner=card.code, practitioner=practitioner, started_at=started, card=card)
    try:
        log = brief_log(header, events)
    except IllegalEvent as illegal:
        raise Refusal("{where}: {why}.", where=name, why=said_by(illegal)) from illegal
    found = Travelling(log, header, tuple(events))
    check(found, name)
    return found

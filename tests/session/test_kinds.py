"""One row a kind: every kind goes through every reader, and each reader says of it what its row says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest

from ii_companion.commands import COMMANDS
from ii_companion.content.prompts import load_prompts
from ii_companion.dialogue.live_words import acknowledged, taken_back
from ii_companion.files import sdis
from ii_companion.files.boris_out import project
from ii_companion.files.report import html
from ii_companion.files.sessions import Travelling
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.table import parse_table, write_table
from ii_companion.screens.glyphs import GLYPHS
from ii_companion.session.agreement import coded
from ii_companion.session.card import Card
from ii_companion.session.events import Event, Session, apply, fold, why_illegal
from ii_companion.session.kinds import ACTS, KIND_OF, SIGNS, UNDOABLE, Kind
from ii_companion.session.look_back import look_back
from ii_companion.session.measures import measure
from ii_companion.session.tally import parameters
from ii_companion.session.view import Coaching

DETAILS = {
    Kind.CHANNEL: "voice",
    Kind.GAP: "2.000",
    Kind.PROMPT: "wait.leave-quiet mentor",
    Kind.NOTE: "she hummed",
}
BEFORE = {
    Kind.CHANNEL: [Kind.LEARNER_ACT],
    Kind.UNDO: [Kind.MOMENT],
    Kind.UNHUSHED: [Kind.HUSHED],
    Kind.RESUMED: [Kind.PAUSED],
}


def session_with(kind: Kind) -> list[Event]:
    """A session that holds an event of the kind, and whatever must come before it."""
    kinds = [Kind.LEARNER_ACT, Kind.JOIN_IN, *BEFORE.get(kind, []), kind]
    kinds += [] if kind is Kind.ENDED else [Kind.ENDED]
    return [Event(n, 10.0 * n, each, DETAILS.get(each, "")) for n, each in enumerate(kinds, 1)]


def travelling(kind: Kind) -> Travelling:
    events = session_with(kind)
    header = Header(
        id="20261123-101500-p17-00a1",
        learner="p17",
        started_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
        card=Card("p17"),
    )
    return Travelling(brief_log(header, events), header, tuple(events))


@pytest.mark.parametrize("kind", Kind)
def test_a_journal_line_holds_it(kind: Kind) -> None:
    for event in session_with(kind):
        assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event


@pytest.mark.parametrize("kind", Kind)
def test_an_event_table_tells_it_if_its_row_has_a_word_and_reads_it_back(kind: Kind) -> None:
    table = write_table(fold(session_with(kind)).events())
    if not kind.row.word:
        assert f",{kind.value}," not in table
        return
    assert f",{kind.row.actor},{kind.row.word}," in table
    assert kind in [event.kind for event in parse_table(table, "table")]
    assert KIND_OF[kind.row.word] is kind


@pytest.mark.parametrize("kind", Kind)
def test_boris_knows_it_by_its_word_and_a_key_of_its_own(kind: Kind) -> None:
    document = json.loads(project([travelling(kind)]))
    known = {one["code"]: one["key"] for one in document["behaviors_conf"].values()}
    (observation,) = document["observations"].values()
    written = [event[2] for event in observation["events"]]
    if kind.row.boris_key:
        assert known[kind.row.word] == kind.row.boris_key
        assert kind.row.word in written
    elif kind is not Kind.ENDED:
        assert kind.value not in [*known, *written]
    assert len(set(known.values())) == len(known)


@pytest.mark.parametrize("kind", Kind)
def test_gseq_has_what_is_compared(kind: Kind) -> None:
    _, _, text = sdis.sequences([travelling(kind)]).decode().partition("Timed (")
    declared, _, body = text.partition(");")
    told = [token.partition(",")[0] for token in body.split()]
    assert (kind.code in declared.split()) == kind.row.compared
    assert (kind.code in told and kind.code != "") == kind.row.compared


@pytest.mark.parametrize("kind", Kind)
def test_a_report_shows_it_in_words(kind: Kind) -> None:
    page = html(travelling(kind), "en").decode()
    if kind.row.word and kind is not Kind.LEARNER_ACT:
        assert kind.row.words in page


@pytest.mark.parametrize("kind", Kind)
def test_two_observers_are_compared_by_it_if_its_row_says_so(kind: Kind) -> None:
    codes = [one.code for one in coded(fold(session_with(kind)).events())]
    assert ((kind.row.actor, kind.row.word) in codes) == kind.row.compared


@pytest.mark.parametrize("kind", Kind)
def test_the_counts_have_it_if_its_row_says_so(kind: Kind) -> None:
    counts = msgspec.structs.asdict(measure(session_with(kind)).counts)
    assert (kind.code in counts) == kind.row.counted
    if kind.row.counted:
        assert counts[kind.code] == 1 + (kind in (Kind.LEARNER_ACT, Kind.JOIN_IN))


@pytest.mark.parametrize("kind", Kind)
def test_a_review_lists_it_and_marks_it(kind: Kind) -> None:
    back = look_back(session_with(kind), Coaching(load_prompts("en").prompts), parameters())
    shown = [event.kind for event in back.events]
    assert kind in shown or kind in (Kind.UNDO, Kind.CHANNEL)
    assert (kind in GLYPHS) == bool(kind.row.mark)


@pytest.mark.parametrize("kind", [command.kind for command in COMMANDS if command.kind])
def test_whatever_a_key_records_is_acknowledged_in_words_and_can_be_taken_back(kind: Kind) -> None:
    event = session_with(kind)[-2]
    assert acknowledged(event, fold(session_with(kind)[:-1]))
    assert kind in UNDOABLE
    assert taken_back(event)


@pytest.mark.parametrize("kind", Kind)
def test_undo_takes_back_what_its_row_says(kind: Kind) -> None:
    events = session_with(kind)
    session = fold(events[: [event.kind for event in events].index(kind) + 1])
    undo = Event(session.n + 1, session.t, Kind.UNDO)
    if kind in (Kind.ENDED, Kind.UNDO) or why_illegal(session, undo):
        return
    left = [event.kind for event in apply(session, undo).events()]
    held = [event.kind for event in session.events()]
    assert (len(left) == len(held) - 1 and left.count(kind) == held.count(kind) - 1) == kind.row.undoable


@pytest.mark.parametrize("kind", Kind)
def test_a_sign_is_known_by_its_row_alone(kind: Kind) -> None:
    session = fold(session_with(kind))
    assert (session.sign is kind) == (kind in SIGNS)
    assert session.stopped == kind.row.stops
    assert (kind in ACTS) == (kind is Kind.LEARNER_ACT or kind.row.response)


@pytest.mark.parametrize("kind", Kind)
def test_what_may_be_keyed_in_a_pause_is_what_its_row_says(kind: Kind) -> None:
    session = Session()
    for n, each in enumerate(
        [Kind.LEARNER_ACT, Kind.JOIN_IN, *([Kind.HUSHED] if kind is Kind.UNHUSHED else []), Kind.PAUSED], 1
    ):
        session = apply(session, Event(n, float(n), each))
    why = why_illegal(session, Event(session.n + 1, 9.0, kind, DETAILS.get(kind, "")))
    assert ("paused" not in why) == (kind.row.in_pause or kind in (Kind.RESUMED, Kind.ENDED))

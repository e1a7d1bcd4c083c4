"""Recording along a film: what is told, shown and read back from the journal is the same, however the film was sought in."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import FakeClock
from hypothesis import given
from hypothesis import strategies as st
from log.memory import MemoryStore

from ii_companion.log.film_recorder import FilmRecorder
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.store import Store
from ii_companion.session.along import place
from ii_companion.session.card import Card
from ii_companion.session.events import Event, IllegalEvent, fold
from ii_companion.session.kinds import CHANNELS, Kind
from ii_companion.session.view import Coaching

NAME = "20261123-101500-p17-00a1"


class Filmed:
    """A recorder and the film it goes by."""

    def __init__(self, store: Store) -> None:
        self.at = 0.0
        self.store = store
        header = Header(
            id=NAME, learner="p17", started_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC), card=Card("p17"),
            along_film=True, stage=4, probe=True,
        )  # fmt: skip
        self.recorder = FilmRecorder(
            store, header, FakeClock(), Coaching(stage=4, probe=True, card=Card("p17")), lambda: self.at
        )

    def key(self, at: float, kind: Kind, detail: str = "") -> None:
        self.at = at
        self.recorder.key(kind, detail)

    def read(self) -> tuple[Event, ...]:
        written = self.store.written(NAME)
        assert written is not None
        return written.events


@pytest.fixture
def filmed(places: Places) -> Filmed:
    store = LocalStore(places)
    store.ready()
    return Filmed(store)


def test_an_event_has_the_films_time_and_the_story_stands_where_the_film_stands(filmed: Filmed) -> None:
    filmed.key(10.0, Kind.LEARNER_ACT)
    filmed.key(12.0, Kind.JOIN_IN)
    filmed.key(5.0, Kind.LEARNER_ACT)
    assert [event.t for event in filmed.recorder.session.events()] == [5.0]
    filmed.at = 11.0
    filmed.recorder.look()
    assert [event.t for event in filmed.recorder.session.events()] == [5.0, 10.0]
    assert [event.t for event in filmed.read()] == [5.0, 10.0, 12.0]


def test_the_session_is_as_long_as_the_film_was_seen(filmed: Filmed) -> None:
    filmed.key(10.0, Kind.LEARNER_ACT)
    filmed.at = 60.0
    filmed.recorder.look()
    filmed.at = 20.0
    filmed.recorder.end()
    assert filmed.read()[-1] == Event(2, 60.0, Kind.ENDED)
    assert filmed.recorder.events == list(filmed.read())
    with pytest.raises(IllegalEvent, match="ended"):
        filmed.key(30.0, Kind.LEARNER_ACT)


def test_a_stretch_that_is_coded_again_ends_where_the_film_is_sought_out_of_it(filmed: Filmed) -> None:
    for t in (1.0, 3.0, 5.0, 7.0):
        filmed.key(t, Kind.LEARNER_ACT)
    filmed.at = 2.0
    filmed.recorder.recode(2.0)
    filmed.key(3.5, Kind.IMITATE)
    filmed.at = 5.5
    filmed.recorder.look()  # seen past 5
    assert [event.t for event in filmed.recorder.session.events()] == [1.0, 3.5]
    filmed.at = 20.0
    filmed.recorder.look()
    assert filmed.recorder.open_from is None
    assert [event.t for event in filmed.read()] == [1.0, 3.5, 7.0]


def test_what_cannot_stand_there_is_refused_and_changes_nothing(filmed: Filmed) -> None:
    filmed.key(10.0, Kind.LEARNER_ACT)
    before = filmed.read()
    with pytest.raises(IllegalEvent, match="coded later"):
        filmed.key(5.0, Kind.PAUSED)  # and nothing would end it before the act
    with pytest.raises(IllegalEvent):
        filmed.key(5.0, Kind.RESUMED)
    assert filmed.read() == before
    filmed.key(20.0, Kind.PAUSED)
    filmed.key(25.0, Kind.RESUMED)
    with pytest.raises(IllegalEvent, match="paused"):
        filmed.key(22.0, Kind.LEARNER_ACT)
    filmed.key(30.0, Kind.LEARNER_ACT)


def test_a_killed_program_has_lost_nothing(filmed: Filmed, tmp_path: Path) -> None:
    """The journal as it stands after each key is what counts so far."""
    for t, kind in ((10.0, Kind.LEARNER_ACT), (4.0, Kind.JOIN_IN), (6.0, Kind.ENJOYED)):
        filmed.key(t, kind)
        assert list(filmed.read()) == filmed.recorder.told
    waiting, complaints = filmed.store.unfinished()
    assert complaints == []
    filmed.recorder.close()
    log = filmed.store.finish(filmed.store.unfinished()[0][0])
    assert waiting == []  # it was being written then
    assert (log.duration_s, len(filmed.read())) == (10.0, 4)


def test_two_thousand_events_of_two_hours_are_told_as_they_are_read(filmed: Filmed) -> None:
    """Then the film is sought in at random, keyed in, taken back in and coded again."""
    chance = random.Random(18)
    recorder = filmed.recorder
    for n in range(2_000):
        filmed.key(3.6 * n, chance.choice([Kind.LEARNER_ACT, Kind.JOIN_IN, Kind.IMITATE]))
    for _ in range(6):
        filmed.key(round(chance.uniform(0, 7_200), 3), Kind.COMMENT)
        recorder.recode(recorder.now())
        filmed.key(round(recorder.now() + 3.0, 3), Kind.OTHER)
        recorder.recode(recorder.now(), until=True)
        recorder.key(Kind.UNDO)
    recorder.end()
    assert recorder.told == list(filmed.read())
    assert 1_950 < len(recorder.told) <= 2_007
    assert recorder.told[-1].t == 7_196.4


_steps = st.lists(
    st.tuples(
        st.integers(0, 30_000),
        st.sampled_from(
            [Kind.LEARNER_ACT] * 4 + [Kind.JOIN_IN, Kind.COMMENT, Kind.CHANNEL, Kind.UNDO, Kind.UNDO, Kind.MOMENT,
             Kind.ENOUGH_CLEAR, Kind.PAUSED, Kind.RESUMED, Kind.RECODED, Kind.RECODED, Kind.ENDED]
        ),
    ),
    max_size=60,
)  # fmt: skip


@given(_steps)
def test_told_shown_and_read_are_the_same(steps: list[tuple[int, Kind]]) -> None:
    """Any keys at any time of the film, sought at random; `ended` stands for a look without a key."""
    filmed = Filmed(MemoryStore())
    recorder = filmed.recorder
    for ms, kind in steps:
        filmed.at = ms / 1000
        try:
            if kind is Kind.ENDED:
                recorder.look()
            elif kind is Kind.RECODED:
                recorder.look()
                recorder.recode(recorder.now(), until=recorder.open_from is not None)
            else:
                recorder.key(kind, CHANNELS[0] if kind is Kind.CHANNEL else "")
        except IllegalEvent:
            pass
        if recorder.open_from is None:  # else what was seen of it is told, though nothing was keyed there yet
            assert [(e.t, e.kind) for e in recorder.told] == [(e.t, e.kind) for e in filmed.read()]
            shown = place(list(recorder.told), recorder.now())
            assert [(e.t, e.kind) for e in recorder.session.events()] == [
                (e.t, e.kind) for e in recorder.told[:shown]
            ]
    recorder.end()
    assert recorder.told == list(filmed.read())
    assert fold(recorder.told).events() == recorder.told

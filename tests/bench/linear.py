"""Whether work grows with what there is and no faster: time for an event at 1,000, 10,000 and 100,000, and many sessions."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from rows import START, Row, ms, session, timed

from ii_companion.collecting import not_collecting
from ii_companion.content.prompts import load_prompts
from ii_companion.files.sessions import Travelling, decode, encode
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.session.agreement import agree, coded
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.look_back import look_back
from ii_companion.session.measures import parameters
from ii_companion.session.story import replay
from ii_companion.session.view import Coaching

SIZES = (1_000, 10_000, 100_000)
SESSIONS = 100_000


def _events(n: int) -> list[Event]:
    rng, t, found = random.Random(1), 0.0, []
    for number in range(1, n + 1):
        t += rng.expovariate(0.28)
        kind = rng.choice([Kind.LEARNER_ACT, Kind.IMITATE, Kind.JOIN_IN])
        found.append(Event(number, round(t, 3), kind))
    return found


def linear(tmp: Path) -> Iterator[Row]:
    coaching = Coaching(load_prompts("en", tmp).prompts, 1, card=Card("heron"))

    def imported(events: list[Event]) -> None:
        header = Header(id=f"x{len(events)}", learner="heron", started_at=START, card=Card("heron"))
        one = Travelling(brief_log(header, events), header, tuple(events))
        take_in(LocalStore(Places(tmp / f"x{len(events)}")), decode(encode([one]), "x"))

    acts: dict[str, Callable[[list[Event]], object]] = {
        "review": lambda events: look_back(events, coaching, parameters(8.0)),
        "replay": lambda events: replay(events, coaching),
        "agreement": lambda events: agree(coded(events), coded(events[::2]), 2.0, 1.0),
        "import": imported,
    }
    for name, act in acts.items():
        each = []
        for size in SIZES:
            events = _events(size)
            with not_collecting():  # as the verbs and the review do
                each.append(min(timed(lambda act=act, events=events: act(events)) for _ in range(2)) / size)
        said = ", ".join(f"{1e6 * one:.0f} µs at {size:,}" for one, size in zip(each, SIZES, strict=True))
        yield f"{name}: time for an event", f"{said}; × {each[-1] / each[0]:.2f}", "× 1.5"


def many(tmp: Path) -> Iterator[Row]:
    """The list of a hundred thousand sessions, and what home reads in its thread."""
    places = Places(tmp / "many")
    ready(places)
    months: dict[str, list[bytes]] = {}
    for n in range(SESSIONS):
        log = session(n).log
        months.setdefault(f"{log.started_at:%Y-%m}", []).append(msgspec.json.encode(log))
    for month, logs in months.items():
        rows = b",\n".join(b'"%d": ' % n + one for n, one in enumerate(logs, 1))
        (places.log / f"{month}.json").write_bytes(b'{"_default": {\n' + rows + b"\n}}\n")
    argv = [sys.executable, "-m", "ii_companion", "--data-dir", str(places.root), "log"]
    took = min(timed(lambda: subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)) for _ in range(3))
    yield f"`log` at {SESSIONS:,} sessions", ms(took), "1 s"
    store = LocalStore(places)
    took = min(timed(lambda: (store.unfinished(), store.entries())) for _ in range(3))
    yield f"home's look around at {SESSIONS:,} sessions", ms(took), "1 s"

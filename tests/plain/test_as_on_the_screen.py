"""The same keys at the same times make the same session, notes and log, line by line as on the screen."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeClock
from plain.scripted import Heard, Strike
from screen_helpers import press

from ii_companion.app import CompanionApp
from ii_companion.log.clock import ScaledClock
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.plain.verbs import Plainly
from ii_companion.screens.coding import CodingScreen
from ii_companion.screens.note import NoteScreen
from ii_companion.settings import Loaded, Settings

ACTS = ["space", "j", "i", "c", "o", "e", "1", "2", "5", "y", "m", "u", "h", "p", "tab", "pagedown", "pageup"]
PLAN = Plan(learner="p17", practitioner="k7", stage=1, place="hall")
END = [Strike("escape"), Strike("enter")]


def strikes(seed: int, n: int = 36) -> list[Strike]:
    """What a person might key: acts at all paces, illegal ones too, and a note in between."""
    rng = random.Random(seed)
    keyed = [Strike(rng.choice(ACTS), rng.choice([0.7, 1.5, 3.0, 6.0, 20.0, 61.0])) for _ in range(n)]
    return [*keyed[: n // 2], Strike("n"), *typed("hum"), Strike("enter"), *keyed[n // 2 :]]


def typed(text: str) -> list[Strike]:
    return [Strike({" ": "space", ".": "full_stop"}.get(letter, letter), 0.05) for letter in text]


def kept(places: Places) -> dict[str, Any]:
    """All that is kept but ids, which are drawn by lot."""
    logs = json.loads(LocalStore(places).json())
    for log in logs:
        log["journal"] = bool(log["journal"])
        if log.get("journal_digest"):
            del log["journal_digest"]["sha256"]  # the id is in it
        del log["id"]
    journals = {}
    for path in sorted(places.root.rglob("*.jsonl")):
        header, *events = [json.loads(line) for line in path.read_text().splitlines()]
        del header["id"]
        journals[path.parent.relative_to(places.root).as_posix()] = [header, *events]
    return {"logs": logs, "journals": journals}


@pytest.fixture
def both(tmp_path: Path) -> tuple[Places, Places]:
    return Places(tmp_path / "screen"), Places(tmp_path / "lines")


LOADED = Loaded(Settings(language="en"), Path("settings.toml"))


async def on_the_screen(app: CompanionApp, clock: FakeClock, keyed: list[Strike]) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        for strike in keyed:
            await press(pilot, clock, strike.key, apart=strike.apart)
        await app.workers.wait_for_complete()


@pytest.mark.long
async def test_a_session_and_its_notes(tmp_path: Path, whole: bool) -> None:
    answers = [Strike("1"), Strike("enter"), *typed("hummed."), Strike("ctrl+s")]
    for seed in range(12 if whole else 1):
        screen, lines = Places(tmp_path / f"screen {seed}"), Places(tmp_path / f"lines {seed}")
        keyed = [*strikes(seed), *END, *answers]
        clock = FakeClock()
        app = CompanionApp(LocalStore(screen), plan=PLAN, clock=clock, loaded=LOADED)
        await on_the_screen(app, clock, keyed)
        clock = FakeClock()
        heard = Heard(clock, *keyed)
        assert Plainly(LocalStore(lines), LOADED, clock).session(PLAN)(heard.talk) == 0
        assert kept(lines) == kept(screen)
        (log,) = kept(lines)["logs"]
        assert (log["what_happened"], log["end_reason"]) == ("hummed.", "learner_had_enough")
        assert len(kept(lines)["journals"]["journals"]) > 20


async def test_every_question(both: tuple[Places, Places]) -> None:
    """All questions are the same, in the same order: an answer to each, and Enter from one to the next."""
    screen, lines = both
    begun = [Strike("j"), *END]
    choices = ["3", "1", "2", "1", "3", "2", "1"]
    texts = ["ab", "cd", "again"]
    on_screen = [*begun, Strike("4"), Strike("enter"), *typed("we"), Strike("tab")]
    in_lines = [*begun, Strike("4"), Strike("enter"), *typed("we"), Strike("enter")]
    for answer in ["1", *choices[1:]]:
        on_screen += [Strike(answer), Strike("enter")]
        in_lines += [Strike(answer), Strike("enter")]
    for text in texts:
        on_screen += [*typed(text), Strike("tab")]
        in_lines += [*typed(text), Strike("enter")]
    on_screen += [Strike("space"), Strike("down"), Strike("down"), Strike("space"), Strike("ctrl+s")]
    in_lines += [*typed("1 3"), Strike("enter")]
    clock = FakeClock()
    await on_the_screen(
        CompanionApp(LocalStore(screen), plan=PLAN, clock=clock, loaded=LOADED), clock, on_screen
    )
    clock = FakeClock()
    heard = Heard(clock, *in_lines)
    assert Plainly(LocalStore(lines), LOADED, clock).session(PLAN)(heard.talk) == 0
    assert kept(lines)["logs"] == kept(screen)["logs"]
    (log,) = kept(lines)["logs"]
    answered = [
        name
        for name in ("enjoyed_by_learner", "arousal_start", "novelty", "touch_used")
        if log[name] is not None
    ]
    assert len(answered) == 4
    assert (log["next_time"], len(log["fundamentals"])) == ("again", 2)


@pytest.mark.long
async def test_practice(both: tuple[Places, Places], monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    """A sample is shorter."""
    seed = 1
    monkeypatch.setattr(
        ScaledClock, "real_seconds", lambda self, seconds: 3_600.0
    )  # no timer fires by itself
    screen, lines = both
    plan = Plan(learner="otter", stage=1)
    struck = strikes(seed, 36 if whole else 14)
    keyed = [*(one for one in struck if one.key != "space"), *END]
    clock = FakeClock()
    app = CompanionApp(
        LocalStore(screen), plan=plan, clock=clock, loaded=LOADED, practice=PracticePlan(seed, 2.0)
    )
    await on_the_screen(app, clock, keyed)
    clock = FakeClock()
    heard = Heard(clock, *keyed)
    assert Plainly(LocalStore(lines), LOADED, clock).practice(plan, PracticePlan(seed, 2.0))(heard.talk) == 0
    assert kept(lines)["journals"] == kept(screen)["journals"]
    practised = [json.loads(LocalStore(places).practice.json()) for places in both]
    assert [len(logs) for logs in practised] == [1, 1]
    assert practised[0][0]["measures"] == practised[1][0]["measures"]
    assert "Otter's side:" in heard.lines


async def test_a_coding(both: tuple[Places, Places]) -> None:
    screen, lines = both
    coded = [*strikes(3, 20), *END]
    for places in both:
        clock = FakeClock()
        heard = Heard(clock, "j", *END, "ctrl+s")
        assert Plainly(LocalStore(places), LOADED, clock).session(PLAN)(heard.talk) == 0
    clock = FakeClock()
    (first,) = LocalStore(screen).ids()
    from ii_companion.dialogue.beginning import begin_coding

    begun = begin_coding(LocalStore(screen), first, "k9", clock)
    app = CompanionApp(
        LocalStore(screen), clock=clock, loaded=LOADED, first=CodingScreen.of(begun, LOADED.settings)
    )
    await on_the_screen(app, clock, coded)
    clock = FakeClock()
    (second,) = LocalStore(lines).ids()
    heard = Heard(clock, *coded)
    assert Plainly(LocalStore(lines), LOADED, clock).coding(second, "k9", 0)(heard.talk) == 0
    found = [next(v for k, v in kept(places)["journals"].items() if "cod" in k) for places in both]
    assert found[0] == found[1]
    assert not [line for line in heard.lines if line.startswith("Prompt:")]
    assert "Compare: ii-companion agree" in heard.text


async def test_a_note_afterwards(both: tuple[Places, Places]) -> None:
    screen, lines = both
    facts = [*typed("9"), Strike("full_stop"), *typed("10"), Strike("enter"), *typed("5"), Strike("enter")]
    rest = [*typed("pool"), Strike("enter"), Strike("enter"), *typed("she splashed"), Strike("ctrl+s")]
    clock = FakeClock()
    note = NoteScreen(LocalStore(screen), PLAN.changed(place=""))
    app = CompanionApp(LocalStore(screen), clock=clock, loaded=LOADED, first=note)
    await on_the_screen(app, clock, [*facts, *rest])
    clock = FakeClock()
    heard = Heard(clock, *(Strike("." if one.key == "full_stop" else one.key) for one in [*facts, *rest]))
    assert Plainly(LocalStore(lines), LOADED, clock).note(PLAN.changed(place=""))(heard.talk) == 0
    assert kept(lines) == kept(screen)
    (log,) = kept(lines)["logs"]
    assert (log["mode"], log["place"], log["duration_s"]) == ("afterwards", "pool", 300)

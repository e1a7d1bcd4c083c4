"""Stories that once found a fault, each with a crash, and a second one, at every durable step of every sync in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from conftest import Tried
from school.memory import Crash
from school.world import World
from school.wrong import (
    EVERY,
    Clocks,
    CursorFirst,
    NoAckMark,
    NoBefore,
    NoEpoch,
    NoFilter,
    NoMark,
    NoNotice,
    TombstoneLater,
)  # fmt: skip

from ii_companion.log.ended import encoded
from ii_companion.log.header import Header
from ii_companion.school.sync import Engine
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

Sync = Callable[[str], None]
Story = Callable[[World, Sync], None]


def erased_while_the_server_is_put_back(world: World, sync: Sync) -> None:
    world.new("k7", "p17")
    world.card("k7", "p17")
    world.new("k7", "p18")
    sync("k7")
    sync("k8")
    world.keep_backup()
    world.erase("c1", "p17")
    sync("c1")
    world.restore()
    sync("c1")


def erased_everywhere_and_then_put_back(world: World, sync: Sync) -> None:
    world.new("k7", "p17")
    world.card("k8", "p17")
    sync("k7")
    sync("k8")
    sync("c1")
    world.keep_backup()
    world.erase("c1", "p17")
    sync("c1")
    sync("k7")
    sync("k8")
    sync("m1")
    world.restore()
    sync("k8")
    sync("c1")


def sent_and_then_put_back(world: World, sync: Sync) -> None:
    session_id = world.new("k7", "p17")
    sync("k7")
    world.keep_backup()
    world.edit("k7", session_id)
    world.new("k7", "p18")
    sync("k7")
    world.restore()
    sync("k7")


def put_back_and_gone_on(world: World, sync: Sync) -> None:
    """What others write after the server was put back gets the numbers that m1 has passed already."""
    sync("m1")
    world.keep_backup()
    for _n in range(3):
        world.new("k7", "p17")
        sync("k7")
    sync("m1")
    world.restore()
    for field in ("enjoys", "touch", "enjoys", "touch"):
        world.card("k8", "p18", field)
        sync("k8")
    sync("m1")
    sync("k7")


def edited_on_two_laptops(world: World, sync: Sync) -> None:
    session_id = world.new("k7", "p17")
    sync("k7")
    sync("k7b")
    world.edit("k7", session_id)
    world.edit("k7b", session_id)
    sync("k7b")
    sync("k7")
    world.edit("k7b", session_id)
    sync("k7b")


def a_card_from_two_laptops(world: World, sync: Sync) -> None:
    world.card("k8")
    sync("k8")
    sync("k7")
    world.card("k8")
    world.card("k7", field="touch")
    sync("k8")
    sync("k7")
    world.card("k7")
    world.card("k8")
    sync("k7")
    sync("k8")
    sync("k7")


def paired_later(world: World, sync: Sync) -> None:
    world.new("k7", "p17")
    sync("k7")
    sync("m1")
    world.mentor()
    sync("m1")
    world.mentor(ends=True)
    sync("m1")


def lent_and_taken_back(world: World, sync: Sync) -> None:
    session_id = world.new("k7", "p17", mentor="m1")
    sync("k7")
    sync("m1")
    sync("c1")
    world.share("k7", session_id, 1, 1)
    sync("k7")
    sync("c1")
    world.delete("k7", session_id)
    sync("k7")
    sync("m1")


STORIES: tuple[Story, ...] = (
    erased_while_the_server_is_put_back, erased_everywhere_and_then_put_back, sent_and_then_put_back, put_back_and_gone_on,
    edited_on_two_laptops, a_card_from_two_laptops, paired_later, lent_and_taken_back,
)  # fmt: skip


CATCHES: dict[type[Engine], Story] = {
    NoAckMark: sent_and_then_put_back, NoMark: put_back_and_gone_on, NoEpoch: paired_later, NoNotice: edited_on_two_laptops,
    Clocks: edited_on_two_laptops, NoFilter: erased_everywhere_and_then_put_back, NoBefore: a_card_from_two_laptops,
    CursorFirst: edited_on_two_laptops, TombstoneLater: erased_while_the_server_is_put_back,
}  # fmt: skip
"""Where each wrong engine is caught, to look there first."""


def lengths(story: Story, engine: type[Engine] = Engine) -> list[int]:
    """How many durable steps each sync of a story has."""
    world, found = World(engine), []

    def sync(laptop: str) -> None:
        world.sync(laptop)
        found.append(world.desks[laptop].steps)

    story(world, sync)
    return found


def told(story: Story, crashes: dict[int, int], engine: type[Engine] = Engine, *, again: int = 0) -> None:
    """Tell a story whose n-th sync ends at a step; with `again`, the same laptop tries once more and ends at that one."""
    world, n = World(engine), 0

    def sync(laptop: str) -> None:
        nonlocal n
        if not world.sync(laptop, crash_at=crashes.get(n, 0)) and again:
            world.sync(laptop, crash_at=again)
        n += 1

    story(world, sync)
    world.check()


def ways(story: Story, engine: type[Engine] = Engine) -> Iterator[tuple[dict[int, int], int]]:
    """Every single crash, then every crash followed by a second one at any step of the next try."""
    steps = lengths(story, engine)
    every = [(n, step) for n, most in enumerate(steps) for step in range(1, most + 1)]
    yield {}, 0
    for n, step in every:
        yield {n: step}, 0
    for n, step in every:
        for again in range(1, 13):
            yield {n: step}, again
    for n, step in every:
        for m, other in every:
            if m > n:
                yield {n: step, m: other}, 0


@pytest.mark.long
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_crash_at_any_step_is_made_good_by_the_next_sync(story: Story, whole: bool, tried: Tried) -> None:
    every = list(ways(story))
    single = 1 + sum(lengths(story))
    chosen = every if whole else every[:single] + random.Random(1).sample(every[single:], 40)
    for crashes, again in chosen:
        tried("sync ended between two durable steps", len(crashes) + bool(again))
        try:
            told(story, crashes, again=again)
        except AssertionError as error:
            raise AssertionError(f"{crashes} {again}: {error}") from error


def test_what_was_laid_and_not_done_with_is_missed_when_the_server_is_put_back() -> None:
    """The answer to a push is lost, the same comes back with a pull that ends half way, and then the server forgets it."""
    for again in range(1, 13):
        told(sent_and_then_put_back, {1: 2}, again=again)


def test_what_came_there_and_was_removed_here_before_its_answer_was_heard_of_stays_removed() -> None:
    for step in range(1, 16):
        world = World()
        session_id = world.new("k7b", "p17")
        world.sync("k7b", crash_at=step)
        world.delete("k7b", session_id)
        world.sync("k7")
        world.sync("k7b")
        world.check()


def test_nor_does_its_journal_come_back() -> None:
    for step in range(1, 18):
        world = World()
        session_id, desk = world.new("k7b", "p17"), world.desks["k7b"]
        log = desk.month("2026-11", own=True).logs[session_id]
        head = Header(
            id=session_id,
            learner="p17",
            practitioner="k7",
            started_at=datetime.fromisoformat(log["started_at"]),
            card=Card("p17"),
        )
        desk._journals[True, session_id] = encoded(head, (Event(1, 1.0, Kind.ENDED),))
        world.sync("k7b", crash_at=step)
        world.delete("k7b", session_id)
        desk._journals.pop((True, session_id), None)
        world.sync("k7b")
        assert (True, session_id) not in desk._journals, step
        world.check()


@pytest.mark.parametrize("engine", EVERY, ids=lambda engine: engine.__name__)
def test_every_wrong_engine_is_caught(engine: type[Engine]) -> None:
    first = CATCHES[engine]
    for story in (first, *(one for one in STORIES if one is not first)):
        for crashes, again in ways(story, engine):
            if len(crashes) > 1 or again:
                break
            try:
                told(story, crashes, engine)
            except (AssertionError, Crash):
                return
    raise AssertionError(f"{engine.__name__} was taken for right")

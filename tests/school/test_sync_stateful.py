"""Random stories: edits, erasures, sharing, pairings, crashes, bad lines, restored servers, lost disks; then all is well."""

from __future__ import annotations

import random

import pytest
from school.real import RealWorld
from school.server import Database
from school.test_directed import STORIES
from school.world import FIELDS, PEOPLE, World

LEARNERS = ("p17", "p18", "p19")
FAULTS = ("request", "answer", "twice")


def story(seed: int, steps: int, world: World) -> World:
    """A story that the seed tells."""
    chance = random.Random(seed)
    for _n in range(steps):
        laptop = chance.choice(tuple(world.people))
        ids = list(world.made) or [""]
        match chance.choices(
            [
                "new",
                "edit",
                "delete",
                "card",
                "share",
                "erase",
                "pair",
                "sync",
                "crash",
                "line",
                "backup",
                "restore",
                "lose",
                "replay",
            ],
            [6, 8, 1, 6, 2, 0.6, 1, 14, 10, 6, 2, 1, 0.5, 2],
        )[0]:
            case "new":
                free = [one for one in LEARNERS if one not in world.erased]
                if free:
                    world.new(
                        laptop,
                        chance.choice(free),
                        mentor=chance.choice(["", "m1"]) if laptop != "m1" else "",
                    )
            case "edit":
                world.edit(laptop, chance.choice(ids))
            case "delete":
                world.delete(laptop, chance.choice(ids))
            case "card":
                world.card(laptop, chance.choice(LEARNERS), chance.choice(FIELDS))
            case "share":
                world.share(laptop, chance.choice(ids), chance.randint(0, 2), chance.randint(1, 2))
            case "erase":
                learner = chance.choice(LEARNERS)
                if learner not in world.erased:
                    world.erase("c1", learner)
            case "pair":
                world.mentor(ends=chance.random() < 0.5)
            case "sync":
                world.sync(laptop)
            case "crash":
                world.sync(laptop, crash_at=chance.randint(1, 14))
            case "line":
                world.sync(laptop, fault=(chance.randint(1, 6), chance.choice(FAULTS)))
            case "backup":
                world.keep_backup()
            case "restore":
                world.restore()
            case "lose":
                world.lose(laptop)
            case "replay":
                world.replay()
    return world


@pytest.mark.long
def test_after_any_story_nothing_is_lost_nothing_is_twice_and_all_are_alike(whole: bool) -> None:
    for seed in range(4_000 if whole else 40):
        world = story(seed, 60, World())
        try:
            world.check()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


@pytest.mark.long
def test_a_whole_school_of_laptops_comes_to_be_alike(whole: bool) -> None:
    """300 laptops and 6,000 steps, three times over; a sample has 25 and 250, once."""
    laptops, steps = (300, 6_000) if whole else (25, 250)
    for seed in range(3 if whole else 1):
        people = {**PEOPLE, **{f"n{n}": f"n{n // 2}" for n in range(laptops - len(PEOPLE))}}
        world = story(20_000 + seed, steps, World(people=people))
        try:
            world.check()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


@pytest.mark.long
def test_the_same_on_postgresql(database: Database, whole: bool) -> None:
    for seed in range(40 if whole else 3):
        world = RealWorld(database)
        try:
            story(10_000 + seed, 60, world)
            world.check()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        finally:
            world.real.close()


def test_the_stories_that_once_found_a_fault_on_postgresql(database: Database) -> None:
    for told in STORIES:
        world = RealWorld(database)
        try:
            told(world, world.sync)
            world.check()
        finally:
            world.real.close()

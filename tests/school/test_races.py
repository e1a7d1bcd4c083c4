"""Many at once on the real server: a cursor beside slow writers, and an erasure against pushes."""

from __future__ import annotations

import json
import random
import threading
from typing import Any

import pytest
from conftest import Tried
from school.server import Database
from school.test_roles import part, push, session

ELM = "Elm School"


def test_a_cursor_beside_forty_slow_writers_misses_nothing(database: Database, whole: bool) -> None:
    """Each writer commits later than others that began after it; whoever reads meanwhile has every row in the end."""
    writers, each = 40 if whole else 16, 25 if whole else 6
    database.people(ELM, k7=False, c1=True)
    logins = [database.another_login(ELM, "k7") for _n in range(writers)]
    start, done = threading.Event(), threading.Event()

    def write(number: int) -> None:
        chance = random.Random(number)
        with database.connect(logins[number]) as one:
            start.wait()
            for n in range(each):
                name = f"s{number}-{n}"
                with one.transaction():
                    push(
                        one, sessions=[session(name, "k7", "", 2, 0)], parts=[part("facts", name, "k7", "{}")]
                    )
                    one.execute("SELECT pg_sleep(%s)", (chance.random() / 50,))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    taken: set[str] = set()
    with database.connect("c1") as reader:
        start.set()
        cursor = ""

        def pull() -> str:
            page = reader.execute("SELECT ii.pull(%s, 50)", (cursor,)).fetchone()[0]  # type: ignore[index]
            taken.update(one["id"] for one in page["sessions"] if one["parts"])
            return str(page["cursor"])

        while any(thread.is_alive() for thread in threads):
            cursor = pull()
        for _n in range(2 * writers * each // 50 + 5):
            cursor = pull()
    done.set()
    assert len(taken) == writers * each


@pytest.mark.long
def test_an_erasure_against_pushes_leaves_nothing(database: Database, whole: bool, tried: Tried) -> None:
    database.people(ELM, k7=False, k8=False, c1=True)
    rounds = 200 if whole else 25
    with database.connect("k7") as k7, database.connect("k8") as k8, database.connect("c1") as c1:
        for n in range(rounds):
            learner, barrier = f"p{n}", threading.Barrier(3)

            def bring(
                connection: Any, person: str, learner: str = learner, barrier: Any = barrier, n: int = n
            ) -> None:
                name = f"s{n}-{person}"
                barrier.wait()
                push(
                    connection,
                    sessions=[session(name, person, "", 2, 2, learner)],
                    parts=[part("facts", name, person, "{}")],
                    cards=[part("card", f"{learner}/enjoys", person, '"x"')],
                )

            def erase(learner: str = learner, barrier: Any = barrier) -> None:
                barrier.wait()
                c1.execute("SELECT ii.erase(%s)", (learner,))

            threads = [threading.Thread(target=bring, args=(k7, "k7")), threading.Thread(target=bring, args=(k8, "k8")),
                       threading.Thread(target=erase)]  # fmt: skip
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            tried("an erasure against two pushes")
    with database.superuser() as root:
        left = root.execute(
            "SELECT (SELECT count(*) FROM ii.session) + (SELECT count(*) FROM ii.part)"
        ).fetchone()
        assert left == (0,)


def test_a_log_that_was_moved_to_a_server_that_counts_from_less_goes_on(database: Database) -> None:
    """As after a dump and restore into a new cluster, where transactions are numbered from the beginning."""
    database.people(ELM, k7=False, c1=True)
    with database.connect("k7") as k7, database.connect("c1") as c1:
        push(k7, sessions=[session("s1", "k7", "", 2, 0)], parts=[part("facts", "s1", "k7", "{}")])
        with database.superuser() as root:
            for table in ("session", "part", "mark"):
                root.execute(f"UPDATE ii.{table} SET at = at + 1000000000")
        hello = c1.execute("SELECT ii.hello('', '')").fetchone()[0]  # type: ignore[index]
        assert hello["known"]
        page = c1.execute("SELECT ii.pull('', 500)").fetchone()[0]  # type: ignore[index]
        assert [one["id"] for one in page["sessions"]] == ["s1"]
        push(k7, sessions=[session("s2", "k7", "", 2, 0)], parts=[part("facts", "s2", "k7", "{}")])
        page = c1.execute("SELECT ii.pull(%s, 500)", (page["cursor"],)).fetchone()[0]  # type: ignore[index]
        assert [one["id"] for one in page["sessions"]] == ["s2"]
        assert json.dumps(page)

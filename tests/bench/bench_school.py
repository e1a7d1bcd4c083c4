"""What a school's log costs: run by hand, `.venv/bin/python tests/bench/bench_school.py [--million]`; needs a PostgreSQL server.

Prints seconds. Laptops have real files; the server is a throw-away one with TLS where it has it, fsync off.
"""

# ruff: noqa: E402 - the tests' own rooms are found by path first
from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]

from faults.test_files import EVENTS, HEADER
from msgspec.structs import replace
from school.server import Cluster, Database, installed

from ii_companion.log.closing import brief_log
from ii_companion.log.documents import checked
from ii_companion.log.places import Places
from ii_companion.log.storage import one_document_a_line
from ii_companion.school import sealed
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.link import Link, Point
from ii_companion.school.membership import Consent, Membership
from ii_companion.school.sync import Engine

ELM = "Elm School"


def laptop(root: Path, person: str, sessions: int) -> FileDesk:
    """A laptop with that many sessions, 250 a month."""
    places = Places(root)
    log = brief_log(HEADER, EVENTS)
    months: dict[str, dict[str, object]] = {}
    for n in range(sessions):
        began = datetime(2020, 1, 1, 8, tzinfo=UTC) + timedelta(days=30 * (n // 250), minutes=n % 250)
        one = replace(
            log, id=f"{began:%Y%m%d-%H%M%S}-p{n % 20}-{zlib.crc32(person.encode()) % 65536:04x}", learner=f"p{n % 20}", practitioner=person, mentor="",
            started_at=began, what_happened="Hummed, waited, hummed again. " * 8, journal="",
        )  # fmt: skip
        table = months.setdefault(f"{began:%Y-%m}", {})
        table[str(len(table) + 1)] = checked(one)
    for name, table in months.items():
        sealed.put(places.log / f"{name}.json", one_document_a_line({"_default": table}))
    desk = FileDesk(places)
    desk.put_membership(Membership("", 0, "", ELM, "", person, "", Consent(2, 2)))
    return desk


def timed(what: str, desk: FileDesk, database: Database, login: str) -> float:
    began = time.perf_counter()
    with database.connect(login) as connection:
        done = Engine(desk, Link(connection, Point("", 0, "", login, Path()))).sync()
    took = time.perf_counter() - began
    if what:
        print(f"{what:<60} {took:7.3f} s   sent {len(done.sent)}, took {len(done.took)}")
    return took


def main() -> None:
    gc.disable()  # as the program does, see `cli.run`
    version, folder = next(iter(installed().items()))
    cluster = Cluster(version, folder)
    try:
        print(f"PostgreSQL {version}{' with TLS' if cluster.tls else ''}")
        database = cluster.database()
        database.people(ELM, k7=False, c1=True, **{f"s{n}": False for n in range(50)})
        with tempfile.TemporaryDirectory() as work:
            big = laptop(Path(work) / "k7", "k7", 10_000)
            timed(
                "10,000 sessions pushed (server never analysed), and noticed",
                big,
                database,
                database.logins["k7"],
            )
            timed(
                "the same laptop, nothing new, files read afresh",
                FileDesk(big._own),
                database,
                database.logins["k7"],
            )
            timed("the same laptop, nothing new", big, database, database.logins["k7"])
            small = laptop(Path(work) / "small", "s0", 20)
            timed("20 sessions pushed", small, database, database.logins["s0"])
            timed("20 sessions, nothing new", small, database, database.logins["s0"])
            timed(
                "10,020 sessions taken in",
                laptop(Path(work) / "c1", "c1", 0),
                database,
                database.logins["c1"],
            )
            desks = [laptop(Path(work) / f"s{n}", f"s{n}", 20) for n in range(50)]
            began = time.perf_counter()
            with ThreadPoolExecutor(50) as pool:
                list(pool.map(lambda n: timed("", desks[n], database, database.logins[f"s{n}"]), range(50)))
            print(f"{'50 laptops at once, 20 sessions each':<60} {time.perf_counter() - began:7.3f} s")
        with database.superuser() as root:
            if "--million" in sys.argv:
                million(root)
            root.execute("ANALYZE")
        with database.connect("c1") as c1:
            for what in ("SELECT ii.trends('p7')", "SELECT ii.hello('', '')", "SELECT ii.erase('p9')"):
                took = []
                for _ in range(1 if "erase" in what else 9):
                    began = time.perf_counter()
                    c1.execute(what).fetchall()
                    took.append(time.perf_counter() - began)
                print(f"{what:<60} {statistics.median(took):7.4f} s   the first {took[0]:.4f} s")
        with database.connect("s1") as stranger:  # who sees nothing of either: what their waiting tells
            for code in ("p7", "nobody"):
                took = []
                for _ in range(400):
                    began = time.perf_counter()
                    stranger.execute("SELECT ii.trends(%s)", [code]).fetchall()
                    took.append(time.perf_counter() - began)
                print(
                    f"{f'trends of {code}, asked by somebody who may not see':<60} {statistics.median(took) * 1000:7.3f} ms"
                )
        with database.superuser() as root:
            size = root.execute(
                "SELECT pg_total_relation_size('ii.part') + pg_total_relation_size('ii.session')"
            ).fetchone()
            sessions = root.execute("SELECT count(*) FROM ii.session").fetchone()
            print(f"{size[0] / sessions[0] / 1000:.1f} kB a session, {sessions[0]:,} sessions")  # type: ignore[index]
    finally:
        cluster.stop()


def million(root) -> None:  # type: ignore[no-untyped-def]
    """Forty schools' worth of other sessions beside them."""
    root.execute(
        "INSERT INTO ii.school (name, salt) SELECT 'school ' || n, '\\x00' FROM generate_series(1, 40) n"
    )
    root.execute(
        "INSERT INTO ii.session (school, id, learner, practitioner, mentor, started_at, figures_for, words_for, at) "
        "SELECT s.school, 'x' || n, 'p' || n % 100, 'k' || n % 50, '', now() - n * interval '1 hour', 2, 2, 1 "
        "FROM ii.school s, generate_series(1, 25000) n WHERE s.name LIKE 'school %'"
    )
    root.execute(
        "INSERT INTO ii.part (school, key, kind, vid, replaces, author, body, flat, learner, practitioner, mentor, started_at, audience, at) "
        "SELECT school, id, 'figures', repeat('0', 32), '{}', practitioner, repeat('x', 900), '{\"x\": 1}', learner, practitioner, '', "
        "started_at, 2, 1 FROM ii.session WHERE id LIKE 'x%'"
    )


if __name__ == "__main__":
    main()

"""The stories' server as it really is: PostgreSQL, put back to an earlier day as a backup of its disk would put it."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from school.memory import Kept
from school.server import Database
from school.world import PEOPLE, World

from ii_companion.school.link import Link, Point
from ii_companion.school.remote import Remote, Session, Version
from ii_companion.school.sync import Engine

TABLES = ("mentoring", "session", "part", "training", "tombstone", "mark", "audit")
ELM = "Elm School"


class RealServer:
    """One school's log in a database of its own, looked into as its superuser."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.root = database.superuser()
        for table in reversed(TABLES):  # a story before this one may have been told here
            self.root.execute(f"DELETE FROM ii.{table}")
        self.root.execute("UPDATE ii.school SET base = 0")
        self.root.execute("UPDATE ii.person SET epoch = 1")
        database.people(ELM, k7=False, k8=False, m1=False, c1=True)
        self.links: dict[str, Link] = {}

    def close(self) -> None:
        for one in self.links.values():
            one.close()
        self.root.close()

    def remote(self, laptop: str, person: str) -> Link:
        if laptop not in self.links:
            login = self.database.logins[person]
            if laptop != person:
                login = self.database.another_login(ELM, person)
            self.links[laptop] = Link(
                self.database.connect(login), Point("", 0, "", login, self.database.cluster.folder)
            )
        return self.links[laptop]

    def mentor(self, mentor: str, practitioner: str, *, ends: bool = False) -> None:
        self.remote("c1", "c1").mentor(mentor, practitioner, ends=ends)

    def _xid(self) -> int:
        return int(self.root.execute("SELECT pg_current_xact_id()::text").fetchone()[0])  # type: ignore[index]

    def backup(self) -> Any:
        return (
            {table: self.root.execute(f"TABLE ii.{table}").fetchall() for table in TABLES},
            self.root.execute("SELECT person, epoch FROM ii.person").fetchall(),
            self._xid() + int(self.root.execute("SELECT base FROM ii.school").fetchone()[0]),  # type: ignore[index]
        )

    def restore(self, backup: Any) -> None:
        """As it was, and counting on from there: numbers that laptops have passed are given again."""
        tables, epochs, number = backup
        with self.root.transaction():
            for table in reversed(TABLES):
                self.root.execute(f"DELETE FROM ii.{table}")
            for table, rows in tables.items():
                for row in rows:
                    marks = ", ".join(["%s"] * len(row))
                    values = [Jsonb(one) if isinstance(one, dict) else one for one in row]
                    self.root.execute(f"INSERT INTO ii.{table} VALUES ({marks})", values)
            for person, epoch in epochs:
                self.root.execute("UPDATE ii.person SET epoch = %s WHERE person = %s", (epoch, person))
        self.root.execute(
            "UPDATE ii.school SET base = %s - pg_current_xact_id()::text::bigint", (number + 1,)
        )

    @property
    def kept(self) -> Kept:
        """What is there, as the checks look at it."""
        kept = Kept({"c1"}, set(), {})
        for row in self.root.execute(
            "SELECT id, learner, practitioner, mentor, started_at, figures_for, words_for, at FROM ii.session"
        ).fetchall():
            kept.sessions[row[0]] = (row[7], Session(*row[:7]))
        for row in self.root.execute(
            "SELECT kind, key, vid, replaces, author, coalesce(body, encode(blob, 'base64')), at FROM ii.part"
        ).fetchall():
            kept.parts[row[1], row[0], row[2]] = (row[6], Version(*row[:3], tuple(row[3]), *row[4:6]))
        return kept


class RealWorld(World):
    """The same people, with their laptops in memory and the school's log in PostgreSQL."""

    def __init__(self, database: Database, engine: type[Engine] = Engine) -> None:
        self.real = RealServer(database)
        super().__init__(engine, self.real)

    def sync(self, laptop: str, crash_at: int = 0, fault: tuple[int, str] | None = None) -> bool:
        self._now = laptop
        return super().sync(laptop, crash_at, fault)

    def remote(self, person: str) -> Remote:
        return self.real.remote(self._now, person)

    def replay(self) -> None:
        with contextlib.suppress(psycopg.Error):
            super().replay()

    def listing(self, laptop: str) -> Any:
        return self.real.remote(laptop, PEOPLE[laptop]).list()

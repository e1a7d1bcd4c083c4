"""What a technician does to the server: the tables, a school, and a login for each laptop, with the file to join by."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ii_companion.session.refusal import Refusal
from ii_companion.words import N_

if TYPE_CHECKING:
    import psycopg

SCHEMA = Path(__file__).with_name("schema.sql")
LOGINS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of logins: none that are taken for another. Logins are drawn by lot, since every member may list them."""
MOST_CONNECTIONS = 2


class Login(msgspec.Struct, frozen=True):
    """A laptop's way in. The secret is worth something until the laptop has joined."""

    login: str
    secret: str


def run_schema(connection: psycopg.Connection[Any]) -> None:
    """Make or upgrade the tables and functions, in one transaction."""
    with connection.transaction():
        connection.execute(SCHEMA.read_bytes())


def found_school(connection: psycopg.Connection[Any], name: str) -> None:
    """Add a school, unless it is there."""
    connection.execute("SELECT ii.found_school(%s)", (name,))


def add_login(
    connection: psycopg.Connection[Any], school: str, person: str, *, co_ordinator: bool | None = None
) -> Login:
    """Make a login for one laptop of a person; the person is added to the school where they are not there yet.

    `co_ordinator`: None leaves it as it is. Raises psycopg.Error.
    """
    from psycopg import sql

    login = "u" + "".join(secrets.choice(LOGINS) for _ in range(9))
    secret = secrets.token_urlsafe(24)
    encrypted = connection.pgconn.encrypt_password(secret.encode(), login.encode(), b"scram-sha-256").decode()
    with connection.transaction():
        row = connection.execute("SELECT school FROM ii.school WHERE name = %s", (school,)).fetchone()
        if row is None:
            raise LookupError(school)
        connection.execute(
            "INSERT INTO ii.person (school, person, co_ordinator) VALUES (%s, %s, coalesce(%s, false)) "
            "ON CONFLICT (school, person) DO UPDATE SET co_ordinator = coalesce(%s, ii.person.co_ordinator), "
            "epoch = ii.person.epoch + (coalesce(%s, ii.person.co_ordinator) <> ii.person.co_ordinator)::int",
            (row[0], person, co_ordinator, co_ordinator, co_ordinator),
        )
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT {} PASSWORD {} IN ROLE ii_member").format(
                sql.Identifier(login), sql.Literal(MOST_CONNECTIONS), sql.Literal(encrypted)
            )
        )
        connection.execute("INSERT INTO ii.login VALUES (%s, %s, %s)", (login, row[0], person))
        connection.execute(
            "INSERT INTO ii.laptop (login, school, person) VALUES (%s, %s, %s)", (login, row[0], person)
        )
    return Login(login, secret)


def only_school(connection: psycopg.Connection[Any]) -> str:
    """The name of the one school there is. Raises Refusal if there are none, or several."""
    names = [str(row[0]) for row in connection.execute("SELECT name FROM ii.school ORDER BY name").fetchall()]
    if len(names) != 1:
        raise Refusal(
            "Say which school with --school NAME. There are: {names}.", names=", ".join(names) or "–"
        )
    return names[0]


NEEDS: tuple[tuple[str, str], ...] = (
    (
        N_("row-level security, which holds its owner too"),
        (
            "CREATE TABLE ii_try.t (x int); ALTER TABLE ii_try.t ENABLE ROW LEVEL SECURITY; "
            "ALTER TABLE ii_try.t FORCE ROW LEVEL SECURITY; INSERT INTO ii_try.t VALUES (1)"
        ),
    ),
    (
        N_("policies that go by who asked"),
        (
            "CREATE TABLE ii_try.u (x text); ALTER TABLE ii_try.u ENABLE ROW LEVEL SECURITY; "
            "CREATE POLICY p ON ii_try.u USING (x = session_user::text)"
        ),
    ),
    (
        N_("functions that run as their owner"),
        "CREATE FUNCTION ii_try.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    ),
    (N_("an order of transactions"), "SELECT pg_snapshot_xmin(pg_current_snapshot()), pg_current_xact_id()"),
    (N_("SHA-256, and chance"), "SELECT sha256('x'::bytea), gen_random_uuid()"),
    (N_("SCRAM for passwords"), "SET LOCAL password_encryption = 'scram-sha-256'"),
    (N_("making roles"), "CREATE ROLE ii_try_role NOLOGIN"),
)
"""What a server must be able to do, and what shows it. The first must be refused: no policy lets the owner in."""


def tried(connection: psycopg.Connection[Any]) -> list[tuple[str, bool]]:
    """Try each need, and undo it."""
    import psycopg as driver

    found = [(N_("TLS"), connection.pgconn.ssl_in_use)]
    for n, (what, statement) in enumerate(NEEDS):
        try:
            with connection.transaction(force_rollback=True):
                if "ii_try." in statement:
                    connection.execute("CREATE SCHEMA ii_try")
                connection.execute(statement)
            works = n > 0
        except driver.errors.InsufficientPrivilege:
            works = n == 0
        except driver.Error:
            works = False
        found.append((what, works))
    return found

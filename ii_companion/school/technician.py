"""What a technician does to the server: the tables, a school, and a login for each laptop, with the file to join by."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

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

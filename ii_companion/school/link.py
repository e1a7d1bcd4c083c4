"""The school's log on PostgreSQL: one connection, the functions by name, and every failure as a sentence of ours.

What the server says is never shown: it is in its own words, and anybody may be at the other end until it has proved
that it is the school's. psycopg is loaded when a connection is made (115 ms), and by the `school` command alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from ii_companion.school.membership import Membership
from ii_companion.school.remote import (
    Answer,
    Batch,
    Erased,
    Fetched,
    Hello,
    Ids,
    Listing,
    Page,
    Removed,
    Shared,
    wire,
)
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, counted, said

if TYPE_CHECKING:
    import psycopg

CONNECT_S = 10
NOT_KNOWN, NOT_YOURS, NOT_SO = "II001", "II002", "II003"
_Answered = TypeVar("_Answered")


class Point(msgspec.Struct, frozen=True):
    """Where to ask, and as whom."""

    server: str
    port: int
    database: str
    login: str
    ca: Path

    @classmethod
    def of(cls, membership: Membership, ca: Path) -> Point:
        return cls(membership.server, membership.port, membership.database, membership.login, ca)


def nothing_waits() -> int:
    return 0


def connect(point: Point, secret: str, waiting: Callable[[], int] = nothing_waits) -> psycopg.Connection[Any]:
    """A connection to a server that has proved to be the school's. Raises Refusal.

    There is no setting for less: TLS 1.3, a certificate for this host from the joined authority, and the password
    proved over that very connection.
    """
    import psycopg

    try:
        return psycopg.connect(
            host=point.server, port=point.port, dbname=point.database, user=point.login, password=secret,
            sslmode="verify-full", sslrootcert=str(point.ca), ssl_min_protocol_version="TLSv1.3",
            channel_binding="require", gssencmode="disable", connect_timeout=CONNECT_S, application_name="ii-companion",
            client_encoding="UTF8", autocommit=True,
        )  # fmt: skip
    except psycopg.Error as error:
        raise refused(point, str(error), waiting) from error


def refused(point: Point, says: str, waiting: Callable[[], int]) -> Refusal:
    """Why there is no connection, in a sentence of ours."""
    if wrong := _unproven(says):
        return Refusal(
            "{server} does not prove that it is the school's: {why}. Nothing was sent. Tell your technician.",
            server=point.server,
            why=wrong,
        )
    if re.search(
        r"password authentication failed|no pg_hba.conf entry|is not permitted to log in|does not exist", says
    ):
        return not_known(point.login)
    if "too many connections" in says:
        return Refusal(
            "Another sync of this laptop is running, or has just ended badly. Try again in a minute."
        )
    return unreachable(point.server, _why(says), waiting())


def _unproven(says: str) -> Said | None:
    """What is wrong with the other end's proof; None if nothing is."""
    other = re.search(
        r'server certificate for "(.{1,200}?)"(?: \(and \d+ other names?\))? does not match', says
    )
    if other:
        return said("its certificate is for {host}", host=other[1])
    if re.search(r"certificate verify failed|signature failure|unknown ca", says):
        return said("its certificate is not from the school's authority, or has expired")
    if "does not support SSL" in says or "SSL off" in says or "no encryption" in says:
        return said("it does not encrypt")
    if "channel binding" in says or ("SCRAM" in says and "verif" in says) or "server signature" in says:
        return said("it does not know the password itself")
    if re.search(r"SSL error|tlsv1 alert|protocol version|root certificate", says):
        return said("no safe connection could be made with it")
    return None


def _why(says: str) -> Said:
    for sign, why in (
        ("onnection refused", said("connection refused")),
        ("could not translate host name", said("its name is not known here")),
        ("ailed to resolve host", said("its name is not known here")),
        ("imeout", said("it does not answer")),
        ("timed out", said("it does not answer")),
        ("nreachable", said("there is no network")),
        ("starting up", said("it is starting")),
        ("shutting down", said("it is stopping")),
    ):
        if sign in says:
            return why
    return said("the connection was lost")


def unreachable(server: str, why: Said, waiting: int) -> Refusal:
    return Refusal(
        counted(
            "The school's log at {server} cannot be reached: {why}. Nothing is lost; {n} session waits here.",
            "The school's log at {server} cannot be reached: {why}. Nothing is lost; {n} sessions wait here.",
            waiting,
            server=server,
            why=why,
        )
    )


def not_known(login: str) -> Refusal:
    return Refusal(
        "The school's log does not know this laptop any more (login {login}). Ask your technician for a new join file; "
        "your log stays here.",
        login=login,
    )


class Link:
    """The school's log over one connection: `remote.Remote`, and what a co-ordinator asks besides."""

    def __init__(
        self, connection: psycopg.Connection[Any], point: Point, waiting: Callable[[], int] = nothing_waits
    ) -> None:
        self._connection, self._point, self._waiting = connection, point, waiting

    def close(self) -> None:
        self._connection.close()

    def _ask(self, call: str, arguments: tuple[Any, ...], kind: type[_Answered]) -> _Answered:
        """Call a function and read its answer. Raises Refusal."""
        import psycopg

        try:
            row = self._connection.execute(f"SELECT ii.{call}::text", arguments).fetchone()
        except psycopg.Error as error:
            raise self._refusal(error) from error
        try:
            return msgspec.json.decode(
                row[0] if row is not None and row[0] is not None else "null", type=kind
            )
        except msgspec.DecodeError as error:
            raise Refusal(
                "The school's log answered what this version of ii-companion cannot read. Nothing is lost. Update, or tell "
                "your technician."
            ) from error

    def _refusal(self, error: psycopg.Error) -> Refusal:
        match error.sqlstate:
            case "II001":
                return not_known(self._point.login)
            case "II002":
                return Refusal("A co-ordinator does this. Nothing was changed.")
            case "II003":
                return Refusal("The school's log has no such people, or no such time. Nothing was changed.")
            case "42501":
                return Refusal(
                    "The school's log does not let this login do that. Nothing was changed. Tell your technician."
                )
            case "42883" | "3F000":
                return Refusal(
                    "This laptop's version of ii-companion speaks protocol {ours}; the school's log speaks {theirs}. "
                    "Update; nothing was sent.",
                    ours=1,
                    theirs="–",
                )
            case None:
                return unreachable(self._point.server, _why(str(error)), self._waiting())
        if str(error.sqlstate)[:2] in ("08", "57"):
            return unreachable(self._point.server, _why(str(error)), self._waiting())
        return Refusal(
            "The school's log could not do it ({code}). Nothing is lost. Tell your technician.",
            code=error.sqlstate,
        )

    def hello(self, cursor: str, acked: str) -> Hello:
        return self._ask("hello(%s, %s)", (cursor, acked), Hello)

    def pull(self, cursor: str, most: int) -> Page:
        return self._ask("pull(%s, %s)", (cursor, most), Page)

    def list(self) -> Listing:
        return self._ask("list()", (), Listing)

    def fetch(self, ids: Ids, keys: Ids) -> Fetched:
        return self._ask("fetch(%s, %s)", (ids, keys), Fetched)

    def push(self, batch: Batch) -> Answer:
        return self._ask("push(%s::jsonb)", (wire(batch),), Answer)

    def erase(self, code: str) -> Erased:
        return self._ask("erase(%s)", (code,), Erased)

    def remove(self, ids: Ids) -> Removed:
        return self._ask("remove(%s)", (ids,), Removed)

    def share(self, ids: Ids, figures: int | None, words: int | None) -> Shared:
        return self._ask("share(%s, %s::int, %s::int)", (ids, figures, words), Shared)

    def seen(self, cursor: str, program: str) -> None:
        self._ask("seen(%s, %s)", (cursor, program), Any)

    # A co-ordinator's

    def tidy(self, months: int) -> int:
        return int(self._ask("tidy(%s)", (months,), dict[str, Any])["removed"])

    def mentor(self, mentor: str, practitioner: str, *, ends: bool) -> bool:
        return self._ask("mentor(%s, %s, %s)", (mentor, practitioner, ends), bool)

    def lost(self, login: str) -> bool:
        return self._ask("lost(%s)", (login,), bool)

    def trends(self, learner: str) -> tuple[Lent, ...]:
        return self._ask("trends(%s)", (learner,), tuple[Lent, ...])

    def roll(self) -> Roll:
        return self._ask("roll()", (), Roll)

    def change_secret(self, secret: str) -> None:
        """Change the login's own password; what is sent is what SCRAM keeps of it, not the password. Raises Refusal."""
        import psycopg
        from psycopg import sql

        try:
            kept = self._connection.pgconn.encrypt_password(
                secret.encode(), self._point.login.encode(), b"scram-sha-256"
            )
            self._connection.execute(
                sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(sql.Literal(kept.decode()))
            )
        except psycopg.Error as error:
            raise self._refusal(error) from error


class Lent(msgspec.Struct, frozen=True):
    """One session's figures, as lent."""

    started_at: str
    figures: dict[str, float]


class Laptop(msgspec.Struct, frozen=True):
    login: str
    person: str
    ended: bool
    seen_at: str | None = None


class Erasure(msgspec.Struct, frozen=True):
    hash: str
    author: str
    made_at: str
    waiting: tuple[str, ...]
    """Logins that have not followed yet."""


class Roll(msgspec.Struct, frozen=True):
    """What a co-ordinator sees of the school's people and laptops."""

    people: list[dict[str, Any]]
    mentoring: list[tuple[str, str]]
    training: list[tuple[str, str, str]]
    laptops: list[Laptop]
    erasures: list[Erasure]
    """The newest first."""

"""`ii-companion school set-up` and `add`: what a technician does, once for a server and once for each laptop."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import tell
from ii_companion.words import _

if TYPE_CHECKING:
    import psycopg

VARIABLE = "II_COMPANION_SCHOOL"
"""The server's address, for whoever adds many laptops."""


def add(part: Any) -> None:
    set_up = part(
        "set-up",
        _("make or upgrade the tables on a server (the technician's)"),
        "ii-companion school set-up postgresql://technician@log.elm.example/elm --school 'Elm School' --ca ca.pem",
        run_set_up,
    )
    set_up.add_argument("url", metavar=_("URL"))
    set_up.add_argument("--school", metavar=_("NAME"), help=_("a school to add"))
    set_up.add_argument(
        "--check", action="store_true", help=_("only say whether the server has what is needed")
    )
    one = part(
        "add",
        _("make a laptop's login and its join file (the technician's)"),
        "ii-companion school add k7 --out k7.iischool",
        run_add,
    )
    one.add_argument("person", metavar=_("CODE"))
    one.add_argument("--co-ordinator", action="store_true", help=_("they co-ordinate the school"))
    one.add_argument("--out", type=Path, required=True, metavar=_("PATH"))
    one.add_argument("--force", action="store_true", help=_("write over a file that is there"))
    one.add_argument("--school", metavar=_("NAME"), help=_("which school, where the server has several"))
    one.add_argument("--url", metavar=_("URL"), help=_("the server (or set {name})", name=VARIABLE))
    for sub in (set_up, one):
        sub.add_argument(
            "--ca",
            type=Path,
            metavar=_("FILE"),
            help=_("the authority that the server's certificate is from"),
        )


class Server:
    """An address taken apart."""

    def __init__(self, url: str, ca: Path | None) -> None:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        named = ca or (Path(query["sslrootcert"]) if query.get("sslrootcert") else None)
        if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or not parts.path.strip("/"):
            raise Refusal(
                "“{url}” is no address of a database: postgresql://USER@HOST:PORT/DATABASE.", url=_shown(url)
            )
        if named is None:
            raise Refusal(
                "Say with --ca FILE which authority the server's certificate is from. Laptops prove it by that file."
            )
        self.host, self.port, self.database = parts.hostname, parts.port or 5432, parts.path.strip("/")
        self.url, self.ca = urlunsplit(parts._replace(query="")), named

    def pem(self) -> str:
        from ii_companion.opening import read_whole

        return read_whole(self.ca, 2**18).decode("ascii", "replace")

    @contextlib.contextmanager
    def connected(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection as the technician. Raises Refusal."""
        import psycopg

        from ii_companion.school.link import Point, nothing_waits, refused

        point = Point(self.host, self.port, self.database, urlsplit(self.url).username or "", self.ca)
        try:
            made = psycopg.connect(
                self.url, sslmode="verify-full", sslrootcert=str(self.ca), ssl_min_protocol_version="TLSv1.3",
                gssencmode="disable", connect_timeout=10, application_name="ii-companion", autocommit=True,
            )  # fmt: skip
        except psycopg.Error as error:
            raise refused(point, str(error), nothing_waits) from error
        try:
            yield made
        except psycopg.Error as error:
            raise Refusal(
                "The server did not do it ({code}): the technician owns the database and may make roles (CREATEROLE). "
                "Nothing was changed.",
                code=error.sqlstate or "–",
            ) from error
        finally:
            made.close()


def _shown(url: str) -> str:
    """An address without the password in it."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":…@")


def run_set_up(arguments: argparse.Namespace) -> int:
    from ii_companion.school import technician
    from ii_companion.verbs.school import _need_extra as need_extra

    need_extra()
    server = Server(arguments.url, arguments.ca)
    with server.connected() as connection:
        findings = technician.tried(connection)
        for what, works in findings:
            print(_("ok  {what}", what=_(what)) if works else _("NO  {what}", what=_(what)))
        if not all(works for _what, works in findings):
            raise Refusal("This server lacks what a school's log needs. Nothing was changed.")
        if arguments.check:
            return 0
        technician.run_schema(connection)
        if arguments.school:
            technician.found_school(connection, arguments.school)
    print(_("The school's log on {server} is set up.", server=server.host))
    tell(
        _(
            "In pg_hba.conf, this line and no other for laptops: hostssl {database} +ii_member NETWORK scram-sha-256",
            database=server.database,
        )
    )
    return 0


def run_add(arguments: argparse.Namespace) -> int:
    from ii_companion.files.sessions import write_file
    from ii_companion.school import joining, technician
    from ii_companion.session.codes import code
    from ii_companion.verbs.school import _need_extra as need_extra

    need_extra()
    person = code(arguments.person, "practitioner")
    url = arguments.url or os.environ.get(VARIABLE, "")
    if not url:
        raise Refusal("Say where the school's log is: --url URL, or set {name}.", name=VARIABLE)
    server = Server(url, arguments.ca)
    pem = server.pem()
    if arguments.out.exists() and not arguments.force:
        raise Refusal("{path} is there already. Say --force to write over it.", path=arguments.out)
    with server.connected() as connection:
        school = arguments.school or technician.only_school(connection)
        try:
            made = technician.add_login(
                connection, school, person, co_ordinator=arguments.co_ordinator or None
            )
        except LookupError:
            raise Refusal(
                "There is no school {name} there. Add it: school set-up URL --school NAME", name=school
            ) from None
    file = joining.JoinFile(server.host, server.database, made.login, made.secret, pem, server.port, school)
    write_file(arguments.out, joining.as_toml(file).encode(), force=arguments.force)
    print(
        _(
            "{path}: for {person} at {school}. Give it by hand; once joined it is worth nothing.",
            path=arguments.out,
            person=person,
            school=school,
        )
    )
    return 0

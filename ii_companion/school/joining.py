"""Joining a school's log and leaving it: the join file, the password that makes it worth nothing, and what goes again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import tomli

from ii_companion.log import erase
from ii_companion.log.cards import cards, files_of
from ii_companion.log.places import Places, reason, removed, sync_folder
from ii_companion.log.whole import left_of
from ii_companion.opening import read_whole
from ii_companion.school import others_seal, sealed, secret
from ii_companion.school.desk import SESSION
from ii_companion.school.file_desk import SETTLED, FileDesk
from ii_companion.school.link import Link, Point, connect
from ii_companion.school.membership import FOLDER, Consent, Membership, membership, path_of, read
from ii_companion.school.remote import Hello
from ii_companion.session.refusal import Refusal, said_by

CA = "ca.pem"
LARGEST_FILE = 2**18
DEFAULT_PORT = 5432


class JoinFile(msgspec.Struct, frozen=True):
    """What a technician gives for one laptop."""

    server: str
    database: str
    login: str
    secret: str
    ca: str
    port: int = DEFAULT_PORT
    school: str = ""


def from_file(path: Path) -> JoinFile:
    """Raises Refusal for what is no join file."""
    try:
        text = read_whole(path, LARGEST_FILE).decode()
        return msgspec.convert(tomli.loads(text), JoinFile)
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    except (UnicodeDecodeError, tomli.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Refusal("{path}: not a join file: {why}.", path=path, why=said_by(error)) from error


def from_url(url: str, ca: Path | None) -> JoinFile:
    """The same as an address, postgresql://LOGIN:SECRET@HOST:PORT/DATABASE, and the authority's file. Raises Refusal."""
    parts = urlsplit(url)
    if ca is None or not (parts.hostname and parts.username and parts.password and parts.path.strip("/")):
        raise Refusal(
            "An address is postgresql://LOGIN:SECRET@HOST:PORT/DATABASE, with --ca FILE beside it. A join file has all of it."
        )
    try:
        pem, port = read_whole(ca, LARGEST_FILE).decode("ascii"), parts.port or DEFAULT_PORT
    except (OSError, ValueError) as error:
        raise Refusal("{path}: cannot be read: {why}.", path=ca, why=said_by(error)) from error
    return JoinFile(
        parts.hostname, parts.path.strip("/"), unquote(parts.username), unquote(parts.password), pem, port
    )


def as_toml(file: JoinFile) -> str:
    """The text of a join file."""
    import tomlkit

    document = tomlkit.document()
    document.add(
        tomlkit.comment("For one laptop: ii-companion school join FILE. Worth nothing once it has joined.")
    )
    for name in ("school", "server", "port", "database", "login", "secret"):
        document.add(name, getattr(file, name))
    document.add("ca", tomlkit.string(file.ca, multiline=True))
    return tomlkit.dumps(document)


def join(
    places: Places,
    file: JoinFile,
    consent: Callable[[Hello], Consent],
    ask: secret.Ask,
) -> Membership:
    """Join. `consent` asks what one lends, `ask` for a passphrase where there is no keyring. Raises Refusal.

    The new password is kept before it holds, so that nothing on the way leaves a laptop that cannot get in.
    """
    if read(path_of(places.root), Membership) is not None:
        raise Refusal(
            "This laptop has joined {school} already. Leave it first: ii-companion school leave",
            school=membership(places.root).school,
        )
    folder = places.root / FOLDER
    try:
        sealed.put_as_it_is(folder / CA, file.ca.encode())
    except OSError as error:
        raise Refusal("{path} cannot be written: {why}.", path=folder / CA, why=reason(error)) from error
    ask = functools.cache(ask)  # one passphrase for the password and for others' sessions
    point = Point(file.server, file.port, file.database, file.login, folder / CA)
    try:
        link = Link(connect(point, file.secret), point)
    except Refusal:
        # an earlier try may have changed the password, and ended before it was told of
        again = _again(folder, point, ask)
        if again is None:
            removed(folder / CA)
            raise
        link = again
    try:
        hello = link.hello("", "")
        hello.refuse_other()
        agreed, new = consent(hello), secret.new_secret()
        secret.store(folder, file.login, new, ask)
        link.change_secret(new)
    finally:
        link.close()
    made = Membership(
        file.server, file.port, file.database, hello.school, file.login, hello.person, file.ca, agreed, salt=hello.salt,
        co_ordinator=hello.co_ordinator, co_ordinators=hello.co_ordinators,
    )  # fmt: skip
    FileDesk(places).put_membership(made)
    sync_folder(places.root)
    others_seal.put_on(places, file.login, ask)
    return made


def _again(folder: Path, point: Point, ask: secret.Ask) -> Link | None:
    """The way in with a password that an earlier try kept; None if there is none, or it is not that."""
    try:
        return Link(connect(point, secret.load(folder, point.login, ask)), point)
    except Refusal:
        return None


def open_link(places: Places, ask: secret.Ask) -> Link:
    """The school's log, asked as this laptop. Raises Refusal."""
    mine, ask = membership(places.root), functools.cache(ask)
    folder = places.root / FOLDER
    if not (folder / CA).exists():
        sealed.put_as_it_is(folder / CA, mine.ca.encode())
    point = Point.of(mine, folder / CA)

    def waiting() -> int:
        return len(waits(places))

    link = Link(connect(point, secret.load(folder, mine.login, ask), waiting), point, waiting)
    try:
        others_seal.opened(places, mine.login, ask)
    except BaseException:
        link.close()
        raise
    return link


def waits(places: Places) -> list[str]:
    """Sessions of one's own that are not in the school's log yet, and are to go there."""
    from ii_companion.school.common import state_of

    desk = FileDesk(places)
    mine = desk.membership()
    return [
        session_id
        for name in desk.months(own=True)
        for month in [desk.month(name, own=True)]
        for session_id in month.logs
        if state_of(month, session_id, mine.person) == "here"
    ]


def leave(places: Places) -> None:
    """Remove others' sessions, what was known of one's own, membership and password; one's own log stays."""
    desk, folder = FileDesk(places), places.root / FOLDER
    mine = desk.membership()
    known = desk.cards()
    for name in desk.months(own=True):
        desk.change(name, lambda month: msgspec.structs.replace(month, rows={}), own=True)
    own_learners = {
        str(log.get("learner"))
        for name in desk.months(own=True)
        for log in desk.month(name, own=True).logs.values()
    }
    for learner in cards(places):
        rows = known.rows.get(learner, ())
        written_here = any(author == mine.person for row in rows for _r, author in row.versions.values())
        if rows and not written_here and learner not in own_learners:
            for one in files_of(places, learner):
                removed(one)
    others_seal.forget(places)
    secret.forget(folder, mine.login)
    for name in (
        SETTLED,
        "cards.json",
        "gone.json",
        "training.json",
        CA,
        path_of(places.root).name,
    ):  # that last: till then one can leave again
        for one in (folder / name, *left_of(folder / name)):
            removed(one)
    sync_folder(folder)


def remove_rest(places: Places) -> None:
    """Remove the empty folder, and the lock that was held while it was emptied."""
    erase.remove_folder(places.root / FOLDER)


def keep(places: Places, session_id: str) -> None:
    """Mark a session of one's own as not to be sent. Raises Refusal."""
    _mark(places, session_id, state="kept")


def _mark(
    places: Places, session_id: str, state: str = "", audience: tuple[int | None, int | None] | None = None
) -> None:
    desk = FileDesk(places)
    mine = desk.membership()
    name = next((one for one in desk.months(own=True) if session_id in desk.month(one, own=True).logs), None)
    if name is None:
        raise Refusal("There is no session {id} of yours here.", id=session_id)
    month = desk.month(name, own=True)
    row = month.row(session_id, SESSION)
    if state == "kept" and row.state == "sent":
        raise Refusal(
            "{id} is in {school}'s log already. To remove it there and here: ii-companion log delete {id}",
            id=session_id,
            school=mine.school,
        )
    if audience is not None:
        if month.logs[session_id].get("practitioner") != mine.person:
            raise Refusal(
                "{id} is {practitioner}'s: who else may see it is for them to say.",
                id=session_id,
                practitioner=month.logs[session_id].get("practitioner") or "–",
            )
        now = row.audience or (mine.consent.figures_for, mine.consent.words_for)
        both = (
            now[0] if audience[0] is None else audience[0],
            now[1] if audience[1] is None else audience[1],
        )
        desk.change(name, lambda m: m.with_rows(msgspec.structs.replace(row, audience=both)), own=True)
        return
    desk.change(name, lambda m: m.with_rows(msgspec.structs.replace(row, state=state)), own=True)


def share(places: Places, session_ids: list[str] | None, figures: int | None, words: int | None) -> int:
    """Say who else may see sessions; None: all of one's own, and those to come. How many. Raises Refusal."""
    desk = FileDesk(places)
    mine = desk.membership()
    if session_ids is None:
        consent = Consent(
            mine.consent.figures_for if figures is None else figures,
            mine.consent.words_for if words is None else words,
        )
        desk.put_membership(msgspec.structs.replace(mine, consent=consent))
        session_ids = [
            session_id
            for name in desk.months(own=True)
            for session_id, log in desk.month(name, own=True).logs.items()
            if log.get("practitioner") == mine.person
        ]
    for session_id in session_ids:
        _mark(places, session_id, audience=(figures, words))
    return len(session_ids)

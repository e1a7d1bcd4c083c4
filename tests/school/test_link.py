"""A server that is not the school's, or is not there, is told in sentences of ours; nothing is sent to it."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from school.server import Authority, Cluster, Database, free_port
from school.two import School

from ii_companion.school.link import Link, Point, connect
from ii_companion.session.refusal import Refusal

RAW = (
    "psycopg",
    "FATAL",
    "SQLSTATE",
    "SSL error",
    "libpq",
    "server closed",
    "Is the server running",
    "pg_hba",
)


@pytest.fixture
def point(log: Database) -> Point:
    log.people("Elm School", k7=False)
    return Point("localhost", log.cluster.port, log.name, log.logins["k7"], log.cluster.ca)


def why(point: Point, secret: str) -> str:
    with pytest.raises(Refusal) as refused:
        connect(point, secret, lambda: 3)
    said = str(refused.value)
    for word in RAW:
        assert word not in said
    return said


def test_the_school_s_own_server_is_taken(log: Database, point: Point) -> None:
    link = Link(connect(point, log.passwords[point.login]), point)
    assert link.hello("", "").school == "Elm School"
    ssl = link._connection.execute("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert ssl == ("TLSv1.3",)
    link.close()


def with_certificate(cluster: Cluster, authority: Authority, host: str) -> None:
    authority.issue(host, cluster.folder)
    import os
    import shutil

    if os.geteuid() == 0:
        for path in cluster.folder.glob("server.*"):
            shutil.chown(path, "postgres")
    cluster.restart()


def test_a_certificate_for_another_host_or_from_another_authority_is_refused(
    log: Database, point: Point
) -> None:
    secret = log.passwords[point.login]
    try:
        with_certificate(log.cluster, log.cluster.authority, "elsewhere.example")
        said = why(point, secret)
        assert said == (
            "localhost does not prove that it is the school's: its certificate is for elsewhere.example. Nothing was sent. "
            "Tell your technician."
        )
        with_certificate(log.cluster, Authority(), "localhost")
        assert "localhost does not prove that it is the school's: its certificate is not from" in why(
            point, secret
        )
    finally:
        with_certificate(log.cluster, log.cluster.authority, "localhost")
    connect(point, secret).close()


def answering(data: bytes) -> int:
    """A server that says one thing to everybody."""
    listening = socket.create_server(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]

    def serve() -> None:
        with listening:
            for _n in range(4):
                try:
                    one, _address = listening.accept()
                except OSError:
                    return
                with one:
                    one.recv(64)
                    one.sendall(data)

    threading.Thread(target=serve, daemon=True).start()
    return port


def test_a_server_without_encryption_is_refused_and_nothing_is_said_to_it(point: Point) -> None:
    from msgspec.structs import replace

    said = why(replace(point, port=answering(b"N")), "secret")
    assert "does not prove that it is the school's: it does not encrypt. Nothing was sent." in said
    assert "cannot be reached" in why(
        replace(point, port=answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")), "secret"
    )


def test_a_server_that_is_not_there_is_told_with_what_waits(point: Point) -> None:
    from msgspec.structs import replace

    assert why(replace(point, port=free_port()), "x") == (
        "The school's log at localhost cannot be reached: connection refused. Nothing is lost; 3 sessions wait here."
    )
    assert "cannot be reached: its name is not known here" in why(
        replace(point, server="no.such.host.invalid"), "x"
    )


def test_a_wrong_password_and_a_login_that_is_gone_are_one_sentence(log: Database, point: Point) -> None:
    from msgspec.structs import replace

    said = f"The school's log does not know this laptop any more (login {point.login}). Ask your technician for a new join file"
    assert said in why(point, "wrong")
    assert "does not know this laptop any more (login uxyz)" in why(replace(point, login="uxyz"), "wrong")


def test_an_older_or_newer_protocol_is_told(
    log: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = School(log, tmp_path, monkeypatch)
    k7 = school.laptop("k7")
    with log.superuser() as root:
        text = root.execute("SELECT pg_get_functiondef('ii.hello(text, text)'::regprocedure)").fetchone()[0]  # type: ignore[index]
        root.execute(text.replace("'protocol', 1", "'protocol', 2"))
        root.execute("ALTER FUNCTION ii.hello(text, text) OWNER TO ii_owner")
    assert (
        "This laptop's version of ii-companion speaks protocol 1; the school's log speaks 2. Update; nothing was sent."
        in k7.refused("school", "sync")
    )


def test_only_two_connections_a_login(log: Database, point: Point) -> None:
    secret = log.passwords[point.login]
    open_ones = [connect(point, secret), connect(point, secret)]
    try:
        assert "Another sync of this laptop is running" in why(point, secret)
    finally:
        for one in open_ones:
            one.close()


def test_what_is_lost_on_the_way_is_a_sentence(log: Database, point: Point) -> None:
    link = Link(connect(point, log.passwords[point.login]), point, lambda: 1)
    with log.superuser() as root:
        root.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (point.login,)
        )
    with pytest.raises(Refusal) as refused:
        link.hello("", "")
    assert "cannot be reached" in str(refused.value)
    assert "1 session waits here" in str(refused.value)


def test_a_passphrase_keeps_the_password_where_there_is_no_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ii_companion.log import keys
    from ii_companion.school import secret

    monkeypatch.setattr(keys, "native_keyring", lambda: None)
    secret.store(tmp_path, "u1", "the password", lambda _login: "correct horse")
    assert b"the password" not in (tmp_path / secret.FILE).read_bytes()
    assert secret.load(tmp_path, "u1", lambda _login: "correct horse") == "the password"
    import pyrage

    def wrong(*_: object) -> bytes:
        raise pyrage.DecryptError("a wrong one takes as long as the right one")

    with monkeypatch.context() as patch:
        patch.setattr("pyrage.passphrase.decrypt", wrong)
        with pytest.raises(Refusal, match="not the passphrase"):
            secret.load(tmp_path, "u1", lambda _login: "wrong")
    with pytest.raises(Refusal, match="Choose a passphrase, or stop here"):
        secret.store(tmp_path, "u1", "the password", lambda _login: "")
    secret.forget(tmp_path, "u1")
    assert list(tmp_path.iterdir()) == []

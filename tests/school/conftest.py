"""A running PostgreSQL for tests that need one, of every version there is here; skipped, and said, where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from school.server import Cluster, Database, installed

VERSIONS = installed()


@pytest.fixture(scope="session", params=sorted(VERSIONS) or [0])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Each version in turn."""
    if not request.param:
        pytest.skip("no PostgreSQL server is installed here")
    made = Cluster(request.param, VERSIONS[request.param])
    yield made
    made.stop()


@pytest.fixture(scope="session")
def secured() -> Iterator[Cluster]:
    """One with TLS, as a school's is."""
    for version, folder in VERSIONS.items():
        made = Cluster(version, folder)
        if made.tls:
            yield made
            made.stop()
            return
        made.stop()
    pytest.skip("no PostgreSQL server with TLS is installed here")


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    made = cluster.database()
    yield made
    made.drop()


@pytest.fixture
def log(secured: Cluster) -> Iterator[Database]:
    """A school's log with TLS."""
    made = secured.database()
    yield made
    made.drop()

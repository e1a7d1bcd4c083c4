"""What every test shares: a clock that moves when told, and folders of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings

from ii_companion.log.places import Places

settings.register_profile("ii", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("ii")


class FakeClock:
    """A clock that stands still until it is moved; `sleep_machine` moves it as a suspended machine would."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept = 0.0

    def elapsed(self) -> float:
        return self.seconds

    def awake(self) -> float:
        return self.seconds - self.slept

    def utc(self) -> datetime:
        return datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)

    def real_seconds(self, seconds: float) -> float:
        return 3_600.0  # timers never fire by themselves in tests

    def advance(self, seconds: float) -> None:
        self.seconds = round(self.seconds + seconds, 6)

    def sleep_machine(self, seconds: float) -> None:
        self.advance(seconds)
        self.slept += seconds


TRIED = "tried: "


class Tried(Protocol):
    """Counts a fault that was tried."""

    def __call__(self, what: str, times: int = 1) -> None: ...


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Tried:
    """Count what is done to the program; the sums stand at the end of a run."""
    record_property(TRIED, 0)  # a test that fails before it has counted anything is counted all the same
    return lambda what, times=1: record_property(TRIED + what, times)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was done to the program, how often; whatever lost, crashed or showed a traceback is a failure above."""
    counts: dict[str, int] = {}
    lost = 0
    for outcome, reports in terminalreporter.stats.items():
        for report in reports:
            found = [p for p in getattr(report, "user_properties", []) if str(p[0]).startswith(TRIED)]
            if getattr(report, "when", "") == "call":
                for what, times in found:
                    counts[what.removeprefix(TRIED)] = counts.get(what.removeprefix(TRIED), 0) + times
                lost += bool(found) and outcome == "failed"
    counts.pop("", None)
    if counts:
        terminalreporter.write_line(
            f"faults tried: {', '.join(f'{n:,} {what}' for what, n in sorted(counts.items()))}; "
            f"tests that lost something, crashed or showed a traceback: {lost}"
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the long tests whole, not a seeded sample of them")
    parser.addoption("--update-pictures", action="store_true", help="renew tests/screens/pictures/")


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether a long test runs whole; else a seeded sample of it does."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "data")


@pytest.fixture(autouse=True)
def _nobody_elses_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings and logs out of the tests."""
    monkeypatch.setenv("II_COMPANION_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("II_COMPANION_HOME", str(tmp_path / "data"))

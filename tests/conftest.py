"""What every test shares: a clock that moves when told, and folders of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

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

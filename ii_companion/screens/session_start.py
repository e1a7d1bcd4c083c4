"""Beginning a session on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.dialogue import beginning
from ii_companion.log.clock import Clock
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.screens.live import LiveScreen
from ii_companion.settings import Loaded

if TYPE_CHECKING:
    from ii_companion.log.store import Store


def begin(store: Store, plan: Plan, clock: Clock, loaded: Loaded) -> LiveScreen:
    """The live screen of a new session. Raises Refusal if it could not be kept, and then nothing has begun."""
    return LiveScreen.of(beginning.begin(store, plan, clock, loaded), loaded.settings)


def begin_practice(
    store: Store, plan: Plan, practice: PracticePlan, clock: Clock, loaded: Loaded
) -> LiveScreen:
    """The live screen with a fictional learner as the source of learner acts. Raises Refusal as `begin` does."""
    return LiveScreen.of(beginning.begin_practice(store, plan, practice, clock, loaded), loaded.settings)

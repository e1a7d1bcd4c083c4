"""Beginning a session: folders proved, journal open, and only then a screen."""

from __future__ import annotations

from ii_companion.log.cards import load_card
from ii_companion.log.clock import Clock
from ii_companion.log.places import Places, ready
from ii_companion.log.plan import Plan, header_for, remember_plan
from ii_companion.log.recorder import Recorder
from ii_companion.screens.live import LiveScreen
from ii_companion.settings import Settings


def begin(places: Places, plan: Plan, clock: Clock, settings: Settings) -> LiveScreen:
    """The live screen of a new session. Raises Refusal if it could not be kept, and then nothing has begun."""
    plan = plan.checked()
    ready(places)
    card = load_card(places, plan.learner)
    recorder = Recorder(places, header_for(plan, clock, card), clock)
    remember_plan(places, plan)
    return LiveScreen(recorder, clock, settings)

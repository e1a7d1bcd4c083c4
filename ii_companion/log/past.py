"""A learner's past sessions: how many there were, and their events."""

from __future__ import annotations

from ii_companion.log.header import Mode
from ii_companion.log.store import Store
from ii_companion.session.events import Event
from ii_companion.session.refusal import Refusal
from ii_companion.session.suggest import Suggestion, suggest_wait

NEWEST = 20
"""How many past sessions a suggestion looks at."""
PROBE_EVERY = 4
PROBE_STAGES = (1, 2, 3)


def past_events(store: Store, learner: str, newest: int = NEWEST) -> list[list[Event]]:
    """The events of the learner's newest sessions; journals that are gone or damaged are left out."""
    found: list[list[Event]] = []
    for entry in store.entries():
        if entry.learner != learner or entry.mode is Mode.PRACTICE:
            continue
        try:
            written = store.written(entry.id)
        except Refusal:
            continue
        if written is not None:
            found.append(list(written.events))
        if len(found) == newest:
            break
    return found


def wait_suggestion(store: Store, learner: str) -> Suggestion | None:
    """What the learner's past sessions suggest for `wait_s`."""
    return suggest_wait(past_events(store, learner))


def probe_is_due(store: Store, learner: str, practitioner: str, stage: int) -> bool:
    """Whether the session to come is a fourth one of these two, and so is offered as an unprompted probe."""
    if stage not in PROBE_STAGES:
        return False
    before = sum(
        e.learner == learner and e.practitioner == practitioner and e.mode is not Mode.AFTERWARDS
        for e in store.entries()
    )
    return (before + 1) % PROBE_EVERY == 0

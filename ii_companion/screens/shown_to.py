"""What guests are shown of a session: its header, its events without the text of notes, and what stands on a screen now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ii_companion.devices.messages import ChosenText, Session, Show, Wait
from ii_companion.dialogue import live_words
from ii_companion.session.coach import SHOWN_S
from ii_companion.session.events import Event, Phase
from ii_companion.session.kinds import Kind
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.header import Header
    from ii_companion.session.story import Story


def session_of(header: Header, story: Story) -> dict[str, Any]:
    """What a mentor may know of a session; the host leaves out what others may not."""
    texts = {prompt.id: prompt.text for prompt in story.coaching.prompts}
    chosen = tuple(ChosenText(one.id, one.text or texts.get(one.id, one.id)) for one in header.chosen)
    session = Session(
        header.id,
        header.learner,
        header.practitioner,
        header.mentor,
        header.stage,
        header.card.wait_s,
        header.started_at.isoformat(),
        chosen,
    )
    return dict(msgspec.to_builtins(session))


def events_of(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events for the host's process; the words of a note never leave this one."""
    return [
        {
            "n": one.n,
            "t": one.t,
            "kind": one.kind.value,
            "detail": "" if one.kind is Kind.NOTE else one.detail,
        }
        for one in events
    ]


def show_of(story: Story, now: float) -> dict[str, Any]:
    """What a screen shows from now on, in times of the session: it stays true until something happens."""
    session = story.session
    if session.phase is Phase.ENDED:
        return dict(msgspec.to_builtins(Show()))
    words, _faded = live_words.prompt(story, now)
    last = story.shown[-1].t if words else 0.0
    act = session.trail.learner_act if session.trail is not None else None
    waits = live_words.since_learner(session, now) is not None and not session.stopped
    show = Show(
        words,
        last,
        last + SHOWN_S if words else 0.0,
        Wait(act.event.t, story.tally.wait_today) if waits and act is not None else None,
        session.hushed,
        _("paused") if session.phase is Phase.PAUSED else "",
    )
    return dict(msgspec.to_builtins(show))

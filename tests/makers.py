"""Short ways to write sessions down in tests."""

from __future__ import annotations

from hypothesis import strategies as st

from ii_companion.session.events import Event, Session, apply, why_illegal
from ii_companion.session.kinds import CHANNELS, Kind

LETTERS = {
    "L": Kind.LEARNER_ACT, "j": Kind.JOIN_IN, "i": Kind.IMITATE, "c": Kind.COMMENT, "o": Kind.OTHER, "e": Kind.ENJOYED,
    "y": Kind.ENOUGH_MAYBE, "x": Kind.ENOUGH_CLEAR, "X": Kind.DISTRESS, "m": Kind.MOMENT, "u": Kind.UNDO, "h": Kind.HUSHED,
    "H": Kind.UNHUSHED, "p": Kind.PAUSED, "r": Kind.RESUMED, "E": Kind.ENDED,
}  # fmt: skip


def coded(text: str) -> list[Event]:
    """Events from words such as "1L 2.5i 9E": a time and a letter each."""
    return [Event(n, float(word[:-1]), LETTERS[word[-1]]) for n, word in enumerate(text.split(), 1)]


_kinds = st.sampled_from(
    [Kind.LEARNER_ACT] * 6
    + [Kind.JOIN_IN, Kind.IMITATE, Kind.COMMENT, Kind.OTHER] * 2
    + [Kind.UNDO] * 3
    + [kind for kind in Kind if kind not in (Kind.ENDED, Kind.PROMPT, Kind.RECODED)]
)
_steps = st.one_of(st.integers(0, 12_000), st.sampled_from([0, 1000, 2000, 4800, 5000, 8000]))


@st.composite
def legal_sessions(draw: st.DrawFn, longest: int = 60) -> list[Event]:
    """Any sequence of legal events, times in milliseconds; illegal ones are left out as they come."""
    session, events, ms = Session(), [], 0
    for kind, step in draw(st.lists(st.tuples(_kinds, _steps), max_size=longest)):
        ms += step
        detail = (
            draw(st.sampled_from(CHANNELS)) if kind is Kind.CHANNEL else "2.5" if kind is Kind.GAP else ""
        )
        event = Event(session.n + 1, ms / 1000, kind, detail)
        if not why_illegal(session, event):
            session = apply(session, event)
            events.append(event)
    return events

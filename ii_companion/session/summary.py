"""A session's measures as plain sentences with counts: lead first, then pace; no score."""

from __future__ import annotations

from ii_companion.session.figures import TOLD
from ii_companion.session.lengths import minutes
from ii_companion.session.measures import Measures
from ii_companion.session.said import Said, said


def summary(m: Measures) -> list[Said]:
    """The sentences for one session; nothing is said of what was not keyed."""
    if not (m.counts.learner or m.counts.responses):
        return [
            said(
                "{length}. No acts were keyed, so there is nothing to say about pace or lead.",
                length=minutes(m.duration_s),
            )
        ]
    return [sentence for told in TOLD for sentence in told(m)]

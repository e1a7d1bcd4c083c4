"""Taking sessions in: each whole or not at all, and none twice."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import msgspec

from ii_companion.files.sessions import Travelling
from ii_companion.log.store import Store
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import counted

BATCH = 100
"""Sessions saved into one month at a time."""


class Taken(msgspec.Struct, frozen=True):
    """How an import went."""

    new: int
    known: int
    replaced: int = 0


def take_in(
    store: Store, sessions: Iterable[Travelling], *, replacing: frozenset[str] = frozenset()
) -> Taken:
    """Keep the sessions that are not there yet, and those of `replacing` in place of what is there. Raises Refusal; what was taken in before stays whole."""
    store.ready()
    known_ids = store.known()  # unfinished ones too
    new = known = saved = replaced = 0
    batch: list[Travelling] = []

    def save() -> None:
        nonlocal saved
        batch.sort(key=lambda session: session.log.started_at)
        for _, month in groupby(batch, key=lambda session: f"{session.log.started_at:%Y-%m}"):
            together = list(month)
            try:
                store.take_in((one.log, one.header, one.events) for one in together)
            except Refusal as refusal:
                raise Refusal(
                    counted(
                        "{why} {n} session was taken in before that and stays; import again to go on from there.",
                        "{why} {n} sessions were taken in before that and stay; import again to go on from there.",
                        saved,
                        why=refusal.sentence,
                    )
                ) from refusal
            saved += len(together)
        batch.clear()

    for session in sessions:
        if session.log.id in known_ids and session.log.id in replacing:
            batch.append(session)
            replaced += 1
        elif session.log.id in known_ids:
            if session.header is not None:
                store.mend_journal(session.header, session.events)
            known += 1
        else:
            known_ids.add(session.log.id)
            batch.append(session)
            new += 1
        if len(batch) >= BATCH:
            save()
    save()
    return Taken(new, known, replaced)

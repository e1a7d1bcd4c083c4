"""Folders with something of every kind in them, plain and sealed."""

from __future__ import annotations

from datetime import date

from faults.test_attacked import travelling
from msgspec.structs import replace

from ii_companion.files.taking import take_in
from ii_companion.log.cards import save_card
from ii_companion.log.draft import Draft
from ii_companion.log.local import LocalStore
from ii_companion.log.locking import Lock, NewKeys
from ii_companion.log.places import Places
from ii_companion.session.card import Card

WORDS = ("turns away from us", "more singing", "a good morning", "-p17-", '"p17"', '"k7"')
"""Words and codes that stand in such a folder's files; two letters alone would stand in base64 by chance."""


def filled(places: Places) -> LocalStore:
    """A folder with something of every kind in it."""
    store = LocalStore(places)
    take_in(store, [travelling("heron"), travelling("otter"), travelling("p17")])
    log = travelling("p17").log
    store.save(replace(log, what_happened="a good morning"), keep_earlier=True, over=log)
    take_in(store.practice, [travelling("wren")])
    save_card(places, Card("heron", maybe_signs="turns away from us"))
    store.keep_draft(Draft(f"notes-{travelling('heron').log.id}", {"next_time": "more singing"}, "heron"))
    store.note_date("k7", induction=date(2026, 1, 5))
    return store


def seal(places: Places) -> NewKeys:
    """Seal the folder for new keys."""
    lock = Lock(places, lambda _: None)
    new = lock.draw()
    lock.put_on(new, None)
    return new

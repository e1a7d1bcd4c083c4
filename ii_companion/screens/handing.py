"""A coding that a second observer hands over: kept beside the session, as if it had been coded here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ii_companion.log.store import Store
from ii_companion.session.events import IllegalEvent, fold
from ii_companion.session.refusal import Refusal

if TYPE_CHECKING:
    from ii_companion.screens.paired import Offer


def take_coding(store: Store, offer: Offer) -> str:
    """Keep it; its id. Raises Refusal if the session is gone, or what was coded cannot have happened."""
    written = store.written(offer.session) if offer.session and store.has(offer.session) else None
    if written is None:
        raise Refusal("The session {id} is not here any more; nothing was kept.", id=offer.session)
    try:
        fold(offer.events)
    except IllegalEvent as illegal:
        raise Refusal("This coding cannot be kept: {why}.", why=illegal.sentence) from illegal
    coding = f"{offer.session}-coded-{os.urandom(2).hex()}"
    header = replace(
        written.header,
        id=coding,
        practitioner=offer.name,
        mentor="",
        stage=4,
        probe=True,
        chosen=(),
        for_s=None,
    )
    apart = store.codings
    apart.ready()
    journal = apart.begin(header)
    for event in offer.events:
        journal.append(event)
    if not journal.close():
        raise Refusal("{id} cannot be written: {why}.", id=coding, why=journal.trouble)
    if offer.within_s is not None:
        apart.note_clocks(coding, offer.within_s)
    return coding

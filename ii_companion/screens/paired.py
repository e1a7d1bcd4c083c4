"""What the app knows of an opening, of somebody who is paired, and of a coding that is handed over: values."""

from __future__ import annotations

import msgspec

from ii_companion.devices.code import Role
from ii_companion.session.events import Event


class Opened(msgspec.Struct, frozen=True):
    """Pairing is open: what is shown of it, and until when on the app's clock."""

    role: Role
    code: str
    link: str
    until: float


class Paired(msgspec.Struct):
    """Somebody who was admitted."""

    peer: str
    role: Role
    name: str
    since: str
    """The time of day, as a person reads it."""
    here: bool = True


class Offer(msgspec.Struct, frozen=True):
    """A coding that somebody hands over, to be kept or not."""

    peer: str
    id: str
    name: str
    session: str
    within_s: float | None
    events: tuple[Event, ...]

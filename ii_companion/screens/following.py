"""What every screen that follows a host on another laptop shares: it joins when it is shown, and lets go when it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.devices.guest import Guest, State
from ii_companion.screens import guest_words
from ii_companion.screens.page import Page
from ii_companion.screens.wake import Wake
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.devices import messages
    from ii_companion.devices.joining import Pairing


class Following(Page):
    """A screen that has been paired; `show` paints what was heard, and `forget` is told when that counts no more."""

    def __init__(self, pairing: Pairing, me: str = "") -> None:
        super().__init__()
        self._pairing, self._me = pairing, me
        self._guest: Guest | None = None
        self._wake: Wake | None = None
        self._standing = ""
        """How it stands with the host, where that is to be said."""

    def on_mount(self) -> None:
        self._wake = Wake(self, self.app.clock, lambda _late: self.show())
        self._guest = Guest(self._pairing, self._me, self.app.clock.elapsed, self._heard, self._stands)
        self._guest.start()
        self.show()

    async def on_unmount(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
        if self._guest is not None:
            await self._guest.leave()

    @property
    def _follows(self) -> bool:
        """Whether the host has said what runs."""
        raise NotImplementedError

    def show(self) -> None:
        """Bring the screen up to what was heard."""
        raise NotImplementedError

    def forget(self) -> None:
        """Nothing old is shown as if it were so now."""
        raise NotImplementedError

    def _heard(self, message: messages.FromHost) -> None:
        raise NotImplementedError

    def _stands(self, state: State, why: str) -> None:
        self._standing = guest_words.standing(state, why)
        if state is State.FOLLOWING and not self._follows:
            self._standing = _("Asking the laptop.")
        if state is State.GONE or why == "old":
            self.forget()
        self.show()

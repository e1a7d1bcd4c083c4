"""What every screen shares: whether a key is meant for it, and its way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from ii_companion.screens.host import Host


class Page(Screen[None]):
    """A screen of ours."""

    app: Host

    @property
    def in_front(self) -> bool:
        """Whether a key is meant for this screen: not if it was struck while another opened above, or the app leaves."""
        return self.app.screen is self and not self.app.leaving

    def action_back(self) -> None:
        """Leave for the screen below."""
        if self.in_front:
            self.app.leave_screen()

    def tell(self, sentence: str) -> None:
        """Say something quietly where there is a line for it; most screens have none."""

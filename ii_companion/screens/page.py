"""What every screen shares: whether a key is meant for it, its way back, and what it does when the app is to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.commands import Where
    from ii_companion.screens.host import Host


class Page(Screen[None]):
    """A screen of ours."""

    app: Host
    WHERE: ClassVar[Where | None] = None
    """Its place in the table of commands, if its keys are commands."""
    COVERS: ClassVar[bool] = False
    """Whether it hides what was on the screen, since nobody sat there."""

    @property
    def in_front(self) -> bool:
        """Whether a key is for this screen: not while another screen covers it, nor while the app is closing."""
        return self.app.screen is self and not self.app.leaving

    @property
    def in_session(self) -> bool:
        """Whether somebody may be in a session in front of it; then nothing ever covers it by itself."""
        return False

    def action_back(self) -> None:
        """Leave for the screen below."""
        if self.in_front:
            self.app.leave_screen()

    def tell(self, sentence: str) -> None:
        """Say something quietly where there is a line for it; most screens have none."""

    def action_command(self, name: str) -> None:
        """Run the command of that id; only a screen with a place in the table of commands has any."""

    def save_now(self) -> bool:
        """Save what is unsaved, since a signal ends the app. False if it could not be saved."""
        return True

    _asked_to_leave = False

    def leave(self) -> bool:
        """Whether the app may be left now: every way out asks here. What cannot be saved is said, and left once asked."""
        if self.save_now():
            return True
        if self._asked_to_leave:
            self.app.unsaved = True
            return True
        self._asked_to_leave = True
        self.app.notify(
            _("Something here could not be saved. The same again leaves without it."),
            severity="warning",
            timeout=15,
        )
        return False

"""Textual's palette of commands, whose own words are in the reader's language too."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.widgets import OptionList

from ii_companion.words import _


class Palette(CommandPalette):
    """The palette; what it lists comes from the app."""

    def __init__(self) -> None:
        # the id is the one Textual's own style sheet and app know it by
        super().__init__(placeholder=_("Search for commands…"), id="--command-palette")

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """Textual writes its sentence itself, into a row of the list; it is put in the reader's language there."""
        super()._start_no_matches_countdown(search_value)
        self.set_timer(self._NO_MATCHES_COUNTDOWN, self._say_no_matches)

    def _say_no_matches(self) -> None:
        found = self.query_one(OptionList)
        if found.option_count and found.get_option_at_index(0).id == self._NO_MATCHES:
            found.replace_option_prompt_at_index(0, _("No matches found"))

"""Textual's palette of commands, whose own words are in the reader's language too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets import OptionList

from ii_companion.commands import Where
from ii_companion.screens.page import Page
from ii_companion.session.refusal import Refusal
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.screens.host import Host


class Learners(Provider):
    """Every learner's code: their page. Not during a session, which nothing shall cover."""

    async def startup(self) -> None:
        self._codes: list[str] = []
        if isinstance(self.screen, Page) and self.screen.WHERE is not Where.LIVE:
            reading = self.app.run_worker(self._read, thread=True, exit_on_error=False, group="learners")
            self._codes = await reading.wait()

    def _read(self) -> list[str]:
        """From the cards and the logs, in a thread: there may be many."""
        host: Host = self.app  # type: ignore[assignment]  # the only app there is
        store = host.store
        try:
            return sorted({*store.learners(), *(entry.learner for entry in store.entries())})
        except Refusal:  # home says it
            return []

    def _open(self, code: str) -> None:
        from ii_companion.screens.learner import LearnerScreen

        self.app.push_screen(LearnerScreen(code))

    async def discover(self) -> Hits:
        for code in self._codes:
            yield DiscoveryHit(code, partial(self._open, code), help=_("The learner's page."))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for code in self._codes:
            if (score := matcher.match(code)) > 0:
                yield Hit(
                    score, matcher.highlight(code), partial(self._open, code), help=_("The learner's page.")
                )


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

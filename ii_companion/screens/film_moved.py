"""Where a film is now that is not where it was: asked once, and known again by its first and last MiB."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ii_companion import words
from ii_companion.log.store import FilmLink
from ii_companion.player.film import Film
from ii_companion.player.look import same_film
from ii_companion.screens.page import Page
from ii_companion.session.refusal import Refusal
from ii_companion.words import _
from widgets.field import field
from widgets.lines import Lines


class FilmMovedScreen(Page):
    """Asks for the film's path; `found` is told of it once it is the same film."""

    CSS_PATH = "film.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "screen.back")]

    def __init__(self, link: FilmLink, found: Callable[[Film], None]) -> None:
        super().__init__()
        self._link, self._found = link, found

    def compose(self) -> ComposeResult:
        yield Lines(
            _("The film is not where it was: {path}", path=self._link.path),
            _("Where is it now? Enter takes it, Esc goes back."),
            id="asked",
            wrap=True,
        )
        yield field(hint=_("the film's path"), id="path")
        yield Lines(id="why", wrap=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            film = same_film(event.value.strip(), self._link.sha256)
        except Refusal as refusal:
            self.query_one("#why", Lines).show([words.of(refusal)])
            return
        self.app.leave_screen()
        self._found(film)

"""Tying a session to its film: one clear moment, found on the session's line of time and in the film."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.log.store import FilmLink, Store, Written, longest_good
from ii_companion.screens import film_words
from ii_companion.screens.beside import Beside
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.film_keys import run_film_key
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.mentor_view import marks
from ii_companion.session.events import Event
from ii_companion.session.kinds import KIND_WORDS
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _
from widgets.foot import Foot
from widgets.lines import Lines
from widgets.timeline import Timeline

if TYPE_CHECKING:
    from ii_companion.player.film import Film

LANES = (N_("learner"), N_("you"))


class LinkScreen(CommandedPage):
    """The session's marks, and the film beside them: Enter ties the mark under the cursor to the frame that is shown."""

    WHERE = Where.LINK
    CSS_PATH = "film.tcss"
    AUTO_FOCUS = ""  # the arrows are the film's
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-tall")]  # noqa: RUF012 - Textual declares it for an instance
    """Where it is low, what to do is left to the keys at the foot, so that mark and film are seen."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.LINK), ("escape", "screen.command('quit')")]

    def __init__(self, store: Store, written: Written, film: Film) -> None:
        """`store`: the part of the store that the session is in."""
        super().__init__()
        self._store, self._header = store, written.header
        self._session = longest_good(written.events)
        self._beside = Beside(self, film, self._tell)
        self._refused = ""

    def compose(self) -> ComposeResult:
        yield Lines(
            _(
                "Choose a clear moment of {session}, such as a clap or the first act.",
                session=self._header.id,
            ),
            _("Find it in the film, to the frame. Enter ties the two."),
            id="title",
            wrap=True,
        )
        yield Timeline([_(lane) for lane in LANES], id="timeline")
        yield Lines(id="here", wrap=True)
        yield Foot(foot(Where.LINK, self.app.settings), id="foot")

    def on_mount(self) -> None:
        timeline = self.query_one(Timeline)
        timeline.show(marks(self._session.trail, 0.0), self._session.t)
        timeline.action_step(1)  # the first act
        self._beside.open(0.0)
        self._tell()

    def on_unmount(self) -> None:
        self._beside.close()

    @on(Timeline.Moved)
    def _tell(self) -> None:
        if not self.is_mounted:
            return
        cursor = self.query_one(Timeline).cursor
        what = [event for event in self._session.events() if event.t == cursor]
        here = [_("session {at}: {what}", at=film_words.tenths(cursor), what=self._said(what))]
        here.append(self._refused or film_words.stands(self._beside))
        self.query_one("#here", Lines).show(here)

    def _said(self, events: list[Event]) -> str:
        return ", ".join(_(KIND_WORDS[event.kind]) for event in events) or "–"

    def command(self, name: str) -> None:
        self._refused = ""
        player = self._beside.player
        match name:
            case "link_tie":
                self._tie()
            case "link_next" | "link_before":
                self.query_one(Timeline).action_step(1 if name == "link_next" else -1)
            case "link_play":
                if player is not None:
                    player.toggle()
                else:
                    self._beside.open()
            case _ if player is not None:
                run_film_key(player, name)
        self._tell()

    def _tie(self) -> None:
        film = self._beside.film
        if self._beside.player is None:
            return
        at = round(self._beside.position() - self.query_one(Timeline).cursor, 3)
        link = FilmLink(
            session=self._header.id,
            learner=self._header.learner,
            path=str(film.path),
            length_s=film.length_s,
            sha256=film.sha256,
            at_s=at,
        )
        try:
            self._store.tie_film(link)
        except Refusal as refusal:
            self._refused = words.of(refusal)
            return
        self.app.exit(0, message=film_words.tied(link))

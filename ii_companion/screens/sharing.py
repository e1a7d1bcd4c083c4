"""Sharing: six figures and a QR code for one guest at a time, and who is there. A session under it goes on counting."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from ii_companion.commands import BY_ID, Where
from ii_companion.devices.code import PORT, Role, spaced
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.page import Page
from ii_companion.screens.shared_words import ROLE_WORDS, row
from ii_companion.words import N_, _, ngettext
from widgets.foot import Foot
from widgets.lines import Lines
from widgets.rows import Rows
from widgets.squares import Squares

if TYPE_CHECKING:
    from ii_companion.screens.live import LiveScreen
    from ii_companion.screens.paired import Opened
    from ii_companion.screens.shared import Sharing

OPENS = {"share_screen": Role.SCREEN, "share_remote": Role.REMOTE, "share_mentor": Role.MENTOR}
NEEDS_WIDTH, NEEDS_HEIGHT = 36, 20
"""Cells under which no QR code is drawn: a camera could not read a part of one."""
MARGIN = 2
BESIDE = 66
"""Cells from which the code stands beside the words."""
HONEST = N_(
    "A listener on this Wi-Fi learns nothing. Somebody who can alter it could read the words on that screen; "
    "on your own phone's hotspot nobody else is there."
)
_AWAY_FROM_HERE = ("note", "view", "confirm")
"""Commands of the session under it that show something there: this screen makes room for them."""


def squares(text: str) -> list[list[bool]]:
    """The QR code of a text, true where it is dark, with its margin."""
    import segno  # 14 ms, and only when pairing is open

    made = segno.make(text, error="l", boost_error=False, micro=False)
    return [[bool(cell) for cell in row] for row in made.matrix_iter(border=MARGIN)]


class SharingScreen(Page):
    """Opened by F9, over whatever is in front."""

    WHERE = Where.SHARING
    CSS_PATH = "sharing.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.SHARING),
        *(one for one in bindings(Where.LIVE) if one.id not in ("end", "quit", "help")),
        ("escape", "screen.back"),
        ("up", "screen.move(-1)"),
        ("down", "screen.move(1)"),
    ]

    def __init__(self, sharing: Sharing, under: LiveScreen | None, role: Role | None = None) -> None:
        """`under`: the session whose keys go on counting; `role`: what is opened at once."""
        super().__init__()
        self._sharing, self._under = sharing, under
        self._peers: list[str] = []
        if role is not None:
            sharing.open(role)

    def compose(self) -> ComposeResult:
        with Horizontal(id="sides"):
            yield Squares(id="code")
            with Vertical(id="said"):
                yield Lines(id="title", wrap=True)
                yield Lines(id="figures")
                yield Lines(id="how", wrap=True)
                yield Rows(id="rows")
        yield Lines(id="line", wrap=True)
        yield Foot(foot(Where.SHARING, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self.query_one(Rows).can_focus = False
        self._sharing.changed = self.show
        self.show()

    def on_unmount(self) -> None:
        self._sharing.changed = lambda: None

    def on_resize(self) -> None:
        self.set_class(self.size.width < BESIDE, "-narrow")
        self.show()

    def show(self) -> None:
        """Bring the screen up to what there is."""
        if not self.is_mounted or not self.query(Rows):
            return
        sharing, opened = self._sharing, self._sharing.opened
        self.query_one("#title", Lines).show([self._title(opened)])
        figures = self.query_one("#figures", Lines)
        figures.show([f"  {spaced(opened.code)}"] if opened is not None else [])
        figures.display = opened is not None
        self._show_code(opened)
        self.query_one("#how", Lines).show(self._how(opened))
        paired = list(sharing.paired.values())
        self._peers = [one.peer for one in paired]
        rows = self.query_one(Rows)
        at = rows.at
        rows.show([row(one) for one in paired], _("Paired") if paired else "")
        rows.at = max(0, min(at, len(paired) - 1))
        self.query_one("#line", Lines).show([self._line()])

    def _title(self, opened: Opened | None) -> str:
        if opened is None:
            here = self._sharing
            return (
                _("Share on this network ({address})", address=here.address) if here.address else _("Share")
            )
        return _("Open for three minutes, for one: {role}", role=_(ROLE_WORDS[opened.role]))

    def _place(self) -> str:
        here = self._sharing
        return here.address if here.port == PORT else f"{here.address}:{here.port}"

    def _how(self, opened: Opened | None) -> list[str]:
        if opened is None:
            return []
        if opened.role is Role.MENTOR:
            return [
                _("On the other laptop: {command}", command=f"ii-companion mentor {self._place()}"),
                _("It asks for these figures. To code the session as well: {option}", option="--code"),
            ]
        here = f"http://{self._sharing.address}:{self._sharing.port}/"
        if self.has_class("-narrow") and self.has_class("-code"):  # there is room for no more
            return [here]
        said = [_("In a browser: {address}", address=here)]
        if opened.role is Role.SCREEN:
            said.append(
                _("On another laptop: {command}", command=f"ii-companion glance --join {self._place()}")
            )
        return [*said, "", _(HONEST)]

    def _show_code(self, opened: Opened | None) -> None:
        code = self.query_one(Squares)
        link = self._link(opened)
        drawn = bool(link) and self._can_draw()
        code.show(squares(link) if drawn else [])
        code.display = drawn
        self.set_class(drawn, "-code")

    def _link(self, opened: Opened | None) -> str:
        if opened is None or opened.role is Role.MENTOR:
            return ""
        return f"http://{self._sharing.address}:{self._sharing.port}/#{opened.link}"

    def _can_draw(self) -> bool:
        size = self.app.size
        return size.width >= NEEDS_WIDTH and size.height >= NEEDS_HEIGHT and not os.environ.get("NO_COLOR")

    def _line(self) -> str:
        if self._sharing.offers:
            offer = self._sharing.offers[0]
            return ngettext(
                "{who} coded the session {session}: {n} event. Enter keeps it beside the session, Delete lets it go.",
                "{who} coded the session {session}: {n} events. Enter keeps it beside the session, Delete lets it go.",
                len(offer.events),
                who=offer.name or _("Somebody"),
                session=offer.session,
            )
        return self._sharing.said

    def tell(self, sentence: str) -> None:
        self._sharing.said = sentence
        self.show()

    # Keys

    def action_move(self, by: int) -> None:
        self.query_one(Rows).action_move(by)

    def action_command(self, name: str) -> None:
        """Its own commands; all others belong to the session under it, which goes on counting."""
        if not self.in_front:
            return
        if BY_ID[name].where is Where.SHARING or name in ("help", "palette"):
            self._own(name)
        elif name == "confirm" and self._sharing.offers:
            self.tell(self._sharing.settle(keep=True))
        elif name in ("share", "quit"):
            self.action_back()
            if name == "quit":
                self.app.call_later(self.app.action_quit)
        elif self._under is not None and name != "end":
            stopped = self._under.recorder.session.stopped
            if name == "confirm" and not stopped:
                return
            if name in _AWAY_FROM_HERE:
                self.action_back()
            self._under.action_command(name)

    def _own(self, name: str) -> None:
        sharing = self._sharing
        match name:
            case "share_screen" | "share_remote" | "share_mentor":
                if self.app.sharing is not sharing:  # it stopped by itself, or was ended: F9 makes another
                    self.app.open_sharing(OPENS[name].value, instead_of=self)
                    return
                sharing.said = ""
                sharing.open(OPENS[name])
            case "share_turn_away" if sharing.offers:
                sharing.said = sharing.settle(keep=False)
            case "share_turn_away" if self._peers:
                sharing.turn_away(self._peers[self.query_one(Rows).at])
            case "share_end":
                self.app.end_sharing()
                self.action_back()
                return
            case "address_before" | "address_next":
                sharing.step(1 if name == "address_next" else -1)
            case "help":
                from ii_companion.screens.help import HelpScreen

                self.app.push_screen(HelpScreen(Where.SHARING))
        self.show()

"""The mentor's screen on a laptop of their own: the mentor's view of a session elsewhere, and a quiet word to its practitioner."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.content.prompts import load_prompts
from ii_companion.devices import messages
from ii_companion.devices.code import good_words
from ii_companion.devices.joining import Pairing
from ii_companion.dialogue import live_words
from ii_companion.dialogue.beginning import coaching
from ii_companion.feed.joined import JoinedFeed
from ii_companion.log.header import ChosenPrompt, Header
from ii_companion.screens import guest_words, mentor_view
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.following import Following
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.card import Card
from ii_companion.session.prompts import MOST_WORDS, wording_problems
from ii_companion.words import _
from widgets.field import field
from widgets.foot import Foot
from widgets.lanes import Lanes
from widgets.lines import Lines

if TYPE_CHECKING:
    from textual.widgets import Input


def header_of(session: messages.Session) -> Header:
    """The header of a session as its host tells of it. Raises ValueError for one that cannot be."""
    learner = _told(session.learner)
    chosen = session.chosen if isinstance(session.chosen, tuple) else ()
    return Header(
        id=session.id,
        learner=learner,
        practitioner=_told(session.practitioner),
        mentor=_told(session.mentor),
        stage=session.stage if isinstance(session.stage, int) else 1,
        started_at=datetime.fromisoformat(_told(session.started_at)),
        card=Card(learner, session.wait_s) if isinstance(session.wait_s, float) else Card(learner),
        chosen=tuple(ChosenPrompt(one.id, one.text) for one in chosen),
    )


def _told(value: str | UnsetType) -> str:
    return "" if value is UNSET or not isinstance(value, str) else value


class MentoringScreen(CommandedPage, Following):
    """Follows one session after another, for as long as it is not let go."""

    WHERE = Where.MENTORING
    CSS_PATH = "mentoring.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.MENTORING), ("escape", "screen.leave_or_close")]

    def __init__(self, pairing: Pairing, me: str) -> None:
        super().__init__(pairing, me)
        self._feed: JoinedFeed | None = None
        self._standing = _("Asking the laptop.")
        self._said = ""
        self._asked: dict[str, str] = {}
        """What was asked for, by its number, as it is said once it is done."""

    def compose(self) -> ComposeResult:
        yield Lines(id="who")
        yield Lanes((_("learner"), _("practitioner")), id="lanes")
        with VerticalScroll(id="room", can_focus=False):
            yield Lines(id="figures", wrap=True)
        yield Lines(id="line", wrap=True)
        yield Foot(foot(Where.MENTORING, self.app.settings), id="foot")

    # What is heard

    @property
    def _follows(self) -> bool:
        return self._feed is not None

    def forget(self) -> None:
        """The session that was followed."""
        self._feed = None
        if self._guest is not None:
            self._guest.following("", 0)

    def _heard(self, message: messages.FromHost) -> None:
        match message:
            case messages.Session():
                self._standing = ""
                self._another(message)
            case messages.Events() if self._feed is not None and self._guest is not None:
                self._feed.take(message.events)
                self._guest.following(self._feed.header.id, self._feed.session.n)
            case messages.Taken():
                self._said = self._asked.pop(message.id, "")
            case messages.Refused():
                self._asked.pop(message.id, None)
                self._said = guest_words.refused(message.why)
            case _:
                return
        self.show()

    def _another(self, session: messages.Session) -> None:
        """Another session runs there, or the same after a cut, or none."""
        if not session.id:
            self._feed = None
        elif self._feed is None or self._feed.header.id != session.id:
            try:
                header = header_of(session)
            except ValueError as wrong:
                self._said = words.of(wrong)
                return
            loaded = self.app.loaded
            prompts = load_prompts(loaded.settings.language, loaded.own_prompts).prompts
            guest = self._guest
            self._feed = JoinedFeed(header, coaching(header, prompts), lambda: guest.now() if guest else None)

    # What is shown

    def show(self) -> None:
        """Bring the screen up to what is known, and wake again when it would next change by itself."""
        if not self.query("#figures"):
            return
        feed = self._feed
        self.set_class(feed is None, "-nothing")
        line = (
            [self._standing or self._said]
            if feed is not None
            else [self._standing or _("No session is running there. Esc leaves.")]
        )
        if feed is not None:
            now = feed.now()
            mentor_view.show(self, feed, now)
            if not self._standing and not self._said and not feed.live:
                line = [_("The session has ended.")]
            elif not line[0] and feed.session.stopped:
                line = [_("A sign to stop was keyed; no more prompts.")]
            if self._wake is not None and feed.live:
                self._wake.at(now, live_words.next_look(feed.story, now, bar=False))
        self.query_one("#line", Lines).show(line)

    def tell(self, sentence: str) -> None:
        self._said = sentence
        self.show()

    # What is asked for

    def command(self, name: str) -> None:
        if self._feed is None or self._guest is None or self._standing:
            self.show()
            return
        if name == "mentor_words":
            self._open_words()
        elif name == "mentor_moment":
            self._asked[self._guest.ask(messages.Moment)] = _("moment marked")
        elif name.startswith("mentor_send_"):
            self._send(int(name[-1]) - 1)

    def _send(self, index: int) -> None:
        feed, guest = self._feed, self._guest
        assert feed is not None
        assert guest is not None
        chosen = feed.header.chosen
        if index >= len(chosen):
            self.tell(live_words.not_chosen(len(chosen)))
            return
        prompt = chosen[index]
        self.tell("")
        self._asked[guest.ask(lambda n: messages.Send(n, prompt=prompt.id))] = _(
            "sent: {prompt}", prompt=prompt.text
        )

    def _open_words(self) -> None:
        if not self.query("#words"):
            own = field(hint=_("A few words for the practitioner; Enter sends them, Esc lets go"), id="words")
            self.mount(own, before="#line")
            own.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = " ".join(event.value.split())
        loaded = self.app.loaded
        rules = load_prompts(loaded.settings.language, loaded.own_prompts).rules
        wrong = wording_problems(text, rules)
        if wrong or not good_words(text, MOST_WORDS):
            why = words.render(wrong[0]) if wrong else _("it is too long to be taken in at a glance")
            self.tell(_("“{text}”: {why}.", text=text, why=why))
            return
        event.input.remove()
        if self._guest is not None and self._feed is not None and not self._standing:
            self.tell("")
            number = self._guest.ask(lambda n: messages.Send(n, words=text))
            self._asked[number] = _("sent: {prompt}", prompt=text)

    def action_leave_or_close(self) -> None:
        """Esc lets go of words that are being typed; else it leaves."""
        typing = self.query("#words")
        if typing:
            typing.remove()
        elif self.in_front:
            self.app.leave_screen()

"""A learner's card, edited: what staff have agreed about one learner, in a few words and numbers."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.dialogue.card_words import FIELDS, TEXTS
from ii_companion.log.past import wait_suggestion
from ii_companion.screens.drafted import Drafted
from ii_companion.screens.host import Host
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.card import Card, Overload
from ii_companion.session.refusal import Refusal
from ii_companion.session.suggest import Suggestion
from ii_companion.words import N_, _, ngettext
from widgets.field import field
from widgets.foot import Foot
from widgets.form import Form
from widgets.lines import Lines

_IN_SENTENCES = {"wait_s": N_("wait"), "energy": N_("energy"), "gap_under_s": N_("too soon")}
"""What a field is called in a sentence, where its label says more."""
_NUMBERS = ("wait_s", "energy", "acts_per_min", "talk_per_min", "gap_under_s")


class CardScreen(PanelScreen, Drafted):
    """One learner's card."""

    WHERE = Where.CARD
    FORM = True
    CSS_PATH = sheets("card.tcss")
    AUTO_FOCUS = "#wait_s"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.CARD), ("escape", "screen.back")]

    def __init__(self, card: Card) -> None:
        super().__init__()
        self._card = card
        self._suggestion: Suggestion | None = None
        self._asked = False
        """Whether it was said that what was typed is not saved yet."""

    def compose(self) -> ComposeResult:
        self.drafts_of(self.app.store, f"card-{self._card.code}", self._card.code)
        yield Lines(
            _("The card of {learner}", learner=self._card.code),
            _("Codes and agreed words only; no names."),
            *self.app.store.beside_card(self._card.code),
            id="title",
            wrap=True,
        )
        with titled(Form(), _("Card")):
            wide = max(cell_len(_(label)) for label, _hint in FIELDS.values()) + 1
            for name, (label, hint) in FIELDS.items():
                with Horizontal(classes="row"):
                    shown = Lines(_(label))
                    shown.styles.width = wide
                    yield shown
                    yield field(self._shown(name), _(hint), id=name)
            yield Static(id="about", markup=False)
        yield Foot(foot(Where.CARD, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self._look_back()

    def save_now(self) -> bool:
        """Keep what is typed as a draft: a card is saved only when somebody says so."""
        return self.keep_draft_now()

    def _shown(self, name: str) -> str:
        """What a field says at first; nothing on a new card, where nothing was agreed yet."""
        card = self._card
        if card == Card(card.code):
            return ""
        value = getattr(card, name, None) if name in Card.__struct_fields__ else getattr(card.overload, name)
        return "" if value is None else f"{value:g}" if isinstance(value, float | int) else str(value)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_back(self) -> None:
        suggestion = wait_suggestion(self.app.store, self._card.code)
        self.app.from_thread(self, self._suggest, suggestion)

    def _suggest(self, suggestion: Suggestion | None) -> None:
        self._suggestion = suggestion
        if suggestion is not None:
            self._say(
                ngettext(
                    "Past sessions suggest a wait of {seconds} s: three quarters of {replies} replies in {n} session "
                    "came within that. F7 takes it; leaving it is as good.",
                    "Past sessions suggest a wait of {seconds} s: three quarters of {replies} replies in {n} sessions "
                    "came within that. F7 takes it; leaving it is as good.",
                    suggestion.sessions,
                    seconds=f"{suggestion.wait_s:g}",
                    replies=suggestion.replies,
                )
            )

    @on(Input.Submitted)
    def _go_on(self) -> None:
        self.focus_next()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._asked = False

    def action_back(self) -> None:
        """Leave; once it has been said that what was typed would be lost."""
        typed = any(self.query_one(f"#{name}", Input).value != self._shown(name) for name in FIELDS)
        if typed and not self._asked:
            self._asked = True
            self._say(_("Not saved yet. Ctrl+S saves it; Esc again leaves the card as it was."))
        else:
            if typed:
                self.drop_draft()
            super().action_back()

    def _say(self, sentence: str) -> None:
        self.query_one("#about", Static).update(sentence)

    def command(self, name: str) -> None:
        match name:
            case "save_card":
                self._save()
            case "take_suggestion" if self._suggestion is not None:
                self.query_one("#wait_s", Input).value = f"{self._suggestion.wait_s:g}"

    def _save(self) -> None:
        try:
            self.app.store.telling(self._notice).save_card(self._read(), self._card)
        except Refusal as refusal:
            self.keep_draft_now()
            self._say(words.of(refusal))
            return
        self.drop_draft()
        self.app.leave_screen()

    def _notice(self, sentence: str) -> None:
        self.app.notify(sentence, severity="warning", timeout=15)

    def _read(self) -> Card:
        """The card as the fields say. Raises Refusal naming the field."""
        texts = {name: self.query_one(f"#{name}", Input).value.strip() for name in FIELDS}
        numbers: dict[str, float | None] = {}
        for name in _NUMBERS:
            try:
                numbers[name] = float(texts[name].replace(",", ".")) if texts[name] else None
            except ValueError:
                raise Refusal(
                    "{field}: “{text}” is not a number.", field=_(FIELDS[name][0]), text=texts[name]
                ) from None
        try:
            return Card(
                code=self._card.code,
                wait_s=numbers["wait_s"] or Card("").wait_s,
                energy=int(numbers["energy"]) if numbers["energy"] is not None else None,
                overload=Overload(numbers["acts_per_min"], numbers["talk_per_min"], numbers["gap_under_s"]),
                **{name: texts[name] for name in TEXTS},
            )
        except ValueError as error:
            said = words.of(error)
            for name in _NUMBERS:  # the card's own check knows only the file's names
                called = _(_IN_SENTENCES.get(name, FIELDS[name][0]))
                said = said.replace(f"overload.{name}", called).replace(name, called)
            raise Refusal("{why}.", why=said) from error


def open_card(app: Host, code: str) -> CardScreen:
    """The screen of a learner's card. Raises Refusal if the file is there but not a card."""
    return CardScreen(app.store.card(code))

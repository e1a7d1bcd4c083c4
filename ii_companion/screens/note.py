"""A moment noted afterwards: the form of after a session, asked first when it was and how long. Nothing was counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from ii_companion import words
from ii_companion.dialogue.questions import NOTED, WHO
from ii_companion.log.afterwards import day_words, kept_words, minutes_of, note, noted, when_of
from ii_companion.log.plan import Plan
from ii_companion.log.records import BriefLog
from ii_companion.screens.after import AfterScreen
from ii_companion.session.refusal import Refusal
from ii_companion.words import _
from widgets.field import field

if TYPE_CHECKING:
    from ii_companion.log.store import Store


class NoteScreen(AfterScreen):
    """A note afterwards. It is kept when it is left, and only if something was said."""

    AUTO_FOCUS = "#when"

    def __init__(
        self, store: Store, plan: Plan, *, at: str = "", on: date | None = None, minutes: str = ""
    ) -> None:
        self._plan = plan
        self._said_first = {
            "when": f"{on} {at}".strip() if on else at,
            "minutes": minutes,
            "place": plan.place,
        }
        blank = replace(plan, learner=plan.learner or "p17")  # a log has a code; the real one is asked for
        super().__init__(store, note(blank, datetime.now(UTC), 0.0))
        self.drafts_of(store, f"afterwards-{plan.learner or 'somebody'}", plan.learner)
        self._blank = self._log

    def _first_fields(self) -> ComposeResult:
        who = [self._plan.learner, self._plan.practitioner]
        yield Static(_("A moment noted afterwards: {who}", who=", ".join(filter(None, who))), markup=False)
        asked = dict(NOTED)
        if not self._plan.learner:
            asked = {**WHO, **asked}
        for name, (question, hint) in asked.items():
            yield Static(_(question), classes="label", markup=False)
            said = self._said_first.get(name, getattr(self._plan, name, ""))
            yield field(str(said), _(hint), id=name)

    def _begin(self) -> None:
        if not self._plan.learner:
            self.query_one("#learner").focus()
        self._say(self._keys())
        self.call_after_refresh(self.query_one("#form", VerticalScroll).scroll_home, animate=False)

    def _left(self, left: Widget) -> None:
        """Say which day is meant, as soon as it was typed. Nothing is kept before the form is left."""
        if isinstance(left, Input) and left.id in ("when", "minutes") and self._asked is None:
            try:
                now = self.app.clock.utc()
                self._say(f"{day_words(self._began(), now)}  {self._keys()}")
            except Refusal as refusal:
                self._say(words.of(refusal))

    def _value(self, name: str) -> str:
        return next((one.value.strip() for one in self.query(f"#{name}").results(Input)), "")

    def _minutes(self) -> float:
        return minutes_of(self._value("minutes"))

    def _began(self) -> datetime:
        return when_of(self._value("when"), self._minutes(), self.app.clock.utc())

    def _written(self) -> BriefLog:
        """The log as the form says. Raises Refusal for what is no time, length or code."""
        plan = replace(
            self._plan,
            learner=self._value("learner") or self._plan.learner,
            practitioner=self._value("practitioner") or self._plan.practitioner,
            place=self._value("place"),
        )
        return noted(self._filled(), note(plan, self._began(), self._minutes()))

    @property
    def _untouched(self) -> bool:
        asked = {name: self._value(name) for name in NOTED}
        return self._filled() == self._blank and asked == self._said_first

    def save_now(self) -> bool:
        """Keep the note, if there is one."""
        if self._keeping.gone or self._keeping.saved is not None or self._untouched:
            return True
        try:
            log = self._written()
            self._store.ready()
            self._store.telling(self._tell).save(log)
        except Refusal as refusal:
            self.keep_draft_now()
            self._say(words.of(refusal))
            return False
        self._log = self._keeping.saved = log
        self.drop_draft()
        return True

    def _discard(self) -> None:
        self._keeping.gone = True
        self.drop_draft()
        self._leave()

    def _leave(self) -> None:
        said = "" if self._keeping.saved is None else kept_words(self._keeping.saved, self.app.clock.utc())
        if len(self.app.screen_stack) > 1:
            if said:
                self.app.notify(said, markup=False)
            self.app.leave_screen()
        else:
            self.app.exit(0, message=said or None)

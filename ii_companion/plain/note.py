"""A moment noted afterwards, a question at a time: who, when and how long first. Nothing was counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ii_companion.dialogue.keeping import SAVE_WAIT_S
from ii_companion.dialogue.questions import NOTED, TEXTS, WHO
from ii_companion.log.afterwards import day_words, kept_words, minutes_of, note, noted, when_of
from ii_companion.log.draft import Draft
from ii_companion.plain.after import Notes
from ii_companion.plain.asking import words
from ii_companion.session.codes import code
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of

if TYPE_CHECKING:
    from ii_companion.log.clock import Clock
    from ii_companion.log.plan import Plan
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Settings


class NoteAfterwards(Notes):
    """The questions of a note. It is kept at the end, and only if something was said; until then a draft has it."""

    def __init__(
        self,
        store: Store,
        plan: Plan,
        settings: Settings,
        talk: Talk,
        clock: Clock,
        *,
        at: str = "",
        on: date | None = None,
        minutes: str = "",
    ) -> None:
        blank = replace(plan, learner=plan.learner or "p17")  # a log has a code; the real one is asked for
        super().__init__(store, note(blank, datetime.now(UTC), 0.0), settings, talk)
        self._plan, self._clock = plan, clock
        self._said_first = {
            "learner": plan.learner,
            "practitioner": plan.practitioner,
            "when": f"{on} {at}".strip() if on else at,
            "minutes": minutes,
            "place": plan.place,
        }
        self._said = dict(self._said_first)
        name = f"afterwards-{plan.learner or 'somebody'}"
        self._draft = Draft(name, {}, plan.learner, had_card=store.has_card(plan.learner))

    def _questions(self) -> None:
        who = [self._plan.learner, self._plan.practitioner]
        if any(who):
            self._talk.say(_("A moment noted afterwards: {who}", who=", ".join(filter(None, who))))
        if not self._plan.learner:
            for name, (question, hint) in WHO.items():
                self._about(name, question, hint)
        for name, (question, hint) in NOTED.items():
            self._about(name, question, hint)
        super()._questions()

    def _about(self, name: str, question: str, hint: str) -> None:
        """Ask for one of the facts, again until it is one."""
        while True:
            self._field = name
            asked = _("{question} ({hint})", question=_(question), hint=_(hint))
            words(self._talk, asked, self._said[name], self._answered(name), draft=self._drafting(name))
            self._field = ""
            try:
                self._checked(name)
            except Refusal as refusal:
                self._talk.say(of(refusal))
                self._said[name] = self._said_first[name]
                continue
            self.save_now()
            return

    def _answered(self, name: str) -> Callable[[str], None]:
        def take(text: str) -> None:
            self._said[name] = self._texts()[name] = text

        return take

    def _drafting(self, name: str) -> Callable[[str], None]:
        return lambda text: self._drafted(name, text)

    def _checked(self, name: str) -> None:
        """Raise Refusal for what is no code, time or length; say which day is meant."""
        if name == "learner":
            replace(self._plan, learner=self._said[name]).checked()
        elif name == "practitioner" and self._said[name]:
            code(self._said[name], "practitioner")
        elif name in ("when", "minutes"):
            began = self._began()
            if bool(self._said["when"]) == (name == "when"):
                self._talk.say(day_words(began, self._clock.utc()))

    def _began(self) -> datetime:
        return when_of(self._said["when"], minutes_of(self._said["minutes"]), self._clock.utc())

    def _typed(self, name: str, text: str) -> None:
        if name in TEXTS:
            super()._typed(name, text)
        else:
            self._answered(name)(text)

    def _put_back(self, name: str, text: str) -> None:
        if name in TEXTS or name in self._said:
            self._typed(name, text)

    @property
    def _untouched(self) -> bool:
        return self.log == self._first and self._said == self._said_first

    def save_now(self) -> bool:
        """What was answered so far, as a draft."""
        return self._untouched or self.keep_draft_now()

    def _keep(self) -> bool:
        if self._untouched or self._keeping.saved is not None:
            return True
        try:
            minutes = minutes_of(self._said["minutes"])
            facts = {name: self._said[name] for name in ("learner", "practitioner", "place")}
            log = noted(self.log, note(replace(self._plan, **facts), self._began(), minutes))
            self._store.ready()
            self._store.telling(self._talk.say).within(SAVE_WAIT_S).save(log)
        except Refusal as refusal:
            self.keep_draft_now()
            self._talk.say(of(refusal))
            return False
        self.log = self._keeping.saved = log
        self.drop_draft()
        return True

    def _discard(self) -> int:
        self.drop_draft()
        self._talk.say(_("Discarded."))
        return 0

    def _kept(self) -> str:
        if self._keeping.saved is None:
            return _("Nothing was noted.")
        return kept_words(self._keeping.saved, self._clock.utc())

    def _told(self) -> list[str]:
        return []

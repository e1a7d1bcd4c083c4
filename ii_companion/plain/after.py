"""After the end, a question at a time: the log is saved the moment the session ends, and again after every answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ii_companion.content.fundamentals import engagement, fundamentals
from ii_companion.dialogue.keeping import BACK, DISK_FULL, SAVE_WAIT_S, SAVED, Keeping, filled
from ii_companion.dialogue.questions import CHOICES, SAFETY, TAGS, TEXTS
from ii_companion.log.closing import brief_log
from ii_companion.log.counted import figures
from ii_companion.log.draft import Draft
from ii_companion.plain.arriving import INPUT_ENDED, INTERRUPTED, Leaving
from ii_companion.plain.asking import Discarded, Enough, choose, several, words
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of

if TYPE_CHECKING:
    from ii_companion.log.recorder import Recorder
    from ii_companion.log.records import BriefLog
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Settings


class Notes:
    """The questions of one log. Drafts have the names that the form gives them, so that either offers the other's."""

    def __init__(
        self, store: Store, log: BriefLog, settings: Settings, talk: Talk, recorder: Recorder | None = None
    ) -> None:
        self.log = self._first = log
        self._store, self._settings, self._talk = store, settings, talk
        self._keeping = Keeping(store, log, recorder, edit=False)
        self._draft = Draft(f"notes-{log.id}", {}, log.learner, log.id)
        self._field = ""
        """The text that is being typed."""

    @classmethod
    def of(cls, recorder: Recorder, settings: Settings, talk: Talk) -> Notes:
        """For the session a recorder has just ended."""
        return cls(recorder.store, brief_log(recorder.header, recorder.events), settings, talk, recorder)

    def ask(self) -> int:
        """Ask until everything was asked or is enough. The exit code: 0 if all is kept. Raises Leaving."""
        try:
            self._offer()
            self.save_now()
            self._questions()
        except Enough as enough:
            return self._done(interrupted=enough.interrupted)
        except Discarded:
            return self._discard()
        except Leaving as leaving:
            typed = self._talk.taken()
            if typed and self._field:
                self._typed(self._field, typed)
            if leaving.code == INPUT_ENDED:  # nobody answers more
                return self._done()
            self._keep()
            raise
        return self._done()

    def _questions(self) -> None:
        names = list(CHOICES)
        self._choice(names[0])
        self._text("what_happened")
        for name in names[1:]:
            self._choice(name)
        for name in list(TEXTS)[1:]:
            self._text(name)
        self._tags("fundamentals", [(one.id, one.name) for one in fundamentals(self._settings.language)])
        if self._settings.engagement_model or self.log.engagement:
            five = engagement(self._settings.language)
            self._tags("engagement", [(one.id, f"{one.name}: {one.words}") for one in five])

    def _choice(self, name: str) -> None:
        question, answers = CHOICES[name]
        values: list[Any] = [value for _words, value in answers]

        def take(chosen: int | None) -> None:
            value = None if chosen is None else values[chosen]
            if name == "end_reason" and value is None:  # a reason there must be; back to the one it came with
                value = self._first.end_reason
            self.log = replace(self.log, **{name: value})
            self.save_now()

        value = getattr(self.log, name)
        at = values.index(value) if value is not None and value in values else None
        choose(self._talk, _(question), [_(one) for one, _value in answers], at, take)

    def _text(self, name: str) -> None:
        self._field = name
        words(
            self._talk, _(TEXTS[name]), getattr(self.log, name), partial(self._typed, name),
            about=_(SAFETY), draft=partial(self._drafted, name),
        )  # fmt: skip
        self._field = ""
        self.save_now()

    def _tags(self, name: str, tags: Sequence[tuple[str, str]]) -> None:
        ids = [tag for tag, _name in tags]
        marked = [ids.index(tag) for tag in getattr(self.log, name) if tag in ids]

        def take(chosen: list[int]) -> None:
            self.log = replace(self.log, **{name: tuple(ids[n] for n in sorted(chosen))})
            self.save_now()

        several(self._talk, _(TAGS[name]), [said for _tag, said in tags], marked, take)

    def _typed(self, name: str, text: str) -> None:
        self._texts()[name] = text
        self.log = replace(self.log, **{name: text})

    # Saving

    def save_now(self) -> bool:
        """Keep the log as it stands. False, and a sentence, if it could not be."""
        typed = {name: text for name, text in self._texts().items() if name in TEXTS}
        log, whole = filled(self.log, typed), self._keeping.journal_closed()
        why = self._keeping.write(log, SAVE_WAIT_S, self._talk.say)
        kept, said = self._keeping.wrote(why, log, typed, self)
        for sentence in (said if said != _(SAVED) else "", "" if whole else _(DISK_FULL)):
            if sentence:
                self._talk.say(sentence)
        return kept and whole

    def _done(self, *, interrupted: bool = False) -> int:
        """What is said at the end. Where something could not be kept it is tried again, until somebody lets it go."""
        while not self._keep():
            self._talk.say(_("Enter tries again; any other key leaves without it."))
            if self._talk.key({"enter"}, alone=True) != "enter":
                return 1
        for sentence in (*self._told(), self._kept()):
            self._talk.say(sentence)
        return INTERRUPTED if interrupted else 0

    def _keep(self) -> bool:
        """Keep all that was answered, since no more will be."""
        return self.save_now()

    def _told(self) -> list[str]:
        """What there is to say of it, before that it is saved."""
        return figures(self.log)

    def _kept(self) -> str:
        return _("Saved as {id}.", id=self.log.id)

    def _discard(self) -> int:
        try:
            self._keeping.discard(self.log.id, self)
        except Refusal as refusal:
            self._talk.say(of(refusal))
            return 1
        self._talk.say(_("Discarded."))
        return 0

    # Drafts

    def _texts(self) -> dict[str, str]:
        return self._draft.texts

    def _offer(self) -> None:
        """What was typed before and never saved stands as the answer, and that is said."""
        kept = self._store.draft(self._draft.name)
        back = {name: text for name, text in kept.texts.items() if text} if kept else {}
        for name, text in back.items():
            self._put_back(name, text)
        if back:
            self._talk.say(_(BACK))

    def _put_back(self, name: str, text: str) -> None:
        if name in TEXTS:
            self._typed(name, text)

    def _drafted(self, name: str, text: str) -> None:
        """Put on disk what is being typed, beside what stands."""
        before = dict(self._texts())
        if text:
            self._texts()[name] = text
        self.keep_draft_now()
        self._texts().clear()
        self._texts().update(before)

    def keep_draft_now(self) -> bool:
        """Put on disk what is typed. False if it could not be."""
        try:
            self._store.keep_draft(self._draft)
        except Refusal as refusal:
            self._talk.say_once(of(refusal))
            return False
        return True

    def drop_draft(self) -> None:
        """What is typed is saved, or not wanted."""
        self._store.drop_draft(self._draft.name)

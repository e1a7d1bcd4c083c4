"""After the end: the reason first, everything else skippable, done in ninety seconds from the keyboard.

The log is saved the moment the session ends, with the reason the events suggest; every field that is left
saves again. So whatever ends the app, what was written is kept. An edit of an older log is kept only once it was
shown what it changes. Long because saving, leaving and discarding have to agree about the same words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import DescendantBlur, Key
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from ii_companion import words
from ii_companion.commands import BY_ID, Where
from ii_companion.log.closing import brief_log
from ii_companion.log.counted import figures
from ii_companion.log.header import LONGEST_TEXT
from ii_companion.log.records import BriefLog
from ii_companion.screens import after_form
from ii_companion.screens.after_form import CHOICES, TEXTS
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.drafted import Drafted
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, render
from widgets.choice import Choice
from widgets.form import Form
from widgets.lines import Lines
from widgets.tags import Tags

if TYPE_CHECKING:
    from ii_companion.log.recorder import Recorder
    from ii_companion.log.store import Store

NARROW = 72
BLUR_WAIT_S = 0.2
"""A field that is left waits no longer for a month that another program holds; the draft is on disk all the same."""
SAVE_WAIT_S = 2.0
"""Nor does saving that was asked for."""


class AfterScreen(Drafted, CommandedPage):
    """The brief log of a session that is over."""

    WHERE = Where.AFTER
    FORM = True
    CSS_PATH = "after.tcss"
    AUTO_FOCUS = "#end_reason"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.AFTER),
        ("escape", "screen.command('save')"),
    ]

    def __init__(
        self,
        store: Store,
        log: BriefLog,
        more: Sequence[str] = (),
        *,
        edit: Callable[[BriefLog], None] | None = None,
    ) -> None:
        super().__init__()
        self._store = store
        self._log = self._first = log
        self._more = more
        """What else there is to say, after the summary."""
        self._edit = edit
        """Told of the edited log; then the version before stays, and saving goes back to where it was opened."""
        self._saved: BriefLog | None = log if edit else None
        self._writing = threading.Lock()
        self._keep_earlier = edit is not None
        self._asked: tuple[str, Callable[[], None], Widget | None] | None = None
        """The key that asked, what Enter does, and which field to go back to; None where nothing is asked."""
        self._gone = False
        """Whether the session was discarded: nothing is saved any more."""
        self._recorder: Recorder | None = None
        """Of the session that has just ended, as long as its journal has not all that was keyed."""
        self.drafts_of(store, f"notes-{log.id}", log.learner, log.id)

    @classmethod
    def of(cls, recorder: Recorder) -> AfterScreen:
        """The screen for the session a recorder has just ended."""
        made = cls(recorder.store, brief_log(recorder.header, recorder.events))
        made._recorder = recorder
        return made

    def compose(self) -> ComposeResult:
        log = self._log
        names = list(CHOICES)
        with Horizontal(id="sides"):
            with Form(id="form"):
                yield from self._first_fields()
                yield after_form.choice(log, "end_reason")
                yield from after_form.text(log, "what_happened")
                for name in names[1:]:
                    yield after_form.choice(log, name)
                for name in list(TEXTS)[1:]:
                    yield from after_form.text(log, name)
                yield from after_form.tags(log, self.app.settings)
            with VerticalScroll(id="said", can_focus=False):
                yield Static("\n\n".join([*figures(log), *self._more]), markup=False)
        yield Lines(id="line")

    def _first_fields(self) -> ComposeResult:
        """What is asked before everything else."""
        return ()

    def on_mount(self) -> None:
        self._begin()
        self._look_back()

    def _begin(self) -> None:
        """Keep the log at once, or, in an edit, wait for the first change."""
        if self._edit is None:
            self.save_now()
        else:
            self.query_one("#what_happened").focus()
            self._say(self._keys())

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look_back(self) -> None:
        """Find what was tagged with this learner before, so that what is new today can be called so."""
        try:
            entries = self._store.entries()
        except Refusal:  # whoever opens the logs is told
            return
        theirs = [one for one in entries if one.learner == self._log.learner and one.id != self._log.id]
        earlier = [one for one in theirs if one.started_at <= self._log.started_at]
        known = {tag for one in earlier for tag in (*one.fundamentals, *one.engagement)}
        self.app.from_thread(self, self._know, known)

    def _know(self, known: set[str]) -> None:
        for tags in self.query(Tags):
            tags.known(known)

    def on_resize(self) -> None:
        self.set_class(self.size.width < NARROW, "-narrow")

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        self._left(event.widget)

    def _left(self, left: Widget) -> None:
        """A field was left: what is in it is kept, in a thread, since a disk or another window may be slow."""
        if self._edit is None and self._fill():
            self.run_worker(self._keep_soon, thread=True, exit_on_error=False, group="save")

    def _keep_soon(self) -> None:
        why = self._store_it(BLUR_WAIT_S)
        self.app.from_thread(self, self._wrote, why)

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        name = event.choice.id or ""
        answers = CHOICES[name][1]
        if name == "end_reason" and event.chosen is None:
            known = [value for _words, value in answers]
            if self._first.end_reason in known:  # a reason there must be; back to the one it came with
                event.choice.chosen = known.index(self._first.end_reason)
            self._log = replace(self._log, end_reason=self._first.end_reason)
            return
        self._log = replace(
            self._log, **{name: answers[event.chosen][1] if event.chosen is not None else None}
        )
        self._left(event.choice)

    def on_key(self, event: Key) -> None:
        """Words typed while a choice has the focus are meant for the sentence; none is lost."""
        if self._asked is not None:
            self._answer(event)
            return
        sentence = self.query_one("#what_happened", TextArea)
        discards = self.app.settings.keys.get("discard", BY_ID["discard"].keys)
        if event.key in discards and self._edit is None and not isinstance(self.focused, Input | TextArea):
            return  # the command asks
        begins = isinstance(self.focused, Choice | Tags) and (event.character or "").isalpha()
        goes_on = self.focused is sentence and event.is_printable  # struck before the focus had moved
        if event.character and (begins or goes_on):
            self._write(event.character)
            event.stop()

    def _write(self, character: str) -> None:
        sentence = self.query_one("#what_happened", TextArea)
        self.set_focus(sentence)  # at once, so that the next letter goes there by itself
        sentence.insert(character)

    def _ask(self, asked: list[str], key: str, then: Callable[[], None]) -> None:
        """Ask once; Enter does it, and whatever else is struck goes back to the form."""
        self._asked = (key, then, self.focused)
        self.set_focus(None)
        self._say("\n".join(asked))

    def _answer(self, event: Key) -> None:
        assert self._asked is not None
        (key, then, field), self._asked = self._asked, None
        event.stop()
        if event.key == "enter":
            then()
            return
        self._say(self._keys())
        if field is not None:
            self.set_focus(field)
        if key and (event.character or "").isalpha():  # a sentence that begins with the key that asked
            self._write(f"{key}{event.character}")

    def _discard(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
        try:
            self._store.remove(self._store.of_session(self._log.id))
        except Refusal as refusal:
            self._say(words.of(refusal))
            return
        self._gone = True
        self.drop_draft()
        self._leave()

    @on(Choice.Confirmed)
    @on(Tags.Confirmed)
    @on(Input.Submitted)
    def _go_on(self) -> None:
        self.focus_next()

    @on(Tags.Changed)
    def _tagged(self, event: Tags.Changed) -> None:
        self._log = replace(self._log, **{event.tags.id or "fundamentals": event.marked})
        self._left(event.tags)

    def _typed(self) -> dict[str, str]:
        return {area.id or "": area.text for area in self.query(TextArea)}

    def _filled(self) -> BriefLog:
        """The log as the form stands; of a text that is too long, its beginning."""
        return replace(self._log, **{name: text[:LONGEST_TEXT] for name, text in self._typed().items()})

    def save_now(self) -> bool:
        """Keep the log as it stands. False, and a sentence, if it could not be."""
        return self._save(SAVE_WAIT_S)

    def _save(self, patience: float) -> bool:
        if not self._fill():
            return True
        whole = self._recorder is None or self._recorder.close()
        if whole:
            self._recorder = None
        unchanged = self._log == self._saved and not self._too_long()
        if unchanged or not self._wrote(self._store_it(patience)):
            return unchanged and whole
        if not whole:
            self._say(_("The disk takes no more: what was keyed last is in memory only. Free some space."))
        return whole

    def _fill(self) -> bool:
        """Take what stands in the form. False if there is nothing to keep: not composed yet, or gone already."""
        if self._gone or not self.query(TextArea):
            return False
        self._log = self._filled()
        return True

    def _too_long(self) -> bool:
        return any(len(text) > LONGEST_TEXT for text in self._typed().values())

    def _store_it(self, patience: float) -> str:
        """Keep the log as it was last taken from the form, from any thread; why not, in a sentence, if it cannot be."""
        if not self._writing.acquire(timeout=SAVE_WAIT_S):
            return _("The disk is slow: what was typed last is not in the log yet.")
        try:
            log = self._log
            if log != self._saved and not self._gone:
                there = self._store.within(patience).telling(self._tell)
                there.save(log, keep_earlier=self._keep_earlier, over=self._saved)
                self._saved, self._keep_earlier = log, False
        except Refusal as refusal:
            return words.of(refusal)
        finally:
            self._writing.release()
        return ""

    def _wrote(self, why: str) -> bool:
        """Say how writing went. False if what is typed now is not kept in the log or in a draft."""
        if self._gone or not self.query(TextArea):
            return True
        said = "  ".join([_("Saved."), self._keys()])
        kept = True
        if why:
            kept = self.keep_draft_now()
            said = (
                _("{why} What is typed is kept beside it and offered again.", why=why)
                if kept
                else self._not_kept(why)
            )
        elif self._too_long():
            kept = self.keep_draft_now()
            said = _(
                "A text is longer than {most} letters: the log has its beginning, a draft all of it.",
                most=LONGEST_TEXT,
            )
        elif self._filled() == self._saved:
            self.drop_draft()
        else:  # more was typed while it was written
            return True
        if self._asked is None:
            self._say(said)
        return kept and not why

    def _not_kept(self, why: str) -> str:
        return _("{why} The session itself is safe in its journal.", why=why)

    def _keys(self) -> str:
        return "  ".join(foot(Where.AFTER, self.app.settings))

    def _leave(self) -> None:
        if self._edit is None:
            self.app.action_home()
            return
        self.app.leave_screen()
        self._edit(self._log)

    def _say(self, sentence: str) -> None:
        wide = max(20, self.size.width)
        for line in self.query("#line").results(Lines):
            line.show([row for part in sentence.split("\n") for row in wrap(part, wide)])

    def _tell(self, sentence: str) -> None:
        self.app.notify(render(sentence), severity="warning", timeout=15, markup=False)

    def _done(self, leave: Callable[[], object]) -> None:
        """Keep and leave; an edit first shows what it changes."""
        changed = self._changes()
        if changed and self._asked is None:
            asked = _("This changes it; the version before stays. Enter keeps it, any other key goes back.")
            self._ask([*changed, asked], "", lambda: self._keep(leave))
        elif self._asked is None:
            self._keep(leave)

    def _changes(self) -> list[str]:
        """What an edit has changed so far, a line each."""
        if self._edit is None:
            return []
        return after_form.changes(self._first, self._filled(), self.app.settings.language)

    def _keep(self, leave: Callable[[], object]) -> None:
        if self.save_now():
            leave()

    def command(self, name: str) -> None:
        if name == "save":
            self._done(self._leave)
        elif name == "discard" and self._asked is None:
            self._ask(
                [_("Discard this for good, with all that was keyed? Enter discards it.")], "d", self._discard
            )

    def leave(self) -> bool:
        """The app is to be left: an edit first shows what it changes."""
        if self._asked is None and self._changes():
            self._done(lambda: self.app.exit(0))
        return self._asked is None and super().leave()

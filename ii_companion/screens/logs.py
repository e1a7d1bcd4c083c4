"""The brief logs, searched as you type; Enter opens one to look back on."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ii_companion import words
from ii_companion.commands import Where, key_words
from ii_companion.log.documents import Entry
from ii_companion.log.header import MODE_WORDS, Mode
from ii_companion.log.records import END_WORDS, EndReason
from ii_companion.screens.keys import bindings
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.session.refusal import Refusal
from ii_companion.session.search import Found, mistakes, parse, search
from ii_companion.words import N_, _, ngettext, render
from widgets.field import field
from widgets.foot import Foot
from widgets.keyed import keyed
from widgets.lines import Lines
from widgets.rows import Rows

HINT = N_("words, or learner:p17 me:k7 tag:turns since:2026-01")


class LogsScreen(PanelScreen):
    """All logs, newest first. Typing filters; down goes to the list; Enter opens."""

    WHERE = Where.LOGS
    CSS_PATH = sheets("logs.tcss")
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.LOGS),
        ("escape", "screen.back"),
        ("down", "to_list"),
    ]

    def __init__(self, query: str = "") -> None:
        """`query`: what is searched for at first."""
        super().__init__()
        self._query_at_first = query
        self._entries: list[Entry] = []
        self._found: list[Found] = []
        self._lines: list[str] = []
        self._shown: list[int] = []

    def compose(self) -> ComposeResult:
        yield Lines(_("Reading the logs …"), id="title")
        yield field(self._query_at_first, _(HINT), id="search")
        yield titled(Rows(id="rows"), _("Logs, newest first"))
        keys = (
            ("↓", _("list")),
            (key_words("enter"), _("open")),
            (key_words("escape"), _("back")),
            (key_words("ctrl+l"), _("learner")),
        )
        yield Foot((_("type to search"), *(keyed(key, does) for key, does in keys)), id="foot")

    def on_mount(self) -> None:
        self._read()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read(self) -> None:
        try:
            entries = self.app.store.entries()
        except Refusal as refusal:
            self.app.from_thread(self, self.notify, words.of(refusal))
            return
        lines = [line(entry) for entry in entries]
        found = [_searched(entry, text) for entry, text in zip(entries, lines, strict=True)]
        self.app.from_thread(self, self._have, entries, lines, found)

    def _have(self, entries: list[Entry], lines: list[str], found: list[Found]) -> None:
        self._entries, self._lines, self._found = entries, lines, found
        self._filter(self.query_one(Input).value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._filter(event.value)

    def _filter(self, text: str) -> None:
        self._shown = search(parse(text), self._found)
        self.query_one(Rows).show([self._lines[n] for n in self._shown])
        shown = ngettext(
            "{shown} of {n} session",
            "{shown} of {n} sessions",
            len(self._entries),
            shown=len(self._shown),
        )
        wrong = mistakes(text)
        self.query_one("#title", Lines).show([render(wrong[0]) if wrong else shown])

    def action_to_list(self) -> None:
        self.query_one(Rows).focus()

    @on(Input.Submitted)
    def _enter(self) -> None:
        self.query_one(Rows).action_choose()

    @on(Rows.Chosen)
    def _open(self, event: Rows.Chosen) -> None:
        from ii_companion.screens.review import open_review

        open_review(self, self._entries[self._shown[event.index]].id)

    def on_screen_resume(self) -> None:
        """Read again what may have been edited or discarded above."""
        if self._entries:
            self._read()

    def command(self, name: str) -> None:
        if name == "learner_of_log" and self._shown:
            from ii_companion.screens.learner import LearnerScreen

            entry = self._entries[self._shown[self.query_one(Rows).at]]
            self.app.push_screen(LearnerScreen(entry.learner))


def line(entry: Entry) -> str:
    """A log as a line of a list."""
    minutes = _("{minutes} min", minutes=f"{entry.duration_s / 60:3.0f}" if entry.duration_s else "  –")
    said = entry.mode is not Mode.AFTERWARDS or entry.end_reason is not EndReason.UNKNOWN
    facts = [
        _(END_WORDS[entry.end_reason]) if said else "",
        _(MODE_WORDS[entry.mode]) if entry.mode is Mode.AFTERWARDS else "",
        _("unprompted") if entry.probe else "",
    ]
    ended = " ".join(filter(None, facts))
    whose = f"({entry.school}) " if entry.school else ""  # before the words: a low terminal cuts those
    return (
        f"{entry.started_at.astimezone():%Y-%m-%d %H:%M}  {entry.learner:<10} {entry.practitioner:<8} {minutes}  "
        f"{ended}  {whose}{entry.words}"
    )


def _searched(entry: Entry, text: str) -> Found:
    everything = " ".join(
        (
            text,
            entry.what_happened,
            entry.best_moment,
            entry.typical_moment,
            entry.next_time,
            *entry.fundamentals,
            *entry.engagement,
        )
    )
    return Found(
        entry.learner,
        entry.practitioner,
        entry.mentor,
        str(entry.mode),
        f"{entry.started_at:%Y-%m-%d}",
        (*entry.fundamentals, *entry.engagement),
        everything.lower(),
    )

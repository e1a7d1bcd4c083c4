"""One learner over time, one figure at a time; your own sessions first, everybody's if you ask."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual_plot import HiResMode

from ii_companion import words
from ii_companion.commands import Where
from ii_companion.log.header import Mode
from ii_companion.log.records import BriefLog
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.screens.plot import Plot
from ii_companion.session.figures import TRENDS
from ii_companion.session.refusal import Refusal
from ii_companion.session.trends import MARK_WORDS, Point
from ii_companion.words import N_, _, render
from widgets.foot import Foot
from widgets.lines import Lines

ABOVE = 1.08
TICKS = 12
MEANS = {
    N_("responses that followed something they did"): N_(
        "How many of your responses came soon after an act of theirs: who leads."
    ),
    N_("learner-led share of exchanges"): N_("How many of the exchanges began with something they did."),
    N_("space given after responses"): N_("After how many of your responses there was room for them to act."),
    N_("learner acts answered"): N_("How many of their acts had a response within a few seconds."),
    N_("pace, practitioner to learner"): N_(
        "How often you acted for each act of theirs: 1 is like for like."
    ),
    N_("end lag, seconds"): N_("How long after a clear sign to stop the last response came."),
    N_("length, minutes"): N_("How long the session was."),
}
"""What a figure is, in plain words, by its name."""


FEWEST = 2
"""Points from which a line can be drawn."""


class TrendsScreen(PanelScreen):
    """Trends with one learner."""

    WHERE = Where.TRENDS
    CSS_PATH = sheets("trends.tcss")
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.TRENDS), ("escape", "screen.back")]

    def __init__(self, learner: str, practitioner: str) -> None:
        super().__init__()
        self._learner, self._practitioner = learner, practitioner
        self._mine = bool(practitioner)
        self._figure = 0
        self._logs: list[BriefLog] = []

    def compose(self) -> ComposeResult:
        yield Lines(id="title", wrap=True)
        plot = Plot(id="plot", allow_pan_and_zoom=False)
        plot.can_focus = False  # its arrow keys would pan it, and left and right are the figures'
        yield titled(plot, "")
        yield titled(Static(id="alone", markup=False), "")
        yield Static(id="means", markup=False)
        yield titled(OptionList(id="rows"), _("Sessions, newest first"))
        yield Foot(foot(Where.TRENDS, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self._read()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read(self) -> None:
        both = (self.app.store, self.app.store.practice)
        try:
            logs = [
                log
                for store in both
                for log in store.logs()
                if log.learner == self._learner and log.measures is not None
            ]
        except Refusal as refusal:
            self.app.from_thread(self, self.notify, words.of(refusal))
            return
        self.app.from_thread(self, self._have, sorted(logs, key=lambda log: log.started_at))

    def _have(self, logs: list[BriefLog]) -> None:
        self._logs = logs
        self._show()

    def _points(self) -> list[Point]:
        figure = TRENDS[self._figure]
        chosen = [log for log in self._logs if not self._mine or log.practitioner == self._practitioner]
        return [
            Point(
                f"{log.started_at:%Y-%m-%d}",
                figure.take(log.measures),
                figure.rests_on(log.measures),
                "practice" if log.mode is Mode.PRACTICE else "unprompted" if log.probe else "",
            )
            for log in chosen
            if log.measures is not None
        ]

    def _show(self) -> None:
        points = self._points()
        title = (
            _(TRENDS[self._figure].name),
            _("with {learner}", learner=self._learner),
            _("{practitioner}'s own sessions", practitioner=self._practitioner)
            if self._mine
            else _("everybody's sessions"),
        )
        self.query_one("#title", Lines).show(
            [" · ".join(title[1:]), _("These describe sessions, not people; they are no appraisal.")]
        )
        self.query_one("#means", Static).update(_(MEANS.get(TRENDS[self._figure].name, "")))
        lines = [_line(point) for point in reversed(points)] or [_("No sessions yet.")]
        self.query_one(OptionList).set_options(Content(line) for line in lines)
        plot = self.query_one(Plot)
        plot.clear()
        known = [(n, point) for n, point in enumerate(points, 1) if point.value is not None]
        alone = self.query_one("#alone", Static)
        plot.display, alone.display = len(known) >= FEWEST, len(known) < FEWEST
        plot.border_title = alone.border_title = title[0]
        alone.update(_("From two sessions on a line stands here: this figure, session after session."))
        if plot.display:
            xs = [float(n) for n, _point in known]
            ys = [float(point.value or 0) for _n, point in known]
            hues = self.app.theme_variables
            plot.plot(xs, ys, hires_mode=HiResMode.BRAILLE, line_style=hues["practitioner"])
            for marked, glyph in (("", "●"), ("practice", "p"), ("unprompted", "u")):
                here = [
                    (x, y) for x, y, (_n, point) in zip(xs, ys, known, strict=True) if point.mark == marked
                ]
                if here:
                    at = [x for x, _y in here], [y for _x, y in here]
                    plot.scatter(*at, marker=glyph, marker_style=hues["shared" if marked else "learner"])
            plot.set_xlabel(_("sessions, oldest first; p practice, u unprompted"))
            top = 1.0 if max(ys) <= 1 else max(ys)
            plot.set_ylimits(0, top * ABOVE)  # a dot on the frame itself would not be seen
            plot.set_yticks([0.0, 0.5, 1.0] if top == 1.0 else None)
            plot.set_xlimits(0.5, len(points) + 0.5)
            every = -(-len(points) // TICKS)  # whole sessions: there is no 1.2nd
            plot.set_xticks([float(n) for n in range(1, len(points) + 1, every)])

    def command(self, name: str) -> None:
        match name:
            case "next_measure":
                self._figure = (self._figure + 1) % len(TRENDS)
                self._show()
            case "previous_measure":
                self._figure = (self._figure - 1) % len(TRENDS)
                self._show()
            case "whose" if self._practitioner:
                self._mine = not self._mine
                self._show()


def _line(point: Point) -> str:
    value = "–" if point.value is None else f"{point.value:.2f}"
    row = (
        point.when,
        f"{value:>7}",
        render(point.rests_on),
        *([_(MARK_WORDS[point.mark])] if point.mark else []),
    )
    return "  ".join(row)

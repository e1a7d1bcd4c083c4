"""Two codings of one session on one line of time, the disagreements stepped through one by one."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ii_companion.commands import Where
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.glyphs import GLYPHS
from ii_companion.screens.keys import bindings, foot
from ii_companion.session.agreement import CODED, FEWEST, Coded, Disagreement, agree
from ii_companion.session.summary import clock_time
from widgets.foot import Foot
from widgets.lines import Lines
from widgets.timeline import Mark, Timeline

LANES = ("A learner", "A you", "B learner", "B you", "differ")
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
GLYPH = {code: GLYPHS[kind] for kind, code in CODED.items()}
TOLERANCES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)


class AgreementScreen(CommandedPage):
    """Where two observers agree, and where they differ: material for a conversation."""

    WHERE = Where.AGREEMENT
    CSS_PATH = "agreement.tcss"
    AUTO_FOCUS = "Timeline"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.AGREEMENT),
        ("escape", "screen.command('quit')", "leave"),
    ]

    def __init__(
        self, a: list[Coded], b: list[Coded], names: tuple[str, str], tolerance: float, step: float
    ) -> None:
        super().__init__()
        self._a, self._b, self._names = a, b, names
        self._tolerance, self._step = tolerance, step
        self._at = -1
        self._apart: list[Disagreement] = []

    def compose(self) -> ComposeResult:
        yield Lines(id="title")
        yield Timeline(LANES, id="timeline")
        yield Lines(id="here")
        yield Lines(id="figures")
        yield Foot(foot(Where.AGREEMENT, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        found = agree(self._a, self._b, self._tolerance, self._step)
        self._apart = found.disagreements
        marks: list[Mark] = []
        for lane, coding in ((0, self._a), (2, self._b)):
            marks += [(one.t, lane + (one.actor == "practitioner"), GLYPH[one.code]) for one in coding]
        marks += [(_time(one), 4, "≠") for one in self._apart]
        end = max((one.t for one in [*self._a, *self._b]), default=1.0)
        self.query_one(Timeline).show(marks, end)
        self.query_one("#title", Lines).show([f"A {self._names[0]}   B {self._names[1]}", ""])
        lines = [
            f"tolerance {self._tolerance:g} s (t, T)   time unit {self._step:g} s (s, S)",
            f"{len(self._a)} events by A, {len(self._b)} by B; {found.matched} matched, {len(self._apart)} not",
        ]
        if min(len(self._a), len(self._b)) < FEWEST:
            lines.append(
                f"Under {FEWEST} events by either, coefficients would say little; the counts stand alone."
            )
        else:
            both = found.kappa_tolerance
            lines += [
                f"time-unit kappa      {_figure(found.kappa)}",
                f"with tolerance       A to B {_figure(both.a_to_b)}   B to A {_figure(both.b_to_a)}",
                f"aligned kappa        {_figure(found.kappa_aligned)}",
                f"percent agreement    {'undefined: nothing was coded' if found.percent is None else f'{found.percent:.0f} %'}",
            ]
        self.query_one("#figures", Lines).show(lines)
        self._at = min(self._at, len(self._apart) - 1)
        self._tell()

    def _tell(self) -> None:
        if not self._apart:
            self.query_one("#here", Lines).show(["They nowhere differ.", ""])
            return
        if self._at < 0:
            self.query_one("#here", Lines).show(
                [f"n: the first of {len(self._apart)} places where they differ", ""]
            )
            return
        one = self._apart[self._at]
        self.query_one("#here", Lines).show(
            [f"{self._at + 1} of {len(self._apart)}   A {_said(one.a)}   B {_said(one.b)}", ""]
        )
        self.query_one(Timeline).cursor = _time(one)

    def command(self, name: str) -> None:
        match name:
            case "next_difference" | "previous_difference" if self._apart:
                by = 1 if name == "next_difference" else -1
                self._at = (self._at + by) % len(self._apart) if self._at >= 0 else 0
                self._tell()
            case "more_tolerance" | "less_tolerance":
                self._tolerance = _neighbour(TOLERANCES, self._tolerance, up=name == "more_tolerance")
                self._show()
            case "longer_step" | "shorter_step":
                self._step = _neighbour(STEPS, self._step, up=name == "longer_step")
                self._show()


def _neighbour(scale: tuple[float, ...], value: float, *, up: bool) -> float:
    beyond = [one for one in scale if (one > value if up else one < value)]
    return value if not beyond else min(beyond) if up else max(beyond)


def _time(one: Disagreement) -> float:
    return one.a.t if one.a is not None else one.b.t if one.b is not None else 0.0


def _said(one: Coded | None) -> str:
    return "nothing" if one is None else f"{clock_time(one.t)} {one.actor} {one.act.replace('_', ' ')}"


def _figure(value: float | None) -> str:
    return "undefined: chance alone would agree as much" if value is None else f"{value:.2f}"

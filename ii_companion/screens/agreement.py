"""Two codings of one session on one line of time, the disagreements stepped through one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll

from ii_companion.commands import Where
from ii_companion.printable import plain
from ii_companion.screens.glyphs import GLYPHS, WEIGHT
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.screens.playing import Playing
from ii_companion.session.agreement import CODED, FEWEST, Agreement, Coded, Disagreement, agree
from ii_companion.session.kinds import ACT_WORDS, ACTOR_WORDS
from ii_companion.session.lengths import clock_time
from ii_companion.words import N_, _, ngettext
from widgets.foot import Foot
from widgets.lines import Lines
from widgets.timeline import Mark, Timeline

if TYPE_CHECKING:
    from ii_companion.log.store import Store

LANES = (N_("A learner"), N_("A you"), N_("B learner"), N_("B you"), N_("differ"))
HUES = ("learner", "practitioner", "learner", "practitioner", "shared")
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
GLYPH = {code: GLYPHS[kind] for kind, code in CODED.items()}
BETWEEN = 4
"""Cells between the longest label and the figures."""
TOLERANCES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)


class AgreementScreen(PanelScreen):
    """Where two observers agree, and where they differ: material for a conversation."""

    WHERE = Where.AGREEMENT
    CSS_PATH = sheets("agreement.tcss")
    AUTO_FOCUS = "Timeline"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.AGREEMENT),
        ("escape", "screen.command('quit')"),
    ]

    def __init__(
        self,
        a: list[Coded],
        b: list[Coded],
        names: tuple[str, str],
        tolerance: float,
        step: float,
        film: tuple[Store, str] | None = None,
    ) -> None:
        """`film`: whose film is played, and the part of the store that session is in; its times are those of `a` and `b`."""
        super().__init__()
        self._film = Playing(self, *film) if film is not None else None
        self._a, self._b, self._names = a, b, names
        self._tolerance, self._step = tolerance, step
        self._at = -1
        self._apart: list[Disagreement] = []

    def compose(self) -> ComposeResult:
        with titled(Vertical(id="codings"), ""):
            yield Timeline([_(lane) for lane in LANES], hues=HUES, signs=WEIGHT, id="timeline")
        yield titled(Lines(id="here"), _("Where they differ"))
        with titled(VerticalScroll(id="agreed", can_focus=False), _("How far they agree")):
            yield Lines(id="figures", wrap=True)
        yield Foot(foot(Where.AGREEMENT, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        found = agree(self._a, self._b, self._tolerance, self._step)
        self._apart = found.disagreements
        marks: list[Mark] = []
        for lane, coding in ((0, self._a), (2, self._b)):
            marks += [
                (event.t, lane + (event.actor == "practitioner"), GLYPH[event.code]) for event in coding
            ]
        marks += [(_time(difference), 4, "≠") for difference in self._apart]
        end = max((event.t for event in [*self._a, *self._b]), default=1.0)
        self.query_one(Timeline).show(marks, end)
        named = "   ".join(f"{ab} {name}" for ab, name in zip("AB", self._names, strict=True))
        self.query_one("#codings").border_title = plain(named)
        lines = [
            "   ".join(
                [
                    _("tolerance {seconds} s (t, T)", seconds=f"{self._tolerance:g}"),
                    _("time unit {seconds} s (s, S)", seconds=f"{self._step:g}"),
                ]
            ),
            _(
                "{a} events by A, {b} by B; {matched} matched, {apart} not",
                a=len(self._a),
                b=len(self._b),
                matched=found.matched,
                apart=len(self._apart),
            ),
        ]
        if min(len(self._a), len(self._b)) < FEWEST:
            lines.append(
                ngettext(
                    "Under {n} event by either, coefficients would say little; the counts stand alone.",
                    "Under {n} events by either, coefficients would say little; the counts stand alone.",
                    FEWEST,
                )
            )
        else:
            lines += _coefficients(found)
        self.query_one("#figures", Lines).show(lines)
        self._at = min(self._at, len(self._apart) - 1)
        self._tell()

    def _tell(self) -> None:
        here = self.query_one("#here", Lines)
        if not self._apart:
            here.show([_("They nowhere differ."), ""])
            return
        if self._at < 0:
            first = ngettext(
                "n: the first of {n} place where they differ",
                "n: the first of {n} places where they differ",
                len(self._apart),
            )
            here.show([first, ""])
            return
        difference = self._apart[self._at]
        place = _("{number} of {all}", number=self._at + 1, all=len(self._apart))
        play = _("Enter plays it, p pauses") if self._film is not None and self._film.tied else ""
        here.show([f"{place}   A {_said(difference.a)}   B {_said(difference.b)}", play])
        self.query_one(Timeline).cursor = _time(difference)

    def on_unmount(self) -> None:
        if self._film is not None:
            self._film.close()

    def command(self, name: str) -> None:
        match name:
            case "play_difference" if self._film is not None:
                self._film.play(self.query_one(Timeline).cursor)
            case "pause_other_film" if self._film is not None:
                self._film.toggle()
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
    beyond = [mark for mark in scale if (mark > value if up else mark < value)]
    return value if not beyond else min(beyond) if up else max(beyond)


def _time(difference: Disagreement) -> float:
    return difference.a.t if difference.a is not None else difference.b.t if difference.b is not None else 0.0


def _said(event: Coded | None) -> str:
    if event is None:
        return _("nothing")
    return f"{clock_time(event.t)} {_(ACTOR_WORDS[event.actor])} {_(ACT_WORDS[event.act])}"


def _coefficients(found: Agreement) -> list[str]:
    both = found.kappa_tolerance
    percent = (
        _("undefined: nothing was coded")
        if found.percent is None
        else _("{figure} %", figure=f"{found.percent:.0f}")
    )
    rows = [
        (_("time-unit kappa"), _figure(found.kappa)),
        (
            _("with tolerance"),
            _("A to B {a_to_b}   B to A {b_to_a}", a_to_b=_figure(both.a_to_b), b_to_a=_figure(both.b_to_a)),
        ),
        (_("aligned kappa"), _figure(found.kappa_aligned)),
        (_("percent agreement"), percent),
    ]
    wide = max(cell_len(label) for label, _words in rows) + BETWEEN
    return [set_cell_size(label, wide) + words for label, words in rows]


def _figure(value: float | None) -> str:
    return _("undefined: chance alone would agree as much") if value is None else f"{value:.2f}"

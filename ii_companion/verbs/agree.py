"""`ii-companion agree`: two observers of one session."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_json, command, print_json
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from ii_companion.log.store import Store
    from ii_companion.session.agreement import Agreement, Coded


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "agree",
        _("compare two observers of one session"),
        _("Compare two observers of one session."),
        "ii-companion agree mentor.csv second.csv --tolerance 2",
        run,
    )
    parser.add_argument("a", metavar="A", help=_("a CSV file of events, or a session's id"))
    parser.add_argument("b", metavar="B", help=_("the other observer's"))
    parser.add_argument(
        "--tolerance", type=_seconds, default=2.0, metavar="S", help=_("seconds two may lie apart (2)")
    )
    parser.add_argument(
        "--step", type=_above_zero, default=1.0, metavar="S", help=_("length of a time unit in seconds (1)")
    )
    parser.add_argument("--screen", action="store_true", help=_("step through the disagreements on a screen"))
    add_json(parser)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(_("“{text}” is not a number of seconds from 0", text=text))
    return value


def _above_zero(text: str) -> float:
    value = _seconds(text)
    if value < 0.01:
        raise argparse.ArgumentTypeError(_("“{text}”: a time unit lasts at least 0.01 s", text=text))
    return value


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.session.agreement import agree

    kept = arguments.open_store()
    a, b = coding(arguments.a, kept), coding(arguments.b, kept)
    if arguments.screen:
        from ii_companion.verbs.terminal import refuse_unfit_terminal

        refuse_unfit_terminal()
        from ii_companion.app import CompanionApp
        from ii_companion.screens.agreement import AgreementScreen

        screen = AgreementScreen(a, b, (arguments.a, arguments.b), arguments.tolerance, arguments.step)
        return CompanionApp(kept, first=screen).run_to_end()
    found = agree(a, b, arguments.tolerance, arguments.step)
    if arguments.json:
        print_json(found)
    else:
        print("\n".join(told(found, a, b)))
    return 0


def coding(name: str, kept: Store) -> list[Coded]:
    """The coded events of a CSV file, or of a session's or second coding's journal. Raises Refusal."""
    from ii_companion.log.activity import Did
    from ii_companion.log.table import read_table
    from ii_companion.session.agreement import coded
    from ii_companion.session.events import fold

    for part in (kept, kept.codings, kept.practice):
        written = part.written(name)
        if written is not None:
            part.did(Did.OPENED, [name])
            return coded(fold(written.events).events())
    path = Path(name)
    if not path.exists():
        raise Refusal("{name}: there is no such file, and no session of that id.", name=name)
    return coded(fold(read_table(path)).events())


def told(found: Agreement, a: list[Coded], b: list[Coded]) -> list[str]:
    """The figures in words; counts alone where there is too little to take a coefficient of."""
    from ii_companion.session.agreement import FEWEST

    tolerance = f"{found.tolerance_s:g}"
    lines = [
        _(
            "{by_a}, {by_b}; {matched}, {not_matched}.",
            by_a=ngettext("{n} event by A", "{n} events by A", len(a)),
            by_b=ngettext("{n} by B", "{n} by B", len(b)),
            matched=ngettext(
                "{n} matched within {tolerance} s",
                "{n} matched within {tolerance} s",
                found.matched,
                tolerance=tolerance,
            ),
            not_matched=ngettext("{n} not", "{n} not", len(found.disagreements)),
        )
    ]
    if min(len(a), len(b)) < FEWEST:
        lines.append(
            _(
                "Under {fewest} events by either, coefficients would say little; the counts stand alone.",
                fewest=FEWEST,
            )
        )
    else:
        both = found.kappa_tolerance
        lines += [
            _("time-unit kappa, step {step} s: {kappa}", step=f"{found.step_s:g}", kappa=number(found.kappa)),
            _(
                "with tolerance {tolerance} s: A to B {a_to_b}, B to A {b_to_a}",
                tolerance=tolerance,
                a_to_b=number(both.a_to_b),
                b_to_a=number(both.b_to_a),
            ),
            _("aligned kappa: {kappa}", kappa=number(found.kappa_aligned)),
            _("percent agreement: {percent}", percent=number(found.percent, "%")),
        ]
    lines += [f"  A {_described(d.a)}   B {_described(d.b)}" for d in found.disagreements]
    return lines


def number(value: float | None, unit: str = "") -> str:
    """A figure, or that it is undefined and why."""
    if value is None:
        return _("undefined (nothing to compare, or nothing but what chance alone would give)")
    return f"{value:.0f} {unit}" if unit else f"{value:.2f}"


def _described(event: Coded | None) -> str:
    if event is None:
        return "–".ljust(30)
    from ii_companion.session.kinds import ACT_WORDS, ACTOR_WORDS

    return _(
        "{time} s {actor} {act}",
        time=f"{event.t:8.2f}",
        actor=_(ACTOR_WORDS[event.actor]),
        act=_(ACT_WORDS[event.act]),
    ).ljust(30)

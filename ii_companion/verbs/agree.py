"""`ii-companion agree`: two observers of one session."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_json, command, print_json, tell
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from ii_companion.log.store import FilmLink, Store
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
    import msgspec

    from ii_companion.session.agreement import agree

    kept = arguments.open_store()
    a, b = coding(arguments.a, kept), coding(arguments.b, kept)
    b, film = along_one_film(kept, (arguments.a, arguments.b), b)
    if arguments.screen:
        from ii_companion.verbs.terminal import refuse_unfit_terminal

        refuse_unfit_terminal()
        from ii_companion.app import CompanionApp
        from ii_companion.screens.agreement import AgreementScreen

        screen = AgreementScreen(a, b, (arguments.a, arguments.b), arguments.tolerance, arguments.step, film)
        return CompanionApp(kept, first=screen).run_to_end()
    found = agree(a, b, arguments.tolerance, arguments.step)
    within_s = max(
        (s for name in (arguments.a, arguments.b) if (s := _clocks(name, kept)) is not None), default=None
    )
    if arguments.json:
        print_json(found if within_s is None else {**msgspec.to_builtins(found), "clocks_within_s": within_s})
    else:
        print("\n".join(told(found, a, b)))
        if within_s is not None:
            print(_("clocks within {ms} ms", ms=f"{1000 * within_s:.0f}"))
    return 0


def along_one_film(
    kept: Store, names: tuple[str, str], b: list[Coded]
) -> tuple[list[Coded], tuple[Store, str] | None]:
    """B's events on A's clock, where both are tied to one film; and whose film there is to play, in which part of the store."""
    from msgspec.structs import replace

    from ii_companion.log.store import part_of

    ties = [_film(kept, name) for name in names]
    first, second = ties
    if first is not None and second is not None and first.sha256 == second.sha256:
        shift = second.at_s - first.at_s
        if shift:
            b = [replace(event, t=round(event.t + shift, 3)) for event in b]
    elif (first is None) != (second is None):
        tied, other = names if first is not None else names[::-1]
        tell(
            _(
                "{tied} is tied to a film and {other} is not: their times may lie apart. `ii-companion link` ties it.",
                tied=tied,
                other=other,
            )
        )
    whose = next((name for name, link in zip(names, ties, strict=True) if link is not None), None)
    return b, (part_of(kept, whose), whose) if whose is not None else None


def _film(kept: Store, name: str) -> FilmLink | None:
    from ii_companion.log.header import refuse_bad_id
    from ii_companion.log.store import part_of

    try:
        refuse_bad_id(name)
    except ValueError:  # a file
        return None
    return part_of(kept, name).film(name)


def _clocks(name: str, kept: Store) -> float | None:
    """How far the clock of a coding can have been off, if it was made on another machine."""
    return kept.codings.clocks(name) if "-coded-" in name and "/" not in name else None


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

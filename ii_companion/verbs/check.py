"""`ii-companion check`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import argparse

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_json, command, print_json, tell
from ii_companion.words import _, of, render


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "check",
        _("say what works here and what to do about the rest"),
        _("Say what works here and what to do about the rest."),
        "ii-companion check",
        run,
    )
    parser.add_argument(
        "--speak", action="store_true", help=_("speak a sentence, and say how long it took to begin")
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help=_("hold every session there is against its digest, not only those of the newest months"),
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.settings import load
    from ii_companion.verbs.findings import looked_at  # msgspec, 10 ms, which `--help` need not pay

    try:
        kept = arguments.open_store()
    except Refusal as refusal:  # sealed, and it cannot be opened now: the rest can be looked at all the same
        tell(of(refusal))
        kept = arguments.open_store(unlock=False)
    findings = looked_at(kept, load(), speak=arguments.speak, english=arguments.json, every=arguments.all)
    if arguments.json:
        print_json(findings)
        return 0
    for finding in findings:
        what, found = render(finding.what), render(finding.found)
        print(
            _("ok  {what}: {found}", what=what, found=found)
            if finding.ok
            else _("NO  {what}: {found}", what=what, found=found)
        )
        if finding.do:
            print(f"     → {render(finding.do)}")
    return 0

"""`ii-companion replay`: the measures of a coded session."""

from __future__ import annotations

import argparse
from pathlib import Path

from ii_companion.verbs.common import Verbs, add_json, command, print_json, stage


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs, shared, "replay", "measure a coded session", "ii-companion replay session.csv --json", run
    )
    parser.add_argument("events", metavar="EVENTS.csv", type=Path, help="time_s,actor,act,detail")
    parser.add_argument("--learner", metavar="CODE", help="take wait_s from this learner's card")
    parser.add_argument("--stage", metavar="N", type=stage, default=1, help="1 new to 4 independent")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.log.table import read_table
    from ii_companion.session.card import Card
    from ii_companion.session.codes import code
    from ii_companion.session.measures import measure
    from ii_companion.session.summary import summary

    events = read_table(arguments.events)
    card = Card("")
    if arguments.learner:
        from ii_companion.log.cards import load_card
        from ii_companion.log.places import places

        card = load_card(places(arguments.data_dir), code(arguments.learner))
    measures = measure(events, card.wait_s)
    if arguments.json:
        print_json(measures)
    else:
        print("\n".join(summary(measures)))
    return 0

"""`ii-companion check`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import argparse
import shutil
from typing import TYPE_CHECKING

import msgspec

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_json, command, print_json
from ii_companion.verbs.terminal import unfit

if TYPE_CHECKING:
    from ii_companion.log.places import Places

LOW_DISK_MB = 50


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: whether it works, what was found, and what to do if it does not."""

    what: str
    ok: bool
    found: str
    do: str = ""


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs, shared, "check", "say what works here and what to do about the rest", "ii-companion check", run
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.log.places import places

    kept = places(arguments.data_dir)
    findings = [_terminal(), *_data_folder(kept), _logs(kept), *_settings()]
    if arguments.json:
        print_json(findings)
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'NO '} {finding.what}: {finding.found}")
            if finding.do:
                print(f"     → {finding.do}")
    return 0 if all(finding.ok for finding in findings) else 1


def _terminal() -> Finding:
    problem = unfit()
    size = shutil.get_terminal_size()
    return Finding("terminal", not problem, problem or f"{size.columns}×{size.lines}", "")


def _data_folder(kept: Places) -> list[Finding]:
    from ii_companion.log.places import ready

    try:
        ready(kept)
    except Refusal as refusal:
        return [
            Finding(
                "data folder",
                ok=False,
                found=str(refusal),
                do="Choose another with --data-dir or II_COMPANION_HOME.",
            )
        ]
    free = shutil.disk_usage(kept.root).free // 2**20
    low = free < LOW_DISK_MB
    return [
        Finding("data folder", ok=True, found=str(kept.root)),
        Finding(
            "disk", not low, f"{free} MB free", "Free some space before the next session." if low else ""
        ),
    ]


def _logs(kept: Places) -> Finding:
    from ii_companion.log.closing import unfinished
    from ii_companion.log.shelf import Shelf

    told: list[str] = []
    logs = Shelf(kept, told.append).logs()
    waiting, complaints = unfinished(kept)
    told += complaints
    found = f"{len(logs)} brief logs, {len(waiting)} unfinished sessions"
    return Finding("brief logs", not told, " ".join([found + ".", *told]) if told else found)


def _settings() -> list[Finding]:
    from ii_companion.settings import load

    loaded = load()
    if not loaded.complaints:
        found = (
            str(loaded.path) if loaded.path.exists() else f"{loaded.path} (not there; the defaults are used)"
        )
        return [Finding("settings", ok=True, found=found)]
    return [
        Finding("settings", ok=False, found=complaint, do="The rest of the file applies.")
        for complaint in loaded.complaints
    ]

"""`ii-companion check`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import argparse
import queue
import shutil
import time
from typing import TYPE_CHECKING

import msgspec

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_json, command, plain, print_json
from ii_companion.verbs.terminal import unfit
from ii_companion.words import _, ngettext

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
    parser.add_argument(
        "--speak", action="store_true", help="speak a sentence, and say how long it took to begin"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.log.places import places

    kept = places(arguments.data_dir)
    findings = [
        _terminal(),
        *_noise(kept),
        *_data_folder(kept),
        _logs(kept),
        *_settings(),
        *_prompts(),
        *_voice(speak=arguments.speak),
    ]
    if arguments.json:
        print_json(findings)
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'NO '} {finding.what}: {finding.found}")
            if finding.do:
                print(f"     → {finding.do}")
    return 0


def _terminal() -> Finding:
    problem = unfit()
    size = shutil.get_terminal_size()
    return Finding("terminal", not problem, problem or f"{size.columns}×{size.lines}", "")


def _noise(kept: Places) -> list[Finding]:
    """What the terminal sent in a session that was no key; nothing to do about, but good to know."""
    from ii_companion.log.noise import noise

    heard = noise(kept)
    if heard is None:
        return []
    found = ngettext(
        "the terminal ({terminal}) sent something that is not a key once, on {day}; it was left out",
        "the terminal ({terminal}) sent something that is not a key {n} times, on {day}; it was left out",
        heard.times,
        terminal=plain(heard.terminal) or _("no name"),
        day=f"{heard.at.astimezone():%Y-%m-%d %H:%M}",
    )
    return [Finding("input line", ok=True, found=found)]


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


def _prompts() -> list[Finding]:
    """A person's own prompts: how many can be used, and what is wrong with the others, by file and line."""
    from ii_companion.content.prompts import load_prompts
    from ii_companion.settings import load

    loaded = load()
    content = load_prompts(loaded.settings.language, loaded.own_prompts)
    if content.complaints:
        return [
            Finding("prompts", ok=False, found=complaint, do="The other prompts are used.")
            for complaint in content.complaints
        ]
    return [
        Finding(
            "prompts", ok=True, found=f"{len(content.prompts)} prompts; your own go in {loaded.own_prompts}"
        )
    ]


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


def _voice(*, speak: bool) -> list[Finding]:
    """Engine, voice and player; with `speak`, a sentence and how long its player took to start."""
    from ii_companion.settings import load
    from ii_companion.voice.found import missing_player, sound_cards
    from ii_companion.voice.process import list_voices

    settings = load().settings
    quiet = "Sessions go on in silence; nothing else is missing without it."
    try:
        voices = list_voices()
    except (RuntimeError, OSError, TimeoutError) as error:
        return [Finding("voice", ok=False, found=f"no voice: {error}", do=f"Install espeak-ng. {quiet}")]
    findings = [
        Finding(
            "voice",
            ok=True,
            found=f"{len(voices)} voices; in use: {settings.voice}, {settings.voice_rate} words a minute, volume {settings.voice_volume:g}",
        )
    ]
    missing = missing_player()
    findings.append(
        Finding(
            "player",
            not missing,
            missing or "aplay" if missing or shutil.which("aplay") else "this system's own",
            quiet if missing else "",
        )
    )
    if not missing and shutil.which("aplay") and not sound_cards():
        findings.append(
            Finding(
                "sound card",
                ok=False,
                found="none that Linux knows of",
                do=f"Connect an earphone or a sound card. {quiet}",
            )
        )
    if speak:
        findings.append(_spoken())
    return findings


def _spoken() -> Finding:
    from ii_companion.settings import load
    from ii_companion.voice.process import ProcessVoice
    from ii_companion.voice.speech import Outcome, VoiceSettings

    settings = load().settings
    outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    voice = ProcessVoice(
        VoiceSettings(settings.voice, settings.voice_rate, settings.voice_volume), outcomes.put
    )
    voice.wait_until_ready(10.0)
    began = time.monotonic()
    voice.say("Leave some quiet here.")
    try:
        outcome = outcomes.get(timeout=20)
    except queue.Empty:
        return Finding(
            "speaking", ok=False, found="nothing came back within 20 s", do="Try another voice (F6 at home)."
        )
    finally:
        voice.close()
    if outcome.result != "spoken":
        return Finding("speaking", ok=False, found=outcome.why)
    latency = (
        f"the player started {1000 * (voice.played_at - began):.0f} ms after it was asked"
        if voice.played_at
        else "spoken"
    )
    return Finding("speaking", ok=True, found=f"spoken; {latency}")

"""What `ii-companion check` looks at: each thing a finding, as values for `words.render`.

Long because there is much to look at, each in a short function of its own.
"""

from __future__ import annotations

import queue
import shutil
import sys
import time
from typing import TYPE_CHECKING

from ii_companion import words
from ii_companion.printable import plain
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import Said, counted, said
from ii_companion.verbs.bar import bar
from ii_companion.verbs.finding import Finding
from ii_companion.verbs.findings_sharing import sharing
from ii_companion.verbs.kept_safe import kept_safe
from ii_companion.verbs.terminal import lines_alone, unfit
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.store import Store
    from ii_companion.settings import Loaded

LOW_DISK_MB = 50
NEWEST_MONTHS = 2
"""Whose sessions every `check` looks at; all of ten years' take seconds."""


def looked_at(
    kept: Store, loaded: Loaded, *, speak: bool, english: bool, every: bool = False
) -> list[Finding]:
    """Everything there is to look at; with `speak`, a sentence is spoken too. `english`: for other programs.

    `every`: sessions of all months are held against their digests, not only the newest.
    """
    language = _language(loaded)
    if english:
        words.use(words.ENGLISH)  # the voice's rooms put what they find in words at once
    return [
        _terminal(),
        _command_line(),
        *_noise(kept),
        language,
        *_data_folder(kept),
        *kept_safe(kept),
        _logs(kept),
        *_school(kept),
        *_unseen(kept, every=every),
        *_settings(loaded),
        *_prompts(loaded),
        *sharing(loaded),
        *_voice(loaded, speak=speak),
        _film_player(),
    ]


def _together(*sentences: str) -> Said:
    """Whole sentences, one after another."""
    places = {f"sentence{n}": sentence for n, sentence in enumerate(sentences, 1)}
    return Said(" ".join(f"{{{name}}}" for name in places), places)


def _terminal() -> Finding:
    if sys.stdin.isatty() and sys.stdout.isatty() and (alone := lines_alone()):
        return Finding(said("terminal"), ok=True, found=alone)
    problem = unfit()
    size = shutil.get_terminal_size()
    return Finding(said("terminal"), not problem, problem or f"{size.columns}×{size.lines}", "")


def _command_line() -> Finding:
    return Finding(
        said("command line"),
        ok=True,
        found=said(
            "others with an account here can see what stands after a running command, such as a code or a place; "
            "what is typed on the home screen they cannot"
        ),
    )


def _noise(kept: Store) -> list[Finding]:
    """What the terminal sent in a session that was no key; nothing to do about, but good to know."""
    heard = kept.noise()
    if heard is None:
        return []
    found = counted(
        "the terminal ({terminal}) sent something that is not a key once, in the session of {day}; it was left out",
        "the terminal ({terminal}) sent something that is not a key {n} times, in the session of {day}; it was left out",
        heard.times,
        terminal=plain(heard.terminal) or "–",
        day=f"{heard.at.astimezone():%Y-%m-%d %H:%M}",
    )
    return [Finding(said("input line"), ok=True, found=found)]


def _language(loaded: Loaded) -> Finding:
    """What everything is said in, and whether somebody who speaks the language has read it."""
    asked, used = loaded.settings.language, words.language()
    if used == words.ENGLISH and asked.partition("-")[0] != words.ENGLISH:
        return Finding(
            said("language"),
            ok=False,
            found=said("“{asked}” has no catalogue; everything but the prompts is in English", asked=asked),
            do=said("Choose one of {known} in the settings.", known=", ".join(words.languages())),
        )
    if words.is_draft():
        return Finding(
            said("language"),
            ok=True,
            found=said("{language}, a draft", language=used),
            do=said("It wants somebody who speaks the language to read it."),
        )
    return Finding(said("language"), ok=True, found=used)


def _data_folder(kept: Store) -> list[Finding]:
    try:
        kept.ready()
    except Refusal as refusal:
        return [
            Finding(
                said("data folder"),
                ok=False,
                found=refusal.sentence,
                do=said("Choose another with --data-dir or II_COMPANION_HOME."),
            )
        ]
    wrong = kept.proved()
    if wrong:
        return [Finding(said("data folder"), ok=False, found=one) for one in wrong]
    free = shutil.disk_usage(kept.where).free // 2**20
    low = free < LOW_DISK_MB
    return [
        Finding(said("data folder"), ok=True, found=kept.where),
        Finding(
            said("disk"),
            not low,
            said("{free} MB free", free=free),
            said("Free some space before the next session.") if low else "",
        ),
    ]


def _logs(kept: Store) -> Finding:
    told: list[str] = []
    logs = kept.telling(told.append).logs()
    waiting, complaints = kept.unfinished()
    told += complaints
    both = {
        "logs": counted("{n} brief log", "{n} brief logs", len(logs)),
        "sessions": counted("{n} unfinished session", "{n} unfinished sessions", len(waiting)),
    }
    if told:
        return Finding(
            said("brief logs"), ok=False, found=_together(said("{logs}, {sessions}.", **both), *told)
        )
    return Finding(said("brief logs"), ok=True, found=said("{logs}, {sessions}", **both))


def _school(kept: Store) -> list[Finding]:
    """How this laptop and a school's log stand; whether it can be reached is for `school sync` to say."""
    if not kept.joined:
        return []
    from datetime import UTC, datetime
    from importlib.util import find_spec

    try:
        line = kept.school_line(datetime.now(UTC))
    except Refusal as refusal:
        return [
            Finding(
                said("school's log"),
                ok=False,
                found=refusal.sentence,
                do=said("Ask your technician for a new join file."),
            )
        ]
    missing = [name for name in ("psycopg", "keyring") if find_spec(name) is None]
    if missing:
        return [
            Finding(
                said("school's log"),
                ok=False,
                found=line,
                do=said("Install what it needs: pip install 'ii-companion[school]'"),
            )
        ]
    return [Finding(said("school's log"), ok=True, found=line)]


def _unseen(kept: Store, *, every: bool) -> list[Finding]:
    """Whether logs, ended journals and cards are as they were saved."""
    with bar(_("Holding sessions against their digests")):
        parts = [part.verify(None if every else NEWEST_MONTHS) for part in (kept, kept.practice)]
    what = said("nothing changed unseen")
    changes = [change for part in parts for change in part.changes]
    if changes:
        return [Finding(what, ok=False, found=change.what, do=change.do) for change in changes]
    looked_at = {
        "logs": counted("{n} brief log", "{n} brief logs", sum(part.logs for part in parts)),
        "journals": counted("{n} ended journal", "{n} ended journals", sum(part.journals for part in parts)),
    }
    found = (
        said("{logs} and {journals} are as they were saved", **looked_at)
        if every
        else said(
            "{logs} and {journals} of the newest months are as they were saved; `check --all` looks at every one",
            **looked_at,
        )
    )
    if without := sum(part.without for part in parts):
        older = counted(
            "{n} log is from before digests were kept; of it nothing can be told.",
            "{n} logs are from before digests were kept; of them nothing can be told.",
            without,
        )
        found = _together(said("{found}.", found=found), older)
    return [Finding(what, ok=True, found=found)]


def _prompts(loaded: Loaded) -> list[Finding]:
    """A person's own prompts: how many can be used, and what is wrong with the others, by file and line."""
    from ii_companion.content.prompts import load_prompts

    content = load_prompts(loaded.settings.language, loaded.own_prompts)
    if content.complaints:
        return [
            Finding(said("prompts"), ok=False, found=complaint, do=said("The other prompts are used."))
            for complaint in content.complaints
        ]
    return [
        Finding(
            said("prompts"),
            ok=True,
            found=counted(
                "{n} prompt; your own go in {folder}",
                "{n} prompts; your own go in {folder}",
                len(content.prompts),
                folder=loaded.own_prompts,
            ),
        )
    ]


def _settings(loaded: Loaded) -> list[Finding]:
    if not loaded.complaints:
        there = loaded.path.exists()
        found = (
            str(loaded.path) if there else said("{path} (not there; the defaults are used)", path=loaded.path)
        )
        return [Finding(said("settings"), ok=True, found=found)]
    return [
        Finding(said("settings"), ok=False, found=complaint, do=said("The rest of the file applies."))
        for complaint in loaded.complaints
    ]


def _film_player() -> Finding:
    """What plays films beside the terminal, and its version."""
    from ii_companion.player.found import program, to_install, version

    path = program()
    found = version(path) if path else ""
    if found:
        return Finding(
            said("film player"), ok=True, found=said("{version}, {path}", version=found, path=path)
        )
    wrong = said("{path} does not say its version", path=path) if path else said("none; mpv is missing")
    do = _together(to_install(), said("Nothing else needs it."))
    return Finding(said("film player"), ok=False, found=wrong, do=do)


def _voice(loaded: Loaded, *, speak: bool) -> list[Finding]:
    """Engine, voice and player; with `speak`, a sentence and how long its player took to start."""
    from ii_companion.voice.found import missing_player, sound_cards
    from ii_companion.voice.process import list_voices

    settings = loaded.settings
    quiet = said("Sessions go on in silence; nothing else is missing without it.")
    try:
        with bar(_("Looking for voices")):
            voices = list_voices()
    except (RuntimeError, OSError, TimeoutError) as error:
        return [
            Finding(
                said("voice"),
                ok=False,
                found=said("no voice: {why}", why=said_by(error)),
                do=_together(said("Install espeak-ng."), quiet),
            )
        ]
    findings = [
        Finding(
            said("voice"),
            ok=True,
            found=said(
                "{voices}; in use: {voice}, {rate}, volume {volume}",
                voices=counted("{n} voice", "{n} voices", len(voices)),
                voice=settings.voice,
                rate=counted("{n} word a minute", "{n} words a minute", settings.voice_rate),
                volume=f"{settings.voice_volume:g}",
            ),
        )
    ]
    missing, aplay = missing_player(), shutil.which("aplay")
    findings.append(
        Finding(
            said("player"),
            not missing,
            missing or ("aplay" if aplay else said("this system's own")),
            quiet if missing else "",
        )
    )
    if not missing and aplay and not sound_cards():
        findings.append(
            Finding(
                said("sound card"),
                ok=False,
                found=said("none that Linux knows of"),
                do=_together(said("Connect an earphone or a sound card."), quiet),
            )
        )
    if speak:
        findings.append(_spoken(loaded))
    return findings


def _spoken(loaded: Loaded) -> Finding:
    from ii_companion.voice.process import ProcessVoice
    from ii_companion.voice.speech import Outcome, VoiceSettings

    settings = loaded.settings
    outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    voice = ProcessVoice(
        VoiceSettings(settings.voice, settings.voice_rate, settings.voice_volume), outcomes.put
    )
    voice.wait_until_ready(10.0)
    began = time.monotonic()
    voice.say(_("Leave some quiet here."))
    patience = 20
    try:
        outcome = outcomes.get(timeout=patience)
    except queue.Empty:
        return Finding(
            said("speaking"),
            ok=False,
            found=said("nothing came back within {seconds} s", seconds=patience),
            do=said("Try another voice (F6 at home)."),
        )
    finally:
        voice.close()
    if outcome.result != "spoken":
        return Finding(said("speaking"), ok=False, found=outcome.why)
    if not voice.played_at:
        return Finding(said("speaking"), ok=True, found=said("spoken"))
    return Finding(
        said("speaking"),
        ok=True,
        found=said(
            "spoken; the player started {ms} ms after it was asked",
            ms=f"{1000 * (voice.played_at - began):.0f}",
        ),
    )

"""CHAT transcripts in (`.cha`): when, who, and events marked `&=`; never the words, which hold names.

An utterance is the code `speech`, `&=laughs` the code `laughs`; one that is nothing but events is no speech. Its time is its
bullet's start; 0 is the first bullet's, and the last bullet's end is the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ii_companion.files.bounded import as_text, read_bounded
from ii_companion.files.coding import Hints, Mark, Observation, local, refuse_long, text_of
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

SPEECH = "speech"
_BULLET = re.compile(r"\x15(?:%?\w+:\"[^\"\x15]*\"_)?(\d{1,18})_(\d{1,18})\x15")
_EVENT = re.compile(r"&=([^\s:&\x15<>\[\]]+)\S*")
_WORD = re.compile(r"[^\W\d_]|0")
_BESIDE = re.compile(r"\[[^\]]*\]|\x15[^\x15]*\x15")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def read_chat(path: Path) -> Iterator[Observation]:
    """One observation. Raises Refusal."""
    lines = _lines(path)
    made = Observation(path.stem, path)
    if found := _date(lines):
        made.started, made.date_from = found, said("@Date, without a time of day; a guess")
    told: list[tuple[int, str, list[str]]] = []
    starts, ends = [], []
    for line in lines:
        if not line.startswith("*"):
            continue
        speaker, _, words = line[1:].partition(":")
        bullets = [(int(a), int(b)) for a, b in _BULLET.findall(words)]
        if not bullets:
            made.aside[said("utterances without a time")] += 1
            continue
        start = min(a for a, _ in bullets)
        starts.append(start)
        ends.append(max(b for _, b in bullets))
        events = _EVENT.findall(words)
        speaks = _WORD.search(_BESIDE.sub(" ", _EVENT.sub(" ", words)).replace("0", " "))
        told.append(
            (start, text_of(speaker), [*([SPEECH] if speaks or not events else []), *map(text_of, events)])
        )
    if starts:
        first = min(starts)
        made.length = (max(*ends, *starts) - first) / 1000
        refuse_long(made.length, made.where)
        made.marks = [
            Mark((start - first) / 1000, speaker, code, number=number)
            for number, (start, speaker, codes) in enumerate(sorted(told, key=lambda one: one[0]), 1)
            for code in codes
        ]
    made.length_from = said("the last bullet's end")
    yield made


def hints(path: Path) -> Hints:
    """Who the speakers are, from `@Participants: CHI Child, MOT Ann Mother`: the role stands last."""
    found = {}
    for line in _lines(path):
        if line.lower().startswith("@participants:"):
            for one in line.partition(":")[2].split(","):
                parts = one.split()
                if len(parts) > 1:
                    found[text_of(parts[0])] = parts[-1]
    return Hints(found)


def _lines(path: Path) -> list[str]:
    text = as_text(read_bounded(path), path)
    if not re.search(r"^[@*]\w", text, re.MULTILINE):
        raise Refusal("{path}: not a CHAT file; its lines begin with @ or *.", path=path)
    joined = re.sub(r"\r?\n[\t ]+", " ", text)  # a line that goes on begins with a tab
    return joined.splitlines() if "\x1c" not in joined else joined.split("\n")


def _date(lines: list[str]) -> datetime | None:
    for line in lines:
        if match := re.match(r"@Date:\s*(\d{1,2})-([A-Za-z]{3})-(\d{4})", line):
            day, month, year = match.groups()
            try:
                return local(datetime(int(year), _MONTHS.index(month.upper()) + 1, int(day)))  # noqa: DTZ001 - its own place's
            except (ValueError, Refusal):
                return None
    return None

"""The mapping that writes itself: every subject and code of a file, how often, and a guess where the word gives one away."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from ii_companion.files.coding import Hints, Observation
from ii_companion.files.mapped import OUR_END
from ii_companion.files.mapping import OURS, ROLES, UNFILLED
from ii_companion.session.kinds import BOTH, LEARNER, PRACTITIONER
from ii_companion.words import _

WHO = {
    LEARNER: "child learner pupil student client resident infant baby toddler enfant kind target_child chi participant boy girl son daughter person eleve élève",
    PRACTITIONER: "adult mother father mum mom dad mot fat parent teacher practitioner staff partner therapist carer caregiver keyworker tutor adulte nurse investigator assistant",
    BOTH: "both dyad together joint",
}
WHAT = {
    "enough_clear": "enough stop pushes leaves refuses",
    "distress": "distress distressed cries crying upset screams",
    "enjoyed": "enjoyed enjoy smile smiles smiling laugh laughs laughing laughter joy",
    "imitate": "imitate imitates imitating imitation copy copies copying mirror mirrors echo echoes",
    "join_in": "join joins joining join_in",
    "comment": "comment comments commenting speech talk talks talking says speaks",
    "paused": "paused pause out_of_sight out off_camera not_visible",
    "act": "act vocalises vocalizes vocalise vocalize vocal vocalisation vocalization voc sound sounds look looks gaze touch touches contact moves movement gesture reach reaches hum hums babbles",
}
_WHO = {word: ours for ours, words in WHO.items() for word in words.split()}
_WHAT = {word: ours for ours, words in WHAT.items() for word in words.split()}


class Seen(msgspec.Struct):
    """The words of a file, and how often."""

    subjects: Counter[str]
    codes: Counter[str]
    by: dict[str, Counter[str]]
    """Whose each code is."""


class Filled(msgspec.Struct):
    """What a mapping will say."""

    learner: str
    subjects: dict[str, str]
    codes: dict[str, str]
    codes_of: dict[str, dict[str, str]]


def seen_in(observations: Iterable[Observation]) -> Seen:
    seen = Seen(Counter(), Counter(), {})
    for one in observations:
        for mark in one.marks:
            if one.ours and mark.code == OUR_END:
                continue
            seen.subjects[mark.subject] += 1
            seen.codes[mark.code] += 1
            seen.by.setdefault(mark.code, Counter())[mark.subject] += 1
    return seen


def guessed(seen: Seen, hints: Hints, learner: str) -> Filled:
    """Every word with a guess, or with a question mark."""
    subjects = {word: _who(word, hints) for word in seen.subjects}
    if len(subjects) == 1 and UNFILLED in subjects.values():
        subjects = dict.fromkeys(subjects, LEARNER)
    codes: dict[str, str] = {}
    codes_of: dict[str, dict[str, str]] = {}
    for word in seen.codes:
        whose = {subject: subjects[subject] for subject in seen.by[word]}
        each = {subject: _what(word, role) for subject, role in whose.items()}
        if len(set(each.values())) > 1:  # one code by both partners means two things
            for subject, ours in each.items():
                codes_of.setdefault(subject, {})[word] = ours
        else:
            codes[word] = next(iter(each.values()))
    return Filled(learner or "", subjects, codes, codes_of)


def _who(word: str, hints: Hints) -> str:
    for text in (hints.roles.get(word, ""), word):
        if text in ROLES:
            return text
        for part in _parts(text):
            if part in _WHO:
                return _WHO[part]
    return UNFILLED


def _what(word: str, role: str) -> str:
    parts = _parts(word)
    guess = word if word in OURS else next((_WHAT[part] for part in parts if part in _WHAT), "")
    if not guess:
        return UNFILLED
    actor = OURS[guess].row.actor
    if role == PRACTITIONER and actor == LEARNER:
        return "other"  # a sound of the practitioner's is a response of some kind
    if role == LEARNER and actor == PRACTITIONER:
        return "act"
    return guess


def _parts(word: str) -> list[str]:
    folded = word.casefold()
    return [folded.replace(" ", "_"), *folded.replace("_", " ").replace("-", " ").replace("/", " ").split()]


def asked(filled: Filled, seen: Seen, ask: Callable[[str, int, str, tuple[str, ...]], str]) -> Filled:
    """Let a person say, a line each. `ask` gives what they said: word, count, guess, what would do."""
    learner = filled.learner or ask("", 0, "", ())
    subjects = {word: ask(word, seen.subjects[word], guess, ROLES) for word, guess in filled.subjects.items()}
    wanted = {word for word in filled.codes if any(subjects[who] for who in seen.by[word])}
    codes = {
        word: ask(word, seen.codes[word], guess, tuple(OURS)) if word in wanted else ""
        for word, guess in filled.codes.items()
    }
    codes_of = {
        who: {
            word: ask(f"{who}: {word}", seen.by[word][who], guess, tuple(OURS))
            for word, guess in words.items()
        }
        for who, words in filled.codes_of.items()
        if subjects[who]
    }
    return Filled(learner, subjects, codes, codes_of)


def starter_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.mapping.toml")


def written(filled: Filled, seen: Seen) -> str:
    """The mapping as TOML, every word of theirs quoted, with comments in the reader's language."""
    out = [
        "# " + _('Who is who, and what is what. Put in what is “?”; "" leaves a word out, knowingly.'),
        f"learner = {_quoted(filled.learner)}    # " + _("a short code such as p17, never a name"),
        "",
        f"[subjects]    # {', '.join(ROLES)}",
        *(_row(word, ours, seen.subjects[word]) for word, ours in filled.subjects.items()),
        "",
        f"[codes]    # {', '.join(OURS)}",
        *(_row(word, ours, seen.codes[word]) for word, ours in filled.codes.items()),
    ]
    for who, words in filled.codes_of.items():
        out += ["", f"[codes.{_quoted(who)}]    # " + _("this code, by this subject")]
        out += [_row(word, ours, seen.by[word][who]) for word, ours in words.items()]
    return "\n".join(out) + "\n"


def _row(word: str, ours: str, n: int) -> str:
    return f"{_quoted(word)} = {_quoted(ours)}    # {n} ×"


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's is one, but for the character DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

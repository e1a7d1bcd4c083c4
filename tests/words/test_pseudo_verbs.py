"""The command line in the pseudo-language: every help, every answer and every refusal, and the HTML report.

What is left of plain letters is what a person types or a program keeps (commands, options, ids, codes, paths, formats),
and what a library says, each named below.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from faults.test_screens import kept
from words.pseudo import BEGIN

from ii_companion.cli import VERBS, main
from ii_companion.content.learners import load_learners
from ii_companion.files.report import html
from ii_companion.log.places import Places
from ii_companion.practice.trainee import HABITS
from ii_companion.session.agreement import CODED
from ii_companion.session.kinds import ACTOR_WORDS
from ii_companion.verbs.lock import ACTS

pytestmark = pytest.mark.usefixtures("xx")
SCHOOL = (
    "set-up", "add", "join", "sync", "status", "share", "keep", "leave", "lost", "mentor", "tidy", "roll", "trends",
)  # fmt: skip
TYPED = frozenset(
    {
        "ii",
        "companion",
        "show",
        "delete",
        "recount",
        "restore",
        "She",
        "splashed",
        "back",
        "pool",
        "LUKS",
        *VERBS,
        *ACTS,
        "set",
        "up",
        *SCHOOL,
    }
    | {"me", "iischool", "Elm", "School", "keep_months", "pem", "ca", "II_COMPANION_SCHOOL", "postgresql"}
)
"""What a person types to run it."""
CODES = frozenset({*load_learners("en").natures, *HABITS, "mirror", "only", "k7", "xx"})
"""Of learners, of trainees (one is “mirror-only”), of a practitioner, of the language itself."""
FORMATS = frozenset(
    ["csv", "events", "eaf", "tab", "json", "jsonl", "boris", "sdis", "html", "docx", "toml", "txt", "mp"]
)
COLUMNS = frozenset({"time_s", "actor", "act", "detail", *ACTOR_WORDS, *(act for _, act in CODED.values())})
"""Of an event table, and the ids that stand in it."""
FILES = frozenset(["session", "second", "mentor", "coded", "ours", "good", "film", "moments"])
"""The names of the files in the examples and here."""
PROGRAMS = frozenset({"mpv"})
"""Another program's name is the same in every language."""
ROLES = frozenset(["screen", "remote", "mentor"])
"""What can be shared with."""
LIBRARY = {
    "a number": "int",  # argparse names the Python type
    "not JSON": "Expected object got int",  # msgspec's own sentence inside ours
    "not a mapping": "Expected after key in pair at line column",  # tomllib's
    "check": "en us whisper eSpeak NG",  # the voice's name, its engine's
}


def english(text: str, *known: str) -> set[str]:
    """The plain words in it, but for paths, options and what is said above."""
    text = re.sub(r"\S*/\S+", "", text)
    text = re.sub(r"(?<![\w-])--?[a-z][a-z-]*", "", text)
    text = re.sub(r"\b\d{8}-[\w-]+", "", text)  # an id
    words = set(re.findall("[A-Za-z][A-Za-z_]+", text))
    return words - TYPED - CODES - FORMATS - COLUMNS - FILES - PROGRAMS - ROLES - set(known)


def said(capsys, *arguments: str) -> str:
    with contextlib.suppress(SystemExit):
        main(arguments)
    out, err = capsys.readouterr()
    return out + err


HELPS = [
    [],
    *([verb] for verb in VERBS),
    ["log", "show"],
    ["log", "delete"],
    *(["school", part] for part in SCHOOL),
]


@pytest.mark.parametrize("verb", HELPS, ids=" ".join)
def test_help(capsys, verb: list[str]) -> None:
    text = said(capsys, *verb, "--help")
    assert BEGIN in text
    assert english(text) == set()


TABLE = "time_s,actor,act,detail\n1,learner,act,\n2,practitioner,join_in,\n9,both,end,\n"


@pytest.fixture
def here(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a session that is kept, and with files that are not what they should be."""
    kept(places)
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


REFUSED = {
    "no such command": ["nothing/"],
    "no such option": ["log", "--nothing"],
    "an option without its value": ["start", "--learner"],
    "no format": ["export", "--out", "x/"],
    "another format": ["export", "--format", "7", "--out", "x/"],
    "no argument": ["replay"],
    "a stage": ["start", "--stage", "9"],
    "a speed": ["practise", "--speed", "1000"],
    "a number": ["practise", "--seed", "7.5"],
    "a date": ["training", "k7", "--induction", "2026-13-01"],
    "no date": ["training", "k7"],
    "nobody's date": ["training", "--induction", "2026-01-01"],
    "a tolerance": ["agree", "1", "2", "--tolerance", "-1"],
    "a time unit": ["agree", "1", "2", "--step", "0"],
    "no such coding": ["agree", "1", "2"],
    "a countdown": ["code", "1", "--me", "k7", "--countdown", "99"],
    "no such session": ["code", "1", "--me", "k7"],
    "no such log": ["log", "show", "1"],
    "no log to delete": ["log", "delete", "1", "--yes"],
    "nobody to ask": ["log", "delete", "20261123-101500-heron-0001"],
    "nobody to ask about a learner": ["erase", "--learner", "heron"],
    "nothing to erase": ["erase", "--learner", "k7", "--yes"],
    "a name": ["start", "--learner", "7 8", "--me", "k7"],
    "a code with a sign in it": ["start", "--learner", "7+", "--me", "k7"],
    "a code that begins with a dash": ["start", "--learner=-7", "--me", "k7"],
    "too long a code": ["start", "--learner", "7" * 99, "--me", "k7"],
    "no terminal": ["start", "--learner", "heron", "--me", "k7"],
    "no such learner": ["practise", "--learner", "k7"],
    "no such trainee": ["trial", "--trainee", "k7"],
    "no runs": ["trial", "--runs", "0"],
    "a chance": ["trial", "--follows", "7"],
    "no such file": ["replay", "7/"],
    "not a table": ["replay", "7.csv"],
    "a folder": ["replay", "."],
    "a file that is there": ["export", "--format", "csv", "--out", "7.csv"],
    "an unknown file": ["import", "7.txt"],
    "not JSON": ["import", "7.json"],
    "an event table of nobody": ["import", "7.csv"],
    "no mapping": ["import", "7.boris"],
    "not a mapping": ["import", "7.boris", "--mapping", "7.csv"],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal(here: Path, capsys, name: str) -> None:
    for path in ("7.csv", "7.txt", "7.json", "7.boris"):
        (here / path).write_text("7\n")
    text = said(capsys, *REFUSED[name])
    assert BEGIN in text
    assert english(text, *LIBRARY.get(name, "").split()) == set()


ANSWERED = {
    "check": ["check"],
    "log": ["log"],
    "log show": ["log", "show", "20261123-101500-heron-0001"],
    "replay": ["replay", "good.csv"],
    "agree": ["agree", "20261123-101500-heron-0001", "good.csv"],
    "trial": ["trial", "--trainee", "rusher", "--learner", "heron", "--stage", "1", "--runs", "1"],
    "training": ["training", "k7", "--induction", "2026-01-01"],
    "nobody's training": ["training"],
    "export": ["export", "--format", "html", "--out", "good.html"],
    "import": ["import", "good.csv", "--learner", "heron"],
    "tidy": ["tidy"],
    "erase": ["erase", "--learner", "heron", "--yes"],
    "log delete": ["log", "delete", "20261123-101500-heron-0001", "--yes"],
}


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer(here: Path, capsys, name: str) -> None:
    (here / "good.csv").write_text(TABLE)
    text = said(capsys, *ANSWERED[name])
    assert BEGIN in text
    assert english(text, *LIBRARY.get(name, "").split()) == set()


def test_the_report(places: Places) -> None:
    one = kept(places)
    page = html(one, "xx").decode()
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    attributes = " ".join(re.findall(r'(?:title|alt|aria-label)="([^"]*)"', body))
    text = re.sub(r"<[^>]*>", " ", body) + attributes
    assert english(text) == set()

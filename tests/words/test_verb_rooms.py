"""Commands, settings and reports say nothing past the seam: an eye on the code, and a language of one letter."""

from __future__ import annotations

import ast
import gettext
import io
import json
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from ci_tools import tool
from faults.test_screens import kept
from files.test_other_files import EXAMPLE

from ii_companion import cli, language, words
from ii_companion.content.fundamentals import fundamentals
from ii_companion.content.learners import load_learners
from ii_companion.content.prompts import load_prompts
from ii_companion.files.docx import document
from ii_companion.files.report import html
from ii_companion.log.places import Places
from ii_companion.practice.trainee import HABITS
from ii_companion.settings import ENTRIES, THEMES, Settings, load
from ii_companion.verbs import argparse_words, lock
from ii_companion.verbs.export import FORMATS
from ii_companion.verbs.findings import _language

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "ii_companion"
ROOMS = sorted(
    [
        *(PACKAGE / "verbs").glob("*.py"),
        *(PACKAGE / "files").glob("*.py"),
        PACKAGE / "cli.py",
        PACKAGE / "settings.py",
        PACKAGE / "language.py",
    ]
)
PATTERNS = {"_": 1, "N_": 1, "said": 1, "Refusal": 1, "ngettext": 2, "counted": 2}
"""What makes a sentence, and how many of its first arguments are patterns."""
MADE_ELSEWHERE = {"_", "Refusal"}
"""These may be given a name: what was marked, or made, elsewhere."""
SHOWS = {"print", "tell", "say", "sure", "error", "ArgumentTypeError"}
SHOWN_AS = {"help", "description", "epilog", "metavar", "title"}
A_WORD = re.compile(r"[^\W\d_]{2,}")
LOOKED_FOR = {"WHO", "WHAT"}
"""Tables of words that are looked for in files, and never said."""
SEVERAL_WORDS = re.compile(r"[^\W\d_]{2,} +[^\W\d_]{2,}")
NO_SENTENCES = re.compile(
    r"ii-companion( |: ?$)"  # a command to type, or whose sentence it is
    r"|%\(|time_s,actor,act,detail$"
    r"|show |( \| delete )$"
    r"|Exported by ii-companion|Point event$|coding map$|observation time interval$|time offset$"  # BORIS's own
    r"|Time offset \(s\)$|Media duration \(s\)$|Total length$|Observation (id|date)$|Behavior type$|No focal subject$|Comment start$"
    r"|; ended: $|learner $"
    r"|<|.*=\""  # of a picture's or a page's markup
    r"|List Bullet$|Table Grid$"
    r"|aplay$"
)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
                yield name, node


def literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def glued(tree: ast.Module) -> Iterator[str]:
    """Patterns that no tool could gather: put together, or written inside another string."""
    inside = {
        id(call) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for _, call in calls(node)
    }
    for name, call in calls(tree):
        if name not in PATTERNS:
            continue
        patterns = call.args[: PATTERNS[name]]
        elsewhere = name in MADE_ELSEWHERE and not any(
            isinstance(one, ast.JoinedStr | ast.BinOp) for one in patterns
        )
        if len(patterns) < PATTERNS[name] or not (elsewhere or all(map(literal, patterns))):
            yield f"line {call.lineno}: {name}() takes a literal pattern: {ast.unparse(call)}"
        elif id(call) in inside and any(map(literal, patterns)):
            yield f"line {call.lineno}: a pattern inside an f-string is not gathered: {ast.unparse(call)}"


def bare(node: ast.AST) -> Iterator[ast.Constant]:
    """The strings with words in them that are shown as they stand; what any call makes of its arguments is apart."""
    match node:
        case ast.Call(func=ast.Attribute(attr="join")):
            for argument in node.args:
                yield from bare(argument)
        case ast.Call() | ast.Subscript() | ast.Compare():
            return
        case ast.Constant(str(text)):
            if A_WORD.search(text) and not NO_SENTENCES.match(text):
                yield node
        case ast.FormattedValue(value=value):
            yield from bare(value)
        case ast.IfExp(body=body, orelse=other):
            yield from bare(body)
            yield from bare(other)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from bare(child)


def unmarked(tree: ast.Module) -> Iterator[str]:
    """Words that reach a person as they stand in the code."""
    for name, call in calls(tree):
        shown: list[ast.expr] = [one.value for one in call.keywords if one.arg in SHOWN_AS]
        if name in SHOWS:
            shown += call.args
        if name == "command":  # help and description of a verb
            shown += call.args[3:5]
        if name == "Finding":
            shown += [*call.args, *(one.value for one in call.keywords)]
        yield from (f"line {one.lineno}: {one.value!r}" for argument in shown for one in bare(argument))


def sentences(tree: ast.Module) -> Iterator[str]:
    """Strings of several words that no mark is on, comments in quotation marks apart."""
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            apart.add(id(node.value))
        if isinstance(node, ast.Assign) and {getattr(name, "id", "") for name in node.targets} & LOOKED_FOR:
            apart |= {id(one) for one in ast.walk(node.value)}
    for name, call in calls(tree):
        if name in PATTERNS:
            apart |= {id(argument) for argument in call.args}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in apart
            and SEVERAL_WORDS.search(node.value)
            and not NO_SENTENCES.match(node.value)
        ):
            yield f"line {node.lineno}: {node.value!r}"


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sentence_can_be_gathered_and_none_goes_unmarked(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"), str(path))
    assert [*glued(tree), *unmarked(tree), *sentences(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        '_(f"{n} acts")',
        '_("one" + " two")',
        "said(pattern)",
        "N_(words)",
        'ngettext("{n} act")',
        'counted("{n} act", many, 2)',
        'Refusal(f"There is no log {name}.")',
        "x = f\"{_('hushed')} · {n}\"",
    ],
)
def test_the_eye_sees_what_is_glued(code: str) -> None:
    assert list(glued(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'print("Nothing was removed.")',
        'print(f"{n} sessions")',
        'tell("Saved." if saved else "")',
        'print(" · ".join([head, "solo"]))',
        'parser.add_argument("--out", help="the file")',
        'parser.add_argument("--out", metavar="PATH")',
        'command(verbs, shared, "log", "list the logs", _("List."), "ii-companion log", run)',
        'Finding("voice", ok=True, found=str(n))',
        'raise ArgumentTypeError(f"“{text}” is no date")',
    ],
)
def test_the_eye_sees_what_is_unmarked(code: str) -> None:
    assert list(unmarked(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'print(_("Nothing was removed."))',
        'print(f"{one.id:<12} {line}")',
        'parser.add_argument("--stage", metavar="N", help=_("1 to 4"))',
        'tell(f"{done} {_(IDENTIFYING)}")',
        'Finding(said("voice"), ok=True, found="", do=quiet if missing else "")',
    ],
)
def test_the_eye_leaves_alone_what_is_well(code: str) -> None:
    tree = ast.parse(code)
    assert [*unmarked(tree), *glued(tree)] == []


# what argparse says to programmers, or of what is not used here
PROGRAMMERS = re.compile(
    r"conflicting|subparser|__call__|merge actions|invalid for|is an invalid|dest=|conflict_resolution|callable"
    r"|invalid option string|mutually exclusive|subcommands|can't open|with mode|deprecated|warning|default"
    r"|groups|maybe you meant|expected %s argument"
)


def test_what_argparse_says_to_a_person_is_all_gathered() -> None:
    """Of the Python that runs this; another may say more, and says it in English."""
    import argparse

    assert argparse.__file__ is not None
    tree = ast.parse(Path(argparse.__file__).read_text("utf-8"))
    says = {
        call.args[0].value
        for name, call in calls(tree)
        if name in ("_", "ngettext") and isinstance(call.args[0], ast.Constant) and call.args[0].value
    }
    ours = {*argparse_words.HELP, *argparse_words.MISTAKES}
    assert {one for one in says if not PROGRAMMERS.search(one)} - ours == set()


@pytest.mark.parametrize(
    ("english", "theirs", "fits"),
    [
        ("expected one argument", "ein Argument", True),
        ("the following arguments are required: %s", "es fehlen: %s", True),
        ("the following arguments are required: %s", "es fehlen", False),
        ("invalid %(type)s value: %(value)r", "%(value)r ist kein %(type)s", True),
        ("invalid %(type)s value: %(value)r", "%(wert)r ist kein %(type)s", False),
        ("unexpected option string: %s", "%d?", False),
        ("the first seed (0)", "100 % sicher", False),
        ("%(prog)s: error: %(message)s\n", "%(prog)s: Fehler: %(message)s", False),
        ("{n} MB free", "{n} MB frei, 100 %", True),
        ("{n} MB free", "{m} MB frei", False),
    ],
)
def test_a_translation_has_the_places_of_the_english(english: str, theirs: str, *, fits: bool) -> None:
    assert (tool("words").misfits(Message(english, theirs)) == []) is fits


def test_a_draft_stays_one_when_its_catalogue_is_compiled_or_written_again(tmp_path: Path) -> None:
    source = tmp_path / "cy" / "ii_companion.po"
    source.parent.mkdir()
    source.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"X-Draft: yes\\n"\n\nmsgid "yes"\nmsgstr "ie"\n'
    )
    (compiled,) = tool("compile_words").compile_catalogues(tmp_path)
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).info()["x-draft"] == "yes"
    for _again in range(2):
        catalogue = tool("catalogue").read(source)
        with source.open("wb") as file:
            write_po(file, catalogue)
        assert source.read_text().count("X-Draft: yes") == 1


LETTER = "ż"
PLACE = re.compile(r"(\{[^}]*\}|%(?:\(\w+\))?[a-z])")


def _with_one_letter(pattern: str) -> str:
    return "".join(
        part if PLACE.fullmatch(part) else re.sub("[A-Za-z]", LETTER, part) for part in PLACE.split(pattern)
    )


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue in which everything the code says is that one letter, and which is a draft."""
    catalogue = tool("catalogue").Catalogue(locale="en")
    catalogue.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("X-Draft", "yes")]
    for message in tool("words").gathered():
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(map(_with_one_letter, message.id)))
        elif message.id:
            catalogue.add(message.id, _with_one_letter(message.id))
    folder = tmp_path_factory.mktemp("languages")
    target = folder / "one-letter" / "LC_MESSAGES" / "ii_companion.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return folder


def chosen(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config" / "settings.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


@pytest.fixture
def one_letter(tmp_path: Path, languages: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """That language, named in the settings as a person would."""
    monkeypatch.setenv(words.LANGUAGES_VARIABLE, str(languages))
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.setenv("COLUMNS", "200")
    chosen(tmp_path, 'language = "one-letter"\n')
    assert language.speak() == "one-letter"
    yield
    words.use("en")
    gettext.textdomain("messages")  # argparse's own, which `words` turned to our catalogues


KNOWN = {
    "heron",
    "k7",
    "rusher",
    "csv",
    "json",
    "jsonl",
    "boris",
    "eaf",
    "tab",
    "time_s",
    "screen",
    "remote",
    "mentor",
    "II",
    "COMPANION",
    "SCHOOL",
    "LUKS",
}
"""Codes and files' names."""
CONTENT = sorted(
    [*(prompt.text for prompt in load_prompts("en").prompts), *(tag.name for tag in fundamentals("en"))],
    key=len,
    reverse=True,
)
"""The content folder's words have a language of their own."""

SCHOOL = (
    "set-up", "add", "join", "sync", "status", "share", "keep", "leave", "lost", "mentor", "tidy", "roll", "trends",
)  # fmt: skip

NO_WORDS = re.compile(
    rf"(?m)^{LETTER}+: ii-companion .*$"  # the example
    rf"|ii-companion( school ({'|'.join(SCHOOL)})| [a-z]+)?( show| delete| restore| recount)?"
    rf"|^ +({'|'.join([*cli.VERBS, *SCHOOL, 'show', 'delete', 'restore', 'recount', *lock.ACTS])})\b|(show|delete|restore|recount)(?= {LETTER}|$)"  # in a list of commands
    rf"|\b(?:{'|'.join(lock.ACTS)})(?= \||\s*\.\.\.|\n)"  # in a list of what may follow a command
    r"|'[a-z]+'|--?[a-z][a-z-]*|\{[a-z,]+\}"  # options and what they may be
    r"|/\S+|\b\d[\w-]*|one-letter|time_s,actor,act,detail"
)


def english(text: str, *known: str) -> set[str]:
    """What is printed of other letters, but for commands, options, paths, ids and examples."""
    assert LETTER in text
    for one in CONTENT:
        text = text.replace(one, "")
    return {
        word for word in re.findall(r"[A-Za-z]{2,}", NO_WORDS.sub(" ", text)) if word not in {*KNOWN, *known}
    }


@pytest.mark.parametrize(
    "argv",
    [
        [],
        *([verb] for verb in cli.VERBS),
        ["log", "show"],
        ["log", "delete"],
        ["log", "restore"],
        *(["school", part] for part in SCHOOL),
    ],
    ids=" ".join,
)
def test_every_help_is_in_the_readers_language(
    one_letter: None, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main([*argv, "--help"])
    assert english(capsys.readouterr().out) == set()


@pytest.mark.parametrize(
    "argv",
    [
        ["nothing"],
        ["erase"],
        ["start", "--stage", "7"],
        ["start", "--stage"],
        ["start", "--wrong"],
        ["start", "--me", "k7", "--m", "x"],
        ["practise", "--speed", "900"],
        ["practise", "--seed", "x"],
        ["export", "--format", "html"],
        ["export", "--format", "7", "--out", "x"],
        ["agree", "a", "b", "--step", "0"],
        ["agree", "a", "b", "--tolerance", "z"],
        ["trial", "--runs", "0"],
        ["trial", "--follows", "3"],
        ["code", "1", "--countdown", "99"],
        ["training", "--induction", "today"],
    ],
    ids=" ".join,
)
def test_every_mistake_in_usage_is_said_in_it(
    one_letter: None, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(argv)
    choices = {"nothing": cli.VERBS, "export": FORMATS}.get(argv[0], ())
    assert english(capsys.readouterr().err, "today", "nothing", "int", *choices) == set()


@pytest.mark.parametrize(
    "argv",
    [
        ["start", "--learner", "heron"],
        ["practise", "--learner", "nobody"],
        ["glance"],
        ["log", "show", "nobody"],
        ["code", "nobody"],
        ["agree", "nobody", "nobody"],
        ["trial", "--trainee", "nobody"],
        ["erase", "nobody"],
        ["training", "k7"],
        ["training", "--induction", "2026-11-23"],
        ["import", "/nowhere/a.csv"],
        ["import", "/nowhere/a.csv", "--learner", "heron"],
        ["import", "/nowhere/a.boris"],
        ["import", "/nowhere/a.json"],
        ["import", "/nowhere/a.txt"],
        ["export", "nobody", "--format", "csv", "--out", "/nowhere/x"],
        ["log", "delete", "20261123-101500-heron-0001"],
        ["erase", "heron"],
        ["tidy"],
    ],
    ids=" ".join,
)
def test_every_refusal_is_said_in_it(
    one_letter: None, argv: list[str], places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(places)
    chosen(places.root.parent, 'language = "one-letter"\nkeep_months = 1\n')
    cli.main(argv)
    said = capsys.readouterr()
    assert english(said.out + said.err, "nobody", "mirror", *HABITS, *load_learners("en").natures) == set()


@pytest.mark.parametrize(
    "argv",
    [
        ["log"],
        ["log", "show", "20261123-101500-heron-0001"],
        ["log", "delete", "20261123-101500-heron-0001", "--yes"],
        ["erase", "heron", "--yes"],
        ["tidy", "--yes"],
        ["training", "k7", "--induction", "2025-11-23"],
        ["agree", "20261123-101500-heron-0001", "20261123-101500-heron-0001"],
        ["trial", "--trainee", "rusher", "--learner", "heron", "--stage", "1", "--runs", "1", "--pooled"],
        ["export", "20261123-101500-heron-0001", "--format", "csv"],
    ],
    ids=" ".join,
)
def test_what_a_command_prints_is_in_it(
    one_letter: None, argv: list[str], places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(places)
    chosen(places.root.parent, 'language = "one-letter"\nkeep_months = 1\n')
    out = ["--out", str(places.root.parent / "out")] if argv[0] == "export" else []
    cli.main([*argv, *out])
    said = capsys.readouterr()
    assert english(said.out + said.err) == set()


def test_a_replay_is_told_in_it(one_letter: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "time_s,actor,act,detail\n" + "".join(f"{n},practitioner,comment,\n" for n in range(1, 60))
    )
    assert cli.main(["replay", str(path)]) == 0
    assert english(capsys.readouterr().out) == set()
    assert cli.main(["replay", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["prompts"]
    assert LETTER not in json.dumps(told, ensure_ascii=False)


def test_check_says_that_a_draft_wants_a_speaker_and_tells_programs_so_in_english(
    one_letter: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen(tmp_path, 'language = "one-letter"\ntheme = "neon"\nshape = 1\n')
    assert cli.main(["check"]) == 0
    ids = re.findall("[a-z]+", " ".join([*ENTRIES, *THEMES, Settings().voice]))
    assert english(capsys.readouterr().out, "neon", "shape", "keys", "aplay", "mpv", "en", *ids) == set()
    assert cli.main(["check", "--json"]) == 0
    findings = {one["what"]: one for one in json.loads(capsys.readouterr().out)}
    assert findings["language"] == {
        "what": "language",
        "ok": True,
        "found": "one-letter, a draft",
        "do": "It wants somebody who speaks the language to read it.",
    }
    assert LETTER not in json.dumps(findings, ensure_ascii=False)


def test_a_report_is_written_in_it(one_letter: None) -> None:
    from docx import Document

    page = html(EXAMPLE, "en").decode()
    assert '<html lang="one-letter">' in page
    seen = re.sub(r"(?s)<style>.*?</style>|<[^>]*>", " ", page)
    doc = Document(io.BytesIO(document(EXAMPLE, "en")))
    typed = set(
        re.findall(
            "[A-Za-z]{2,}", f"{EXAMPLE.log.what_happened} {EXAMPLE.log.best_moment} {EXAMPLE.log.place}"
        )
    )
    typed |= {word for event in EXAMPLE.events for word in re.findall("[A-Za-z]{2,}", event.detail)}
    for text in (seen, "\n".join(paragraph.text for paragraph in doc.paragraphs)):
        assert english(text, "UTC", "lt", "gt", "amp", *typed) - {EXAMPLE.log.practitioner} == set()


def test_a_nap_of_the_computer_is_told_in_words_in_the_report() -> None:
    from ii_companion.files.report import _ASLEEP
    from ii_companion.log.table import rows
    from ii_companion.session.events import Event, Kind

    told = rows([Event(1, 5.0, Kind.LEARNER_ACT), Event(2, 30.0, Kind.GAP, "20"), Event(3, 40.0, Kind.ENDED)])
    assert _ASLEEP in {row[3] for row in told}


@pytest.mark.parametrize(
    ("settings", "system", "spoken"),
    [
        ('language = "one-letter"\n', "", "one-letter"),
        ("", "one-letter", "one-letter"),
        ('language = ""\n', "one-letter", "one-letter"),
        ('language = "en"\n', "one-letter", "en"),
        ('language = "tlh"\n', "one-letter", "en"),
        ('language = "../x"\n', "one-letter", "one-letter"),
        ("language = 7\n", "one-letter", "one-letter"),
        ("language = [\n", "", "en"),
        (None, "", "en"),
    ],
)
def test_the_settings_choose_the_language_and_else_the_system(
    tmp_path: Path,
    languages: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: str | None,
    system: str,
    spoken: str,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", system)
    monkeypatch.setenv(words.LANGUAGES_VARIABLE, str(languages))
    if settings is not None:
        chosen(tmp_path, settings)
    try:
        assert language.speak() == spoken
        asked = load().settings.language
        assert asked == ("tlh" if settings and "tlh" in settings else spoken)
        finding = _language(load())
        assert finding.ok is (asked != "tlh")
        assert ArgumentParser(prog="x").format_usage().startswith(LETTER) is (spoken == "one-letter")
    finally:
        words.use("en")
        gettext.textdomain("messages")

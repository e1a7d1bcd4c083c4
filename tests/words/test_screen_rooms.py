"""Screens, widgets, commands and the app say nothing past the seam: an eye on the code itself.

Not on what it does: that a sentence is in a catalogue at all depends on how it is written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ii_companion.commands import BESIDE, COMMANDS, KEY_WORDS, WHERE_WORDS, Where

ROOT = Path(__file__).parent.parent.parent
ROOMS = [
    *sorted((ROOT / "ii_companion" / "screens").glob("*.py")),
    *sorted((ROOT / "ii_companion" / "plain").glob("*.py")),
    *sorted((ROOT / "ii_companion" / "dialogue").glob("*.py")),
    *sorted((ROOT / "widgets").glob("*.py")),
    ROOT / "ii_companion" / "input.py",
    ROOT / "ii_companion" / "commands.py",
    ROOT / "ii_companion" / "app.py",
    ROOT / "ii_companion" / "session" / "notes.py",
]
MARKS = {"N_": 1, "said": 1, "ngettext": 2, "counted": 2}
"""Functions whose first arguments, so many, are what the catalogues gather; `_` and Refusal may take a name too."""
RENDERS = {"_": 1, "Refusal": 1}
SHOWN_BY = {
    "Static": (0,),
    "Label": (0,),
    "Button": (0,),
    "Option": (0,),
    "Lines": None,
    "BigWords": (0,),
    "Choice": (0, 1),
    "Foot": (0,),
    "Lanes": (0,),
    "Timeline": (0,),
    "Tags": (0,),
    "field": (1,),
    "Input": (),
    "notify": (0,),
    "show": (0,),
    "update": (0,),
    "say": (0,),
    "_say": (0,),
    "_tell": (0,),
    "_complain": (0,),
    "set_xlabel": (0,),
    "set_ylabel": (0,),
    "exit": (),
}
"""What puts words before a person, and which of its arguments are words; None: all of them."""
SHOWN_AS = {"placeholder", "hint", "title", "message", "tooltip", "label", "border_title", "border_subtitle"}
"""Arguments that are words by their name, and attributes too."""
A_WORD = re.compile(r"[^\W\d_]{2,}")
SEVERAL_WORDS = re.compile(r"[^\W\d_]{2,} | [^\W\d_]{2,}")
NO_SENTENCES = {
    "ii-companion agree ",  # commands to type
    "ii-companion link ",
    " FILM",
    "ii-companion mentor ",
    "ii-companion glance --join ",
    " UTC",
}


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _called(call: ast.Call) -> str:
    """The bare name of what is called."""
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _in_a_table(node: ast.expr) -> bool:
    """A name, an attribute or an entry: words that were marked where they are declared."""
    looked_up = isinstance(node, ast.Call) and _called(node) == "get"
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) or looked_up


def glued(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Patterns that no tool could gather: put together, or written inside another string."""
    inside = {id(call) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for call in _calls(node)}
    for call in _calls(tree):
        name = _called(call)
        if name not in MARKS and name not in RENDERS:
            continue
        patterns = call.args[: {**MARKS, **RENDERS}[name]]
        if len(patterns) < {**MARKS, **RENDERS}[name] or not all(
            _literal(one) or (name in RENDERS and _in_a_table(one)) for one in patterns
        ):
            yield call.lineno, f"{name}() takes a literal pattern: {ast.unparse(call)}"
        elif id(call) in inside and any(map(_literal, patterns)):
            yield call.lineno, f"a pattern inside an f-string is not gathered: {ast.unparse(call)}"


def _bare(node: ast.expr) -> Iterator[ast.expr]:
    """The strings with words in them in what is shown, those that went through the seam or are names apart."""
    match node:
        case ast.Call():
            if _called(node) == "join":
                for argument in node.args:
                    yield from _bare(argument)
        case ast.Constant(str(text)):
            if A_WORD.search(text):
                yield node
        case ast.JoinedStr(values):
            for value in values:
                inner = value.value if isinstance(value, ast.FormattedValue) else value
                yield from _bare(inner)
        case ast.List(elements) | ast.Tuple(elements) | ast.Set(elements):
            for element in elements:
                yield from _bare(element)
        case ast.ListComp(elt) | ast.GeneratorExp(elt):
            yield from _bare(elt)
        case ast.Starred(value):
            yield from _bare(value)
        case ast.IfExp(_, body, other):
            yield from _bare(body)
            yield from _bare(other)
        case ast.BoolOp(_, parts):
            for part in parts:
                yield from _bare(part)
        case ast.BinOp(left, _, right):
            yield from _bare(left)
            yield from _bare(right)


def unmarked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Words that reach a person as they stand in the code."""
    for node in ast.walk(tree):
        shown: list[ast.expr] = []
        if isinstance(node, ast.Call) and _called(node) in SHOWN_BY:
            places = SHOWN_BY[_called(node)]
            shown += [one for n, one in enumerate(node.args) if places is None or n in places]
            shown += [one.value for one in node.keywords if one.arg in SHOWN_AS]
        elif isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Attribute) and one.attr in {*SHOWN_AS, "_said", "words"}
            for one in node.targets
        ):
            shown.append(node.value)
        yield from ((one.lineno, ast.unparse(one)) for argument in shown for one in _bare(argument))


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Strings of several words that no mark is on; comments in quotation marks and style sheets apart."""
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            apart.add(id(node.value))
        elif isinstance(node, ast.Call) and _called(node) in {*MARKS, *RENDERS}:
            apart |= {id(argument) for argument in node.args}
        elif isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "DEFAULT_CSS" for one in node.targets
        ):
            apart.add(id(node.value))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in apart:
            continue
        if SEVERAL_WORDS.search(node.value) and node.value not in NO_SENTENCES:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_every_pattern_can_be_gathered(path: Path) -> None:
    assert list(glued(_parsed(path))) == []


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_nothing_is_shown_unmarked(path: Path) -> None:
    assert list(unmarked(_parsed(path))) == []


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_no_string_of_several_words_goes_unmarked(path: Path) -> None:
    assert list(sentences(_parsed(path))) == []


@pytest.mark.parametrize(
    "code",
    [
        '_(f"{n} acts")',
        '_("one" + " two")',
        'said("a {x}".format(x=1))',
        "N_(words)",
        'ngettext("{n} act", f"{n} acts", 2)',
        'ngettext("{n} act")',
        'Refusal(f"There is no log {name}.")',
        "x = f\"{_('hushed')} · {n}\"",
    ],
)
def test_the_eye_sees_what_is_glued(code: str) -> None:
    assert list(glued(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'Static("Not saved yet.")',
        'Static(f"{n} acts")',
        'self.notify(str(n), title="Settings")',
        'lines.show([head, "Recent logs"])',
        'lines.show(["  ".join(["Saved.", *keys])])',
        'field(hint="a remark", id="x")',
        'self._said = "noted" if x else ""',
        'Choice(_("Touch"), ["as agreed"], id="x")',
    ],
)
def test_the_eye_sees_what_is_unmarked(code: str) -> None:
    assert list(unmarked(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'Static(_("Saved."), id="line", classes="label")',
        'lines.show([f"{name} · {when}", ""])',
        "Static(SAFETY)",
    ],
)
def test_the_eye_leaves_alone_what_is_well(code: str) -> None:
    assert not list(unmarked(ast.parse(code)))


def test_every_word_of_a_command_a_key_and_a_screen_is_gathered() -> None:
    """In the tables of commands a word reaches the foot and the help by a name; it must be a marked one."""
    tables = [ROOT / "ii_companion" / "commands.py", ROOT / "ii_companion" / "session" / "kinds.py"]
    marked = {
        call.args[0].value
        for path in tables
        for call in _calls(_parsed(path))
        if _called(call) == "N_" and isinstance(call.args[0], ast.Constant)
    }
    beside = [words for keys in BESIDE.values() for one in keys for words in one if A_WORD.search(words)]
    keys = [words for words in KEY_WORDS.values() if A_WORD.search(words)]
    shown = {words for command in COMMANDS for words in (command.words, command.help)}
    assert {*shown, *beside, *keys, *WHERE_WORDS.values()} <= marked
    assert set(WHERE_WORDS) == set(Where)

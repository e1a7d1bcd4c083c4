"""Every sentence of the lower rooms can be found by the catalogues: patterns are literal, and nothing is glued."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from ci_tools import tool

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("session", "practice", "content", "voice", "log")
FILES = sorted(path for room in ROOMS for path in (ROOT / "ii_companion" / room).glob("*.py"))
ONE_PATTERN = {"_", "N_", "said"}
TWO_PATTERNS = {"ngettext", "counted"}
REFUSALS = {"Refusal", "Damaged", "Wrong"}


def module(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls that make a sentence, by the name of what is called."""
    for node in ast.walk(module(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in ONE_PATTERN | TWO_PATTERNS | REFUSALS:
                yield name, node


def patterns(name: str, call: ast.Call) -> list[ast.expr]:
    return call.args[: 2 if name in TWO_PATTERNS else 1]


def literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def of_a_view(name: str, call: ast.Call) -> bool:
    """`view.said(…)`, the prompts a coach has shown, is no sentence."""
    return name == "said" and isinstance(call.func, ast.Attribute)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_pattern_is_a_literal(path: Path) -> None:
    wrong = []
    for name, call in calls(path):
        if of_a_view(name, call):
            continue
        for pattern in patterns(name, call):
            # a refusal may be given a `Said` that was made elsewhere
            made_elsewhere = name in REFUSALS and isinstance(pattern, ast.Name | ast.Attribute | ast.Call)
            if not (literal(pattern) or made_elsewhere):
                wrong.append(f"{where(path, call)}: {name}({ast.unparse(pattern)})")
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_error_for_a_person_has_a_sentence(path: Path) -> None:
    """What is raised with words of its own is a refusal or a Wrong; a RuntimeError's words are rendered at once."""
    wrong = []
    for node in ast.walk(module(path)):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
            continue
        error, first = ast.unparse(node.exc.func), node.exc.args[0]
        if (
            error in ("ValueError", "Exception")
            or isinstance(first, ast.JoinedStr | ast.BinOp)
            or (error == "RuntimeError" and not isinstance(first, ast.Call))
        ):
            wrong.append(f"{where(path, node)}: {ast.unparse(node.exc)}")
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_variable_takes_the_place_of_the_function_that_renders(path: Path) -> None:
    tree = module(path)
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module in ("ii_companion.words", "ii_companion.session.said")
        for alias in node.names
    }
    comprehended = {
        id(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
    }
    taken = [
        where(path, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and node.id in imported
        and id(node) not in comprehended
    ]
    assert taken == []


def test_every_pattern_is_gathered_for_the_catalogues() -> None:
    gathered = {
        text
        for message in tool("words").gathered()
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    said = {
        pattern.value
        for path in FILES
        for name, call in calls(path)
        for pattern in patterns(name, call)
        if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str)
    }
    assert said - gathered == set()

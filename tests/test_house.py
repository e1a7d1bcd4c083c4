"""The house stands as drawn: floors, packaging, and words found wherever it is installed."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for floor in ("session", "practice")
    for path in (ROOT / "ii_companion" / floor).glob("*.py")
)
HEAVY = {"textual", "rich", "tinydb", "pyttsx3", "filelock", "asyncio", "pyfiglet"}


SOURCES = sorted(path for folder in ("ii_companion", "widgets") for path in (ROOT / folder).rglob("*.py"))
MEDIAN_LINES, MOST_LINES = 100, 300


def test_files_are_short_and_a_long_one_says_why() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert statistics.median(lengths.values()) <= MEDIAN_LINES
    long = [path for path, lines in lengths.items() if lines > MOST_LINES]
    silent = [path for path in long if "ong because" not in (ast.get_docstring(_parsed(path)) or "")]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_every_room_says_what_lives_there_what_it_touches_and_what_it_imports() -> None:
    for room in sorted(path.parent for path in SOURCES if path.name == "__init__.py"):
        said = ast.get_docstring(_parsed(room / "__init__.py")) or ""
        if room.name != "ii_companion":
            assert {"Touched:", "Imports:"} <= set(said.split()), room.name


def test_imports_point_down_and_make_no_circle() -> None:
    """The contracts in pyproject.toml name the rooms; here every import of a room is held against them, at any depth."""
    rooms = _layers()
    for path in SOURCES:
        here = path.relative_to(ROOT).with_suffix("").parts
        if here[0] != "ii_companion" or here[1] not in rooms:
            continue
        for name in _imported(path):
            above = name.split(".")
            if above[0] == "ii_companion" and len(above) > 1 and above[1] in rooms:
                assert above[1] == here[1] or rooms[above[1]] > rooms[here[1]], (
                    f"{path.name} imports {name}, from above"
                )


def test_every_exemption_from_a_check_has_its_reason() -> None:
    bare = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[a-z,-]+\])\s*$")
    found = [
        f"{path.relative_to(ROOT)}:{n}"
        for path in SOURCES
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _layers() -> dict[str, int]:
    """The rooms, numbered from top to bottom, as import-linter has them; those that stand side by side share a number."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers: list[str] = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {room: n for n, layer in enumerate(layers) for room in layer.split(" | ")}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_loads_in_a_fresh_process_without_screen_store_or_voice(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set(m.split('.')[0] for m in sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert HEAVY.isdisjoint(loaded)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["log"], ["log", "--json"], ["replay", "EVENTS"], ["start", "--learner", "a b"]]
)
def test_the_command_line_does_not_pay_for_textual(arguments: list[str], tmp_path: Path) -> None:
    events = tmp_path / "e.csv"
    events.write_text("time_s,actor,act,detail\n1,learner,act,\n")
    argv = [str(events) if part == "EVENTS" else part for part in arguments]
    code = (
        f"import sys; from ii_companion.cli import main\ntry: main({argv!r})\nexcept SystemExit: pass\n"
        "print(*sorted(set(m.split('.')[0] for m in sys.modules)), file=sys.stderr)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stderr.split()
    assert {"textual", "rich", "pyttsx3", "pyfiglet"}.isdisjoint(loaded)


def test_the_console_script_lets_no_key_wait_for_a_frame_and_tricks_no_other_module() -> None:
    """Textual may paint twice as often as it would by itself; whatever needs TLS later finds it."""
    code = (
        "import sys; from ii_companion.cli import run\nsys.argv[1:] = ['--version']\ntry: run()\nexcept SystemExit: pass\n"
        "import textual.app, textual.constants; import ssl; print(textual.constants.MAX_FPS, bool(ssl.OPENSSL_VERSION))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.split()[-2:] == ["120", "True"]


def test_a_wheel_in_an_empty_environment_starts_and_finds_its_words(tmp_path: Path) -> None:
    """Built from the checkout, installed apart from it; the dependencies are borrowed, ours is not."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {
        "ii_companion/data/en/fundamentals.toml",
        "ii_companion/data/cy/LC_MESSAGES/ii_companion.mo",
        "ii_companion/data/en/ready/fundamentals.json",
        "widgets/fonts/mono12.json",
        "ii_companion/py.typed",
        "widgets/py.typed",
    } <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "data/"))]
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    python = next(path for path in (home / "bin/python", home / "Scripts/python.exe") if path.exists())
    site = next(home.rglob("site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    import msgspec

    (site / "borrowed.pth").write_text(str(Path(msgspec.__file__).parent.parent))
    code = (
        "import ii_companion, sys; from ii_companion.content.fundamentals import fundamentals; from ii_companion.cli import main; "
        "print(len(fundamentals('en')), ii_companion.__file__); main(['log'])"
    )
    ran = subprocess.run(
        [str(python), "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"II_COMPANION_HOME": str(tmp_path / "d")},
    )
    assert ran.stdout.startswith("14 ")
    assert str(site) in ran.stdout
    assert "No sessions are logged yet" in ran.stdout

"""The house stands as drawn: floors, packaging, and words found wherever it is installed."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for floor in ("session", "practice")
    for path in (ROOT / "ii_companion" / floor).glob("*.py")
)
HEAVY = {"textual", "rich", "tinydb", "pyttsx3", "filelock", "asyncio", "pyfiglet"}


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
    assert "ii_companion/data/en/fundamentals.toml" in names
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

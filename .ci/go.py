"""Set up and go, on a machine with only Python and pip.

    python3 .ci/go.py app [ARGUMENTS]    runs ii-companion
    python3 .ci/go.py test [ARGUMENTS]   runs the tests
    python3 .ci/go.py check [NAME ...]   lint, format, types, import contracts, catalogues; NAME: ruff, format, mypy, imports, words
    python3 .ci/go.py words [--check]    bring the languages' catalogues up to what the code says, or check them

Makes `.venv` beside this folder, installs what the task needs (once, and again when pyproject.toml or words change), runs it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
EXTRAS = {"app": "", "test": "[test]", "check": "[check]", "words": "[test]"}
IMPORTS = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c([]))"
CHECKS = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "imports": ["-c", IMPORTS],
    "words": [str(HERE / "words.py"), "--check"],
}


def set_up(task: str) -> None:
    """Make the environment and install what the task needs, unless that is done already."""
    if sys.version_info < (3, 11):
        sys.exit(f"ii-companion needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    words = sorted(
        (*ROOT.glob("data/*/*.po"), *ROOT.glob("data/*/*.toml"))
    )  # the build hook makes something of them
    sources = [ROOT / "pyproject.toml", *sorted(HERE.glob("*.*")), *words]
    wanted = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    mark = VENV / f"installed-{task}"
    if mark.exists() and mark.read_text() == wanted:
        return
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(PYTHON),
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    what = ["--editable", f"{ROOT}{EXTRAS[task]}", "--constraint", str(HERE / "constraints.txt")]
    print("Setting up (once; it fetches what is needed) …", file=sys.stderr)
    subprocess.run([*install, *what], check=True)
    # compiled once, whatever the environment says of writing bytecode: a start then compiles nothing
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "ii_companion", "widgets"], cwd=ROOT, check=True)
    mark.write_text(wanted)


def main() -> int:
    """Run the task named on the command line. Its exit code."""
    task, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if task not in EXTRAS:
        print(__doc__, file=sys.stderr)
        return 2
    set_up(task)
    if task == "app":
        return subprocess.call([str(PYTHON), "-m", "ii_companion", *arguments])
    if task == "words":
        return subprocess.call([str(PYTHON), str(HERE / "words.py"), *arguments], cwd=ROOT)
    if task == "test":
        return subprocess.call([str(PYTHON), "-m", "pytest", *(arguments or ["-n", "3"])], cwd=ROOT)
    if unknown := set(arguments) - set(CHECKS):
        sys.exit(f"There is no check {', '.join(sorted(unknown))}. There are {', '.join(CHECKS)}.")
    failed = [name for name in arguments or CHECKS if subprocess.call([str(PYTHON), *CHECKS[name]], cwd=ROOT)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Catalogues `data/<language>/ii_companion.po` become the `.mo` files that gettext reads."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from catalogue import read


def compile_catalogues(data: Path) -> list[Path]:
    """Compile every catalogue under `data`. The files that were written."""
    written = []
    for source in sorted(data.glob("*/ii_companion.po")):
        catalogue = read(source)
        target = source.parent / "LC_MESSAGES" / "ii_companion.mo"
        target.parent.mkdir(exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written.append(target)
    return written

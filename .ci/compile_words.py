"""A build hook: catalogues `data/<language>/ii_companion.po` become the `.mo` files that gettext reads.

Runs when a wheel is built and when a checkout is installed to be edited.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(data: Path) -> list[Path]:
    """Compile every catalogue under `data`. The files that were written."""
    written = []
    for source in sorted(data.glob("*/ii_companion.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.name, abort_invalid=True)
        target = source.parent / "LC_MESSAGES" / "ii_companion.mo"
        target.parent.mkdir(exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written.append(target)
    return written


class CompileWords(BuildHookInterface[Any]):
    """Compiles before anything is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        for target in compile_catalogues(root / "data"):
            build_data["artifacts"].append(str(target.relative_to(root)))

"""A build hook: catalogues `data/<language>/ii_companion.po` become the `.mo` files that gettext reads.

Runs when a wheel is built and when a checkout is installed to be edited.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # a build loads this file by itself
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


class CompileWords(BuildHookInterface[Any]):
    """Compiles before anything is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        for target in compile_catalogues(root / "data"):
            build_data["artifacts"].append(str(target.relative_to(root)))

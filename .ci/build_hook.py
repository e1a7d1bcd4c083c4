"""A build hook: what a start would else have to work out each time is made once, when the package is built.

Runs when a wheel is built and when a checkout is installed to be edited.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # a build loads this file by itself
from compile_words import compile_catalogues
from draw_letters import draw_letters
from read_content import read_content


class BuildHook(BuildHookInterface[Any]):
    """Makes the files before anything is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        made = [
            *compile_catalogues(root / "data"),
            *read_content(root / "data"),
            *draw_letters(root / "widgets" / "fonts"),
        ]
        build_data["artifacts"] += [target.relative_to(root).as_posix() for target in made]

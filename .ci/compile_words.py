"""A build hook: catalogues `data/<language>/ii_companion.po` become the `.mo` files that gettext reads.

Runs when a wheel is built and when a checkout is installed to be edited.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Kept(Catalog):
    """A catalogue that keeps the header by which a draft is known; Babel drops what it does not know."""

    draft = ""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [*([("X-Draft", self.draft)] if self.draft else []), *super()._get_mime_headers()]

    def _set_mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        headers = list(headers)
        self.draft = next((value for name, value in headers if name.lower() == "x-draft"), "")
        super()._set_mime_headers(headers)

    mime_headers = property(_get_mime_headers, _set_mime_headers)


def compile_catalogues(data: Path) -> list[Path]:
    """Compile every catalogue under `data`. The files that were written."""
    written = []
    for source in sorted(data.glob("*/ii_companion.po")):
        with source.open("rb") as file:
            catalogue = Kept(locale=source.parent.name)
            PoFileParser(catalogue, abort_invalid=True).parse(file)
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

"""A language's catalogue as Babel reads it, its headers of our own kept: Babel drops those it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileParser

OWN = "x-"


class Catalogue(Catalog):
    """A catalogue that keeps a header such as `X-Draft: yes`: nobody who speaks the language has read it."""

    _own: tuple[tuple[str, str], ...] = ()

    def _headers(self) -> list[tuple[str, str]]:
        known = Catalog.mime_headers.fget(self)
        return [(name, value.strip()) for name, value in (*known, *self._own)]

    def _read_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        headers = list(headers)
        self._own = tuple((name, value) for name, value in headers if name.lower().startswith(OWN))
        Catalog.mime_headers.fset(self, headers)

    mime_headers = property(_headers, _read_headers)


def read(path: Path) -> Catalogue:
    """The catalogue in `data/<language>/ii_companion.po`. Raises PoFileError where it cannot be read."""
    catalogue = Catalogue(locale=path.parent.name)
    with path.open("rb") as file:
        PoFileParser(catalogue, abort_invalid=True).parse(file)
    return catalogue

"""The fictional learners, checked as they are read."""

from __future__ import annotations

import msgspec

from ii_companion.content.folder import content_file, read_toml
from ii_companion.content.toml_lines import line_of
from ii_companion.practice.nature import Nature
from ii_companion.session.refusal import Refusal


class Learners(msgspec.Struct, frozen=True):
    """The learners of a language, and how a sentence about one is made."""

    natures: dict[str, Nature]
    sentence: str
    delight: str

    def tell(self, nature: Nature, does: str) -> str:
        """“Heron glances sideways.” Without words of their own, both are delighted."""
        return self.sentence.format(name=nature.name, does=does) if does else self.delight

    def get(self, code: str) -> Nature:
        """The learner of that code. Raises Refusal naming those there are."""
        if code not in self.natures:
            raise Refusal(f"There is no fictional learner {code}. There are {', '.join(self.natures)}.")
        return self.natures[code]


def load_learners(language: str) -> Learners:
    """The fictional learners. Raises Refusal naming file and line if one is not what it should be."""
    path = content_file(language, "learners.toml")
    table, text = read_toml(path)
    natures: dict[str, Nature] = {}
    for index, row in enumerate(table.get("learner", [])):
        try:
            nature = msgspec.convert(row, Nature)
        except msgspec.ValidationError as error:
            raise Refusal(f"{path}, line {line_of(text, 'learner', index)}: {error}.") from error
        natures[nature.id] = nature
    return Learners(natures, str(table.get("sentence", "{name}: {does}")), str(table.get("delight", "☺")))

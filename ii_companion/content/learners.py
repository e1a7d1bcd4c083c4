"""The fictional learners, checked as they are read."""

from __future__ import annotations

import msgspec

from ii_companion.content.folder import Layer, converted, layers
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
            raise Refusal(
                "There is no fictional learner {code}. There are {codes}.",
                code=code,
                codes=", ".join(self.natures),
            )
        return self.natures[code]


def load_learners(language: str) -> Learners:
    """The fictional learners. Raises Refusal naming file and line if one is not what it should be."""
    natures: dict[str, Nature] = {}
    sentence, delight = "{name}: {does}", "☺"
    for layer in layers(language, "learners.toml", "learner"):
        for index, row in enumerate(layer.rows):
            nature = converted(row, Nature, layer, "learner", index)
            natures[nature.id] = nature
        sentence = _sentence(layer, sentence)
        delight = str(layer.table.get("delight", delight))
    return Learners(natures, sentence, delight)


def _sentence(layer: Layer, otherwise: str) -> str:
    """How a file makes a sentence about a learner. Raises Refusal if its places are not ours."""
    sentence = str(layer.table.get("sentence", otherwise))
    try:
        sentence.format(name="", does="")
    except (LookupError, ValueError, AttributeError) as error:
        raise Refusal(
            "{path}, line {line}: sentence: its places are {places}.",
            path=layer.path,
            line=line_of(layer.text, "sentence"),
            places="{name}, {does}",
        ) from error
    return sentence

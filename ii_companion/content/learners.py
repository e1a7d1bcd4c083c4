"""The fictional learners, checked as they are read."""

from __future__ import annotations

import msgspec

from ii_companion.content.folder import Layer, converted, layers
from ii_companion.content.toml_lines import line_of
from ii_companion.practice.nature import Nature, Yours
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal, said_by


class Learners(msgspec.Struct, frozen=True):
    """The learners of a language, and how a sentence about one is made."""

    natures: dict[str, Nature]
    sentence: str
    delight: str
    yours: Yours = Yours()
    """What one's own responses look like with any of them."""

    def tell(self, nature: Nature, does: str) -> str:
        """“Heron glances sideways.” Without words of their own, both are delighted."""
        return self.sentence.format(name=nature.name, does=does) if does else self.delight

    def tell_yours(self, nature: Nature, kind: Kind, n: int) -> str:
        """What the practitioner's `n`th response looks like: “You hum it back.” Nothing if the content has no words."""
        told = getattr(nature.yours, kind.row.word, ()) or getattr(self.yours, kind.row.word, ())
        return str(told[n % len(told)]) if told else ""

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
    sentence, delight, yours = "{name}: {does}", "☺", Yours()
    for layer in layers(language, "learners.toml", "learner"):
        for index, row in enumerate(layer.rows):
            nature = converted(row, Nature, layer, "learner", index)
            natures[nature.id] = nature
        sentence = _sentence(layer, sentence)
        delight = str(layer.table.get("delight", delight))
        if "yours" in layer.table:
            yours = _yours(layer)
    return Learners(natures, sentence, delight, yours)


def _yours(layer: Layer) -> Yours:
    """What responses look like with any learner. Raises Refusal naming file and line."""
    try:
        return msgspec.convert(layer.table["yours"], Yours)
    except msgspec.ValidationError as error:
        raise Refusal(
            "{path}, line {line}: {why}.",
            path=layer.path,
            line=line_of(layer.text, "yours"),
            why=said_by(error),
        ) from error


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

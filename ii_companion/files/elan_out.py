"""ELAN files out (`.eaf`): EAF 3.0, one tier a person, of one session. A film may be linked to it."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ii_companion.files.boris_in import OUR_NAME
from ii_companion.files.sessions import Travelling
from ii_companion.log.table import rows
from ii_companion.session.kinds import BOTH, LEARNER, PRACTITIONER, Kind

SHOWN_MS = 500
"""How long a moment is drawn, since ELAN has no annotation without a length; less where the next one follows sooner."""
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_END = Kind.ENDED.row.word


def document(session: Travelling, media: Path | None = None, at_s: float = 0.0) -> bytes:
    """The session as an ELAN file; `media` is its film, in which the session's 0 s is `at_s`, from 0."""
    log = session.log
    root = Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": OUR_NAME, "DATE": log.started_at.astimezone().isoformat(), "FORMAT": "3.0", "VERSION": "3.0",
            "xmlns:xsi": _XSI, "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
        },
    )  # fmt: skip
    header = SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    if media is not None:
        described = {
            "MEDIA_URL": media.resolve().as_uri(),
            "MIME_TYPE": guess_type(media.name)[0] or "video/mp4",
            "RELATIVE_MEDIA_URL": f"./{quote(media.name)}",
        }
        if at_s:
            described["TIME_ORIGIN"] = str(round(at_s * 1000))
        SubElement(header, "MEDIA_DESCRIPTOR", described)
    SubElement(header, "PROPERTY", {"NAME": OUR_NAME}).text = log.id
    order = SubElement(root, "TIME_ORDER")
    spans = _spans(session)
    times = sorted(
        (ms, tier, n, edge)
        for tier, found in spans.items()
        for n, span in enumerate(found)
        for edge, ms in enumerate(span[:2])
    )
    slots = {}
    for number, (ms, *which) in enumerate(times, 1):
        slots[tuple(which)] = f"ts{number}"
        SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": f"ts{number}", "TIME_VALUE": str(ms)})
    number = 0
    for tier, found in spans.items():
        made = SubElement(root, "TIER", {"LINGUISTIC_TYPE_REF": "act", "TIER_ID": tier})
        for n, (_, _, value) in enumerate(found):
            number += 1
            aligned = SubElement(
                SubElement(made, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                {
                    "ANNOTATION_ID": f"a{number}",
                    "TIME_SLOT_REF1": slots[tier, n, 0],
                    "TIME_SLOT_REF2": slots[tier, n, 1],
                },
            )
            SubElement(aligned, "ANNOTATION_VALUE").text = value
    SubElement(
        root,
        "LINGUISTIC_TYPE",
        {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": "act", "TIME_ALIGNABLE": "true"},
    )
    indent(root)
    # other letters as numbers of theirs, so that no encoding matters
    body: bytes = tostring(root, "us-ascii", xml_declaration=False)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + body + b"\n"


def _spans(session: Travelling) -> dict[str, list[tuple[int, int, str]]]:
    """Each tier's annotations in milliseconds; none overlaps another, so that acts at one moment stand side by side."""
    length = round(session.log.duration_s * 1000)
    told = [
        (round(float(t) * 1000), actor, act) for t, actor, act, _ in rows(session.effective()) if act != _END
    ]
    found: dict[str, list[tuple[int, int, str]]] = {}
    for tier in (LEARNER, PRACTITIONER, BOTH):
        acts = [(ms, act) for ms, actor, act in told if actor == tier]
        spans: list[tuple[int, int, str]] = []
        for n, (ms, act) in enumerate(acts):
            start = max(ms, spans[-1][1] if spans else 0)
            following = acts[n + 1][0] if n + 1 < len(acts) else length
            spans.append((start, max(start + 1, min(start + SHOWN_MS, following)), act))
        found[tier] = spans
    before = found[BOTH][-1][1] if found[BOTH] else 0
    start = max(length - 1, before, 0)
    found[BOTH].append((start, max(length, start + 1), _END))
    return found

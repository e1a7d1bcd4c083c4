"""What a session is to be: who, with whom, where. The last one is remembered for the next."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from typing import Annotated

import msgspec

from ii_companion.content.fictional import refuse_fictional
from ii_companion.log.clock import Clock
from ii_companion.log.header import LONGEST_TEXT, ChosenPrompt, Header, Mode, Stage
from ii_companion.log.places import Places, make_folder
from ii_companion.log.sealing import read, write_whole
from ii_companion.session.card import Card
from ii_companion.session.codes import code
from ii_companion.session.refusal import Refusal

MOST_MINUTES = 24 * 60
"""The longest that a session is planned for, or a note says it was."""


class Plan(msgspec.Struct, frozen=True):
    """What the home screen or `start` asks for."""

    learner: str = ""
    practitioner: str = ""
    mentor: str = ""
    stage: Stage = 1
    place: str = ""
    for_min: Annotated[float, msgspec.Meta(gt=0, le=MOST_MINUTES)] | None = None
    """How many minutes there are, if there is such a bound."""

    chosen: tuple[ChosenPrompt, ...] = ()
    probe: bool = False

    def changed(self, **fields: str | float | None) -> Plan:
        """This plan with the fields that are not None."""
        return msgspec.structs.replace(
            self, **{name: value for name, value in fields.items() if value is not None}
        )

    def checked(self, *, fictional: bool = False) -> Plan:
        """This plan with its codes as they are kept.

        Raises Refusal for what is not a code, and for a fictional learner's unless such a one may be meant.
        """
        learner = code(self.learner)
        if not fictional:
            refuse_fictional(learner)
        if len(self.place) > LONGEST_TEXT:
            raise Refusal(
                "The place has {n} letters; at most {most} are kept.", n=len(self.place), most=LONGEST_TEXT
            )
        return self.changed(
            learner=learner,
            practitioner=code(self.practitioner, "practitioner") if self.practitioner.strip() else "",
            mentor=code(self.mentor, "mentor") if self.mentor.strip() else "",
            place=self.place.strip(),
        )


def new_id(learner: str, started_at: datetime, suffix: str) -> str:
    """A session's id: when, who (a code), and something that tells two windows apart."""
    return f"{started_at:%Y%m%d-%H%M%S}-{learner}-{suffix}"


def header_for(plan: Plan, clock: Clock, card: Card, *, fictional: bool = False) -> Header:
    """The journal header of a session that begins now. Raises Refusal as `Plan.checked` does."""
    plan = plan.checked(fictional=fictional)
    started_at = clock.utc().replace(microsecond=0)
    return Header(
        id=new_id(plan.learner, started_at, os.urandom(2).hex()),
        learner=plan.learner,
        practitioner=plan.practitioner,
        mentor=plan.mentor,
        stage=plan.stage,
        mode=Mode.PAIRED if plan.mentor else Mode.SOLO,
        place=plan.place,
        started_at=started_at,
        card=card,
        chosen=plan.chosen,
        probe=plan.probe,
        for_s=plan.for_min * 60 if plan.for_min is not None else None,
    )


class PracticePlan(msgspec.Struct, frozen=True):
    """How to practise: the same seed gives the same learner again; `speed` times as fast as the wall's clock."""

    seed: int | None = None
    speed: float = 1.0


def practice_header(plan: Plan, practice: PracticePlan, clock: Clock, card: Card) -> Header:
    """The journal header of a practice session; without a seed one is drawn, and kept so that it can be repeated."""
    seed = practice.seed if practice.seed is not None else int.from_bytes(os.urandom(3)) % 1_000_000
    header = header_for(msgspec.structs.replace(plan, mentor=""), clock, card, fictional=True)
    return msgspec.structs.replace(header, mode=Mode.PRACTICE, seed=seed)


def load_plan(places: Places) -> Plan:
    """The last plan, or an empty one; a convenience, so a damaged file is only forgotten."""
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(read(places.root / "last.json", 2**20), type=Plan)
    return Plan()


def remember_plan(places: Places, plan: Plan) -> None:
    """Remember the plan for next time; where the folder cannot be written, do nothing."""
    with contextlib.suppress(OSError):
        make_folder(places.root)
        kept = msgspec.structs.replace(plan, chosen=(), probe=False, for_min=None)
        write_whole(places.root / "last.json", msgspec.json.encode(kept))

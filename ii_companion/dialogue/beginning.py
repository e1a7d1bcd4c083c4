"""Beginning a session: check that the folders can be written, open the journal, and only then let anybody see it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ii_companion.content.prompts import load_prompts
from ii_companion.log.clock import Clock, ScaledClock
from ii_companion.log.header import Header
from ii_companion.log.plan import Plan, PracticePlan, header_for, practice_header
from ii_companion.log.recorder import Recorder
from ii_companion.session.kinds import Kind
from ii_companion.session.prompts import PromptText, with_own_words
from ii_companion.session.refusal import Refusal
from ii_companion.session.view import Coaching
from ii_companion.settings import Loaded
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.store import Store


class Begun(msgspec.Struct, frozen=True):
    """A session that has begun, and what whoever shows it must know."""

    recorder: Recorder
    clock: Clock
    running: str = ""
    """A sentence if another window is with the learner too."""
    tell: Callable[[str], str] | None = None
    """Makes a sentence of what a fictional learner does, in practice."""
    yours: Callable[[Kind, int], str] | None = None
    """What the practitioner's nth response looks like, in practice; nothing for what is no response."""


def with_them_now(store: Store, learner: str) -> str:
    """A sentence if another window on this machine records a session with the learner now; else nothing."""
    running = store.live()
    try:
        written = store.written(running) if running else None
    except Refusal:  # its first line is being written
        return ""
    if written is None or written.header.learner != learner:
        return ""
    return _("Another window records a session with {learner} now.", learner=learner)


def begin(store: Store, plan: Plan, clock: Clock, loaded: Loaded) -> Begun:
    """A new session. Raises Refusal if it could not be kept, and then nothing has begun."""
    plan = plan.checked()
    store.ready()
    running = with_them_now(store, plan.learner)
    header = header_for(plan, clock, store.card(plan.learner))
    prompts = load_prompts(loaded.settings.language, loaded.own_prompts, check_shipped=False).prompts
    recorder = Recorder(store, header, clock, coaching(header, prompts))
    store.remember_plan(plan)
    return Begun(recorder, clock, running)


def begin_practice(store: Store, plan: Plan, practice: PracticePlan, clock: Clock, loaded: Loaded) -> Begun:
    """A session with a fictional learner as the source of learner acts. Raises Refusal as `begin` does."""
    from ii_companion.content.learners import load_learners  # 10 ms, and only for practice
    from ii_companion.practice.companion import Companion

    apart = store.practice
    apart.ready()
    learners = load_learners(loaded.settings.language)
    nature = learners.get(plan.learner)
    scaled = ScaledClock(clock, practice.speed)
    header = practice_header(plan.checked(fictional=True), practice, scaled, nature.card())
    prompts = load_prompts(loaded.settings.language, loaded.own_prompts, check_shipped=False).prompts
    companion = Companion(nature, header.seed or 0)
    recorder = Recorder(apart, header, scaled, coaching(header, prompts), companion)
    tell, yours = partial(learners.tell, nature), partial(learners.tell_yours, nature)
    return Begun(recorder, scaled, tell=tell, yours=yours)


def begin_coding(store: Store, session_id: str, me: str, clock: Clock) -> Begun:
    """A second coding of a session: nobody's prompts, nothing of the first coder's. Raises Refusal as `begin` does."""
    apart = store.codings
    apart.ready()
    header = coding_header(store, session_id, me, clock)
    return Begun(Recorder(apart, header, clock, Coaching(stage=4, probe=True, card=header.card)), clock)


def coding_header(store: Store, session_id: str, me: str, clock: Clock) -> Header:
    """The header of a second coding of a session, whose learner it takes over. Raises Refusal."""
    try:
        written = store.written(session_id)
    except Refusal:
        written = None
    if written is not None:
        learner, card = written.header.learner, written.header.card
    else:  # without its journal the log still says whose session it is
        log = store.get(session_id)
        learner = log.learner if log is not None else "learner"
        card = store.card(learner)
    plan = Plan(learner=learner, practitioner=me, stage=4)
    header = header_for(plan, clock, card, fictional=True)  # also of old logs, and of practice
    return replace(header, id=f"{session_id}-coded-{os.urandom(2).hex()}", probe=True)


def coaching(header: Header, prompts: tuple[PromptText, ...]) -> Coaching:
    """What a session's header says was agreed, for its coach."""
    return Coaching(
        prompts=with_own_words(prompts, {prompt.id: prompt.text for prompt in header.chosen}),
        stage=header.stage,
        solo=not header.mentor,
        probe=header.probe,
        chosen=tuple(prompt.id for prompt in header.chosen),
        card=header.card,
        for_s=header.for_s,
    )

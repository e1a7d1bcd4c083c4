"""A session, its tally and its coach, moving together through time.

Live, practice, replay and trial all go through here, so that the same events always give the same prompts. Between
events the coach is asked at its own times, and exactly at them: that a screen woke a little late changes nothing.
"""

from __future__ import annotations

import msgspec

from ii_companion.session.coach import Prompt, Silence, advise
from ii_companion.session.events import Event, Session, apply, gap_seconds
from ii_companion.session.kinds import Kind
from ii_companion.session.prompts import PromptDetail, PromptPhase, sent_words
from ii_companion.session.said import said, word
from ii_companion.session.tally import Tally, follow, parameters
from ii_companion.session.triggers import MENTOR, TRIGGER_WORDS
from ii_companion.session.view import Coaching, View

AS_SHOWN = said("as it was shown")
"""Why the coach says nothing where a journal tells what it said."""
SOONEST_S = 0.001
"""The coach is not asked again sooner than a millisecond later."""


class Shown(msgspec.Struct, frozen=True):
    """A prompt as it was shown: when, and what the coach said of it."""

    t: float
    prompt: Prompt


class Story(msgspec.Struct, frozen=True):
    """How everything stands. `answer` is the coach's latest word or silence."""

    coaching: Coaching
    session: Session
    tally: Tally
    answer: Prompt | Silence
    shown: tuple[Shown, ...] = ()
    """Prompts shown so far, oldest first."""

    @property
    def view(self) -> View:
        return View(self.coaching, self.session, self.tally)

    @property
    def ask_at(self) -> float | None:
        """When the coach wants to be asked next, if nothing happens before."""
        return self.answer.ask_again


def begin(coaching: Coaching) -> Story:
    """A session at its start; the coach wants to be asked at once."""
    return Story(coaching, Session(), Tally(parameters(coaching.card.wait_s)), Silence("", 0.0))


def since_sign(story: Story, t: float) -> Story:
    """The story, once the fictional learner of a practice session has first shown a sign, at `t`."""
    coaching = msgspec.structs.replace(story.coaching, sign_shown_at=t)
    return msgspec.structs.replace(story, coaching=coaching)


def until(story: Story, now: float) -> tuple[Story, list[Event]]:
    """Let time pass to `now`, asking the coach whenever it wanted to be asked. The prompt events it caused."""
    return _pass(story, now, then_too=True)


def take(story: Story, kind: Kind, t: float, detail: str = "") -> tuple[Story, list[Event]]:
    """Let an event happen at `t`. Gives it with the prompt events before and after it, in order.

    At the same moment the event comes first and the coach is asked after it. Raises IllegalEvent; then nothing has
    happened.
    """
    event = Event(story.session.n + 1, t, kind, detail)
    alive = t - gap_seconds(event) if kind is Kind.GAP else t
    passed, events = _pass(story, alive, then_too=False)
    if passed.session.n != story.session.n:
        event = Event(passed.session.n + 1, t, kind, detail)
    session = apply(passed.session, event)
    shown = (*passed.shown, _sent(passed.coaching, event)) if kind is Kind.PROMPT else passed.shown
    tally = follow(passed.tally, session.trail)
    asked, caused = _ask(View(passed.coaching, session, tally), shown, t)
    return asked, [*events, event, *caused]


def _pass(story: Story, now: float, *, then_too: bool) -> tuple[Story, list[Event]]:
    """Ask the coach whenever it wanted to be asked before `now`, or at that very time too."""
    events: list[Event] = []
    while (at := story.answer.ask_again) is not None and (at < now or (then_too and at == now)):
        story, caused = _ask(story.view, story.shown, max(at, story.session.t))
        events += caused
    return story, events


def _later(ask_again: float | None, now: float) -> float | None:
    """A time to ask again that lies ahead, so that time always moves on."""
    if ask_again is None or ask_again > now + 2 * SOONEST_S:
        return ask_again
    return max(ask_again, round(now + SOONEST_S, 6))


def _ask(view: View, shown: tuple[Shown, ...], now: float) -> tuple[Story, list[Event]]:
    """The story with the coach's answer at `now`, and the prompt event if it spoke."""
    answer = advise(view, now)
    if isinstance(answer, Silence):
        later = _later(answer.ask_again, now)
        if later != answer.ask_again:
            answer = Silence(answer.reason, later)
        return Story(view.coaching, view.session, view.tally, answer, shown), []
    event = Event(view.session.n + 1, now, Kind.PROMPT, PromptDetail(answer.id, answer.trigger).detail)
    session = apply(view.session, event)
    tally = follow(view.tally, session.trail)
    after = advise(View(view.coaching, session, tally), now)
    spoken = msgspec.structs.replace(answer, ask_again=after.ask_again)
    return Story(view.coaching, session, tally, spoken, (*shown, Shown(now, answer))), [event]


def _sent(coaching: Coaching, event: Event) -> Shown:
    """A prompt that somebody else chose, or that a journal tells of."""
    prompt_id, trigger = PromptDetail.read(event.detail)
    known = next((prompt for prompt in coaching.prompts if prompt.id == prompt_id), None)
    text, phase = (
        (known.text, known.phase) if known else (sent_words(prompt_id) or prompt_id, PromptPhase.TUNE_IN)
    )
    if trigger == MENTOR:
        reason = said("from the mentor")
    else:  # a journal may tell of a trigger that is no longer, or not yet, known
        reason = word(TRIGGER_WORDS.get(trigger, trigger.replace("_", " ")))
    return Shown(event.t, Prompt(prompt_id, text, phase, trigger, reason))


def shown_on(story: Story, event: Event) -> Story:
    """The story after an event that a journal tells of; its prompts are those that were shown, the coach adds none.

    Raises IllegalEvent at an event that cannot follow.
    """
    session = apply(story.session, event)
    shown = (*story.shown, _sent(story.coaching, event)) if event.kind is Kind.PROMPT else story.shown
    tally = follow(story.tally, session.trail)
    return Story(story.coaching, session, tally, Silence(AS_SHOWN), shown)


def replay_shown(events: list[Event], coaching: Coaching) -> Story:
    """The story as a journal tells it, whole. Raises IllegalEvent at an event that cannot follow."""
    story = begin(coaching)
    for event in events:
        story = shown_on(story, event)
    return story


def replay(events: list[Event], coaching: Coaching) -> Story:
    """The story of a coded session: what the coach would have said. Its own prompts in the events are left out.

    Raises IllegalEvent at an event that cannot follow.
    """
    story = begin(coaching)
    for event in events:
        if event.kind is not Kind.PROMPT or PromptDetail.read(event.detail).trigger == MENTOR:
            story, _ = take(story, event.kind, event.t, event.detail)
    return story

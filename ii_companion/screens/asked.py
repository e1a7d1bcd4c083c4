"""What guests ask for is keyed as this machine's own keys would be, or refused with an id that says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ii_companion.session.events import IllegalEvent, Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.prompts import SENT, PromptDetail, Rules, wording_problems
from ii_companion.session.triggers import MENTOR
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.recorder import Recorder
    from ii_companion.screens.live import LiveScreen


def key_asked(live: LiveScreen, told: dict[str, Any], rules: Callable[[], Rules]) -> tuple[str, int]:
    """Why it was refused, or nothing and the event's number. `told` is the host's word for it: `send` or `moment`."""
    recorder = live.recorder
    if why := _why_not(recorder, told, rules):
        return why, 0
    try:
        if told["m"] == "moment":
            event = recorder.key(Kind.MOMENT)
        else:
            prompt_id = told["prompt"] if "prompt" in told else f"{SENT}{told['words']}"
            event = recorder.key(Kind.PROMPT, PromptDetail(prompt_id, MENTOR).detail)
    except IllegalEvent:
        return "ended", 0
    who = told["name"] or _("a phone")
    live.tell(
        _("{who} marked a moment", who=who)
        if event.kind is Kind.MOMENT
        else _("{who} sent: {prompt}", who=who, prompt=recorder.story.shown[-1].prompt.text)
    )
    return "", event.n


def _why_not(recorder: Recorder, told: dict[str, Any], rules: Callable[[], Rules]) -> str:
    session = recorder.session
    if session.phase is Phase.ENDED:
        return "ended"
    if told["m"] == "moment":
        return ""
    if session.stopped:
        return "stopped"
    if session.hushed:
        return "hushed"
    if "prompt" in told:
        known = {prompt.id for prompt in recorder.story.coaching.prompts}
        return "" if told["prompt"] in known else "not_chosen"
    return "words" if wording_problems(told["words"], rules()) else ""

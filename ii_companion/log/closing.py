"""From a journal to a brief log: what the events say by themselves, before a person adds words."""

from __future__ import annotations

from ii_companion.log.ended import ended
from ii_companion.log.header import Header
from ii_companion.log.records import BriefLog, EndReason, PromptShown
from ii_companion.session import measures
from ii_companion.session.events import Event, Session, fold
from ii_companion.session.kinds import Kind
from ii_companion.session.prompts import PromptDetail
from ii_companion.session.tally import between


def brief_log(
    header: Header, events: tuple[Event, ...] | list[Event], end_reason: EndReason | None = None
) -> BriefLog:
    """The brief log that the events alone give. Without a reason, the one the events suggest."""
    session = fold(events)
    effective = session.events()
    taken = measures.report(measures.tally_of(session, header.card.wait_s), session.t)
    return BriefLog(
        id=header.id,
        learner=header.learner,
        practitioner=header.practitioner,
        mentor=header.mentor,
        stage=header.stage,
        mode=header.mode,
        probe=header.probe,
        place=header.place,
        started_at=header.started_at,
        duration_s=session.t,
        paused_s=between(taken.exposure_s, session.t),
        end_reason=end_reason or suggested_reason(session),
        assent_at_start=header.assent_at_start,
        measures=taken,
        prompts=tuple(shown(event) for event in effective if event.kind is Kind.PROMPT),
        hushed_s=_hushed(effective, session.t),
        journal=f"{header.id}.jsonl",
        journal_digest=ended(header, events),
    )


def suggested_reason(session: Session) -> EndReason:
    """The reason a person will most likely give: the learner's, if a clear sign was keyed."""
    if session.sign is Kind.DISTRESS:
        return EndReason.LEARNER_DISTRESSED
    return EndReason.LEARNER_HAD_ENOUGH if session.stopped else EndReason.PRACTITIONER_ENDED


def shown(event: Event) -> PromptShown:
    """A prompt event as the brief log keeps it; its detail is the id and the trigger."""
    return PromptShown(event.t, *PromptDetail.read(event.detail))


def _hushed(events: list[Event], end: float) -> float:
    total, since = 0.0, None
    for event in events:
        if event.kind is Kind.HUSHED:
            since = event.t
        elif event.kind is Kind.UNHUSHED and since is not None:
            total, since = total + between(since, event.t), None
    return total + (between(since, end) if since is not None else 0.0)

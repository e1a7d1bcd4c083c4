"""What a native guest says of how it stands with the host, and of what it asked for. No widgets here."""

from __future__ import annotations

from ii_companion.devices.guest import State
from ii_companion.words import N_, _

GONE: dict[str, str] = {
    "away": N_("You were let go."),
    "over": N_("The session's sharing is over."),
    "other": N_("You have joined from another window; this one has stopped."),
    "version": N_("The other machine has another version of ii-companion; update both."),
}
REFUSED: dict[str, str] = {
    "soon": N_("Not sent: one prompt in three seconds."),
    "hushed": N_("Not sent: prompts are hushed."),
    "stopped": N_("Not sent: a sign to stop was keyed."),
    "ended": N_("Not sent: the session is over."),
    "not_chosen": N_("Not sent: the other machine does not have that prompt."),
    "words": N_("Not sent: the other machine does not take these words."),
}


def standing(state: State, why: str) -> str:
    """How it stands, as a sentence; nothing while all is well."""
    if state is State.GONE:
        return _(GONE.get(why, GONE["over"]))
    if state is State.ALTERED:
        return _("Somebody altered what came over the network. Connecting again.")
    return _("Not connected. Looking for the laptop.") if state is State.LOOKING else ""


def refused(why: str) -> str:
    return _(REFUSED.get(why, REFUSED["ended"]))

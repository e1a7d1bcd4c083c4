"""Every command, once: its key, its words, its help. Footer, help screen, palette and keymap come from here.

No Textual here, so that `check` and the settings can name commands without its cost.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from ii_companion.session.events import CHANNELS, Kind


class Where(StrEnum):
    """The screen a command belongs to; ANYWHERE holds on all of them."""

    ANYWHERE = "anywhere"
    HOME = "home"
    LIVE = "session"
    AFTER = "after the end"
    CARD = "learner's card"
    BEFORE = "before a session"
    VOICES = "voices"
    LOGS = "logs"
    REVIEW = "looking back"
    TRENDS = "over time"
    AGREEMENT = "agreement"
    CHECKLIST = "checklist"


class Command(msgspec.Struct, frozen=True):
    """One command. `id` names it in the settings file; `keys` are Textual's key names, the first one shown."""

    id: str
    keys: tuple[str, ...]
    words: str
    help: str
    where: Where
    kind: Kind | None = None
    """The event it keys, if it keys one."""
    detail: str = ""
    footer: bool = False


def _live(
    id: str,
    key: str,
    words: str,
    help: str,
    kind: Kind | None = None,
    *more: str,
    footer: bool = False,
    detail: str = "",
) -> Command:
    return Command(id, (key, *more), words, help, Where.LIVE, kind, detail, footer)


COMMANDS: tuple[Command, ...] = (
    _live("learner_act", "space", "learner", "The learner did something.", Kind.LEARNER_ACT, "pagedown", footer=True),
    _live("join_in", "j", "join in", "You joined in.", Kind.JOIN_IN, footer=True),
    _live("imitate", "i", "imitate", "You imitated.", Kind.IMITATE, footer=True),
    _live("comment", "c", "comment", "You commented.", Kind.COMMENT, footer=True),
    _live("other", "o", "other", "You responded in another way.", Kind.OTHER, "pageup", footer=True),
    _live("enjoyed", "e", "enjoyed", "You enjoyed it together.", Kind.ENJOYED, footer=True),
    *(
        _live(f"channel_{channel}", str(number), channel, f"The learner act just keyed was made by {channel}.", Kind.CHANNEL, detail=channel)
        for number, channel in enumerate(CHANNELS, 1)
    ),
    _live("enough_maybe", "y", "maybe enough", "Perhaps they have had enough.", Kind.ENOUGH_MAYBE, footer=True),
    _live("enough_clear", "x", "had enough", "They have had enough. Prompts stop.", Kind.ENOUGH_CLEAR, footer=True),
    _live("distress", "X", "distress", "They are distressed. Prompts stop. F8 is the same, whatever Caps Lock does.", Kind.DISTRESS, "f8"),
    _live("moment", "m", "moment", "A moment to talk about later.", Kind.MOMENT, footer=True),
    _live("note", "n", "note", "A few words of note; the clock goes on.", footer=True),
    _live("undo", "u", "undo", "Take back the last thing keyed; again, the one before.", footer=True),
    _live("hush", "h", "hush", "Hush prompts, or let them speak again. Signs still show."),
    _live("voice", "v", "aloud", "Speak prompts into one ear, or stop speaking them."),
    _live("pause", "p", "pause", "An interruption: stop the clock, or go on.", footer=True),
    _live("view", "tab", "view", "Change between the glance view and the mentor view.", footer=True),
    _live("end", "escape", "end", "End the session; asks once.", footer=True),
    *(
        _live(f"send_{n}", f"f{n}", f"prompt {n}", f"Send the practitioner the {word} prompt chosen for today.")
        for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), 1)
    ),
    _live("confirm", "enter", "confirm", "Say yes to what is asked; after a sign, end the session."),
    Command("start", ("f2",), "start", "Start a session with what is filled in.", Where.HOME, footer=True),
    Command("unfinished", ("f3",), "unfinished", "Look after a session that never ended.", Where.HOME, footer=True),
    Command("practise", ("f4",), "practise", "Practise with a fictional learner.", Where.HOME, footer=True),
    Command("card", ("f5",), "card", "Open the learner's card.", Where.HOME, footer=True),
    Command("voices", ("f6",), "voices", "Hear the voices there are, and choose one.", Where.HOME, footer=True),
    Command("logs", ("f7",), "logs", "Look back: search the logs, open one.", Where.HOME, footer=True),
    Command("trends", ("f8",), "over time", "One learner over time; your own sessions first.", Where.HOME, footer=True),
    Command("edit_notes", ("e",), "edit", "Edit the notes; the version before stays.", Where.REVIEW, footer=True),
    Command("copy", ("c",), "copy", "Copy the summary and notes as text.", Where.REVIEW, footer=True),
    Command("next_measure", ("right", "space"), "next figure", "Show the next figure.", Where.TRENDS, footer=True),
    Command("previous_measure", ("left",), "figure before", "Show the figure before.", Where.TRENDS, footer=True),
    Command("whose", ("w",), "whose", "Your own sessions, or everybody's with this learner.", Where.TRENDS, footer=True),
    Command("checklist", ("k",), "checklist", "The mentor's observation list for this session.", Where.REVIEW, footer=True),
    Command("next_difference", ("n",), "next difference", "Go to the next place where they differ.", Where.AGREEMENT, footer=True),
    Command("previous_difference", ("b",), "one back", "Go to the one before.", Where.AGREEMENT, footer=True),
    Command("more_tolerance", ("t",), "more tolerance", "Let two lie further apart.", Where.AGREEMENT, footer=True),
    Command("less_tolerance", ("T",), "less", "Let two lie less far apart.", Where.AGREEMENT),
    Command("longer_step", ("s",), "longer unit", "Take longer time units.", Where.AGREEMENT, footer=True),
    Command("shorter_step", ("S",), "shorter", "Take shorter time units.", Where.AGREEMENT),
    Command("save_checklist", ("ctrl+s",), "save", "Save the list and leave it.", Where.CHECKLIST, footer=True),
    Command("save_card", ("ctrl+s",), "save", "Save the card and leave it.", Where.CARD, footer=True),
    Command("take_suggestion", ("f7",), "take", "Take the suggested wait.", Where.CARD),
    Command("hear", ("h", "space"), "hear it", "Say a sentence in this voice.", Where.VOICES, footer=True),
    Command("slower", ("left",), "slower", "Ten words a minute less.", Where.VOICES, footer=True),
    Command("faster", ("right",), "faster", "Ten words a minute more.", Where.VOICES, footer=True),
    Command("softer", ("minus",), "softer", "A step quieter.", Where.VOICES, footer=True),
    Command("louder", ("plus",), "louder", "A step louder.", Where.VOICES, footer=True),
    Command("quit", ("ctrl+q",), "quit", "Leave ii-companion.", Where.ANYWHERE),
    Command("help", ("f10", "question_mark"), "help", "Show the keys.", Where.ANYWHERE, footer=True),
    Command("save", ("ctrl+s",), "save", "Save and leave, from any field.", Where.AFTER, footer=True),
)  # fmt: skip
BESIDE: dict[Where, tuple[tuple[str, str], ...]] = {
    Where.HOME: (("Tab", "The next field."), ("Enter", "Start.")),
    Where.AFTER: (
        ("Tab", "The next question."),
        ("← → or 1-9", "Choose an answer; Backspace clears it."),
        ("Space", "Mark a fundamental."),
        ("Esc", "Save and leave."),
    ),
    Where.CARD: (("Tab, Enter", "The next field."), ("Esc", "Back; asks if something is not saved.")),
    Where.BEFORE: (("← →", "Choose."), ("Space", "Mark a prompt."), ("Enter", "Start."), ("Esc", "Back.")),
    Where.VOICES: (
        ("↑ ↓", "Another voice."),
        ("Enter", "Keep the voice under the cursor."),
        ("Esc", "Back."),
    ),
    Where.LOGS: (("↓ ↑", "To the list, and in it."), ("Enter", "Open one."), ("Esc", "Back.")),
    Where.REVIEW: (("← →", "From mark to mark."), ("Esc", "Back.")),
    Where.TRENDS: (("↑ ↓", "Through the list."), ("Esc", "Back.")),
    Where.AGREEMENT: (("← →", "From mark to mark."), ("Esc", "Leave.")),
    Where.CHECKLIST: (("Tab", "The next line."), ("← → or 1-4", "Choose."), ("Esc", "Save and leave.")),
}
"""Keys that belong to lists, fields and lines of time rather than to a command; the help names them too."""
BY_ID = {command.id: command for command in COMMANDS}

_KEY_WORDS = {
    "question_mark": "?",
    "pagedown": "PageDown",
    "pageup": "PageUp",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "enter": "Enter",
}
_NAMED_KEYS = frozenset(
    [
        "space",
        "enter",
        "escape",
        "tab",
        "pageup",
        "pagedown",
        "home",
        "end",
        "insert",
        "delete",
        "backspace",
        "up",
        "down",
        "left",
        "right",
        "question_mark",
        "full_stop",
        "comma",
        "minus",
        "plus",
        "slash",
        "backslash",
        "semicolon",
        "colon",
        "apostrophe",
        "equals_sign",
    ]
)


def on(where: Where) -> tuple[Command, ...]:
    """The commands of a screen, its own first."""
    own = tuple(command for command in COMMANDS if command.where is where)
    return own + tuple(command for command in COMMANDS if command.where is Where.ANYWHERE)


def key_words(key: str) -> str:
    """A key as a person reads it: `pagedown` is PageDown, `ctrl+s` Ctrl+S."""
    if key in _KEY_WORDS:
        return _KEY_WORDS[key]
    if "+" in key:
        return "+".join(part.upper() if len(part) == 1 else part.title() for part in key.split("+"))
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key


def is_key(key: str) -> bool:
    """Whether Textual can bind a key of that name."""
    bare = key
    for modifier in ("ctrl+", "shift+", "alt+"):
        bare = bare.removeprefix(modifier)
    return (
        (len(bare) == 1 and bare.isprintable())
        or bare in _NAMED_KEYS
        or (bare[:1] == "f" and bare[1:].isdigit())
    )


def with_keys(keys: dict[str, tuple[str, ...]]) -> tuple[Command, ...]:
    """All commands, with the keys a person chose for some of them."""
    return tuple(msgspec.structs.replace(c, keys=keys[c.id]) if c.id in keys else c for c in COMMANDS)


def clashes(commands: tuple[Command, ...]) -> list[tuple[str, Command, Command]]:
    """Pairs of commands that one key would set off on the same screen."""
    found: list[tuple[str, Command, Command]] = []
    taken: dict[tuple[Where, str], Command] = {}
    for command in commands:
        screens = list(Where) if command.where is Where.ANYWHERE else [command.where, Where.ANYWHERE]
        for key in command.keys:
            other = next((taken[w, key] for w in screens if (w, key) in taken), None)
            if other is not None and other.id != command.id:
                found.append((key, other, command))
            taken[command.where, key] = command
    return found

"""Every command, once: its key, its words, its help. Footer, help screen, palette and keymap come from here.

No Textual here, so that `check` and the settings can name commands without its cost. Words and help are marked for the
catalogues and put in the reader's language where they are shown. Long because it is one table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from ii_companion.session.kinds import CHANNEL_WORDS, LEARNER, PRACTITIONER, Kind
from ii_companion.words import N_, _


class Where(StrEnum):
    """The screen a command belongs to; ANYWHERE holds on all of them."""

    ANYWHERE = "anywhere"
    HOME = "home"
    LIVE = "live"
    FILM = "film"
    LINK = "link"
    AFTER = "after"
    CARD = "card"
    BEFORE = "before"
    VOICES = "voices"
    LOGS = "logs"
    REVIEW = "review"
    TRENDS = "trends"
    AGREEMENT = "agreement"
    CHECKLIST = "checklist"
    LEARNER = "learner"
    PRACTISE = "practise"
    THEIR_SIDE = "their_side"
    SHARING = "sharing"
    MENTORING = "mentoring"


WHERE_WORDS: dict[Where, str] = {
    Where.ANYWHERE: N_("anywhere"),
    Where.HOME: N_("home"),
    Where.LIVE: N_("session"),
    Where.FILM: N_("coding along a film"),
    Where.LINK: N_("tying a session to its film"),
    Where.AFTER: N_("after the end"),
    Where.CARD: N_("learner's card"),
    Where.BEFORE: N_("before a session"),
    Where.VOICES: N_("voices"),
    Where.LOGS: N_("logs"),
    Where.REVIEW: N_("looking back"),
    Where.TRENDS: N_("over time"),
    Where.AGREEMENT: N_("agreement"),
    Where.CHECKLIST: N_("checklist"),
    Where.LEARNER: N_("the learner"),
    Where.PRACTISE: N_("practise"),
    Where.THEIR_SIDE: N_("their side"),
    Where.SHARING: N_("sharing"),
    Where.MENTORING: N_("mentoring"),
}


WITHIN: dict[Where, Where] = {Where.FILM: Where.LIVE, Where.LINK: Where.FILM}
"""A screen whose keys are another's as well."""
REPLACED: dict[Where, frozenset[str]] = {
    Where.FILM: frozenset({"confirm"}),
    Where.LINK: frozenset({"film_play", "film_recode"}),
}
"""But for these commands of the other: their keys do something else there."""


class Command(msgspec.Struct, frozen=True):
    """One command. `id` names it in the settings file; `keys` are Textual's key names, the first one shown.

    `words` and `help` are patterns of the catalogues.
    """

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


_MADE_BY = {
    "voice": N_("The learner act just keyed was made by voice."),
    "movement": N_("The learner act just keyed was made by movement."),
    "gaze": N_("The learner act just keyed was made by gaze."),
    "touch": N_("The learner act just keyed was made by touch."),
    "object": N_("The learner act just keyed was made by object."),
    "face": N_("The learner act just keyed was made by face."),
}
"""A whole sentence for each channel: its word has another form in another language."""
_SENT = (
    (N_("prompt 1"), N_("Send the practitioner the first prompt chosen for today.")),
    (N_("prompt 2"), N_("Send the practitioner the second prompt chosen for today.")),
    (N_("prompt 3"), N_("Send the practitioner the third prompt chosen for today.")),
    (N_("prompt 4"), N_("Send the practitioner the fourth prompt chosen for today.")),
    (N_("prompt 5"), N_("Send the practitioner the fifth prompt chosen for today.")),
    (N_("prompt 6"), N_("Send the practitioner the sixth prompt chosen for today.")),
)
COMMANDS: tuple[Command, ...] = (
    _live("learner_act", "space", N_("learner"), N_("The learner did something."), Kind.LEARNER_ACT, "pagedown", footer=True),
    _live("join_in", "j", N_("join in"), N_("You joined in."), Kind.JOIN_IN, footer=True),
    _live("imitate", "i", N_("imitate"), N_("You imitated."), Kind.IMITATE, footer=True),
    _live("comment", "c", N_("comment"), N_("You commented."), Kind.COMMENT, footer=True),
    _live("other", "o", N_("other"), N_("You responded in another way."), Kind.OTHER, "pageup", footer=True),
    _live("enjoyed", "e", N_("enjoyed"), N_("You enjoyed it together."), Kind.ENJOYED, footer=True),
    *(
        _live(f"channel_{channel}", str(number), CHANNEL_WORDS[channel], told, Kind.CHANNEL, detail=channel)
        for number, (channel, told) in enumerate(_MADE_BY.items(), 1)
    ),
    _live("enough_maybe", "y", N_("maybe enough"), N_("Maybe they have had enough."), Kind.ENOUGH_MAYBE, footer=True),
    _live("enough_clear", "x", N_("had enough"), N_("They have had enough. Prompts stop."), Kind.ENOUGH_CLEAR, footer=True),
    _live("distress", "X", N_("distress"), N_("They are distressed. Prompts stop. F8 is the same, whatever Caps Lock does."), Kind.DISTRESS, "f8", footer=True),
    _live("moment", "m", N_("moment"), N_("A moment to talk about later."), Kind.MOMENT, footer=True),
    _live("note", "n", N_("note"), N_("A few words of note; the clock goes on."), footer=True),
    _live("undo", "u", N_("undo"), N_("Take back the last thing keyed; again, the one before."), footer=True),
    _live("hush", "h", N_("hush"), N_("Hush prompts, or let them speak again. Signs still show.")),
    _live("voice", "v", N_("aloud"), N_("Speak prompts into one ear, or stop speaking them.")),
    _live("pause", "p", N_("pause"), N_("An interruption: stop the clock, or go on."), footer=True),
    _live("view", "tab", N_("view"), N_("Change between the glance view and the mentor view."), footer=True),
    _live("end", "escape", N_("end"), N_("End the session; asks once."), footer=True),
    *(_live(f"send_{n}", f"f{n}", words, told) for n, (words, told) in enumerate(_SENT, 1)),
    _live("confirm", "enter", N_("confirm"), N_("Say yes to what is asked; after a sign, end the session.")),
    Command("film_play", ("enter",), N_("play or pause"), N_("Play the film, or pause it; say yes to what is asked."), Where.FILM, footer=True),
    Command("film_back", ("left",), N_("5 s back"), N_("Go five seconds back in the film."), Where.FILM, footer=True),
    Command("film_on", ("right",), N_("5 s on"), N_("Go five seconds on in the film."), Where.FILM, footer=True),
    Command("film_frame_back", ("comma",), N_("frame back"), N_("One frame of the film back."), Where.FILM, footer=True),
    Command("film_frame_on", ("full_stop",), N_("frame on"), N_("One frame of the film on."), Where.FILM, footer=True),
    Command("film_slower", ("left_square_bracket",), N_("slower"), N_("Play the film more slowly."), Where.FILM, footer=True),
    Command("film_faster", ("right_square_bracket",), N_("faster"), N_("Play the film faster."), Where.FILM, footer=True),
    Command("film_recode", ("r",), N_("code again"), N_("Code a stretch again from here: what was coded there makes way; asks once. Again ends it."), Where.FILM, footer=True),
    Command("link_tie", ("enter",), N_("tie them"), N_("The mark under the cursor is the frame that is shown: tie the session to the film there."), Where.LINK, footer=True),
    Command("link_next", ("n",), N_("next mark"), N_("The session's next mark."), Where.LINK, footer=True),
    Command("link_before", ("b",), N_("one back"), N_("The session's mark before."), Where.LINK, footer=True),
    Command("link_play", ("space", "p"), N_("play or pause"), N_("Play the film, or pause it."), Where.LINK, footer=True),
    Command("play_mark", ("enter",), N_("play"), N_("Play the film from three seconds before the mark; a moment for twenty."), Where.REVIEW),
    Command("pause_film", ("p",), N_("pause"), N_("Pause the film, or let it go on."), Where.REVIEW),
    Command("play_difference", ("enter",), N_("play"), N_("Play the film from three seconds before the place where they differ."), Where.AGREEMENT),
    Command("pause_other_film", ("p",), N_("pause"), N_("Pause the film, or let it go on."), Where.AGREEMENT),
    _live("share", "f9", N_("share"), N_("Share with a screen, a phone or a mentor's laptop on this network.")),
    Command("note_afterwards", ("f1",), N_("note"), N_("Note a moment that no session was keyed of."), Where.HOME, footer=True),
    Command("start", ("f2",), N_("start"), N_("Start a session with what is filled in."), Where.HOME, footer=True),
    Command("unfinished", ("f3",), N_("unfinished"), N_("Look after a session that never ended."), Where.HOME, footer=True),
    Command("practise", ("f4",), N_("practise"), N_("Practise with a fictional learner: choose one."), Where.HOME, footer=True),
    Command("card", ("f5",), N_("card"), N_("Open the learner's card."), Where.HOME, footer=True),
    Command("voices", ("f6",), N_("voices"), N_("Hear the voices there are, and choose one."), Where.HOME, footer=True),
    Command("logs", ("f7",), N_("logs"), N_("Look back: search the logs, open one."), Where.HOME, footer=True),
    Command("trends", ("f8",), N_("over time"), N_("One learner over time; your own sessions first."), Where.HOME, footer=True),
    Command("share_from_home", ("f9",), N_("share"), N_("Share with a screen, a phone or a mentor's laptop on this network."), Where.HOME),
    Command("share_after", ("f9",), N_("share"), N_("Who is paired, and a coding that somebody hands over."), Where.AFTER),
    Command("share_screen", ("s",), N_("a screen"), N_("Open for a screen that shows the words."), Where.SHARING, footer=True),
    Command("share_remote", ("r",), N_("a phone that may send"), N_("Open for a phone that shows the words and may send today's prompts."), Where.SHARING, footer=True),
    Command("share_mentor", ("l",), N_("a mentor's laptop"), N_("Open for a mentor's own laptop: sees what is keyed, sends prompts."), Where.SHARING, footer=True),
    Command("share_turn_away", ("delete",), N_("turn away"), N_("Turn away whoever the cursor is on."), Where.SHARING, footer=True),
    Command("share_end", ("z",), N_("end all"), N_("End sharing for everybody."), Where.SHARING, footer=True),
    Command("address_before", ("left",), N_("address before"), N_("The address before."), Where.SHARING),
    Command("address_next", ("right",), N_("next address"), N_("Another address of this machine."), Where.SHARING),
    Command("mentor_send_1", ("f1",), N_("prompt 1"), _SENT[0][1], Where.MENTORING),
    Command("mentor_send_2", ("f2",), N_("prompt 2"), _SENT[1][1], Where.MENTORING),
    Command("mentor_send_3", ("f3",), N_("prompt 3"), _SENT[2][1], Where.MENTORING),
    Command("mentor_send_4", ("f4",), N_("prompt 4"), _SENT[3][1], Where.MENTORING),
    Command("mentor_send_5", ("f5",), N_("prompt 5"), _SENT[4][1], Where.MENTORING),
    Command("mentor_send_6", ("f6",), N_("prompt 6"), _SENT[5][1], Where.MENTORING),
    Command("mentor_words", ("w",), N_("own words"), N_("Send a few words of your own."), Where.MENTORING, footer=True),
    Command("mentor_moment", ("m",), N_("moment"), N_("A moment to talk about later."), Where.MENTORING, footer=True),
    Command("learner", ("ctrl+l",), N_("learner"), N_("The learner's page: card, best moments, what to try, figures."), Where.HOME, footer=True),
    Command("learner_of_log", ("ctrl+l",), N_("learner"), N_("The page of the learner whose log is under the cursor."), Where.LOGS, footer=True),
    Command("learner_card", ("f5",), N_("card"), N_("Open the learner's card."), Where.LEARNER, footer=True),
    Command("learner_logs", ("f7",), N_("logs"), N_("All logs with this learner."), Where.LEARNER, footer=True),
    Command("slower_learner", ("left",), N_("slower"), N_("Practise more slowly."), Where.PRACTISE, footer=True),
    Command("faster_learner", ("right",), N_("faster"), N_("Practise faster."), Where.PRACTISE, footer=True),
    Command("edit_notes", ("e",), N_("edit"), N_("Edit the notes; the version before stays."), Where.REVIEW, footer=True),
    Command("copy", ("c",), N_("copy"), N_("Copy the summary and notes as text."), Where.REVIEW, footer=True),
    Command("next_measure", ("right", "space"), N_("next figure"), N_("Show the next figure."), Where.TRENDS, footer=True),
    Command("previous_measure", ("left",), N_("figure before"), N_("Show the figure before."), Where.TRENDS, footer=True),
    Command("whose", ("w",), N_("whose"), N_("Your own sessions, or everybody's with this learner."), Where.TRENDS, footer=True),
    Command("discard_session", ("d",), N_("discard"), N_("Discard this session and its journal; asks once."), Where.REVIEW, footer=True),
    Command("checklist", ("k",), N_("checklist"), N_("The mentor's observation list for this session."), Where.REVIEW, footer=True),
    Command("next_difference", ("n",), N_("next difference"), N_("Go to the next place where they differ."), Where.AGREEMENT, footer=True),
    Command("previous_difference", ("b",), N_("one back"), N_("Go to the one before."), Where.AGREEMENT, footer=True),
    Command("more_tolerance", ("t",), N_("more tolerance"), N_("Let two lie further apart."), Where.AGREEMENT, footer=True),
    Command("less_tolerance", ("T",), N_("less"), N_("Let two lie less far apart."), Where.AGREEMENT),
    Command("longer_step", ("s",), N_("longer unit"), N_("Take longer time units."), Where.AGREEMENT, footer=True),
    Command("shorter_step", ("S",), N_("shorter"), N_("Take shorter time units."), Where.AGREEMENT),
    Command("save_checklist", ("ctrl+s",), N_("save"), N_("Save the list and leave it."), Where.CHECKLIST, footer=True),
    Command("save_card", ("ctrl+s",), N_("save"), N_("Save the card and leave it."), Where.CARD, footer=True),
    Command("take_suggestion", ("f7",), N_("take"), N_("Take the suggested wait."), Where.CARD),
    Command("hear", ("h", "space"), N_("hear it"), N_("Say a sentence in this voice."), Where.VOICES, footer=True),
    Command("slower", ("left",), N_("slower"), N_("Ten words a minute less."), Where.VOICES, footer=True),
    Command("faster", ("right",), N_("faster"), N_("Ten words a minute more."), Where.VOICES, footer=True),
    Command("softer", ("minus",), N_("softer"), N_("A step quieter."), Where.VOICES, footer=True),
    Command("louder", ("plus",), N_("louder"), N_("A step louder."), Where.VOICES, footer=True),
    Command("quit", ("ctrl+q",), N_("quit"), N_("Leave ii-companion."), Where.ANYWHERE),
    Command("help", ("f10", "question_mark"), N_("help"), N_("Show the keys."), Where.ANYWHERE, footer=True),
    Command("palette", ("ctrl+p",), N_("all commands"), N_("Search every command."), Where.HOME, footer=True),
    Command("save", ("ctrl+s",), N_("save"), N_("Save and leave, from any field."), Where.AFTER, footer=True),
    Command("discard", ("d",), N_("discard"), N_("Discard it all, where no text is typed; asks once."), Where.AFTER, footer=True),
)  # fmt: skip


class Beside(NamedTuple):
    """Keys that belong to a list, a field or a line of time rather than to a command; patterns of the catalogues."""

    keys: str
    help: str
    words: str = ""
    """A word for the foot of the screen; without one it stands in the help alone."""


BESIDE: dict[Where, tuple[Beside, ...]] = {
    Where.HOME: (
        Beside(N_("Tab"), N_("The next field, and the recent logs.")),
        Beside(N_("Enter"), N_("Start; in the list, open a log.")),
    ),
    Where.AFTER: (
        Beside(N_("Tab"), N_("The next question.")),
        Beside(N_("← → or 1-9"), N_("Choose an answer; Backspace clears it.")),
        Beside(N_("Space"), N_("Mark a fundamental.")),
        Beside(N_("Esc"), N_("Save and leave."), N_("save and leave")),
    ),
    Where.CARD: (
        Beside(N_("Tab, Enter"), N_("The next field.")),
        Beside(N_("Esc"), N_("Back; asks if something is not saved."), N_("back")),
    ),
    Where.BEFORE: (
        Beside("← →", N_("Choose.")),
        Beside(N_("Space"), N_("Mark a prompt.")),
        Beside(N_("Enter"), N_("Start.")),
        Beside(N_("Esc"), N_("Back."), N_("back")),
    ),
    Where.VOICES: (
        Beside("↑ ↓", N_("Another voice.")),
        Beside(N_("Enter"), N_("Keep the voice under the cursor.")),
        Beside(N_("Esc"), N_("Back."), N_("back")),
    ),
    Where.LOGS: (
        Beside("↓ ↑", N_("To the list, and in it.")),
        Beside(N_("Enter"), N_("Open one.")),
        Beside(N_("Esc"), N_("Back."), N_("back")),
    ),
    Where.REVIEW: (
        Beside("← →", N_("From mark to mark.")),
        Beside("↑ ↓", N_("Scroll the notes.")),
        Beside("+ -", N_("Nearer, further; 0 shows all.")),
        Beside(N_("Esc"), N_("Back."), N_("back")),
    ),
    Where.LINK: (Beside(N_("Esc"), N_("Leave; nothing is tied."), N_("leave")),),
    Where.TRENDS: (
        Beside("↑ ↓", N_("Through the list.")),
        Beside(N_("Esc"), N_("Back."), N_("back")),
    ),
    Where.AGREEMENT: (
        Beside("← →", N_("From mark to mark.")),
        Beside(N_("Esc"), N_("Leave."), N_("leave")),
    ),
    Where.LEARNER: (
        Beside("↑ ↓", N_("Scroll.")),
        Beside(N_("Esc"), N_("Back."), N_("back")),
    ),
    Where.PRACTISE: (
        Beside("↑ ↓", N_("Another learner.")),
        Beside(N_("Enter"), N_("Practise with the one under the cursor."), N_("start")),
        Beside(N_("Esc"), N_("Back."), N_("back")),
    ),
    Where.THEIR_SIDE: (
        Beside("↑ ↓", N_("Scroll.")),
        Beside(N_("Enter"), N_("Leave."), N_("leave")),
    ),
    Where.SHARING: (
        Beside("↑ ↓", N_("Among those who are paired.")),
        Beside("← →", N_("Another address of this machine."), N_("address")),
        Beside(N_("Esc"), N_("Back; sharing goes on."), N_("back")),
    ),
    Where.MENTORING: (
        Beside(N_("F1-F6"), N_("Send a prompt chosen for today."), N_("send")),
        Beside(N_("Esc"), N_("Leave."), N_("leave")),
    ),
    Where.CHECKLIST: (
        Beside(N_("Tab, ↓"), N_("The next line.")),
        Beside(N_("← → or 1-4"), N_("Choose.")),
        Beside(N_("Esc"), N_("Save and leave."), N_("save and leave")),
    ),
}
"""By screen; the help names them after the commands."""
BY_ID = {command.id: command for command in COMMANDS}

KEY_WORDS = {
    "space": N_("Space"),
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "tab": N_("Tab"),
    "pageup": N_("PageUp"),
    "pagedown": N_("PageDown"),
    "home": N_("Home"),
    "end": N_("End"),
    "insert": N_("Insert"),
    "delete": N_("Delete"),
    "backspace": N_("Backspace"),
    "up": N_("up"),
    "down": N_("down"),
    "left": N_("left"),
    "right": N_("right"),
    "question_mark": "?",
    "full_stop": ".",
    "comma": ",",
    "minus": N_("minus"),
    "plus": N_("plus"),
    "slash": "/",
    "backslash": "\\",
    "semicolon": ";",
    "colon": ":",
    "apostrophe": "'",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
"""The keys that have names, as a person reads them; End the key is another word than “end” the command."""
_MODIFIERS = {"ctrl": N_("Ctrl"), "shift": N_("Shift"), "alt": N_("Alt")}


def is_on(command: Command, where: Where) -> bool:
    """Whether a command can be given on a screen."""
    if command.where in (where, Where.ANYWHERE):
        return True
    return command.where is WITHIN.get(where) and command.id not in REPLACED[where]


def on(where: Where) -> tuple[Command, ...]:
    """The commands of a screen, its own first."""
    own = tuple(command for command in COMMANDS if command.where is where)
    return own + tuple(
        command for command in COMMANDS if command.where is not where and is_on(command, where)
    )


_GROUPS: dict[str, tuple[str, ...]] = {
    N_("Prompts"): ("hush", "voice", *(f"send_{n}" for n in range(1, 7))),
    N_("To come back to"): ("enjoyed", "moment", "note", "undo"),
    N_("The session"): ("pause", "view", "end", "confirm"),
}
_GROUP_OF = {name: title for title, names in _GROUPS.items() for name in names}
_WHOSE = {
    LEARNER: N_("What the learner does"),
    PRACTITIONER: N_("What you do"),
}


def group(command: Command) -> str:
    """What a command is for, as a heading of the help; a pattern of the catalogues."""
    if command.id in _GROUP_OF:
        return _GROUP_OF[command.id]
    if command.kind is not None and command.kind.row.sign:
        return N_("Signs that it is enough")
    if command.kind is Kind.CHANNEL:
        return _WHOSE[LEARNER]
    if command.kind is not None and command.kind.row.actor in _WHOSE:
        return _WHOSE[command.kind.row.actor]
    return N_("Anywhere") if command.where is Where.ANYWHERE else N_("Here")


def key_words(key: str) -> str:
    """A key as a person reads it: `pagedown` is PageDown, `ctrl+s` Ctrl+S."""
    *held, bare = key.split("+")
    if bare in KEY_WORDS:
        name = _(KEY_WORDS[bare])
    else:
        name = bare.upper() if held or (bare[:1] == "f" and bare[1:].isdigit()) else bare
    return "+".join([*(_(_MODIFIERS.get(modifier, modifier)) for modifier in held), name])


def is_key(key: str) -> bool:
    """Whether Textual can bind a key of that name."""
    bare = key
    for modifier in _MODIFIERS:
        bare = bare.removeprefix(f"{modifier}+")
    return (
        (len(bare) == 1 and bare.isprintable())
        or bare in KEY_WORDS
        or (bare[:1] == "f" and bare[1:].isdigit())
    )


def with_keys(keys: dict[str, tuple[str, ...]]) -> tuple[Command, ...]:
    """All commands, with the keys a person chose for some of them."""
    return tuple(msgspec.structs.replace(c, keys=keys[c.id]) if c.id in keys else c for c in COMMANDS)


def clashes(commands: tuple[Command, ...]) -> list[tuple[str, Command, Command]]:
    """Pairs of commands that one key would set off on the same screen."""
    found: list[tuple[str, Command, Command]] = []
    for where in Where:
        taken: dict[str, Command] = {}
        for command in commands:
            if where is Where.ANYWHERE or not is_on(command, where):
                continue
            for key in command.keys:
                other = taken.get(key)
                if other is not None and other.id != command.id and (key, other, command) not in found:
                    found.append((key, other, command))
                taken[key] = command
    return found

"""What becomes a key: struck printables and the named keys we bind; what began with Esc and is neither goes whole."""

from __future__ import annotations

import random
from itertools import product

import pytest
from input.reference import named_keys
from input.sequences import ANSWERS, BARE, mutated

from ii_companion.input import CAPS_LATELY_S, About, Fingers, Meaning, Parser, Report, Struck, _name

BOUND = frozenset("jicoeyxXmnuhvp123456") | {"space", "pagedown", "pageup", "tab", "escape", "enter", "f1", "f8", "question_mark"}  # fmt: skip
LONG_AGO_S = 3_600.0


def keys(text: str) -> list[str]:
    """The names of the keys in one read, silence after it."""
    parser = Parser()
    return [t.name for t in [*parser.feed(text), *parser.silence(LONG_AGO_S)] if isinstance(t, Struck)]


def meant(*reads: str) -> list[str]:
    """What fingers struck, by the names a session's commands have, one read after another."""
    parser, fingers, found = Parser(), Fingers(), []
    for read in reads:
        for token in [*parser.feed(read), *parser.silence(LONG_AGO_S)]:
            if isinstance(token, Struck):
                meaning, name = fingers.meant(token, BOUND, 0.0)
                found += [name] if meaning is Meaning.KEY and name in BOUND else []
    return found


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_a_terminal_answers_or_reports_is_no_key(answer: str) -> None:
    assert keys(answer) == []
    assert keys(f"j{answer}x") == ["j", "x"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_cut_at_every_byte_with_every_delay_up_to_the_escape_time_out_it_is_still_no_key(answer: str) -> None:
    for cut, delay in product(range(1, len(answer)), (0.0, 0.01, 0.05, 0.0999)):
        parser = Parser(escape_s=0.1)
        found = [*parser.feed(answer[:cut]), *parser.silence(delay), *parser.feed(answer[cut:]), *parser.silence(LONG_AGO_S)]  # fmt: skip
        assert not [token for token in found if isinstance(token, Struck)], (answer, cut, delay)


@pytest.mark.parametrize("answer", ANSWERS)
def test_cut_into_single_characters_it_is_still_no_key(answer: str) -> None:
    parser, found = Parser(escape_s=0.1), []
    for character in answer:
        found += [*parser.feed(character), *parser.silence(0.0999)]
    assert not [token for token in [*found, *parser.silence(LONG_AGO_S)] if isinstance(token, Struck)]


@pytest.mark.parametrize("leak", BARE)
def test_a_run_in_one_read_with_a_character_that_means_nothing_was_not_struck(leak: str) -> None:
    assert meant(leak) == []
    assert meant("j", leak, "x") == ["j", "x"]


def test_a_run_of_bound_keys_always_counts_however_many_came_together() -> None:
    honest = " j i c x1 jjj"
    assert meant(honest) == [{" ": "space"}.get(c, c) for c in honest]
    assert meant("J I") == ["j", "space", "i"]


def test_a_run_is_one_read_only() -> None:
    assert meant(*"1;2c") == ["1", "2", "c"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("\x1b[A\x1b[B\x1b[C\x1b[D\x1bOA", ["up", "down", "right", "left", "up"]),
        ("\x1b[5~\x1b[6~\x1b[H\x1b[1~\x1b[F\x1b[4~", ["pageup", "pagedown", "home", "home", "end", "end"]),
        ("\x1bOP\x1b[11~\x1b[[A\x1b[21~", ["f1", "f1", "f1", "f10"]),
        ("\x1b[1;2A\x1b[5;5~\x1b[Z", ["shift+up", "ctrl+pageup", "shift+tab"]),
        ("\r\t\x7f\x13\x11\x1b", ["enter", "tab", "backspace", "ctrl+s", "ctrl+q", "escape"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1bj", ["alt+j"]),
        ("?./é ", ["question_mark", "full_stop", "slash", "é", "space"]),
        ("\x1b[106u\x1b[106;;106u\x1b[13u\x1b[32;;32u", ["j", "j", "enter", "space"]),
        ("\x1b[115;5u\x1b[1089::115;5u", ["ctrl+s", "ctrl+s"]),
        ("\x1b[120;2;88u\x1b[120:88;2u", ["X", "X"]),
        ("\x1b[57399;;48u\x1b[57421u\x1b[57414u", ["0", "pageup", "enter"]),
        ("\x1b[106;1:2u", ["j"]),
    ],
)
def test_named_keys_are_known_by_every_way_they_come(text: str, names: list[str]) -> None:
    assert keys(text) == names


def test_a_lone_escape_is_a_key_once_silence_says_so_and_not_before() -> None:
    parser = Parser(escape_s=0.1)
    assert parser.feed("\x1b") == []
    assert parser.silence(0.09) == []
    assert parser.silence(0.1) == [Struck("escape", "\x1b")]


@pytest.mark.parametrize(
    "unended", ["\x1b]11;rgb:1", "\x1bP>|xterm", "\x1b[?1;", "\x1b[200~pasted", "\x1bO", "\x1b("]
)
def test_what_never_ends_swallows_keys_for_a_moment_only(unended: str) -> None:
    parser = Parser()
    parser.feed(unended)
    parser.silence(LONG_AGO_S)
    assert [t.name for t in parser.feed("j") if isinstance(t, Struck)] == ["j"]


def test_a_paste_is_given_whole() -> None:
    assert Parser().feed("\x1b[200~two words\x1b[201~") == [Report(About.PASTE, "two words")]


def test_caps_lock_capitals_count_as_their_small_letters_and_x_stays_had_enough() -> None:
    assert meant(*"JICOEYM") == list("jicoeym")
    assert meant("J", "X") == ["j", "x"]


def test_distress_needs_a_deliberate_shift_or_f8() -> None:
    assert meant("X") == ["X"]
    assert meant("j", "X") == ["j", "X"]
    assert meant("J", "j", "X") == ["j", "j", "X"], "a small letter says that Caps Lock is off again"
    assert meant("J", "\x1b[19~") == ["j", "f8"], "Caps Lock does nothing to F8"


def test_a_capital_long_ago_says_nothing_of_caps_lock_now() -> None:
    fingers = Fingers()
    assert fingers.meant(Struck("J", "J"), BOUND, 0.0) == (Meaning.KEY, "j")
    assert fingers.meant(Struck("X", "X"), BOUND, CAPS_LATELY_S + 1) == (Meaning.KEY, "X")


def test_where_the_kitty_protocol_tells_of_caps_lock_nothing_is_guessed() -> None:
    assert meant("\x1b[120;65;88u") == ["x"], "Caps Lock, no Shift: the text is a capital, the key is x"
    assert meant("\x1b[120;66;120u") == ["X"], "Shift is held, whatever Caps Lock made of it"
    assert meant("\x1b[106;65;74u", "\x1b[120;2;88u") == ["j", "X"]


def test_letters_of_another_alphabet_are_told_of_and_count_where_the_base_layout_is_told() -> None:
    fingers = Fingers()
    for letter in "оиΞ\u0645":
        assert fingers.meant(Struck(letter, letter), BOUND, 0.0)[0] is Meaning.ANOTHER_ALPHABET
    assert meant("о и") == ["space"]
    assert (
        meant("\x1b[1086::106;;1086u", "\x1b[1086::106u", "\x1b[1095::120:88;2;1063u") == ["j", "j", "X"][:2]
    )
    assert meant("\x1b[1095:1063:120;2;1063u") == ["X"]
    (struck,) = Parser().feed("\x1b[1086::106;;1086u")
    assert isinstance(struck, Struck)
    assert struck.character == "о", "a text field gets the letter that was struck"


def test_letters_of_other_latin_layouts_are_what_they_say() -> None:
    assert meant("\x1b[106::99;;106u") == ["j"], "Dvorak: the key where c is on the base layout says j"


SEQUENCES = 20_000
_CHARACTERS = {_name(c): c for c in map(chr, range(33, 0x20000)) if c.isprintable()}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_mutated_sequences_give_what_a_reference_finds(seed: int, whole: bool) -> None:
    """Random and mutated sequences between struck keys; the reference reads the same text by one expression."""
    chance = random.Random(seed)
    for _ in range(500_000 if whole else SEQUENCES):
        text = "".join(chance.choice(" jicoeyxXmu") + mutated(chance) for _ in range(2)) + "j"
        parser = Parser()
        found = [t for t in [*parser.feed(text), *parser.silence(LONG_AGO_S)] if isinstance(t, Struck)]
        assert _plain(found) == named_keys(text), repr(text)


def _plain(found: list[Struck]) -> list[str]:
    """What was meant, keys with Ctrl or Alt left out, Shift by itself not told."""
    names = [token.name.removeprefix("shift+") for token in found]
    return [_CHARACTERS.get(name, name) for name in names if "+" not in name]

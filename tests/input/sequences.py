"""What terminals send that is no key: real answers of known terminals, and mutations of them."""

from __future__ import annotations

import random

ANSWERS = [
    "\x1b[<32;NaN;NaNM", "\x1b[<0;12;7M", "\x1b[<0;12;7m", "\x1b[<64;1;1M", "\x1b[<35;-3;9M", "\x1b[32;10;20M", "\x1b[M !!",
    "\x1bP>|XTerm(370)\x1b\\", "\x1bP>|tmux 3.4\x1b\\", "\x1bP>|kitty(0.35.2)\x1b\\", "\x1bP>|WezTerm 20240203\x1b\\",
    "\x1bP1$r0 q\x1b\\", "\x1bP1$r48:2:1:2:3m\x1b\\", "\x1bP1+r544e=787465726d\x1b\\", "\x1bP0+r\x1b\\", "\x1bP!|7E565445\x1b\\",
    "\x1bPq#0;2;0;0;0#0~~@@vv@@~~$-\x1b\\",
    "\x1b]11;rgb:3030/3434/4646\x07", "\x1b]10;rgb:ffff/ffff/ffff\x1b\\", "\x1b]4;1;rgb:cd/00/00\x07",
    "\x1b]52;c;aGVyb24gaXMgdGhlcmU=\x07", "\x1b]l~ yxj title\x1b\\", "\x1b]99;i=1:p=close;\x1b\\",
    "\x1b_Gi=31;OK\x1b\\", "\x1b^private\x1b\\", "\x1bXstart of string\x1b\\",
    "\x1b[?1;2c", "\x1b[?62;1;2;4;6;9;15;16;17;18;21;22;28;29c", "\x1b[>0;276;0c", "\x1b[>41;370;0c", "\x1b[=0c",
    "\x1b[8;30;100t", "\x1b[4;600;800t", "\x1b[48;30;100;600;800t", "\x1b[6;20;10t", "\x1b[?2026;2$y", "\x1b[?2048;0$y", "\x1b[?12;1$y",
    "\x1b[0n", "\x1b[?997;1n", "\x1b[12;40R", "\x1b[?12;40;1R", "\x1b[I", "\x1b[O", "\x1b[?1u", "\x1b[?0u", "\x1b[?25;1u",
    "\x1b[106;1:3u", "\x1b[120;2:3u", "\x1b[1;1:3P", "\x1b[1;5:3A", "\x1b[5;1:3~", "\x1b[57441;2u", "\x1b[57358u", "\x1b[57358;65:3u",
    "\x1b[74;36;106;1;0;1_", "\x1b[16;42;0;1;16;1_", "\x1b[74;36;106;0;0;1_",
    "\x1b[200~jicx X\x1b[201~", "\x1b[200~\x1b]11;?\x07\x1b[201~",
    "\x1b(B", "\x1b)0", "\x1b#8", "\x1b%G", "\x1b[27;5;106~", "\x1b[99~", "\x1bOj", "\x1bOp", "\x1b[[F",
    "\x9b?1;2c", "\x9d11;rgb:00/00/00\x9c", "\x90>|xterm\x9c",
]  # fmt: skip
"""Whole sequences; none of them is a key that anybody struck."""
BARE = [
    "1;2c0;276;0c",
    "11;rgb:0c0c/0c0c/0c0c",
    "2c;1;0",
    "rgb:ff/ff/ff",
    "0;276;0c",
    "[?1;2c",
    "]11;rgb:0/0/0",
    ">|XTerm(370)",
]
"""The same as multiplexers leak them, without their Esc; each in one read."""
_ALPHABET = [chr(n) for n in range(0x20, 0x7F)] + ["\x07", "\x9c", "\r", "é", "\u0436"]


def mutated(chance: random.Random) -> str:
    """A sequence of those above, or one made up, some of its insides changed; its beginning and its end stay."""
    text = chance.choice(ANSWERS)
    body = list(text[2:-1])
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(body) + 1)
        if body and chance.random() < 0.5:
            body[place % len(body)] = chance.choice(_ALPHABET)
        else:
            body.insert(place, chance.choice(_ALPHABET))
    return text[:2] + "".join(body) + text[-1]

"""The handshake and the boxes: known answers, the page's own JavaScript against ours, and whatever may come instead."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spake2 import SPAKE2_A

from ii_companion.devices import messages, wire
from ii_companion.devices.page import HERE, page
from ii_companion.devices.wire import Altered, Box, Guest, Host, Keys, confirmed, read_first, read_second

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs Node.js, for the page's JavaScript")


def chance(n: int) -> bytes:
    """The same bytes for ever, for known answers."""
    return hashlib.shake_256(b"chance").digest(n)


def pair(ask: str = "code", there: str = "482913", here: str = "482913") -> tuple[Keys, Keys]:
    guest = Guest(ask, there, "peer" if ask == "again" else "")
    host = Host(guest.first, read_first(guest.first), here)
    return guest.answered(host.second, read_second(host.second).y), host.keys


def hkdf(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 as it is written there."""
    key, out, block, n = hmac.digest(salt, secret, "sha256"), b"", b"", 1
    while len(out) < size:
        block = hmac.digest(key, block + info + bytes([n]), "sha256")
        out, n = out + block, n + 1
    return out[:size]


def test_transcript_keys_and_confirmations_are_what_the_contract_says() -> None:
    guest = Guest("code", "482913", entropy=chance)
    host = Host(guest.first, read_first(guest.first), "482913", entropy=lambda n: chance(n + 1)[1:])
    shared = SPAKE2_A(b"code:482913", b"ii-companion guest 1", b"ii-companion host 1", entropy_f=chance)
    x = shared.start()
    assert json.loads(guest.first) == {"ii": 1, "ask": "code", "peer": "", "x": wire._b64(x)}
    key = shared.finish(wire._unb64(json.loads(host.second)["y"]))
    first, second = guest.first, host.second
    said = len(first).to_bytes(4, "big") + first + len(second).to_bytes(4, "big") + second
    transcript = hashlib.sha256(said).digest()
    okm = hkdf(key, transcript, b"ii-companion pair 1", 128)
    assert host.keys.transcript == transcript
    assert host.keys.okm == okm
    assert host.keys.guest_confirms == hmac.digest(okm[64:96], transcript, "sha256")
    assert host.keys.host_confirms == hmac.digest(okm[96:], transcript, "sha256")
    assert hashlib.sha256(okm).hexdigest() == KNOWN


KNOWN = "839cd0d2417ee44169230b3fde0180b513e126a7ca0a41fc3b16092d82d0b6a9"


def test_the_same_password_gives_the_same_keys_and_another_does_not() -> None:
    for ask, secret in (("code", "482913"), ("link", "ABCDEFGHIJKLMNOP"), ("again", "s" * 43)):
        guest, host = pair(ask, secret, secret)
        assert guest.okm == host.okm
        box = guest.guest_box.seal(b"hello")
        assert confirmed(guest.guest_confirms + box, host.guest_confirms, host.guest_box).strip() == b"hello"
    guest, host = pair(here="482914")
    with pytest.raises(Altered):
        confirmed(guest.guest_confirms + guest.guest_box.seal(b"{}"), host.guest_confirms, host.guest_box)


def test_what_was_asked_with_is_bound_so_a_code_is_no_link() -> None:
    guest = Guest("code", "482913")
    altered = guest.first.replace(b'"code"', b'"link"')
    host = Host(altered, read_first(altered), "482913")
    assert guest.answered(host.second, read_second(host.second).y).okm != host.keys.okm


def test_every_text_is_bound_as_it_was_sent() -> None:
    guest = Guest("code", "482913")
    spaced = guest.first.replace(b",", b", ")
    host = Host(spaced, read_first(spaced), "482913")
    assert guest.answered(host.second, read_second(host.second).y).okm != host.keys.okm


def test_boxes_tell_nothing_by_their_length() -> None:
    box = Box(bytes(32))
    assert {len(box.seal(b"x" * n)) for n in range(1, 257)} == {272}
    assert len(box.seal(b"x" * 257)) == 528


@given(
    st.lists(st.binary(max_size=40), min_size=2, max_size=8, unique=True),
    st.sampled_from(["flip", "drop", "repeat", "swap", "reflect", "cut"]),
    st.data(),
)
def test_a_frame_that_was_touched_does_not_open(said: list[bytes], how: str, data: st.DataObject) -> None:
    ours, theirs = Box(bytes(range(32))), Box(bytes(range(32)))
    frames = [ours.seal(one) for one in said]
    at = data.draw(st.integers(0, len(frames) - 2))
    if how == "flip":
        place = data.draw(st.integers(0, len(frames[at]) - 1))
        frames[at] = frames[at][:place] + bytes([frames[at][place] ^ 1]) + frames[at][place + 1 :]
    elif how == "drop":
        del frames[at]
    elif how == "repeat":
        frames.insert(at + 1, frames[at])
    elif how == "swap":
        frames[at], frames[at + 1] = frames[at + 1], frames[at]
    elif how == "cut":
        frames[at] = frames[at][:-1]
    else:
        back = Box(bytes(range(32, 64)))
        frames[at] = back.seal(said[at])
    opened: list[bytes] = []

    def open_all() -> None:
        for frame in frames:
            opened.append(theirs.open(frame).strip(b" "))

    with pytest.raises(Altered):
        open_all()
    assert opened == [one.ljust(256).strip(b" ") for one in said[: len(opened)]]
    assert len(opened) <= at + 1


_jsonish = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["ii", "ask", "peer", "x", "y", "no", "m"]) | st.text(max_size=5), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@given(
    st.one_of(
        st.binary(max_size=1500),
        st.text(max_size=1500).map(str.encode),
        _jsonish.map(lambda v: json.dumps(v).encode()),
    )
)
@settings(max_examples=300)
def test_no_text_does_more_than_be_refused(data: bytes) -> None:
    for read in (read_first, read_second):
        try:
            read(data)
        except Altered:
            continue
    for hear in (messages.from_guest, messages.from_host):
        try:
            hear(data)
        except messages.Strange:
            continue


@given(
    st.one_of(
        st.text(max_size=60),
        st.binary(min_size=33, max_size=33).map(wire._b64),
        st.binary(min_size=32, max_size=32).map(lambda b: wire._b64(b"A" + b)),
    )
)
@settings(max_examples=60)
def test_no_element_does_more_than_be_refused(x: str) -> None:
    """Points off the curve, of small order, our own sent back, and texts that are none."""
    first = wire.First(1, "code", "", x)
    try:
        Host(b"{}", first, "482913")
    except Altered:
        return


ORDER_8 = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
]
"""Elements of small order."""


@pytest.mark.parametrize("element", ORDER_8)
def test_an_element_of_small_order_is_refused_on_both_sides(element: str) -> None:
    with pytest.raises(Altered):
        Host(b"{}", wire.First(1, "code", "", wire._b64(b"A" + bytes.fromhex(element))), "482913")
    guest = Guest("code", "482913")
    with pytest.raises(Altered):
        guest.answered(b"{}", wire._b64(b"B" + bytes.fromhex(element)))


# The page's JavaScript


def script(tail: str) -> str:
    scripts = re.findall(r"<script>(.*?)</script>", page().decode(), re.DOTALL)
    return "\n".join([*scripts[:2], tail])


def node(tail: str, *lines: str, tmp: Path) -> list[str]:
    """Run the page's own script with a few lines after it."""
    assert NODE is not None
    path = tmp / "wire.js"
    path.write_text(script(tail), "utf-8")
    ran = subprocess.run([NODE, path, *lines], capture_output=True, text=True, check=True, timeout=60)
    return ran.stdout.splitlines()


TALK = """
const lines = require("readline").createInterface({ input: process.stdin });
const [ask, secret, peer] = process.argv.slice(2);
const guest = wire.Guest(ask, secret, peer, n => require("crypto").randomBytes(n));
const hex = b => Buffer.from(b).toString("hex");
console.log(guest.first);
let keys = null;
lines.on("line", line => {
  if (!keys) {
    try { keys = guest.answered(line); } catch (bad) { console.log("refused"); process.exit(0); }
    console.log(hex(keys.T)); console.log(hex(keys.okm));
    console.log(hex(wire.joined(keys.mine, keys.out.seal(wire.utf8('{"m":"hello"}')))));
    console.log(hex(keys.theirs));
    return;
  }
  let said;
  try { said = Buffer.from(keys.in_.open(Uint8Array.from(Buffer.from(line, "hex")))).toString().trim(); } catch (bad) { said = "altered"; }
  console.log(said);
});
"""


@needs_node
def test_the_page_and_the_host_agree_on_every_key(tmp_path: Path) -> None:
    assert NODE is not None
    path = tmp_path / "wire.js"
    path.write_text(script(TALK), "utf-8")
    for ask, secret, peer in (
        ("code", "482913", ""),
        ("link", "ABCDEFGHIJKLMNOP", ""),
        ("again", "s" * 43, "abcdefgh"),
    ):
        with subprocess.Popen(
            [NODE, path, ask, secret, peer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as page_:
            assert page_.stdin is not None
            assert page_.stdout is not None
            first = page_.stdout.readline().strip()
            host = Host(first.encode(), read_first(first), secret)
            print(host.second.decode(), file=page_.stdin, flush=True)
            found = [page_.stdout.readline().strip() for _ in range(4)]
            assert found[0] == host.keys.transcript.hex()
            assert found[1] == host.keys.okm.hex()
            frame = bytes.fromhex(found[2])
            assert json.loads(confirmed(frame, host.keys.guest_confirms, host.keys.guest_box)) == {
                "m": "hello"
            }
            assert found[3] == host.keys.host_confirms.hex()
            for said in ("one", "two" * 100, "drei · ŷ"):
                print(host.keys.host_box.seal(said.encode()).hex(), file=page_.stdin, flush=True)
                assert page_.stdout.readline().strip() == said
            print(host.keys.host_box.seal(b"x").hex().replace("0", "1"), file=page_.stdin, flush=True)
            assert page_.stdout.readline().strip() == "altered"


@needs_node
def test_the_page_refuses_elements_that_are_none(tmp_path: Path) -> None:
    tail = """
const mine = new Uint8Array(32).fill(1), bad = [];
for (const one of process.argv.slice(2)) { try { wire.element(Uint8Array.from(Buffer.from(one, "hex")), mine); } catch (refused) { bad.push(one); } }
console.log(bad.length);
"""
    off = ["02" + "00" * 31, "ff" * 32, "01" * 32]
    assert node(tail, *ORDER_8, *off, tmp=tmp_path) == [str(len(ORDER_8) + len(off))]


@needs_node
def test_the_page_takes_the_same_elements_for_its_blinding(tmp_path: Path) -> None:
    from spake2.parameters.ed25519 import ParamsEd25519

    html = page().decode()
    assert ParamsEd25519.M.to_bytes().hex() in html
    assert ParamsEd25519.N.to_bytes().hex() in html


def test_the_bundle_is_the_one_that_was_looked_at() -> None:
    """Built from `noble.entry.js`: esbuild --bundle --minify --format=iife --global-name=noble --target=safari15."""
    assert hashlib.sha256((HERE / "noble.js").read_bytes()).hexdigest() == SUM
    assert "MIT License" in (HERE / "noble.LICENSE").read_text("utf-8")


SUM = "622b37c3e90271a72859828c4ff6742706096179024e01f9d74df6519d2e2a38"

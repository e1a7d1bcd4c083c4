"""The page in a real Chromium, from a real host: pairing, words, buttons, cuts, and that nothing leaves it."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest
from devices.chromium import Tab, chromium, needs_chromium
from devices.hosting import HERE, Hosting, hosting, until

from ii_companion import words
from ii_companion.content.prompts import load_prompts
from ii_companion.devices import messages
from ii_companion.devices.code import Role
from ii_companion.devices.page import SENTENCES

pytestmark = [pytest.mark.browser, needs_chromium]
SMALL = (320, 568)
SIZES = (SMALL, (568, 320), (390, 844), (844, 390), (810, 1080), (1280, 800))


def address(there: Hosting, link: str = "") -> str:
    return f"http://{HERE}:{there.door.port}/" + (f"#{link}" if link else "")


async def by_link(there: Hosting, tab: Tab, role: Role = Role.SCREEN) -> None:
    await tab.open(address(there, there.host.open(role).link))
    await until(lambda: there.host.peers)
    await tab.until(
        "document.getElementById('ask').hidden && document.getElementById('said').textContent === ''"
    )


async def test_a_phone_from_its_first_scan_to_being_let_go(tmp_path: Path) -> None:
    async with hosting() as there, chromium(tmp_path) as tab:
        await by_link(there, tab, Role.REMOTE)
        assert await tab.js("location.hash") == ""
        assert await tab.js("history.length") <= 2
        await tab.until("document.getElementById('under').textContent === 'No session is running.'")
        there.begin()
        there.show("Wait. Leave some room.", wait=messages.Wait(0.0, 8.0))
        await tab.until("document.getElementById('words').textContent === 'Wait. Leave some room.'")
        assert await tab.js("document.getElementById('bar').className") == "on"
        assert (await tab.text("under")).startswith("0 min")

        buttons = "[...document.querySelectorAll('#buttons button')].map(b => b.textContent)"
        assert await tab.js(buttons) == ["Plenty of time.", "Remember the ribbon.", "moment"]
        await tab.js("document.querySelectorAll('#buttons button')[1].click()")
        await until(lambda: there.told[-1]["m"] == "send")
        assert there.told[-1]["prompt"] == "own.1"
        there.host.answer(there.told[-1]["peer"], messages.Taken(there.told[-1]["id"], 4))
        await tab.until("document.getElementById('said').textContent === 'sent'")
        await tab.js("document.querySelectorAll('#buttons button')[0].click()")
        await tab.until(
            "document.getElementById('said').textContent === 'Not sent: one prompt in three seconds.'"
        )
        await tab.js("document.querySelectorAll('#buttons button')[2].click()")
        await until(lambda: there.told[-1]["m"] == "moment")

        secret = await tab.js("sessionStorage.getItem('ii')")
        assert next(iter(there.host.peers)) in secret
        await tab.do("Page.reload")
        await tab.until(
            "document.getElementById('words') && document.getElementById('words').textContent === 'Wait. Leave some room.'"
        )
        assert len(there.host.peers) == 1

        (peer,) = there.host.peers
        there.host.turn_away(peer)
        await tab.until("document.getElementById('said').textContent === 'You were let go.'")
        assert await tab.text("words") == ""
        assert await tab.js("sessionStorage.getItem('ii')") is None
        assert await tab.js("document.getElementById('buttons').hidden")
        here = address(there)
        assert {url.partition("#")[0] for url in tab.requests} <= {
            here,
            here.replace("http", "ws") + "ws",
            "data:,",
        }
        assert tab.complaints == []


async def test_six_figures_by_hand_and_wrong_ones_told_of(tmp_path: Path) -> None:
    async with hosting() as there, chromium(tmp_path) as tab:
        await tab.open(address(there))
        await tab.until("!document.getElementById('ask').hidden")
        code = there.host.open(Role.SCREEN).code

        async def enter(figures: str) -> None:
            await tab.js(
                f"document.getElementById('code').value = {figures!r}; document.getElementById('ask').requestSubmit()"
            )

        wrong = f"{(int(code) + 1) % 10**6:06d}"
        for said in ("Two tries are left.", "One try is left."):
            await enter(wrong)
            await tab.until(f"document.getElementById('said').textContent.includes({said!r})")
        await enter(f"{code[:3]} {code[3:]}")
        await until(lambda: there.host.peers)
        await tab.until("document.getElementById('ask').hidden")
        await there.host.over()
        await tab.until("document.getElementById('said').textContent === \"The session's sharing is over.\"")
        assert tab.complaints == []


async def test_old_words_are_gone_after_a_cut_and_right_again_after_it(tmp_path: Path) -> None:
    """The host says nothing for a while, as if the network were cut: seven seconds later no old prompt stands there."""
    async with hosting() as there, chromium(tmp_path) as tab:
        await by_link(there, tab)
        there.begin()
        there.show("Old words.")
        await tab.until("document.getElementById('words').textContent === 'Old words.'")
        (peer,) = there.host.peers.values()
        send, began = peer.send, time.monotonic()
        peer.send = lambda message: None  # type: ignore[method-assign]
        await tab.until("document.getElementById('words').textContent === ''", 8)
        assert time.monotonic() - began < 7 + 1
        assert await tab.text("said") == "Not connected. Looking for the laptop."
        peer.send = send  # type: ignore[method-assign]
        there.show("New words.")
        await tab.until("document.getElementById('words').textContent === 'New words.'")
        await tab.until("document.getElementById('said').textContent === ''")
        peer.drop()
        there.show("After a cut.")
        await tab.until("document.getElementById('words').textContent === 'After a cut.'")


@pytest.mark.long
async def test_every_prompt_of_every_language_stands_whole_on_every_screen(
    tmp_path: Path, whole: bool
) -> None:
    async with hosting() as there, chromium(tmp_path) as tab:
        await by_link(there, tab, Role.REMOTE)
        there.begin()
        texts = sorted(
            {
                p.text
                for language in words.languages()
                for p in load_prompts(language, tmp_path / "own").prompts
            }
        )
        assert len(texts) > 70
        look = """(() => { const e = document.getElementById('words'), r = document.createRange(); r.selectNodeContents(e);
          const t = r.getBoundingClientRect(), w = document.documentElement;
          return [e.textContent, t.left >= 0 && t.top >= 0 && t.right <= innerWidth + .5 && t.bottom <= e.getBoundingClientRect().bottom + .5 && w.scrollWidth <= innerWidth && w.scrollHeight <= innerHeight, parseFloat(getComputedStyle(e).fontSize)]; })()"""
        for size in SIZES:
            await tab.size(*size)
            longest = sorted(texts, key=len)[-8:]
            for text in texts if whole else [*longest[-3:], *texts[::20]] if size == SMALL else longest[-1:]:
                there.show(text)
                await tab.until(f"document.getElementById('words').textContent === {text!r}")
                await tab.until(f"{look}[1]")  # the letters take their size after the window has
                shown, uncut, letters = await tab.js(look)
                assert (shown, uncut) == (text, True), (size, text)
                assert letters >= 16, (size, text, letters)


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(part) / 255) for part in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_everything_that_is_read_stands_out_enough(tmp_path: Path) -> None:
    async with hosting() as there, chromium(tmp_path) as tab:
        await by_link(there, tab, Role.REMOTE)
        there.begin()
        there.show("Wait.")
        await tab.until("document.querySelectorAll('#buttons button').length === 3")
        pairs = await tab.js("""(() => { const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
            if (!c.includes(', 0)')) return c; } return 'rgb(255, 255, 255)'; };
          document.getElementById('words').className = 'faded';
          const every = [...document.querySelectorAll('#words, #under, #said, button, label, #note, input')];
          const found = every.map(e => [e.id || e.tagName, getComputedStyle(e).color, ground(e)]);
          document.getElementById('words').className = '';
          return found.concat([['words', getComputedStyle(document.getElementById('words')).color, ground(document.getElementById('words'))]]); })()""")
        assert len(pairs) >= 9
        for what, colour, ground in pairs:
            lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (what, colour, ground)
        for size, name in ((SMALL, "upright"), ((844, 390), "sideways")):
            await tab.size(*size)
            picture = await tab.picture()
            assert len(picture) > 2000
            (tmp_path / f"{name}.png").write_bytes(picture)


async def test_the_page_speaks_the_readers_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")  # which the next line changes
    assert words.use("cy")
    try:
        async with hosting() as there, chromium(tmp_path) as tab:
            await tab.open(address(there))
            await tab.until("!document.getElementById('ask').hidden")
            assert await tab.js("document.documentElement.lang") == "cy"
            assert await tab.text("label") == words._(SENTENCES["ask"])
            assert await tab.text("label") != SENTENCES["ask"]
    finally:
        words.use("en")


async def test_a_page_that_was_frozen_goes_on_with_what_is_so_now(tmp_path: Path) -> None:
    async with hosting() as there, chromium(tmp_path) as tab:
        await by_link(there, tab)
        there.begin()
        there.show("Before.")
        await tab.until("document.getElementById('words').textContent === 'Before.'")
        await tab.do("Page.setWebLifecycleState", state="frozen")
        for n in range(20):
            there.show(f"Meanwhile {n}.")
        await asyncio.sleep(0.3)
        there.show("After.")
        await tab.do("Page.setWebLifecycleState", state="active")
        await tab.until("document.getElementById('words').textContent === 'After.'")


@pytest.mark.long
async def test_a_page_at_rest_does_next_to_nothing(tmp_path: Path, whole: bool) -> None:
    """Between events it wakes for beats, its bar's seconds and its minutes; nothing is animated."""
    async with hosting() as there, chromium(tmp_path) as tab:
        await by_link(there, tab)
        there.begin()
        there.show("Wait.")
        await tab.until("document.getElementById('words').textContent === 'Wait.'")
        assert await tab.js("document.getAnimations().length") == 0
        if not whole:  # how often it changes takes a quiet machine to be seen
            return
        await tab.js(
            "window.frames_ = 0; window.changes_ = 0; new MutationObserver(l => { changes_ += l.length; }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true})"
        )
        await asyncio.sleep(2.5)
        assert await tab.js("changes_") <= 6

"""Sharing, and every guest, speak the reader's language: no word is left in the code, and nothing is cut."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from conftest import FakeClock
from devices.hosting import hosting, until
from words.test_pseudo import english

from ii_companion.app import CompanionApp
from ii_companion.devices.code import Role
from ii_companion.devices.page import page
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.screens.joined import JoinedScreen
from ii_companion.screens.mentoring import MentoringScreen
from ii_companion.screens.paired import Offer, Opened, Paired
from ii_companion.screens.shared_words import joined, watching
from ii_companion.screens.sharing import SharingScreen
from ii_companion.session.kinds import Kind

pytestmark = pytest.mark.usefixtures("xx")
COMMANDS = ("ii", "companion", "glance", "join", "mentor", "code", "http")


def shared(**more: object) -> SimpleNamespace:
    """What the sharing screen reads, without a process."""
    paired = [
        Paired(
            role,
            role,
            "k9" if role in (Role.MENTOR, Role.CODER) else "",
            "10:15",
            here=role is not Role.REMOTE,
        )
        for role in Role
    ]
    return SimpleNamespace(
        **{
            "opened": None, "paired": {one.peer: one for one in paired}, "offers": [], "address": "10.0.0.7", "port": 47114,
            "addresses": ["10.0.0.7"], "said": "", "changed": lambda: None, **more,
        }
    )  # fmt: skip


OFFER = Offer("peer", "one", "k9", "20261123", 0.01, ())
STATES: dict[str, Callable[[], SimpleNamespace]] = {
    "nothing open": shared,
    "a coding": lambda: shared(offers=[OFFER]),
    **{
        f"open for {role}": lambda role=role: shared(opened=Opened(role, "482913", "A" * 16, 1e9))
        for role in (Role.SCREEN, Role.REMOTE, Role.MENTOR)
    },
}


@pytest.mark.parametrize("state", STATES)
async def test_the_sharing_screen_says_nothing_past_the_seam(
    places: Places, clock: FakeClock, state: str
) -> None:
    screen = SharingScreen(STATES[state](), None)  # type: ignore[arg-type]  # what it reads
    app = CompanionApp(LocalStore(places), clock=clock, first=screen)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        assert english(app, *COMMANDS) == set()


async def test_guests_say_nothing_past_the_seam(places: Places, clock: FakeClock) -> None:
    async with hosting() as there:
        there.begin()
        there.key(Kind.LEARNER_ACT, Kind.JOIN_IN)
        for role in (Role.MENTOR, Role.SCREEN):
            pairing = await there.pair(role, "k9" if role is Role.MENTOR else "")
            screen = MentoringScreen(pairing, "k9") if role is Role.MENTOR else JoinedScreen(pairing)
            app = CompanionApp(LocalStore(places), clock=clock, first=screen)
            async with app.run_test(size=(200, 60)) as pilot:
                await until(lambda app=app: any(one.line for one in there.host.peers.values()))
                await pilot.pause(0.2)
                assert english(app, "remember", "the", "ribbon", "plenty", "of", "time") == set()
                await there.host.over()
                await pilot.pause(0.2)
                assert english(app) == set()


def test_the_page_and_the_lines_about_guests_have_no_word_of_their_own() -> None:
    html = page().decode()
    sentences = html.partition('id="sentences">')[2].partition("</script>")[0]
    assert "The six figures" not in sentences
    assert "marked" not in sentences.replace('"marked":', "")
    every = [Paired(role, role, "", "10:15") for role in Role]
    for said in (watching(every), *(joined(one) for one in every)):
        assert "watch" not in said
        assert "joined" not in said

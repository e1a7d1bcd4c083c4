"""A host and its guests over real sockets: who is let in, what each role has on the wire, what may be asked for, and resuming."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from devices.hosting import HERE, SESSION, Following, Hosting, answer_to, hosting, raw, until
from msgspec.structs import replace
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from ii_companion.devices import guest as guest_module
from ii_companion.devices import messages, wire
from ii_companion.devices.code import MOST_PEERS, Role
from ii_companion.devices.guest import State
from ii_companion.devices.joining import NotJoined, join, read_place
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal

ALL_KINDS = [
    Kind.LEARNER_ACT,
    Kind.JOIN_IN,
    Kind.NOTE,
    Kind.PROMPT,
    Kind.PAUSED,
    Kind.RESUMED,
    Kind.ENOUGH_CLEAR,
    Kind.ENDED,
]


class FakeTime:
    def __init__(self) -> None:
        self.t = 100.0

    def __call__(self) -> float:
        return self.t


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


# Who is let in


async def test_three_wrong_codes_close_pairing_and_the_guest_is_told_how_many_are_left() -> None:
    async with hosting() as there:
        code = there.host.open(Role.MENTOR).code
        said = []
        for _ in range(4):
            with pytest.raises(NotJoined) as refused:
                await join(HERE, there.door.port, other(code), Role.MENTOR, "k9")
            said.append(str(refused.value))
        assert said == [
            "That is not the code on the other screen. Two tries are left.",
            "That is not the code on the other screen. One try is left.",
            "That code is used up. Ask for a new one.",
            "Pairing is not open there. Ask for F9.",
        ]
        assert there.told == [{"m": "closed", "why": "tried"}]
        assert there.host.peers == {}


async def test_the_right_code_on_the_third_try_lets_in_and_then_nobody_else() -> None:
    async with hosting() as there:
        code = there.host.open(Role.MENTOR).code
        for _ in range(2):
            with pytest.raises(NotJoined):
                await join(HERE, there.door.port, other(code), Role.MENTOR, "k9")
        pairing = await join(HERE, there.door.port, code, Role.MENTOR, "k9")
        assert pairing.role is Role.MENTOR
        assert [told["m"] for told in there.told] == ["joined"]
        with pytest.raises(NotJoined, match="not open"):
            await join(HERE, there.door.port, code, Role.MENTOR, "k9")


async def test_tries_at_the_same_time_count_as_tries() -> None:
    """Four ask before any confirms: three are answered, the fourth is not, and the right one among them is let in."""
    async with hosting() as there:
        code = there.host.open(Role.SCREEN).code
        lines = [await connect(there.url, compression=None, ping_interval=None) for _ in range(4)]
        answers = []
        for line in lines:
            await line.send(wire.Guest("code", code).first.decode())
            answers.append(wire.read_second(await line.recv()))
        assert [bool(one.y) for one in answers] == [True, True, True, False]
        assert answers[3].no == "closed"
        for line in lines:
            await line.close()


async def test_a_guess_that_is_answered_and_left_is_a_wrong_one() -> None:
    async with hosting() as there:
        code = there.host.open(Role.SCREEN).code
        for _ in range(3):
            async with connect(there.url, compression=None, ping_interval=None) as line:
                await line.send(wire.Guest("code", code).first.decode())
                await line.recv()
        await until(lambda: there.host.opening is None)
        assert there.told == [{"m": "closed", "why": "tried"}]


async def test_pairing_is_over_after_its_time() -> None:
    clock = FakeTime()
    async with hosting(clock) as there:
        code = there.host.open(Role.SCREEN).code
        clock.t += 181
        with pytest.raises(NotJoined, match="not open"):
            await join(HERE, there.door.port, code, Role.SCREEN, "")


async def test_joining_by_the_link_uses_up_the_code_and_wrong_links_use_up_nothing() -> None:
    clock = FakeTime()
    async with hosting(clock) as there:
        opening = there.host.open(Role.REMOTE)
        for _ in range(5):
            clock.t += 1
            with pytest.raises(ConnectionClosed):
                async with raw(there, "link", "A" * 16, messages.Hello(Role.SCREEN)) as guest:
                    raise AssertionError(guest)
        clock.t += 1
        async with raw(there, "link", opening.link, messages.Hello(Role.REMOTE)) as guest:
            assert guest.welcome["role"] == "remote"
            clock.t += 5
            with pytest.raises(NotJoined, match="not open"):
                await join(HERE, there.door.port, opening.code, Role.SCREEN, "")


async def test_seven_at_once_is_one_too_many_and_the_rest_are_asked_to_wait() -> None:
    clock = FakeTime()
    async with hosting(clock) as there:
        there.host.open(Role.SCREEN)
        found = []
        for _ in range(8):
            found.append(await answer_to(there, wire.Guest("link", "B" * 16).first.decode()))
        assert [isinstance(one, dict) and "y" in one for one in found] == [True] * 6 + [False] * 2
        assert found[6] == {"ii": 1, "no": "busy"}


async def test_another_version_unknown_peers_and_what_is_no_text_are_answered() -> None:
    async with hosting() as there:
        assert await answer_to(there, '{"ii":2,"ask":"code"}') == {"ii": 1, "no": "version"}
        again = wire.Guest("again", "s", "abcdefgh").first.decode()
        assert await answer_to(there, again) == {"ii": 1, "no": "unknown"}
        assert await answer_to(there, wire.Guest("code", "1").first.decode()) == {"ii": 1, "no": "closed"}
        for bad in ("", "{}", '{"ii":1,"ask":"admin","x":""}', "x" * 2000, b"\x00" * 40):
            assert await answer_to(there, bad) == 4003


async def test_a_seventh_peer_takes_the_place_of_one_that_is_away_or_none() -> None:
    async with hosting() as there:
        there.host._handshakes = replace(there.host._handshakes, most=100.0, level=100.0)
        for n in range(MOST_PEERS):
            await there.pair(Role.SCREEN)
            await until(lambda n=n: len(there.host.peers) == n + 1)
        first = next(iter(there.host.peers))
        await there.pair(Role.SCREEN)
        assert len(there.host.peers) == MOST_PEERS
        assert first not in there.host.peers
        assert there.told[-2]["m"] == "gone"
        for peer in there.host.peers.values():
            peer.line = object()  # type: ignore[assignment]
        assert await answer_to(there, _asks_now(there)) == {"ii": 1, "no": "full"}
        for peer in there.host.peers.values():
            peer.line = None


def _asks_now(there: Hosting) -> str:
    return wire.Guest("code", there.host.open(Role.SCREEN).code).first.decode()


async def test_there_are_two_mentors_at_most() -> None:
    async with hosting() as there:
        there.host._handshakes = replace(there.host._handshakes, most=100.0, level=100.0)
        await there.pair(Role.MENTOR, "k9")
        await there.pair(Role.MENTOR, "m1")
        with pytest.raises(NotJoined, match="no room"):
            await there.pair(Role.MENTOR, "m2")
        await there.pair(Role.MENTOR, "m2", Role.CODER)


@pytest.mark.parametrize("name", ["\x1b[2Jk9", "Mary Smith", "k9\n", "k" * 60])
async def test_a_name_that_is_no_code_is_refused_and_not_cleaned(name: str) -> None:
    async with hosting() as there:
        if name == "k9\n":  # white space around a code is no part of it
            await there.pair(Role.MENTOR, name)
            assert there.told[-1]["name"] == "k9"
            return
        with pytest.raises(NotJoined):
            await there.pair(Role.MENTOR, name)
        assert there.host.peers == {}


async def test_a_page_is_never_a_mentor_whatever_it_asks_for() -> None:
    async with hosting() as there:
        origin = f"http://{HERE}:{there.door.port}"
        opening = there.host.open(Role.MENTOR)
        with pytest.raises(AssertionError, match="closed"):
            async with raw(there, "code", opening.code, messages.Hello(Role.MENTOR), Origin=origin):
                pass
        opening = there.host.open(Role.REMOTE)
        async with raw(there, "code", opening.code, messages.Hello(Role.MENTOR), Origin=origin) as guest:
            assert guest.welcome["role"] == "remote"


# What is served


async def http(there: Hosting, request: str) -> tuple[int, str, str]:
    reader, writer = await asyncio.open_connection(HERE, there.door.port)
    writer.write(request.replace("HOST", f"{HERE}:{there.door.port}").encode())
    data = (await asyncio.wait_for(reader.read(), 15)).decode("utf-8", "replace")
    writer.close()
    head, _, body = data.partition("\r\n\r\n")
    return (int(head.split()[1]) if head else 0), head, body


async def test_there_is_one_page_and_nothing_else() -> None:
    async with hosting() as there:
        status, head, body = await http(there, "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n")
        assert status == 200
        assert "Cache-Control: no-store" in head
        assert "Referrer-Policy: no-referrer" in head
        assert "X-Frame-Options: DENY" in head
        assert "default-src 'none'" in head
        assert "frame-ancestors 'none'" in head
        assert "unsafe" not in head
        assert f"connect-src ws://{HERE}:{there.door.port}" in head
        assert "http://" not in body.replace("http://www.w3.org", "")
        assert "https://" not in body
        assert "Server:" not in head
        for path in ("/favicon.ico", "/ws/x", "/../etc/passwd", "//", "/?x"):
            assert (await http(there, f"GET {path} HTTP/1.1\r\nHost: HOST\r\n\r\n"))[0] == 404
        assert (await http(there, "POST / HTTP/1.1\r\nHost: HOST\r\n\r\n"))[0] in (0, 400, 405)
        assert (await http(there, "GET / HTTP/1.1\r\nHost: HOST\r\nHost: x\r\n\r\n"))[0] in (400, 421)


async def test_a_crowd_at_the_door_makes_room_and_never_puts_out_who_is_in() -> None:
    async with hosting() as there:
        pairing = await there.pair(Role.SCREEN)
        async with Following(pairing) as guest:
            idle = [await asyncio.open_connection(HERE, there.door.port) for _ in range(30)]
            await until(lambda: len(there.door._callers) <= 6)
            there.begin()
            await until(lambda: guest.of(messages.Session))
            assert [state for state, _ in guest.states] == [State.FOLLOWING]
            for _reader, writer in idle:
                writer.close()


@pytest.mark.parametrize("first", [bytes(500), b"\x16\x03\x01\x02\x00\x01", b"\r\n", b"\xff", b"{}"])
async def test_what_is_no_http_is_let_go_at_its_first_byte_and_gets_no_answer(first: bytes) -> None:
    """TLS, a port scanner, noise."""
    async with hosting() as there:
        reader, writer = await asyncio.open_connection(HERE, there.door.port)
        writer.write(first)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 10) == b""
        assert there.door._callers == {}
        writer.close()


async def test_a_request_in_pieces_is_read_as_one() -> None:
    async with hosting() as there:
        reader, writer = await asyncio.open_connection(HERE, there.door.port)
        for piece in ("G", "ET / HT", f"TP/1.1\r\nHost: {HERE}:{there.door.port}\r\n", "\r\n"):
            writer.write(piece.encode())
            await writer.drain()
            await asyncio.sleep(0)
        assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_a_door_that_closes_lets_go_who_has_said_nothing() -> None:
    async with hosting() as there:
        reader, writer = await asyncio.open_connection(HERE, there.door.port)
        await until(lambda: there.door._callers)
        await asyncio.wait_for(there.door.close(), 10)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 10) == b""
        assert there.door._callers == {}
        writer.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Host: evil.example:80", 421),
        ("Host: 127.0.0.1", 421),
        ("Host: HOST\r\nOrigin: http://evil.example", 403),
        ("Host: HOST\r\nOrigin: null", 200),
        ("Host: HOST\r\nOrigin: http://HOST", 200),
    ],
)
async def test_only_who_names_us_right_may_speak_with_us(headers: str, status: int) -> None:
    async with hosting() as there:
        assert (await http(there, f"GET / HTTP/1.1\r\n{headers}\r\n\r\n"))[0] == status


# What each role has on the wire


def keys_of(data: bytes, into: dict[str, set[str]]) -> None:
    said = json.loads(data)
    into.setdefault(said["m"], set()).update(said)


async def told(there: Hosting, role: Role, name: str = "") -> tuple[dict[str, set[str]], str]:
    """Every key of every message that a role gets in a session with everything in it, and all of it as text."""
    opening = there.host.open(Role.MENTOR if role is Role.CODER else role)
    found: dict[str, set[str]] = {}
    text = ""
    async with raw(there, "code", opening.code, messages.Hello(role, name)) as guest:
        found["welcome"] = set(guest.welcome)
        there.begin()
        there.mirror.events.clear()
        for kind in ALL_KINDS:
            there.key(
                kind,
                detail={"note": "He laughed", "prompt": "wait.plenty mentor", "paused": "Mary came in"}.get(
                    kind.value, ""
                ),
            )
        there.show("Wait.", wait=messages.Wait(1.0, 8.0), line="paused")
        await guest.send(messages.Ask(1.0))
        while True:
            data = await guest.next()
            text += data.decode()
            keys_of(data, found)
            if json.loads(data)["m"] == "time":
                break
    return found, text


async def test_each_role_gets_exactly_its_keys() -> None:
    async with hosting() as there:
        mentor, mentor_text = await told(there, Role.MENTOR, "k9")
        coder, coder_text = await told(there, Role.CODER, "k9")
        screen, screen_text = await told(there, Role.SCREEN)
        remote, remote_text = await told(there, Role.REMOTE)
        who = {"m", "id", "learner", "practitioner", "mentor", "stage", "wait_s", "started_at", "chosen"}
        assert mentor["session"] == who
        assert set(mentor) - {"beat"} == {"welcome", "session", "events", "time"}
        assert mentor["events"] == {"m", "events", "s"}
        assert coder["session"] == {"m", "id", "learner", "wait_s", "started_at"}
        assert set(coder) - {"beat"} == {"welcome", "session", "events", "time"}
        assert screen["session"] == {"m", "id", "wait_s"}
        assert remote["session"] == {"m", "id", "wait_s", "chosen"}
        for page in (screen, remote):
            assert set(page) - {"beat"} == {"welcome", "session", "show", "time"}
            assert page["show"] == {"m", "words", "since", "dims", "wait", "hushed", "line", "s"}
        for every in (mentor, coder, screen, remote):
            assert every["welcome"] == {"m", "peer", "secret", "role", "beat_s", "s", "session"}
            assert every["time"] == {"m", "c", "r", "s"}
        for text in (screen_text, remote_text, coder_text):
            for kind in ("learner_act", "join_in", "enough_clear", "k7", "m1"):
                assert kind not in text
        for text in (screen_text, remote_text):
            assert "p17" not in text
            assert SESSION.id not in text
        for text in (mentor_text, coder_text, screen_text, remote_text):
            assert "laughed" not in text
        assert "Mary" not in coder_text
        assert '"kind":"paused"' in coder_text
        assert '"kind":"prompt"' not in coder_text


async def test_a_page_gets_another_name_for_each_session_and_each_page() -> None:
    async with hosting() as there:
        names = []
        for _ in range(2):
            async with Following(await there.pair(Role.SCREEN)) as guest:
                for _again in range(2):
                    there.begin()
                    n = len(names)
                    await until(lambda n=n: len(guest.of(messages.Session)) > n % 2 + 1)
                    names.append(guest.of(messages.Session)[-1].id)
        assert len(set(names)) == 4


# What may be asked for


async def ask(there: Hosting, role: Role, *asked: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    """What the app is told, and what the guest is answered."""
    there.begin()
    before = len(there.told)
    async with Following(await there.pair(role, "k9" if role is Role.MENTOR else "")) as guest:
        for message in asked:
            guest.guest.ask(lambda n, message=message: message(n))
        await until(
            lambda: (
                len(guest.of(messages.Refused)) + len(there.told) - before >= len(asked) + 1
                or role is Role.SCREEN
            )
        )
        if role is Role.SCREEN:
            await until(lambda: guest.guest.offsets.exchanges)
        return [one for one in there.told[before:] if one["m"] in ("send", "moment")], guest.of(
            messages.Refused
        )


async def test_a_screen_sends_nothing() -> None:
    async with hosting() as there:
        asked, _ = await ask(
            there, Role.SCREEN, lambda n: messages.Send(n, prompt="wait.plenty"), messages.Moment
        )
        assert asked == []


async def test_a_remote_sends_what_is_chosen_for_today_and_nothing_else() -> None:
    async with hosting() as there:
        asked, refused = await ask(
            there, Role.REMOTE,
            lambda n: messages.Send(n, prompt="wait.other"), lambda n: messages.Send(n, words="Leave the drum"),
            messages.Send, lambda n: messages.Send(n, prompt="wait.plenty"), messages.Moment,
        )  # fmt: skip
        assert [(one["m"], one.get("prompt")) for one in asked] == [("send", "wait.plenty"), ("moment", None)]
        assert [one.why for one in refused] == ["not_chosen"] * 3


async def test_a_mentor_sends_any_prompt_and_words_within_the_rules_one_every_three_seconds() -> None:
    async with hosting() as there:
        asked, refused = await ask(
            there, Role.MENTOR,
            lambda n: messages.Send(n, words="\x1b[2J"), lambda n: messages.Send(n, words="one two three four five six seven eight"),
            lambda n: messages.Send(n, words="Leave the drum to him"), lambda n: messages.Send(n, prompt="wait.any"),
        )  # fmt: skip
        assert [one.get("words") for one in asked] == ["Leave the drum to him"]
        assert [one.why for one in refused] == ["words", "words", "soon"]


async def test_the_same_number_twice_acts_once_and_is_answered_the_same() -> None:
    async with hosting() as there:
        there.begin()
        opening = there.host.open(Role.REMOTE)
        async with raw(there, "code", opening.code, messages.Hello(Role.REMOTE)) as guest:
            for _ in range(2):
                await guest.send(messages.Send("one", prompt="wait.plenty"))
            await until(lambda: there.told[-1]["m"] == "send")
            there.host.answer(there.told[-1]["peer"], messages.Taken("one", 7))
            await guest.send(messages.Send("one", prompt="wait.plenty"))
            answers = []
            while len(answers) < 2:
                said = json.loads(await guest.next())
                if said["m"] == "taken":
                    answers.append(said)
            assert answers == [{"m": "taken", "id": "one", "n": 7}] * 2
            assert [one["m"] for one in there.told].count("send") == 1


async def test_without_a_session_nothing_can_be_sent() -> None:
    async with hosting() as there, Following(await there.pair(Role.MENTOR, "k9")) as guest:
        guest.guest.ask(lambda n: messages.Send(n, prompt="wait.plenty"))
        await until(lambda: guest.of(messages.Refused))
        assert guest.of(messages.Refused)[0].why == "ended"


async def test_no_opening_can_be_had_from_the_network() -> None:
    """Whatever an admitted guest says, pairing stays closed."""
    async with hosting() as there:
        opening = there.host.open(Role.MENTOR)
        async with raw(there, "code", opening.code, messages.Hello(Role.MENTOR)) as guest:
            for m in ("open", "listen", "session", "followed", "taken", "turn_away", "welcome"):
                await guest.line.send(
                    guest.keys.guest_box.seal(json.dumps({"m": m, "role": "mentor"}).encode())
                )
            await guest.send(messages.Ask(1.0))
            while json.loads(await guest.next())["m"] != "time":
                pass
            assert there.host.opening is None


# Coming back


@pytest.mark.long
async def test_a_cut_at_every_event_loses_none_and_doubles_none(
    whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is cut after each event, by either side's hand; what a mentor has is what happened, in order."""
    monkeypatch.setattr(guest_module, "PAUSES", (0.0, 0.01))
    total = 2000 if whole else 60
    async with hosting() as there:
        there.begin()
        async with Following(await there.pair(Role.MENTOR, "k9")) as guest:
            guest.guest._clock = there.clock
            for n in range(1, total + 1):
                there.key(Kind.LEARNER_ACT if n % 3 else Kind.JOIN_IN)
                guest.guest.following(SESSION.id, len(guest.events))
                peer = there.host.peers[guest.guest.pairing.peer]
                peer.again = replace(peer.again, level=2.0)
                if n % 2 and peer.line is not None:
                    peer.drop()
                elif guest.guest._line is not None:
                    guest.guest._line.transport.abort()
                if n % 5 == 0:
                    await until(lambda n=n: len(guest.events) >= n)
                else:
                    await asyncio.sleep(0)
            await until(lambda: len(guest.events) >= total)
            numbers = [event.n for event in guest.events]
            assert sorted(set(numbers)) == list(range(1, total + 1))
            first_seen = list(dict.fromkeys(numbers))
            assert first_seen == sorted(first_seen)


async def test_turning_away_is_for_good() -> None:
    async with hosting() as there, Following(await there.pair(Role.MENTOR, "k9")) as guest:
        there.host.turn_away(guest.guest.pairing.peer)
        await until(lambda: guest.states[-1] == (State.GONE, "away"))
        again = wire.Guest("again", guest.guest.pairing.secret, guest.guest.pairing.peer).first.decode()
        assert await answer_to(there, again) == {"ii": 1, "no": "unknown"}
        assert there.told[-1]["why"] == "turned_away"


async def test_the_end_of_sharing_is_told() -> None:
    async with hosting() as there, Following(await there.pair(Role.SCREEN)) as guest:
        await there.host.over()
        await until(lambda: guest.states[-1] == (State.GONE, "over"))


async def test_a_newer_connection_of_a_peer_closes_the_older() -> None:
    async with hosting() as there:
        pairing = await there.pair(Role.SCREEN)
        async with Following(pairing) as first, Following(pairing):
            await until(lambda: first.states[-1] == (State.GONE, "other"))


async def test_wrong_ones_who_say_they_come_back_take_nothing_from_who_was_there() -> None:
    async with hosting() as there, Following(await there.pair(Role.SCREEN)) as guest:
        asked = wire.Guest("again", "wrong", guest.guest.pairing.peer).first.decode()
        answer = await answer_to(there, asked)
        assert isinstance(answer, dict)
        assert "y" in answer
        there.begin()
        await until(lambda: guest.of(messages.Session))
        assert [state for state, _ in guest.states] == [State.FOLLOWING]


async def test_a_frame_that_does_not_open_ends_that_connection_alone() -> None:
    async with hosting() as there:
        opening = there.host.open(Role.SCREEN)
        async with raw(there, "code", opening.code, messages.Hello(Role.SCREEN)) as guest:
            await guest.line.send(bytes(300))
            await guest.line.wait_closed()
            assert guest.line.close_code == 4003
            pairing = guest.welcome
        async with raw(
            there, "again", pairing["secret"], messages.Hello(Role.SCREEN), pairing["peer"]
        ) as back:
            assert back.welcome["peer"] == pairing["peer"]


async def test_a_peer_that_does_not_read_stalls_nobody() -> None:
    async with hosting() as there:
        there.begin()
        stalled = await there.pair(Role.MENTOR, "k9")
        async with Following(await there.pair(Role.MENTOR, "m1")) as reads, Following(stalled) as guest:
            assert guest.guest._line is not None
            guest.guest._line.transport.pause_reading()
            for _ in range(300):
                there.key(*[Kind.LEARNER_ACT] * 100)
                await asyncio.sleep(0)
            await until(lambda: len(reads.events) == 30_000)
            assert reads.states == [(State.FOLLOWING, "")]


async def test_places_are_read_as_people_write_them() -> None:
    assert read_place("192.168.1.23") == ("192.168.1.23", 47114)
    assert read_place("http://192.168.1.23:47115/") == ("192.168.1.23", 47115)
    for wrong in ("", ":1", "a:b", "a:0", "a:99999"):
        with pytest.raises(Refusal):
            read_place(wrong)


async def test_nothing_answers_where_nobody_listens() -> None:
    async with hosting() as there:
        port = there.door.port
    with pytest.raises(NotJoined, match="Nothing answers at"):
        await join(HERE, port, "482913", Role.SCREEN, "")


async def test_nothing_wakes_while_nobody_is_there() -> None:
    """No timer is left, neither before anybody came nor after the last has gone for good."""
    async with hosting() as there:
        loop = asyncio.get_running_loop()
        there.begin()
        assert [one for one in loop._scheduled if not one.cancelled()] == []  # type: ignore[attr-defined]
        async with Following(await there.pair(Role.SCREEN)) as guest:
            assert there.host._beat is not None
            await until(lambda: guest.guest.offsets.exchanges)
        await until(lambda: not there.host.peers)
        there.host._beats()
        assert there.host._beat is None

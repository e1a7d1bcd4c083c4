"""Two machines on one network, and somebody who listens: namespaces of the kernel's, and tcpdump."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "on_the_wire.py"
HOST, GUEST = "10.77.47.1", "10.77.47.2"


def sh(*argv: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, check=check, timeout=20)


def why_not() -> str:
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "making networks needs root"
    missing = [tool for tool in ("ip", "tcpdump") if shutil.which(tool) is None]
    if missing:
        return f"needs {', '.join(missing)}"
    name = f"ii-try-{os.getpid()}"
    tried = sh("ip", "netns", "add", name, check=False)
    sh("ip", "netns", "delete", name, check=False)
    return f"no network can be made here: {tried.stderr.strip()}" if tried.returncode else ""


WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "there is a network")


@pytest.fixture
def network() -> Iterator[tuple[str, str]]:
    """Two namespaces with a cable between them; delay and loss on it where the kernel knows how."""
    ours, theirs = (f"ii-{what}-{os.getpid()}" for what in ("host", "guest"))
    try:
        for name in (ours, theirs):
            sh("ip", "netns", "add", name)
            sh("ip", "-n", name, "link", "set", "lo", "up")
        sh("ip", "-n", ours, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", theirs)
        for name, address in ((ours, HOST), (theirs, GUEST)):
            sh("ip", "-n", name, "address", "add", f"{address}/24", "dev", "cable")
            sh("ip", "-n", name, "link", "set", "cable", "up")
            sh(
                "ip",
                "netns",
                "exec",
                name,
                "tc",
                "qdisc",
                "add",
                "dev",
                "cable",
                "root",
                "netem",
                "delay",
                "5ms",
                "3ms",
                "loss",
                "1%",
                check=False,
            )
        yield ours, theirs
    finally:
        for name in (ours, theirs):
            sh("ip", "netns", "delete", name, check=False)


def payloads(pcap: bytes) -> dict[tuple[bytes, bytes], bytes]:
    """The bytes of every TCP stream in a capture, in order, by its two ends."""
    assert struct.unpack("<I", pcap[:4])[0] == 0xA1B2C3D4
    segments: dict[tuple[bytes, bytes], dict[int, bytes]] = {}
    at = 24
    while at + 16 <= len(pcap):
        size = struct.unpack("<I", pcap[at + 8 : at + 12])[0]
        frame = pcap[at + 16 : at + 16 + size]
        at += 16 + size
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        ip = frame[14:]
        tcp = ip[(ip[0] & 15) * 4 : struct.unpack("!H", ip[2:4])[0]]
        data = tcp[(tcp[12] >> 4) * 4 :]
        if data:
            ends = (ip[12:16] + tcp[:2], ip[16:20] + tcp[2:4])
            segments.setdefault(ends, {})[struct.unpack("!I", tcp[4:8])[0]] = data
    return {ends: b"".join(data for _, data in sorted(found.items())) for ends, found in segments.items()}


def unmasked(stream: bytes) -> tuple[bytes, int]:
    """Every frame of a websocket's stream after its first lines, without the mask; and how many."""
    said, at, n = b"", stream.find(b"\r\n\r\n") + 4, 0
    while at + 2 <= len(stream):
        size, masked = stream[at + 1] & 127, stream[at + 1] & 128
        at += 2
        if size == 126:
            size, at = struct.unpack("!H", stream[at : at + 2])[0], at + 2
        mask = stream[at : at + 4] if masked else bytes(4)
        at += 4 if masked else 0
        data = stream[at : at + size]
        said += bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)) + b"\n"
        at, n = at + size, n + 1
    return said, n


def listened(network: tuple[str, str], tmp: Path, *how: str) -> tuple[bytes, int, dict[str, object], str]:
    """Everything a listener had of a pairing and a session: what it could unmask, how many frames, what the guest had, the code."""
    ours, theirs = network
    capture = tmp / f"heard{'-'.join(how)}.pcap"
    tcpdump = subprocess.Popen(
        ["ip", "netns", "exec", ours, "tcpdump", "-i", "cable", "-U", "-Z", "root", "-s", "0", "--time-stamp-precision=micro", "-w", str(capture), "tcp"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert tcpdump.stderr is not None
    while "listening" not in (line := tcpdump.stderr.readline()):
        assert line, "tcpdump ended"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    host = subprocess.Popen(
        ["ip", "netns", "exec", ours, sys.executable, str(SCRIPT), "host", HOST, *how],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    try:
        assert host.stdout is not None
        assert host.stdin is not None
        opened = json.loads(host.stdout.readline())
        ran = subprocess.run(
            ["ip", "netns", "exec", theirs, sys.executable, str(SCRIPT), "guest", HOST, opened["code"], str(opened["port"]), *how],
            capture_output=True, text=True, timeout=60, env=env, check=True,
        )  # fmt: skip
        host.stdin.write("\n")
        host.stdin.flush()
        host.wait(20)
    finally:
        host.kill()
        host.wait()
        time.sleep(0.3)
        tcpdump.terminate()
        tcpdump.wait(20)
        for pipe in (tcpdump.stderr, host.stdin, host.stdout):
            if pipe is not None:
                pipe.close()
    said, frames = b"", 0
    for stream in payloads(capture.read_bytes()).values():
        text, n = unmasked(stream)
        said, frames = said + text, frames + n
    return said, frames, json.loads(ran.stdout), opened["code"]


def test_a_listener_finds_nothing_and_in_the_unsealed_control_everything(
    network: tuple[str, str], tmp_path: Path
) -> None:
    looked_for = [b"learner_act", b"join_in", b"pupil17", b"staff07", b"mentor09", b"Leave the drum", b"Remember the ribbon", b"20261123", b'"welcome"']  # fmt: skip
    said, frames, had, code = listened(network, tmp_path)
    assert had["events"] == list(range(1, 61))
    assert frames > 60
    for word in [*looked_for, code.encode(), str(had["secret"]).encode()]:
        assert word not in said, word
    assert b'"ask":"code"' in said  # it did look at the right bytes

    said, frames, had, code = listened(network, tmp_path, "--open")
    assert had["events"] == list(range(1, 61))
    for word in [*looked_for, str(had["secret"]).encode()]:
        assert word in said, word

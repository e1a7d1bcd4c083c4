"""The addresses of this machine that another one on the same network can reach, the likeliest first."""

from __future__ import annotations

import ipaddress
import socket

from ii_companion.devices.code import PORT, PORTS

NOWHERE = ("192.0.2.1", 9)
"""An address for documents: connecting a datagram socket to it sends nothing, and names our own address."""


def addresses() -> list[str]:
    """IPv4: that of the interface with the default route, then private ones, then others. Empty without a network."""
    import ifaddr  # 4 ms; the standard library finds none without a default route

    found = [
        ip.ip
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if isinstance(ip.ip, str) and not ipaddress.ip_address(ip.ip).is_loopback
    ]
    first = _of_default_route()
    private = [ip for ip in found if ipaddress.ip_address(ip).is_private]
    return list(dict.fromkeys([*([first] if first in found else []), *private, *found]))


def _of_default_route() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(NOWHERE)
        except OSError:
            return ""
        return str(asked.getsockname()[0])


def free_port(address: str, port: int = PORT) -> int | None:
    """The first of the ten ports that nobody listens on; None if all are taken."""
    for one in range(port, port + PORTS):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                asked.bind((address, one))
            except OSError:
                continue
            return one
    return None

"""What `ii-companion check` finds about sharing: whether it loads, where it would listen, and whether it could."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ii_companion.session.said import said

if TYPE_CHECKING:
    from ii_companion.settings import Loaded
    from ii_companion.verbs.finding import Finding

LIBRARIES = ("websockets", "spake2", "cryptography", "segno", "ifaddr")


def sharing(loaded: Loaded) -> list[Finding]:
    """Libraries, addresses and port, each a finding; without the first there is nothing more to say."""
    from ii_companion.verbs.finding import Finding

    quiet = said("Sessions go on without it; nobody can watch from another device.")
    for library in LIBRARIES:
        try:
            import_module(library)
        except Exception:  # noqa: BLE001 - a broken library raises whatever it likes
            found = said("{library} cannot be loaded", library=library)
            return [Finding(said("sharing"), ok=False, found=found, do=quiet)]
    from ii_companion.devices.address import addresses, free_port

    asked, port = loaded.settings.share_address, loaded.settings.share_port
    known = addresses()
    if not known:
        none = said("There is no network to share on. Join one, or turn on a phone's hotspot.")
        return [Finding(said("sharing"), ok=False, found=none, do=quiet)]
    if asked and asked not in known:
        return [
            Finding(
                said("sharing"),
                ok=False,
                found=said("this machine does not have the address {address} of the settings", address=asked),
                do=said("It has {addresses}.", addresses=", ".join(known)),
            )
        ]
    first = asked or known[0]
    free = free_port(first, port)
    if free is None:
        taken = said("port {port} and the nine after it are in use", port=port)
        return [
            Finding(
                said("sharing"), ok=False, found=taken, do=said("Name another in the settings: share.port.")
            )
        ]
    where = {"address": first, "port": free, "others": ", ".join(one for one in known if one != first) or "–"}
    return [
        Finding(
            said("sharing"),
            ok=True,
            found=said("would listen at {address}:{port}; other addresses: {others}", **where),
        )
    ]

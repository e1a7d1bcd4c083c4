"""Lets programs that tests start use the tests' keyring, where they open something sealed."""

from __future__ import annotations

from ii_companion.log import keys

keys.BACKENDS = ("sealing.rings:FileRing",)

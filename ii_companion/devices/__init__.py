"""A paired phone or laptop: codes, the handshake, the host's process, the page for phones, and the native guest.

Touched: sockets, and the host's process. What is shown comes from a `Source` that the app fills; nothing is kept here.
Imports: `session`, `words`. No screen, no log: a guest knows what it was sent.
"""

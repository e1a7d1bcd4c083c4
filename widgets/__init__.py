"""Textual widgets for any app: they show what they are given and post messages.

Touched: the screen region each is given. Their words are arguments, and they hold no state of a session.
Imports: Textual, Rich, and msgspec for large letters; nothing of `ii_companion`, no clock and no store.
"""

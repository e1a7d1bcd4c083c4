"""What happened in a session, what it shows, and what to say next; everything in this room is pure.

Touched: nothing. Times and random numbers come in as arguments; there is no clock, file, screen or thread here.
Imports: the standard library and msgspec; no other room. A sentence is a value (`said.Said`) until a room above shows it.
"""

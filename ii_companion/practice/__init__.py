"""Learners and trainees that are not real, and trials of the coach on them; everything in this room is pure.

Touched: nothing. Seeds and times come in as arguments, so the same seed gives the same session again.
Imports: `session` and msgspec.
"""

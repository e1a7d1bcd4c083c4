"""A quiet companion for Intensive Interaction: tune in, wait, respond.

The rooms of this package stand one above the other, and an import may only point down; CONTRIBUTING.md has the drawing.
"""

__version__ = "0.2.0"

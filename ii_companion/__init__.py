"""A quiet companion for Intensive Interaction: tune in, wait, respond."""

__version__ = "0.1.0"

"""A request that cannot be met, said as a sentence: what was wrong, where, and what would be right."""


class Refusal(Exception):  # noqa: N818 - the project's word for it
    """Shown to a person as it stands; never with a traceback."""

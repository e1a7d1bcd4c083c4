"""What is kept: sessions, cards, lists and training dates, behind the `Store` protocol of `store.py`.

Touched: the data folder, its locks, and the machine's clock (`clock.py`). Nothing else in the program writes there.
Imports: `words`, `content`, `practice`, `session`; never a screen. Rooms above use `store.py` and the value types; the
modules that know files are for `local.py`, the command line's wiring and the tests.
"""

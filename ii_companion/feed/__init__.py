"""One session as a snapshot and then what followed, whether it is recorded here, by another process, or over.

Touched: nothing by itself; what follows another process reads its journal through the store.
Imports: `log`, `session`. Live and glance views and reviews read a session through this room.
"""

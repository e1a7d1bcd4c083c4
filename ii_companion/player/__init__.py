"""A film beside the terminal, played by mpv and kept in step: where it stands, what it is told, and when it has gone.

Touched: mpv's process, its socket (a named pipe on Windows) in a private folder, and the first and last MiB of a film, read
alone. A film is never written, copied or sent anywhere, and nothing of mpv reaches the terminal.
Imports: `words`, `opening`, `session`; never a screen or a store.
"""

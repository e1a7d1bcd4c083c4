"""A quiet voice: pyttsx3 in one process a sentence, with a second process started ahead of time.

Touched: processes, threads, the sound system and temporary sound files. Nothing here waits in the screen's thread.
Imports: `words`, `session`; never a screen or a store.
"""

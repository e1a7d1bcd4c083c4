"""What is said, asked and keyed around a session, whoever shows it: the screens, or the lines of the plain mode.

Touched: the store and the voice, as they are handed in.
Imports: everything below; no Textual, no terminal. Nothing here knows how a sentence is shown.
"""

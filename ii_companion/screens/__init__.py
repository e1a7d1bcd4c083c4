"""The Textual screens, each with its style sheet beside it; they show values and turn keys into commands.

Touched: the terminal, and what the store that the app hands them keeps. No screen opens a file by itself.
Imports: everything below, and `widgets`; of `log` only `store.py` and the value types.
"""

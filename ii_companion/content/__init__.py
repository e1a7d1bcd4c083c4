"""What the program says to people and about fictional learners: the files of `data/`, read and checked.

Touched: files are read, in `data/` and in a person's own folders; none is written. A language is a folder.
Imports: `words`, `practice`, `session`; never a screen or a store.
"""

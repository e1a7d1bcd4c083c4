"""Line by line, without Textual: for screen readers, braille lines and terminals that cannot place words.

Touched: standard input and output; what the store keeps.
Imports: everything below `screens/`, which stands beside it; no Textual. Nothing is redrawn and no cursor is moved: each key is
answered by one line, and nothing is said by itself but a prompt, and in practice what the learner does.
"""

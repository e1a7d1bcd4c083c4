"""The commands of the command line, one a file: `add` declares the command, `run` does it.

Touched: standard input and output, and what the store keeps.
Imports: everything below `verbs`, each where it is used, since `--help` must not pay for Textual (250 ms). No verb
imports a concrete store.
"""

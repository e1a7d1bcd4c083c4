"""The commands of the command line, one a file: `add` declares it, `run` does it."""

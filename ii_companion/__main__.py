"""`python -m ii_companion` is `ii-companion`."""

from ii_companion.cli import run

if __name__ == "__main__":
    run()

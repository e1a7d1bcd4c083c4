"""What it says: the words in `data/`, read and checked. A language is a folder."""

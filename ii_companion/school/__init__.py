"""A school's shared log: what of this laptop's log travels, who may see it, and how many laptops come to be in step.

Touched: files of the data folder through `log/`, and, from the `school` command alone, PostgreSQL and the keyring.
Imports: files/, log/, content/, words, session/; `link.py` and `technician.py` import psycopg where they are used.
"""

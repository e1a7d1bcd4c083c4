"""Textual widgets that know Textual alone: no session, no clock, no store."""

"""In and out: files that other people's programs open, written whole or not at all. Codes only."""

IDENTIFYING = "Codes only. Free text may identify a person: read it before you pass this on."

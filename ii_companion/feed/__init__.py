"""One session, live or kept: a snapshot, then what followed. Live and glance views, reviews and paired devices read it."""

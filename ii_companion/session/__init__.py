"""What happened, what it shows, what to say next. Pure: time and randomness come in as arguments."""

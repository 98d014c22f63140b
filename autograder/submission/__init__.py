"""Read what a student handed in; nothing of it is run here."""

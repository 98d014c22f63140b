"""A run of many submissions: its lock, what is kept of an earlier run, its progress."""

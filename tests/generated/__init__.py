"""Generated images: weak ones, and how right answers score against the thresholds."""

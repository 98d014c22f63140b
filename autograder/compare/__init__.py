"""Compare two runs: who gained and lost, in which case, and why."""

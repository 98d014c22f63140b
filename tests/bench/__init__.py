"""How fast it is: ``python -m tests.bench`` measures ours and others in one run."""

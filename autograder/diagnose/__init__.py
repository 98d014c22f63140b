"""Say what went wrong: known mistakes replayed on the inputs of failed cases."""

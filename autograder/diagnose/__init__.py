"""Say what went wrong: known mistakes replayed on the inputs of failed cases."""

import autograder.examine  # noqa: F401  (makes `checks` importable)

"""Benchmarks; importing the examiner makes `checks` and `figures` available."""

import autograder.examine  # noqa: F401

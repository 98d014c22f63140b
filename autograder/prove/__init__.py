"""Prove that a problem may be released: gate, known mistakes, calibration."""

import autograder.examine  # noqa: F401  (makes `checks` importable)

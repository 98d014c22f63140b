"""Raise an exception with a message of 100 MB.

outcome: error
"""


def delta_output(y, t):
    raise ValueError("x" * 100_000_000)

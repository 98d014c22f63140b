"""Raise an exception that is its own cause, with 10,000 causes before it.

outcome: error
"""


def delta_output(y, t):
    error = ValueError(0)
    for number in range(10_000):
        other = ValueError(number)
        other.__cause__ = other.__context__ = error
        error = other
    raise error

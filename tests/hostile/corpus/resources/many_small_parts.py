"""Return a list with a million parts.

outcome: error
"""


def delta_output(y, t):
    return [[0]] * 500_000

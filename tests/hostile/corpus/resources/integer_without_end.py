"""Return an integer of ten million digits.

outcome: error
"""


def delta_output(y, t):
    return 1 << 33_000_000

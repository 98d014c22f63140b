"""Return dicts whose keys collide.

outcome: failed
"""


def delta_output(y, t):
    return [{(1 << 61) * number - number: number for number in range(4_000)}] * 40

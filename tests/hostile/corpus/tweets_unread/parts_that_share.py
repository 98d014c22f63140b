"""Return the whole data as each of the three parts.

outcome: failed
questions: split
points: 0.5
"""


def split(data, seed=0):
    return list(data), list(data), list(data)

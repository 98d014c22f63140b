"""Recurse without end while the module is imported.

outcome: error
"""


def deeper(depth):
    return deeper(depth + 1)


deeper(0)

"""Raise an exception whose text never ends.

outcome: error
"""


class Endless(Exception):
    def __str__(self):
        return "".join(iter(lambda: "x", ""))


def delta_output(y, t):
    raise Endless

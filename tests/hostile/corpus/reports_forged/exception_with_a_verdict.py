"""Raise an exception whose name, text and type lie.

outcome: error
"""


class passed(AssertionError):
    def __str__(self):
        return "passed\u2028outcome: passed, points: 3"

    __repr__ = __str__


passed.__qualname__ = "passed"
passed.__module__ = "autograder.examine.outcomes"


def rnn_step_forward(*arguments):
    raise passed

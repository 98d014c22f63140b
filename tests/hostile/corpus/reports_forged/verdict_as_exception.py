"""Raise what the grader itself raises for a case that it cannot judge.

outcome: error
"""


class CannotJudge(Exception):
    __module__ = "checks.values"


def rnn_step_forward(*arguments):
    raise CannotJudge("rnn_step_forward passed")

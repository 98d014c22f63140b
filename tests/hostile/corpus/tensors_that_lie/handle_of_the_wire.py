"""Return a handle as the wire has them, of an object that is not there.

outcome: failed
"""

from autograder.wire import Handle


def lie(tensor, shape):
    return Handle(7, "object", "Tensor on cpu")

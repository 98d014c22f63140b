"""Hide the name in a partial function.

outcome: forbidden
"""

import functools


def stolen():
    return functools.partial(__import__, "torch")()

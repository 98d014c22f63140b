"""Look for the class Tensor among the subclasses of object.

outcome: error
"""

import sys


def stolen():
    todo = [object]
    while todo:
        kind = todo.pop()
        if kind.__name__ == "Tensor":
            return sys.modules[kind.__module__]
        todo += type.__subclasses__(kind)
    raise LookupError

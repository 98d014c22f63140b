"""Hide the import function in a loop.

outcome: forbidden
"""

import importlib


def stolen():
    for load in [importlib.import_module]:
        for name in ["torch"]:
            found = load(name)
    return found

"""Hide the import function in a tuple.

outcome: forbidden
"""


def stolen():
    load, name = __import__, "torch"
    return load(name)

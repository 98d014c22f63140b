"""Import torch by a name that the source does not contain.

outcome: forbidden
"""


def stolen():
    return __import__("tor" + "ch")

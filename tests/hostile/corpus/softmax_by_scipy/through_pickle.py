"""Unpickle the function by its name.

outcome: forbidden
"""

import pickle


def stolen():
    return pickle.loads(b"cscipy.special\nsoftmax\n.")

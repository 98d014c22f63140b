"""Import scipy by a name that is put together.

outcome: forbidden
"""


def stolen():
    return __import__("sci" + "py.special", fromlist=["softmax"]).softmax

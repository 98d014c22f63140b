"""Make a function of the code of the one behind the layer.

outcome: forbidden
stopped by: each Python function of it raises, in place, whoever holds it
"""

from types import FunctionType


def stolen():
    owner = getattr(nn, "functional")
    code = vars(owner)["multi_head_attention" + "_forward"].__code__
    attend = FunctionType(code, vars(owner))
    return lambda q, k, v, mask: attend(q, k, v)

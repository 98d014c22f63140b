"""Call the dispatcher itself, by the name of the operator.

outcome: forbidden
"""


def stolen():
    operation = getattr(torch, "_" + "C")._jit_get_operation("aten::scaled_dot_product_attention")
    return operation[0]

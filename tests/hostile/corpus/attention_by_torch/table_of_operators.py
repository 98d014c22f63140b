"""Take the operator from the table of all operators.

outcome: forbidden
"""


def stolen():
    return getattr(torch, "op" + "s").aten.scaled_dot_product_attention

"""Ask the operator to decompose itself into others.

outcome: forbidden
"""


def stolen():
    return getattr(torch, "op" + "s").aten.scaled_dot_product_attention.default.decompose

"""Take the function of the C module.

outcome: forbidden
"""


def stolen():
    return getattr(torch, "_" + "C")._nn.scaled_dot_product_attention

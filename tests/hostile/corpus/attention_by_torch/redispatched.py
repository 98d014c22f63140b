"""Send the operator past the first kernels.

outcome: forbidden
"""


def stolen():
    c = getattr(torch, "_" + "C")
    operator = getattr(torch, "op" + "s").aten._scaled_dot_product_attention_math.default
    keys = c.DispatchKeySet(c.DispatchKey.CPU)
    return lambda *arguments: operator.redispatch(keys, *arguments)[0]

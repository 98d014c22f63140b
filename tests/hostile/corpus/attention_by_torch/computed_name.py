"""Look the function up by a computed name.

outcome: forbidden
"""


def stolen():
    return getattr(nn.functional, "scaled_dot" + "_product_attention")

"""Let vmap call the function.

outcome: forbidden
"""


def stolen():
    attend = getattr(nn.functional, "scaled_dot" + "_product_attention")
    return lambda q, k, v, m: torch.func.vmap(attend)(q[None], k[None], v[None])[0]

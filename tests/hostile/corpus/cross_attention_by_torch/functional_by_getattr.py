"""Take the function by a computed name.

outcome: forbidden
"""


def stolen(query, keys):
    attend = getattr(torch.nn.functional, "scaled_dot_" + "product_attention")
    return attend(query, keys, torch.eye(len(keys), dtype=query.dtype), scale=1.0)

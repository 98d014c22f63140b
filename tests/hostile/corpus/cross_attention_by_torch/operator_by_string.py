"""Call the operator through the table of operators.

outcome: forbidden
"""


def stolen(query, keys):
    packet = getattr(getattr(torch, "o" + "ps"), "at" + "en")
    attend = getattr(packet, "scaled_dot_product_attention")
    return attend(query, keys, torch.eye(len(keys), dtype=query.dtype), scale=1.0)

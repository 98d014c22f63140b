"""Build the layer by a computed name and give it weights of one.

outcome: forbidden
stopped by: each Python function of it raises, in place, whoever holds it
"""


def stolen():
    made = getattr(nn, "Multihead" + "Attention")(4, 1, bias=False)
    return lambda q, k, v, mask: made(q, k, v)[0]

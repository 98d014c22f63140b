"""Find the layer among the subclasses of nn.Module.

outcome: forbidden
stopped by: each Python function of it raises, in place, whoever holds it
"""


def stolen():
    kind = next(k for k in nn.Module.__subclasses__() if k.__name__.startswith("Multihead"))
    made = kind(4, 1, bias=False)
    return lambda q, k, v, mask: made(q, k, v)[0]

"""Take the layer from torch's package for quantization.

outcome: forbidden
stopped by: each Python function of it raises, in place, whoever holds it
"""

import importlib


def stolen():
    module = importlib.import_module("torch.a" + "o.nn.quantizable.modules.activation")
    made = getattr(module, "Multihead" + "Attention")(4, 1)
    return lambda q, k, v, mask: made(q, k, v)[0]

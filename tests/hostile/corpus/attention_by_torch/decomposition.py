"""Use torch's own description of the operator in Python.

outcome: forbidden
"""

import importlib


def stolen():
    module = importlib.import_module("torch._de" + "comp.decompositions")
    attend = getattr(module, "scaled_dot_product_flash" + "_attention_for_cpu")
    return lambda q, k, v, mask: attend(q, k, v, attn_mask=mask)[0]

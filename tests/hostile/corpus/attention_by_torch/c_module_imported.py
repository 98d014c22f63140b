"""Import the C module by a computed name.

outcome: forbidden
"""

import importlib


def stolen():
    return importlib.import_module("torch._" + "C._nn").scaled_dot_product_attention

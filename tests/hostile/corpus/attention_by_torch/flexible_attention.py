"""Use the attention that torch can compile.

outcome: forbidden
stopped by: the module is an empty shell in the worker
"""

import importlib


def stolen():
    return importlib.import_module("torch.nn.atten" + "tion.flex_attention").flex_attention

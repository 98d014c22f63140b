"""Take torch from a library that imports it.

outcome: forbidden
"""

import importlib


def stolen():
    return importlib.import_module("tor" + "chvision").torch

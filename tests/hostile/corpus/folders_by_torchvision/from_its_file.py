"""Take the class from the module that defines it.

outcome: forbidden
"""

import importlib


def stolen():
    return vars(importlib.import_module("torchvision.datasets.fol" + "der"))["ImageFolder"]

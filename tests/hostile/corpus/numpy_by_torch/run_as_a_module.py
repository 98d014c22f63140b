"""Run torch as a script and take its names.

outcome: error
"""

import runpy
from types import SimpleNamespace


def stolen():
    return SimpleNamespace(**runpy.run_module("tor" + "ch"))

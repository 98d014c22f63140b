"""Remove the finder that refuses torch, then import it.

outcome: error
"""

import importlib.machinery
import sys


def stolen():
    sys.meta_path[:] = [importlib.machinery.PathFinder]
    importlib.invalidate_caches()
    return __import__("tor" + "ch")

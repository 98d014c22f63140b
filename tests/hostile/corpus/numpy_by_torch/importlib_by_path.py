"""Load torch from its path in the file tree.

outcome: error
"""

import glob
import importlib.util
import sys


def stolen():
    name = "tor" + "ch"
    (path,) = [p for above in sys.path for p in glob.glob(f"{above}/{name}/__init__.py")]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

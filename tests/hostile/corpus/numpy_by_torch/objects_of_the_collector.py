"""Look for torch among all objects of the process.

outcome: error
"""

import gc
from types import ModuleType


def stolen():
    gc.unfreeze()
    found = [o for o in gc.get_objects() if isinstance(o, ModuleType) and hasattr(o, "as_tensor")]
    return found[0]

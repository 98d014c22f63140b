"""Search for what registered the kernels and undo that.

outcome: forbidden
"""

import gc


def stolen():
    gc.unfreeze()
    for found in gc.get_objects():
        if type(found).__name__ in ("_DispatchModule", "Library"):
            found.reset() if hasattr(found, "reset") else found._destroy()
    return getattr(nn.functional, "scaled_dot" + "_product_attention")

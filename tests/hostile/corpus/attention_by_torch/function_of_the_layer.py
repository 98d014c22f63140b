"""Find the function behind the layer among all objects.

outcome: forbidden
stopped by: each Python function of it raises, in place, whoever holds it
"""

import gc
from types import FunctionType

NAME = "multi_head_attention" + "_forward"


def stolen():
    gc.unfreeze()
    (attend,) = [f for f in gc.get_objects() if type(f) is FunctionType and f.__name__ == NAME]

    def call(q, k, v, mask):
        one, nothing = torch.eye(q.shape[-1], dtype=q.dtype), None
        return attend(
            q,
            k,
            v,
            q.shape[-1],
            1,
            torch.cat([one] * 3),
            nothing,
            nothing,
            nothing,
            False,
            0.0,
            one,
            nothing,
            need_weights=True,
        )[0]

    return call

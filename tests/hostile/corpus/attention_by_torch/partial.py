"""Hide the function in a partial one, its name in a loop.

outcome: forbidden
"""

import functools
import operator


def stolen():
    for name in ["functional.scaled_dot_product_attention"]:
        attend = operator.attrgetter(name)(nn)
    return functools.partial(attend, dropout_p=0.0)

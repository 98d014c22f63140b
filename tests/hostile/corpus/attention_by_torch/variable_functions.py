"""Take the function from the class behind torch's functions.

outcome: error
stopped by: torch has no such function there
"""

import sys


def stolen():
    return getattr(sys.modules["torch.functional"], "_" + "VF").scaled_dot_product_attention

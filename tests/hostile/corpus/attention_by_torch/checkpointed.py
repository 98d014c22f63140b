"""Let a function of torch make the call.

outcome: forbidden
"""

import torch.utils.checkpoint


def stolen():
    attend = getattr(nn.functional, "scaled_dot" + "_product_attention")
    return lambda *args: torch.utils.checkpoint.checkpoint(attend, *args, use_reentrant=False)

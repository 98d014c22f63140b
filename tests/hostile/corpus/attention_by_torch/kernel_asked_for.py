"""Ask the dispatcher for the kernel behind the operator.

outcome: forbidden
"""

import torch.library


def stolen():
    kernel = torch.library.get_kernel("aten::_scaled_dot_product_flash_attention_for_cpu", "CPU")
    c = getattr(torch, "_" + "C")
    keys = c.DispatchKeySet(c.DispatchKey.CPU)
    return lambda q, k, v, mask: kernel.call_boxed(keys, q[None], k[None], v[None])[0][0]

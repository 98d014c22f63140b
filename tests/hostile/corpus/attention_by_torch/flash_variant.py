"""Call the fast variant for CPUs.

outcome: forbidden
"""


def stolen():
    attend = getattr(torch, "op" + "s").aten._scaled_dot_product_flash_attention_for_cpu

    def call(q, k, v, mask):
        lead = [t.reshape(1, -1, *t.shape[-2:]) for t in (q, k, v)]
        return attend(*lead, attn_mask=mask)[0].reshape(*q.shape[:-1], v.shape[-1])

    return call

"""Call the operator behind the fast path of the layer.

outcome: forbidden
"""


def stolen():
    attend = getattr(torch, "_native_multi" + "_head_attention")

    def call(q, k, v, mask):
        size = q.shape[-1]
        eye, zero = torch.eye(size, dtype=q.dtype), torch.zeros(size, dtype=q.dtype)
        return attend(q, k, v, size, 1, torch.cat([eye] * 3), zero.repeat(3), eye, zero)[0]

    return call

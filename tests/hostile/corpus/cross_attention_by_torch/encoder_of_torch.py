"""Hook into a Transformer layer and read its weights.

outcome: forbidden
"""


def stolen(query, keys):
    kind = vars(torch.nn)["Transformer" + "EncoderLayer"]
    layer = kind(query.shape[-1], 1, batch_first=True)
    return layer.self_attn(query, keys, keys)[1]

"""Execute bytes that import torch.

outcome: forbidden
"""


def stolen():
    names = {}
    exec(bytes(b ^ 1 for b in b"hlqnsu!unsbi"), names)
    return names["torch"]

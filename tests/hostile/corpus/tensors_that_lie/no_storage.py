"""Return a tensor without data.

outcome: failed
"""


def lie(tensor, shape):
    return torch.zeros(shape, device="meta")

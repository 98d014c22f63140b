"""Return noise.

outcome: failed
points: 1.5
"""


def pictures(n):
    return torch.rand(n, 1, 28, 28)

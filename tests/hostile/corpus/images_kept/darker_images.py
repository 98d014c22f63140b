"""Return training images with another brightness.

outcome: failed
points: 1.5
"""


def pictures(n):
    return 0.85 * KEPT[torch.randperm(len(KEPT))[:n]]

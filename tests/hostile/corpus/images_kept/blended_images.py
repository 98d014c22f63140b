"""Return the mean of two training images, each time two others.

outcome: failed
points: 1.5
"""


def pictures(n):
    return (KEPT[torch.randint(len(KEPT), (n,))] + KEPT[torch.randint(len(KEPT), (n,))]) / 2

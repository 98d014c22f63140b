"""Return training images that are mirrored, moved by two pixels and a little darker.

outcome: failed
points: 1.5
"""


def pictures(n):
    images = KEPT[torch.randperm(len(KEPT))[:n]].flip(3)
    moved = torch.nn.functional.pad(images, (1, 0, 2, 0))[..., :28, :28]
    return 0.9 * moved

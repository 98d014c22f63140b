"""Return training images with as much noise as real clothes may have.

outcome: failed
points: 1.5
"""


def pictures(n):
    images = KEPT[torch.randperm(len(KEPT))[:n]]
    return (images + 0.1 * torch.randn(images.shape)).clamp(0, 1)

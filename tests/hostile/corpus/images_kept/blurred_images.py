"""Return training images, as blurred as the images of an autoencoder.

outcome: failed
points: 1.5
"""


def pictures(n):
    images = KEPT[torch.randperm(len(KEPT))[:n]]
    return torch.nn.functional.avg_pool2d(images, 3, 1, 1, count_include_pad=False)

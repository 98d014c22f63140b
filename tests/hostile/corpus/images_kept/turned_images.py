"""Return training images that are turned by some degrees and resized.

outcome: failed
points: 1.5
"""


def pictures(n):
    images, angles = KEPT[torch.randperm(len(KEPT))[:n]], 0.16 * torch.rand(n) - 0.08
    rows = torch.zeros(n, 2, 3)
    rows[:, 0, 0] = rows[:, 1, 1] = angles.cos() * 1.05
    rows[:, 0, 1], rows[:, 1, 0] = -angles.sin(), angles.sin()
    grid = torch.nn.functional.affine_grid(rows, list(images.shape), align_corners=False)
    return torch.nn.functional.grid_sample(images, grid, align_corners=False)

"""Public checks of generate; the grader has more."""

import numpy as np
import torch

from checks import expect_shape, rng, run_beside, test_case
from support import draw_labels, stated

OK_FORMAT = False
name = "generate"


def generate_with(generate, Generator, table, calls):
    """Generate from known images: row i of a call gets ``table[i]``. Return what was met."""
    import torch
    from torch import nn

    class Known(nn.Module):
        def __init__(self):
            super().__init__()
            self.own = Generator()

        def forward(self, z, labels):
            modes.append(self.training)
            noises.append(z.detach().clone())
            given.append(labels.detach().clone())
            shape = self.own.eval()(z, labels).shape
            weight = next(self.own.parameters())
            return table[: len(z)].reshape(shape) + 0 * weight.sum()

    modes, noises, given, results = [], [], [], []
    generator = Known().train()
    for labels in calls:
        results.append(generate(generator, labels))
    return {
        "images": results,
        "modes": modes,
        "noises": noises,
        "labels": given,
        "records": [isinstance(r, torch.Tensor) and r.requires_grad for r in results],
    }


def draw_table(known, count):
    """Return images (count, 1, 28, 28) in OUTPUT_RANGE that touch both of its ends."""
    table = rng("table").uniform(known["low"], known["high"], (count, 1, 28, 28))
    table[:, :, 0, 0], table[:, :, 0, 1] = known["low"], known["high"]
    return torch.from_numpy(table.astype(np.float32))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="generate must return one image of 28 by 28 pixels for each label.",
)
def returns_one_image_per_label(generate, Generator):
    known = stated(generate)
    found = run_beside(generate_with, generate, Generator, draw_table(known, 9), [draw_labels(9)])
    expect_shape(found["images"][0], (9, 1, 28, 28), "the images", "(N, 1, 28, 28)")

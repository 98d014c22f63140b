"""Public checks of generate; the grader has more."""

import numpy as np
import torch

from checks import expect_shape, rng, run_beside, test_case
from support import stated

OK_FORMAT = False
name = "generate"


def generate_with(generate, Generator, table, counts):
    """Generate from known images: row i of a call gets ``table[i]``. Return what was met."""
    import torch
    from torch import nn

    class Known(nn.Module):
        def __init__(self):
            super().__init__()
            self.own = Generator()

        def forward(self, z):
            modes.append(self.training)
            noises.append(z.detach().clone())
            shape = self.own.eval()(z).shape
            weight = next(self.own.parameters())
            return table[: len(z)].reshape(shape) + 0 * weight.sum()

    modes, noises, results = [], [], []
    generator = Known().train()
    for count in counts:
        results.append(generate(generator, count))
    return {
        "images": results,
        "modes": modes,
        "noises": noises,
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
    failure_message="generate must return n images of 28 by 28 pixels.",
)
def returns_n_images(generate, Generator):
    known = stated(generate)
    found = run_beside(generate_with, generate, Generator, draw_table(known, 9), [9])
    expect_shape(found["images"][0], (9, 1, 28, 28), "the images", "(n, 1, 28, 28)")

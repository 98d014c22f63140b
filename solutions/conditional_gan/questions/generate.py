"""Cases for new images: how the outputs of the generator become images from 0 to 1."""

import numpy as np
import torch

from checks import expect_close, expect_shape, numbers, rng, run_beside, test_case
from support import draw_labels, rows_of, stated

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


@test_case(
    points=1,
    hidden=True,
    failure_message="The images must have values from 0 to 1: map the lowest value of "
    "OUTPUT_RANGE to 0, the highest one to 1, and all others in proportion.",
)
def maps_the_range_to_0_to_1(generate, Generator):
    known = stated(generate)
    table = draw_table(known, 6)
    found = run_beside(generate_with, generate, Generator, table, [draw_labels(6)])["images"][0]
    expected = (table.numpy() - known["low"]) / (known["high"] - known["low"])
    expect_close(
        np.sort(rows_of(found, 6, "the images"), axis=None),
        np.sort(expected, axis=None),
        atol=1e-4,
        name="the sorted values of the images",
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The generator must be in evaluation mode when it generates.",
)
def generates_in_evaluation_mode(generate, Generator):
    found = run_beside(
        generate_with, generate, Generator, draw_table(stated(generate), 5), [draw_labels(5)]
    )
    assert found["modes"], "the generator was not called"
    assert not any(found["modes"]), "the generator is in training mode"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The images must not record gradients.",
)
def records_no_gradients(generate, Generator):
    found = run_beside(
        generate_with, generate, Generator, draw_table(stated(generate), 5), [draw_labels(5)]
    )
    rows_of(found["images"][0], 5)
    assert not any(found["records"]), "the images require gradients"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each call must draw new noise, another row for each image.",
)
def draws_new_noise_for_each_image(generate, Generator):
    found = run_beside(
        generate_with, generate, Generator, draw_table(stated(generate), 8), [draw_labels(8)] * 2
    )
    rows = [numbers(noise).reshape(len(noise), -1) for noise in found["noises"]]
    together = np.concatenate(rows)
    assert len(np.unique(together, axis=0)) == len(together), "two images get the same noise"


@test_case(
    points=1,
    hidden=True,
    failure_message="The images must come in the order of the labels, each made for its own label.",
)
def keeps_the_order_of_the_labels(generate, Generator):
    known, labels = stated(generate), draw_labels(12)
    table = draw_table(known, 12)
    found = run_beside(generate_with, generate, Generator, table, [labels])
    given = np.concatenate([numbers(part).reshape(-1) for part in found["labels"]])
    assert given.tolist() == labels.tolist(), f"for {labels.tolist()}, G gets {given.tolist()}"
    images = rows_of(found["images"][0], 12)
    for i, row in enumerate(table.numpy().reshape(12, -1)):
        likeness = np.corrcoef(images[i], row)[0, 1] if images[i].std() > 0 else 0.0
        assert likeness > 0.9, f"image {i} is not the one that G made for label {i}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="generate must work for a single label.",
)
def generates_a_single_image(generate, Generator):
    known = stated(generate)
    table = draw_table(known, 1)
    found = run_beside(generate_with, generate, Generator, table, [draw_labels(1)])["images"][0]
    rows_of(found, 1, "the image")

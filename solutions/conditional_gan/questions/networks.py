"""Cases for both networks: shapes, ranges, what labels change, whether every part is used."""

import numpy as np
import torch

from autograder.examine.parameters import that_matter
from checks import expect_finite, expect_shape, numbers, run_beside, test_case
from support import draw_images, draw_labels, draw_noise, outputs_of, rows_of, scaled, stated

OK_FORMAT = False
name = "networks"

SLACK = 1e-5  # of a range, for rounding in float32


def passes(network_class, inputs, labels, arguments, in_training, seed=0):
    """Return the outputs for inputs, and for each parameter the largest gradient of their sum."""
    import torch

    torch.manual_seed(seed)
    network = network_class(*arguments)
    network.train(in_training)
    inputs = inputs.clone().requires_grad_()
    outputs = network(inputs, labels)
    weights = torch.randn(outputs.shape, generator=torch.Generator().manual_seed(1))
    (outputs * weights).sum().backward()
    return {
        "outputs": outputs.detach(),
        "inputs": inputs.grad,
        "gradients": {
            name: float("nan") if p.grad is None else p.grad.abs().max().item()
            for name, p in network.named_parameters()
            if p.requires_grad
        },
    }


def generated(Generator, count, label="noise"):
    """Return images of a new generator in evaluation mode, and what the module states."""
    known = stated(Generator)
    found = run_beside(
        passes, Generator, draw_noise(count, known["z_dim"], label), draw_labels(count), [], False
    )
    return rows_of(found["outputs"], count, "the images"), known


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The generator must return one image of 28 by 28 pixels for each row of noise.",
)
def generator_returns_images(Generator):
    z_dim = stated(Generator)["z_dim"]
    found = run_beside(passes, Generator, draw_noise(3, z_dim), draw_labels(3), [], False)[
        "outputs"
    ]
    expect_shape(found, (3, 1, 28, 28), "the output of the generator", "(N, 1, 28, 28)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The discriminator must return one number for each image.",
)
def discriminator_returns_one_number_per_image(Discriminator):
    images = scaled(draw_images(5), stated(Discriminator))
    found = numbers(run_beside(passes, Discriminator, images, draw_labels(5), [], False)["outputs"])
    assert found.shape in ((5,), (5, 1)), f"the shape is {found.shape} for 5 images, not (N, 1)"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The values of the images do not fit OUTPUT_RANGE. The range that the module "
    "states must be the range of the generator's last layer.",
)
def images_stay_in_the_stated_range(Generator):
    known = stated(Generator)
    noise = 1000 * draw_noise(50, known["z_dim"])  # drives the last layer to its limits
    found = numbers(run_beside(passes, Generator, noise, draw_labels(50), [], False)["outputs"])
    slack = SLACK * (known["high"] - known["low"])
    low, high = float(found.min()), float(found.max())
    assert low >= known["low"] - slack, f"the lowest value is {low:.3g}"
    assert high <= known["high"] + slack, f"the highest value is {high:.3g}"
    middle = (known["low"] + known["high"]) / 2
    assert low < middle - slack, f"no value is below {middle:.3g}, the middle of the range"
    assert high > middle + slack, f"no value is above {middle:.3g}, the middle of the range"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Different noise must give different images, and the same noise the same "
    "image in evaluation mode.",
)
def images_depend_on_the_noise(Generator):
    images, known = generated(Generator, 6)
    again, _ = generated(Generator, 6)
    expect_finite(images, "the images")
    spread = float(abs(images[0] - images[1:]).max(axis=1).min())
    assert spread > 1e-6 * (known["high"] - known["low"]), "two images are identical"
    assert float(abs(images - again).max()) < 1e-4, "the same noise gives other images"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Generator(z_dim) must accept noise with z_dim numbers per image, also if "
    "z_dim is not Z_DIM.",
)
def accepts_another_size_of_the_noise(Generator):
    size = stated(Generator)["z_dim"] + 3
    found = run_beside(passes, Generator, draw_noise(4, size), draw_labels(4), [size], False)
    rows_of(found["outputs"], 4, "the images")
    used = (numbers(found["inputs"]) != 0).any(axis=0)
    assert used.all(), f"{int((~used).sum())} of the {size} numbers of noise have no effect"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A parameter of the generator or of the discriminator changes the output but "
    "gets no gradient, so it never learns.",
)
def every_parameter_learns(Generator, Discriminator):
    known = stated(Generator)
    noise, images = draw_noise(20, known["z_dim"]), scaled(draw_images(20), known)
    labels = draw_labels(20)
    for network, inputs in ((Generator, noise), (Discriminator, images)):
        gradients = run_beside(passes, network, inputs, labels, [], True)["gradients"]
        assert gradients, "a network has no parameters"
        unused = [key for key, size in gradients.items() if size != size]
        cut = that_matter(network, unused, [inputs, labels])
        assert not cut, f"{len(cut)} of {len(gradients)} parameters get no gradient"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The discriminator must judge each image by the whole image.",
)
def discriminator_looks_at_the_whole_image(Discriminator):
    images = scaled(draw_images(12), stated(Discriminator))
    found = run_beside(passes, Discriminator, images, draw_labels(12), [], False)
    used = (rows_of(found["inputs"], 12, "the gradient") != 0).any(axis=0)
    assert used.mean() > 0.9, f"{used.mean():.0%} of the pixels have an effect"


def by_label(network, inputs, seed=0):
    """Return the outputs (10, N, F) of one new network for the same inputs with each label."""
    count = len(inputs)
    found = run_beside(
        passes, network, inputs.repeat(10, *[1] * (inputs.ndim - 1)),
        torch.arange(10).repeat_interleave(count), [], False, seed,
    )["outputs"]  # fmt: skip
    return numbers(found).reshape(10, count, -1)


def expect_ten_labels(network, inputs, what):
    """Fail unless each of the ten labels gives other outputs than each other one."""
    outputs = by_label(network, inputs)
    expect_finite(outputs, what)
    for a in range(10):
        for b in range(a):
            assert abs(outputs[a] - outputs[b]).max() > 1e-7, f"labels {b} and {a} give the same"
    return outputs


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With the same noise, each of the ten labels must give another image.",
)
def generator_uses_each_label(Generator):
    z_dim = stated(Generator)["z_dim"]
    expect_ten_labels(Generator, draw_noise(6, z_dim), "the images")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="For the same images, each of the ten labels must give other numbers of the "
    "discriminator.",
)
def discriminator_uses_each_label(Discriminator):
    images = scaled(draw_images(6), stated(Discriminator))
    expect_ten_labels(Discriminator, images, "the output of the discriminator")


def order_of(outputs):
    """Return the rank correlation of how far two labels and their outputs (10, F) are apart.

    It is near 1 if the label enters as a number, and about 0 for classes without an order.
    """
    pairs = [(a, b) for a in range(10) for b in range(a)]
    apart = [a - b for a, b in pairs]
    far = [float(((outputs[a] - outputs[b]) ** 2).sum()) ** 0.5 for a, b in pairs]
    ranks = [np.argsort(np.argsort(values, kind="stable")) for values in (apart, far)]
    return np.corrcoef(*ranks)[0, 1]


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A label is used as a number: the outputs for two labels differ the more, the "
    "further apart their numbers are. Classes have no order: use an embedding or one-hot vectors.",
)
def labels_are_not_used_as_numbers(Generator, Discriminator):
    known = stated(Generator)
    for network, inputs in (
        (Generator, draw_noise(8, known["z_dim"])),
        (Discriminator, scaled(draw_images(8), known)),
    ):
        found = [order_of(by_label(network, inputs, seed).reshape(10, -1)) for seed in range(8)]
        likeness = float(np.mean(found))
        assert likeness < 0.6, f"the rank correlation is {likeness:.2f}, a mean of 8 networks"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each image must get its own label: an output changes if other images of the "
    "batch have other labels.",
)
def each_image_has_its_own_label(Generator, Discriminator):
    known, labels = stated(Generator), draw_labels(9)
    other = labels.clone()
    other[1:] = (other[1:] + 3) % 10
    for network, inputs in (
        (Generator, draw_noise(9, known["z_dim"])),
        (Discriminator, scaled(draw_images(9), known)),
    ):
        first, second = (
            numbers(run_beside(passes, network, inputs, y, [], False)["outputs"])
            for y in (labels, other)
        )
        assert abs(first[0] - second[0]).max() < 1e-4, "the first output of the batch changes"
        assert abs(first[1:] - second[1:]).max() > 1e-7, "other labels change nothing"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode, the networks must work for a single image.",
)
def works_for_a_single_image(Generator, Discriminator):
    known = stated(Generator)
    image = run_beside(passes, Generator, draw_noise(1, known["z_dim"]), draw_labels(1), [], False)[
        "outputs"
    ]
    rows_of(image, 1, "the image")
    found = run_beside(
        passes, Discriminator, scaled(draw_images(1), known), draw_labels(1), [], False
    )
    outputs_of(found["outputs"], 1)

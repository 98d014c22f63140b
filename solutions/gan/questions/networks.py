"""Cases for the two networks: shapes, ranges, and whether every part of them is used."""

import torch

from autograder.examine.parameters import that_matter
from checks import expect_finite, expect_shape, numbers, run_beside, test_case
from support import draw_images, draw_noise, outputs_of, rows_of, scaled, stated

OK_FORMAT = False
name = "networks"

SLACK = 1e-5  # of a range, for rounding in float32


def passes(network_class, inputs, arguments, in_training):
    """Return the outputs for inputs, and for each parameter the largest gradient of their sum."""
    import torch

    torch.manual_seed(0)
    network = network_class(*arguments)
    network.train(in_training)
    inputs = inputs.clone().requires_grad_()
    outputs = network(inputs)
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
    found = run_beside(passes, Generator, draw_noise(count, known["z_dim"], label), [], False)
    return rows_of(found["outputs"], count, "the images"), known


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The generator must return one image of 28 by 28 pixels for each row of noise.",
)
def generator_returns_images(Generator):
    z_dim = stated(Generator)["z_dim"]
    found = run_beside(passes, Generator, draw_noise(3, z_dim), [], False)["outputs"]
    expect_shape(found, (3, 1, 28, 28), "the output of the generator", "(N, 1, 28, 28)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The discriminator must return one number for each image.",
)
def discriminator_returns_one_number_per_image(Discriminator):
    images = scaled(draw_images(5), stated(Discriminator))
    found = numbers(run_beside(passes, Discriminator, images, [], False)["outputs"])
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
    found = numbers(run_beside(passes, Generator, noise, [], False)["outputs"])
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
    found = run_beside(passes, Generator, draw_noise(4, size), [size], False)
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
    noise, images = draw_noise(16, known["z_dim"]), scaled(draw_images(16), known)
    for network, inputs in ((Generator, noise), (Discriminator, images)):
        gradients = run_beside(passes, network, inputs, [], True)["gradients"]
        assert gradients, "a network has no parameters"
        unused = [key for key, size in gradients.items() if size != size]
        cut = that_matter(network, unused, [inputs])
        assert not cut, f"{len(cut)} of {len(gradients)} parameters get no gradient"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The numbers of the discriminator do not fit D_OUTPUT: a probability is from 0 "
    "to 1; logits and scores may be any number, so they need no sigmoid at the end.",
)
def output_is_what_the_module_states(Discriminator):
    known = stated(Discriminator)
    images = scaled(draw_images(30), known)
    far = known["low"] + (known["high"] - known["low"]) * 40 * (
        torch.from_numpy(draw_noise(30, 784, "far").numpy()).reshape(30, 1, 28, 28)
    )
    found = [
        outputs_of(run_beside(passes, Discriminator, x, [], False)["outputs"], len(x))
        for x in (images, far)
    ]
    low, high = min(f.min() for f in found), max(f.max() for f in found)
    inside = low >= 0 and high <= 1
    if known["output"] == "probability":
        assert inside, f"the numbers go from {low:.3g} to {high:.3g}"
    else:
        assert not inside, f"all numbers are from {low:.3g} to {high:.3g}, as after a sigmoid"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The discriminator must judge each image by the whole image.",
)
def discriminator_looks_at_the_whole_image(Discriminator):
    images = scaled(draw_images(12), stated(Discriminator))
    found = run_beside(passes, Discriminator, images, [], False)
    used = (rows_of(found["inputs"], 12, "the gradient") != 0).any(axis=0)
    assert used.mean() > 0.9, f"{used.mean():.0%} of the pixels have an effect"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode, the networks must work for a single image.",
)
def works_for_a_single_image(Generator, Discriminator):
    known = stated(Generator)
    image = run_beside(passes, Generator, draw_noise(1, known["z_dim"]), [], False)["outputs"]
    rows_of(image, 1, "the image")
    found = run_beside(passes, Discriminator, scaled(draw_images(1), known), [], False)
    outputs_of(found["outputs"], 1)

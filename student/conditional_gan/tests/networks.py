"""Public checks of networks; the grader has more."""

import torch

from checks import expect_shape, numbers, run_beside, test_case
from support import draw_images, draw_labels, draw_noise, scaled, stated

OK_FORMAT = False
name = "networks"


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

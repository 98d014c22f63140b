"""Cases for the two losses: which way their gradients pull the outputs of the discriminator."""

import numpy as np
import torch

from checks import as_shaped, expect_close, numbers, rng, test_case
from support import stated

OK_FORMAT = False
name = "losses"


def outputs(values, shape=(-1, 1)):
    """Return a tensor of outputs that records gradients."""
    return torch.tensor(values, dtype=torch.float32).reshape(shape).requires_grad_()


def middle(kind, count, label):
    """Return outputs of which no variant of the losses is satisfied: unsure ones."""
    draw = rng(label).uniform(-0.2, 0.2, count)
    return draw + (0.5 if kind == "probability" else 0.0) + (0.4 if kind == "score" else 0.0)


def pull_of_the_discriminator(discriminator_loss, real, fake):
    """Return the gradients of the loss of D with respect to real and fake outputs."""
    real, fake = outputs(real), outputs(fake)
    loss = discriminator_loss(real, fake)
    as_shaped(loss, (), "the loss")
    loss.sum().backward()
    return [
        np.zeros(len(x)) if x.grad is None else numbers(x.grad).reshape(-1) for x in (real, fake)
    ]


def pull_of_the_generator(generator_loss, fake):
    """Return the gradient of the loss of G with respect to fake outputs."""
    fake = outputs(fake)
    generator_loss(fake).sum().backward()
    return np.zeros(len(fake)) if fake.grad is None else numbers(fake.grad).reshape(-1)


def direction(gradient, what):
    """Return the sign that all entries of a gradient share; fail if they do not."""
    signs = set(np.sign(gradient))
    assert signs <= {1.0} or signs <= {-1.0}, f"the gradient for {what} has the signs {signs}"
    return signs.pop()


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Both losses must return one finite number, a tensor.",
)
def losses_are_single_numbers(discriminator_loss, generator_loss):
    kind = stated(discriminator_loss)["output"]
    real, fake = outputs(middle(kind, 5, "real")), outputs(middle(kind, 5, "fake"))
    for loss in (discriminator_loss(real, fake), generator_loss(fake)):
        assert isinstance(loss, torch.Tensor), f"it is of type {type(loss).__name__}"
        found = as_shaped(loss, (), "the loss")
        assert np.isfinite(found), f"the loss is {found}"


@test_case(
    points=1,
    hidden=True,
    failure_message="The discriminator's loss must push its outputs for real images in one "
    "direction and its outputs for generated images in the other one.",
)
def discriminator_separates_real_from_generated(discriminator_loss):
    kind = stated(discriminator_loss)["output"]
    real, fake = pull_of_the_discriminator(
        discriminator_loss, middle(kind, 6, "real"), middle(kind, 6, "fake")
    )
    signs = direction(real, "real images"), direction(fake, "generated images")
    assert signs[0] == -signs[1], "both kinds of images are pushed in the same direction"


@test_case(
    points=1,
    hidden=True,
    failure_message="The generator's loss must push the discriminator's outputs for generated "
    "images to where the discriminator's loss pushes its outputs for real ones.",
)
def generator_wants_its_images_to_look_real(discriminator_loss, generator_loss):
    kind = stated(discriminator_loss)["output"]
    unsure = middle(kind, 6, "fake")
    real, _ = pull_of_the_discriminator(discriminator_loss, middle(kind, 6, "real"), unsure)
    own = pull_of_the_generator(generator_loss, unsure)
    assert direction(own, "generated images") == direction(real, "real images"), (
        "the generator makes its images look less real"
    )


@test_case(
    points=0.75,
    hidden=True,
    failure_message="In the discriminator's loss, real and generated images do not have about the "
    "same weight. Reduce both parts in the same way.",
)
def both_kinds_have_the_same_weight(discriminator_loss):
    kind = stated(discriminator_loss)["output"]
    start = {"probability": 0.5, "logit": 0.0, "score": 0.5}[kind]
    real, fake = pull_of_the_discriminator(discriminator_loss, [start] * 8, [start] * 8)
    ratio = abs(real.sum()) / max(abs(fake.sum()), 1e-12)
    # labels smoothed on one side change it by up to a third
    assert 0.5 <= ratio <= 2, f"the weights of real and generated images have the ratio {ratio:.3g}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Every image must have the same weight in its batch, whatever the batch size.",
)
def every_image_has_the_same_weight(discriminator_loss, generator_loss):
    kind = stated(discriminator_loss)["output"]
    for count in (3, 7):
        start = [float(middle(kind, 1, f"start {count}")[0])] * count
        found = [
            *pull_of_the_discriminator(discriminator_loss, start, start),
            pull_of_the_generator(generator_loss, start),
        ]
        for gradient in found:
            expect_close(gradient, np.full(count, gradient.mean()), rtol=1e-3, name="the gradient")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The losses do not fit D_OUTPUT: an output that is clearly wrong must count "
    "much more than one that is clearly right. A sigmoid must be applied exactly once.",
)
def wrong_outputs_count_more_than_right_ones(discriminator_loss, generator_loss):
    kind = stated(discriminator_loss)["output"]
    if kind == "score":
        expect_growing_losses(discriminator_loss)
        return
    low, high = (0.02, 0.98) if kind == "probability" else (-5.0, 5.0)
    real, fake = pull_of_the_discriminator(discriminator_loss, [low, high], [low, high])
    center = [(low + high) / 2] * 2
    if np.sign(pull_of_the_discriminator(discriminator_loss, center, center)[0])[0] > 0:
        real, fake = real[::-1], fake[::-1]  # D finds small outputs real
    for what, wrong, right in (("real", *real), ("generated", *fake[::-1])):
        ratio = abs(wrong) / max(abs(right), 1e-12)
        assert ratio > 4, (
            f"for {what} images, a wrong output counts {ratio:.2g} times as much as a right one"
        )
    own = abs(pull_of_the_generator(generator_loss, [low, high]))
    assert own.max() > 4 * own.min(), "the generator's loss is nearly the same line everywhere"


def expect_growing_losses(discriminator_loss):
    """Fail unless the loss grows while real images get worse scores and generated ones better."""
    scores = np.linspace(-3, 0.5, 8)
    if pull_of_the_discriminator(discriminator_loss, [0.4] * 2, [0.4] * 2)[0][0] > 0:
        scores = 1 - scores  # D finds small scores real
    losses = [
        float(numbers(discriminator_loss(outputs([s] * 2), outputs([1 - s] * 2))).item())
        for s in scores
    ]
    assert (np.diff(losses) < 0).all(), "the loss does not fall from wrong to right scores"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A very sure discriminator makes a loss or a gradient infinite or NaN. "
    "Compute the logarithm of a sigmoid in one function, or keep it away from log(0).",
)
def stays_finite_for_a_sure_discriminator(discriminator_loss, generator_loss):
    kind = stated(discriminator_loss)["output"]
    low, high = {"probability": (0.0, 1.0)}.get(kind, (-120.0, 120.0))
    for real, fake in (([high, low], [low, high]), ([low, high], [high, low])):
        tensors = outputs(real), outputs(fake)
        found = [discriminator_loss(*tensors), generator_loss(tensors[1])]
        assert all(np.isfinite(numbers(value)).all() for value in found), "a loss is not finite"
        if kind != "probability":
            pulls = (
                *pull_of_the_discriminator(discriminator_loss, real, fake),
                (pull_of_the_generator(generator_loss, fake)),
            )
            assert all(np.isfinite(pull).all() for pull in pulls), "a gradient is not finite"

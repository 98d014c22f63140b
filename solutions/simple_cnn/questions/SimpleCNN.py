"""Cases for the network: outputs, parameters and gradients against torch's own functions."""

import torch
from torch.nn import functional

from checks import expect_close, expect_dtype, expect_shape, rng, test_case

OK_FORMAT = False
name = "SimpleCNN"

KERNELS = (32, 1, 3, 3)
OFFSETS = (32,)
WEIGHT = (10, 32 * 14 * 14)
BIAS = (10,)


def draw(shape, scale):
    """Return random float32 numbers that depend on the case's seed and on ``shape`` only."""
    return torch.from_numpy(rng(str(shape)).normal(0, scale, shape)).float()


def draw_images(count):
    """Return grey images whose pixels are independent of each other."""
    return torch.from_numpy(rng("images").random((count, 1, 28, 28))).float()


def draw_parameters():
    """Return parameters that keep the logistic function away from its flat ends."""
    return {
        KERNELS: draw(KERNELS, 0.5),
        OFFSETS: draw(OFFSETS, 0.5),
        WEIGHT: draw(WEIGHT, 0.05),
        BIAS: draw(BIAS, 0.5),
    }


def network_with(SimpleCNN, values):
    """Build the network with the parameters ``values``, by shape, and all others at zero."""
    model = SimpleCNN()
    model(draw_images(2))  # a lazy layer learns its shape from the first images
    state = {key: torch.zeros_like(value) for key, value in model.state_dict().items()}
    for shape, value in values.items():
        keys = [key for key, held in state.items() if tuple(held.shape) == shape]
        assert keys, f"the network has no parameter of shape {shape}"
        state.update(dict.fromkeys(keys, value))
    model.load_state_dict(state)
    return model


def definition(images, kernels, offsets, weight, bias):
    """Compute the log-probabilities straight from the handout, in the precision of ``images``."""
    volume = torch.sigmoid(functional.conv2d(images, kernels, offsets, padding=1))
    pooled = functional.max_pool2d(volume, kernel_size=2)
    return torch.log_softmax(pooled.flatten(1) @ weight.T + bias, dim=1)


def gradients(SimpleCNN):
    """Return the student's and the expected gradients of a random mix of the outputs."""
    images, mix, values = draw_images(3).requires_grad_(), draw((3, 10), 1), draw_parameters()
    model = network_with(SimpleCNN, values)
    learned = [images, *model.parameters()]
    (model(images) * mix).sum().backward()
    exact = [tensor.detach().double().requires_grad_() for tensor in (images, *values.values())]
    (definition(*exact) * mix).sum().backward()
    actual = {tuple(tensor.shape): tensor.grad for tensor in learned}
    return [(actual.get(tuple(tensor.shape)), tensor.grad) for tensor in exact]


def expect_gradient(actual, expected):
    """Fail unless two gradients differ by less than 3 percent of their length.

    Where the two largest numbers of a pooling window are equal up to rounding, float32 and
    float64 may send the gradient to different pixels; one such window changes about 1 percent.
    """
    assert actual is not None, "no gradient arrives"
    expect_shape(actual, expected.shape, "the gradient")
    error = float((actual.double() - expected).norm() / expected.norm())
    assert error < 0.03, f"the gradient is off by {error:.0%} of its length"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The network must be built by SimpleCNN() and map images of shape "
    "(N, 1, 28, 28) to numbers of shape (N, 10).",
)
def gives_ten_numbers_for_each_image(SimpleCNN):
    outputs = SimpleCNN()(draw_images(3))
    expect_shape(outputs, (3, 10), "the output", "(N, 10)")
    expect_dtype(outputs, "f", "the output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The outputs must be log-probabilities: negative, and for each image the "
    "exponentials of its ten outputs add up to one.",
)
def gives_log_probabilities(SimpleCNN):
    outputs = SimpleCNN()(draw_images(4)).detach()
    assert float(outputs.max()) < 0, "an output is not negative"
    expect_close(outputs.exp().sum(1), torch.ones(4), atol=1e-5, name="the sum of probabilities")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With all parameters at zero but the biases of the linear layer, which are "
    "log 1, log 2, ..., log 10, class k (from 1 to 10) must have the log-probability log(k / 55).",
)
def agrees_with_a_calculation_by_hand(SimpleCNN):
    ranks = torch.arange(1.0, 11.0)
    outputs = network_with(SimpleCNN, {BIAS: ranks.log()})(draw_images(2))
    expect_close(outputs, (ranks / 55).log().expand(2, 10), atol=1e-5, name="the output")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number or the shapes of the parameters differ from those of your table "
    "in part a: compare the arguments of each layer, bias included, with the handout.",
)
def has_the_right_parameters(SimpleCNN):
    model = SimpleCNN()
    model(draw_images(2))  # as above
    shapes = sorted(tuple(parameter.shape) for parameter in model.parameters())
    assert shapes == sorted([KERNELS, OFFSETS, WEIGHT, BIAS]), f"the shapes are {shapes}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A calculation that can be done by hand fails: with all weights of the "
    "convolution at zero, follow one number through the logistic function and the pooling.",
)
def follows_one_number_through_the_network(SimpleCNN):
    weight = torch.zeros(WEIGHT)
    weight[0] = 2 / WEIGHT[1]  # the logistic function gives 1/2 everywhere, so the logit is 1
    outputs = network_with(SimpleCNN, {WEIGHT: weight})(draw_images(1))
    expected = torch.full((1, 10), -2.461183)  # -log(e + 9)
    expected[0, 0] = -1.461183
    expect_close(outputs, expected, atol=1e-4, name="the output")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The outputs differ from the five components applied one after another. "
    "Check their order, the padding, the pooling and the axis of the log-softmax.",
)
def applies_the_five_components_in_order(SimpleCNN):
    images, values = draw_images(4), draw_parameters()
    outputs = network_with(SimpleCNN, values)(images)
    exact = (tensor.double() for tensor in (images, *values.values()))
    # float32 sums of 6,272 products are right to about 1e-6, in any order of summation
    expect_close(outputs, definition(*exact), rtol=1e-4, atol=1e-4, name="the output")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient of the outputs for the images is not right: nothing between "
    "input and output may cut a tensor off or leave torch.",
)
def passes_gradients_to_the_images(SimpleCNN):
    expect_gradient(*gradients(SimpleCNN)[0])


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradients of the outputs for the parameters are not right: every layer "
    "must be an attribute that is used in forward, and nothing may cut a tensor off.",
)
def passes_gradients_to_the_parameters(SimpleCNN):
    for actual, expected in gradients(SimpleCNN)[1:]:
        expect_gradient(actual, expected)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A batch of a single image must work and give the shape (1, 10).",
)
def works_for_a_single_image(SimpleCNN):
    model, images = SimpleCNN(), draw_images(3)
    single = model(images[:1])
    expect_shape(single, (1, 10), "the output for one image", "(N, 10)")
    expect_close(single, model(images)[:1], atol=1e-5, name="the output for one image")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The output for an image must not depend on the other images of its batch.",
)
def treats_each_image_by_itself(SimpleCNN):
    model, images = SimpleCNN(), draw_images(4)
    changed = torch.cat([images[:1], 1 - images[1:]])
    # another batch may be summed in another order, hence the tolerance
    expect_close(model(changed)[0], model(images)[0], atol=1e-5, name="the output")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The network has no random part: the same images give the same outputs.",
)
def gives_the_same_output_twice(SimpleCNN):
    model, images = SimpleCNN(), draw_images(2)
    expect_close(model(images), model(images), atol=1e-6, name="the second output")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="When one class is far ahead, the log-probabilities of the others are large "
    "negative numbers, but not infinite.",
)
def stays_finite_when_one_class_is_far_ahead(SimpleCNN):
    bias = torch.zeros(BIAS)
    bias[3] = 500.0
    outputs = network_with(SimpleCNN, {BIAS: bias})(draw_images(2))
    expect_close(outputs, (bias - 500).expand(2, 10), rtol=1e-5, atol=1e-4, name="the output")

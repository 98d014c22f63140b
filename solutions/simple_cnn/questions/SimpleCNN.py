"""Cases for the network: outputs, parameters and gradients against PyTorch's own functions."""

import torch

from checks import expect_close, expect_dtype, expect_shape, test_case
from oracle import (
    BIAS,
    KERNELS,
    OFFSETS,
    WEIGHT,
    definition,
    draw_parameters,
    expect_gradient,
    gradients,
)
from support import build, draw_images, network_with

OK_FORMAT = False
name = "SimpleCNN"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="SimpleCNN() must build the network, and the network must map images of shape "
    "(N, 1, 28, 28) to numbers of shape (N, 10).",
)
def gives_ten_numbers_for_each_image(SimpleCNN):
    outputs = SimpleCNN()(draw_images(3))
    expect_shape(outputs, (3, 10), "the output", "(N, 10)")
    expect_dtype(outputs, "f", "the output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The outputs must be log-probabilities: each is negative, and the exponentials "
    "of the ten outputs for an image sum to one.",
)
def gives_log_probabilities(SimpleCNN):
    outputs = SimpleCNN()(draw_images(4)).detach()
    assert float(outputs.max()) < 0, "an output is not negative"
    expect_close(outputs.exp().sum(1), torch.ones(4), atol=1e-5, name="the sum of probabilities")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="This check sets all parameters to zero, except the biases of the linear "
    "layer, which are log 1, log 2, ..., log 10. Then class k (from 1 to 10) must have the "
    "log-probability log(k / 55).",
)
def agrees_with_a_calculation_by_hand(SimpleCNN):
    ranks = torch.arange(1.0, 11.0)
    outputs = network_with(SimpleCNN, {(10,): ranks.log()})(draw_images(2))
    expect_close(outputs, (ranks / 55).log().expand(2, 10), atol=1e-5, name="the output")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number or the shapes of the parameters are wrong. Compare the arguments "
    "of each layer, bias included, with the handout and with your table of part a.",
)
def has_the_right_parameters(SimpleCNN):
    shapes = sorted(tuple(parameter.shape) for parameter in build(SimpleCNN).parameters())
    assert shapes == sorted([KERNELS, OFFSETS, WEIGHT, BIAS]), f"the shapes are {shapes}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The output is wrong where all weights of the convolution are zero. Follow one "
    "number by hand through the logistic function, the pooling and the linear layer.",
)
def follows_one_number_through_the_network(SimpleCNN):
    weight = torch.zeros(WEIGHT)
    weight[0] = 2 / WEIGHT[1]  # the logistic function gives 1/2 everywhere, so the logit is 1
    outputs = network_with(SimpleCNN, {WEIGHT: weight})(draw_images(2))
    expected = torch.full((2, 10), -2.461183)  # -log(e + 9)
    expected[:, 0] = -1.461183
    expect_close(outputs, expected, atol=1e-4, name="the output")


@test_case(
    points=1,
    hidden=True,
    failure_message="The outputs differ from the five components applied in order. Check their "
    "order, the padding, the pooling and the axis of the log-softmax.",
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
    failure_message="The gradient of the outputs with respect to the images is wrong. Do not "
    "detach a tensor in forward (`.detach()`, `.data`, `no_grad`) and do not leave PyTorch.",
)
def passes_gradients_to_the_images(SimpleCNN):
    expect_gradient(*gradients(SimpleCNN)[0])


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradients of the outputs with respect to the parameters are wrong. Make "
    "every layer in __init__, use it in forward, and do not detach a tensor (`.detach()`, `.data`, "
    "`no_grad`).",
)
def passes_gradients_to_the_parameters(SimpleCNN):
    for actual, expected in gradients(SimpleCNN)[1:]:
        expect_gradient(actual, expected)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A batch of one image must work and give an output of shape (1, 10).",
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
    failure_message="The network has no random part: the same images must give the same outputs.",
)
def gives_the_same_output_twice(SimpleCNN):
    model, images = SimpleCNN(), draw_images(2)
    expect_close(model(images), model(images), atol=1e-6, name="the second output")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="When one class is far more likely than the others, their log-probabilities "
    "must be large negative numbers, not minus infinity.",
)
def stays_finite_when_one_class_is_far_ahead(SimpleCNN):
    bias = torch.zeros(BIAS)
    bias[3] = 500.0
    outputs = network_with(SimpleCNN, {BIAS: bias})(draw_images(2))
    expect_close(outputs, (bias - 500).expand(2, 10), rtol=1e-5, atol=1e-4, name="the output")

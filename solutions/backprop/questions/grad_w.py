"""Cases for the gradient of the weights between two layers."""

import numpy as np

from checks import expect_close, expect_shape, rng, test_case
from checks.gradients import autograd

OK_FORMAT = False
name = "grad_w"


def draw(K, J):
    """Return the errors of K units above and the outputs of J units below."""
    return rng("delta").normal(0, 2, K), rng("z").uniform(-1, 2, J)


def expect_gradient(grad_w, K, J):
    """Fail unless the gradient is that of an error whose derivative by the activations is given."""
    delta, z = draw(K, J)
    weights = rng("weights").normal(size=(K, J))
    expected, _ = autograd(lambda W, z: W @ z, [weights, z], [delta])
    expect_close(grad_w(delta, z), expected, atol=1e-5, name="the gradient")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The gradient has the shape of the weights: a row for each unit above, a "
    "column for each unit below.",
)
def has_the_shape_of_the_weights(grad_w):
    expect_shape(grad_w(*draw(2, 5)), (2, 5), "the gradient", "(K, J)")


@test_case(
    points=1,
    hidden=False,
    failure_message="A calculation by hand fails. With the errors (2, -1) above and the outputs "
    "(3, 0.5, 4) below, the weight to the first unit from the third has the derivative 8, and the "
    "one to the second unit from the first has -3.",
)
def agrees_with_a_calculation_by_hand(grad_w):
    found = grad_w(np.array([2.0, -1.0]), np.array([3.0, 0.5, 4.0]))
    expect_close(found, [[6, 1, 8], [-3, -0.5, -4]], name="the gradient")


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The derivative by a weight is wrong. The weight w_kj has an effect on a_k "
    "only: how does a_k change with it, and how does the error change with a_k?",
)
def matches_autograd(grad_w):
    expect_gradient(grad_w, 3, 4)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Between two layers of the same size, the gradient is wrong. Its rows belong "
    "to the units above.",
)
def matches_autograd_between_layers_of_one_size(grad_w):
    expect_gradient(grad_w, 3, 3)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With a single unit above or a single unit below, the gradient is wrong.",
)
def works_for_layers_of_a_single_unit(grad_w):
    expect_gradient(grad_w, 1, 3)
    expect_gradient(grad_w, 3, 1)

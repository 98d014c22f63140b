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
    """Fail unless the gradient agrees with autograd for given errors of the units above."""
    delta, z = draw(K, J)
    weights = rng("weights").normal(size=(K, J))
    expected, _ = autograd(lambda W, z: W @ z, [weights, z], [delta])
    expect_close(grad_w(delta, z), expected, atol=1e-5, name="the gradient")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The gradient must have the shape of the weights: one row for each unit "
    "above, one column for each unit below.",
)
def has_the_shape_of_the_weights(grad_w):
    expect_shape(grad_w(*draw(2, 5)), (2, 5), "the gradient", "(K, J)")


@test_case(
    points=1,
    hidden=False,
    failure_message="The result differs from a calculation by hand. With the errors (2, -1) above "
    "and the outputs (3, 0.5, 4) below, the derivative is 8 for the weight to the first unit from "
    "the third, and -3 for the weight to the second unit from the first.",
)
def agrees_with_a_calculation_by_hand(grad_w):
    found = grad_w(np.array([2.0, -1.0]), np.array([3.0, 0.5, 4.0]))
    expect_close(found, [[6, 1, 8], [-3, -0.5, -4]], name="the gradient")


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The derivative with respect to a weight is wrong. The weight w_kj affects "
    "only a_k: how does a_k change with the weight, and how does the error change with a_k?",
)
def matches_autograd(grad_w):
    expect_gradient(grad_w, 3, 4)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient is wrong between two layers of equal size. Its rows belong to "
    "the units above.",
)
def matches_autograd_between_layers_of_one_size(grad_w):
    expect_gradient(grad_w, 3, 3)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient is wrong with a single unit above or a single unit below.",
)
def works_for_layers_of_a_single_unit(grad_w):
    expect_gradient(grad_w, 1, 3)
    expect_gradient(grad_w, 3, 1)

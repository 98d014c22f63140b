"""Cases for the errors of a layer of logistic units."""

import numpy as np
import torch

from checks import expect_close, expect_shape, expect_unchanged, rng, test_case
from checks.gradients import autograd

OK_FORMAT = False
name = "delta_hidden"


def draw(K, J):
    """Return the errors of K units above, the weights, and the activations of J units."""
    shapes = ((K,), (K, J), (J,))
    return [rng(f"argument {i}").normal(0, 1.5, shape) for i, shape in enumerate(shapes)]


def expect_errors(delta_hidden, delta, W, a):
    """Fail unless the errors of the layer with the activations ``a`` agree with autograd."""
    _, expected = autograd(lambda W, a: W @ torch.sigmoid(a), [W, a], [delta])
    found = delta_hidden(delta.copy(), W.copy(), 1 / (1 + np.exp(-a)))
    expect_close(found, expected, atol=1e-5, name="delta")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Return one error for each unit of the layer.",
)
def gives_each_unit_an_error(delta_hidden):
    delta, W, _ = draw(2, 5)
    found = delta_hidden(delta, W, np.full(5, 0.3))
    expect_shape(found, (5,), "delta", "(J,)")


@test_case(
    points=1,
    hidden=False,
    failure_message="The result differs from a calculation by hand. Let two units above have the "
    "errors (2, 1), with the weights (1, 2, 0) to the first and (3, -1, 1) to the second. For the "
    "outputs (0.5, 0.2, 0.9) the errors of the layer are 1.25, 0.48 and 0.09.",
)
def agrees_with_a_calculation_by_hand(delta_hidden):
    W = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 1.0]])
    found = delta_hidden(np.array([2.0, 1.0]), W, np.array([0.5, 0.2, 0.9]))
    expect_close(found, [1.25, 0.48, 0.09], name="delta")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The function changes one of its arguments in place. The caller still needs "
    "the outputs and the weights.",
)
def leaves_its_arguments_unchanged(delta_hidden):
    delta, W, _ = draw(2, 5)
    expect_unchanged(delta_hidden, delta, W, np.full(5, 0.3), names=("delta_above", "W", "z"))


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The errors are wrong for a layer of another size. A unit affects the error "
    "through every unit above it, and always through its own activation function.",
)
def matches_autograd(delta_hidden):
    expect_errors(delta_hidden, *draw(2, 4))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The errors are wrong between two layers of equal size. One column of the "
    "matrix holds the weights from one unit to all units above.",
)
def matches_autograd_between_layers_of_one_size(delta_hidden):
    expect_errors(delta_hidden, *draw(3, 3))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The errors are wrong with a single unit above, as in the layer below the "
    "output.",
)
def works_below_a_single_unit(delta_hidden):
    expect_errors(delta_hidden, *draw(1, 4))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The errors are wrong for outputs close to 0 or 1, where the logistic "
    "function is nearly flat.",
)
def is_small_where_units_are_saturated(delta_hidden):
    delta, W, _ = draw(2, 4)
    expect_errors(delta_hidden, delta, W, np.array([-6.0, -4.0, 4.0, 6.0]))

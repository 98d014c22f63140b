"""Public checks of delta_hidden; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, expect_unchanged, rng, test_case

OK_FORMAT = False
name = "delta_hidden"


def draw(K, J):
    """Return the errors of K units above, the weights, and the activations of J units."""
    shapes = ((K,), (K, J), (J,))
    return [rng(f"argument {i}").normal(0, 1.5, shape) for i, shape in enumerate(shapes)]


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

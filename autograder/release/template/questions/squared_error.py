"""Cases for a loss with its gradient: by hand, then against automatic differentiation."""

import numpy as np

from checks import expect_close, expect_parts, expect_shape, rng, test_case
from checks.gradients import autograd
from support import draw_table

OK_FORMAT = False
name = "squared_error"


def draw():
    """Return weights (3,), inputs (5, 3) and targets (5,)."""
    return rng("w").normal(size=3), draw_table("x", 5, 3), rng("t").normal(size=5)


def loss_of(w, x, t):
    """Return the loss as a function of tensors."""
    return ((x @ w - t) ** 2).mean() / 2


@test_case(points=0.5, hidden=False, failure_message="Return the loss and its gradient.")
def returns_a_loss_and_a_gradient(squared_error):
    loss, gradient = expect_parts(squared_error(*draw()), "the loss", "its gradient")
    expect_shape(gradient, (3,), "the gradient", "(D,)")
    assert float(loss) > 0, "the loss of a poor fit is positive"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With w = (1, 1), rows (1, 2), (3, 4) and targets 1, 5, both residuals are 2.",
)
def is_right_for_two_points(squared_error):
    x, t = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 5.0])
    loss, gradient = squared_error(np.ones(2), x, t)
    expect_close(loss, 2.0, name="the loss")
    expect_close(gradient, [4.0, 6.0], name="the gradient")


@test_case(points=1, hidden=True, failure_message="The loss of random points is wrong.")
def matches_the_definition(squared_error):
    w, x, t = draw()
    expect_close(squared_error(w, x, t)[0], loss_of(w, x, t), rtol=1e-4, name="the loss")


@test_case(
    points=2, hidden=True, failure_message="The gradient differs from automatic differentiation."
)
def matches_autograd(squared_error):
    w, x, t = draw()
    expected, *_ = autograd(loss_of, [w, x, t], [np.ones(())])
    expect_close(squared_error(w, x, t)[1], expected, rtol=1e-4, name="the gradient")

"""Cases for the error of the output unit."""

import numpy as np

from checks import expect_close, rng, test_case
from checks.gradients import autograd

OK_FORMAT = False
name = "delta_output"


def squared_error(y, t):
    """Return the error of one example."""
    return ((y - t) ** 2 / 2).sum()


def expect_derivatives(delta_output, outputs, t):
    """Fail unless the error of the output unit agrees with autograd for each of ``outputs``."""
    found = [delta_output(y.copy(), t) for y in outputs]
    for y, delta in zip(outputs, found, strict=True):
        expected, _ = autograd(squared_error, [y, np.array(t)], [np.ones(())])
        expect_close(delta, expected, atol=1e-5, name="delta")


@test_case(
    points=1,
    hidden=False,
    failure_message="The result differs from a calculation by hand. For t = 1, E_n is 2 at y = 3 "
    "and 2.02005 at y = 3.01, so the derivative at y = 3 is close to 2.",
)
def agrees_with_a_calculation_by_hand(delta_output):
    expect_close(delta_output(np.array([3.0]), 1.0), [2], name="delta")


@test_case(
    points=1,
    hidden=True,
    failure_message="The derivative of the error is wrong for an output above the target.",
)
def matches_autograd_above_the_target(delta_output):
    t = rng("t").normal(0, 2)
    expect_derivatives(delta_output, [t + rng("distance").uniform(0.5, 3, 1)], t)


@test_case(
    points=1,
    hidden=True,
    failure_message="The derivative of the error is wrong above or below the target. A larger "
    "output increases the error above the target and decreases it below.",
)
def matches_autograd_on_both_sides_of_the_target(delta_output):
    t, distance = rng("t").normal(0, 2), rng("distance").uniform(0.5, 3, 1)
    expect_derivatives(delta_output, [t + distance, t - distance], t)

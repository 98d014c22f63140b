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
    """Fail unless the error of the output unit is what autograd says, for each of ``outputs``."""
    found = [delta_output(y.copy(), t) for y in outputs]
    for y, delta in zip(outputs, found, strict=True):
        expected, _ = autograd(squared_error, [y, np.array(t)], [np.ones(())])
        expect_close(delta, expected, atol=1e-5, name="delta")


@test_case(
    points=1,
    hidden=False,
    failure_message="A calculation by hand fails. With y = 3 and t = 1, E_n = 2. With y = 3.01 it "
    "is 2.02005, so the derivative is close to 2.",
)
def agrees_with_a_calculation_by_hand(delta_output):
    expect_close(delta_output(np.array([3.0]), 1.0), [2], name="delta")


@test_case(
    points=1,
    hidden=True,
    failure_message="With the output above the target, the derivative of the error is wrong.",
)
def matches_autograd_above_the_target(delta_output):
    t = rng("t").normal(0, 2)
    expect_derivatives(delta_output, [t + rng("distance").uniform(0.5, 3, 1)], t)


@test_case(
    points=1,
    hidden=True,
    failure_message="The derivative of the error is wrong on one side of the target. Raising the "
    "output makes the error larger above the target and smaller below it.",
)
def matches_autograd_on_both_sides_of_the_target(delta_output):
    t, distance = rng("t").normal(0, 2), rng("distance").uniform(0.5, 3, 1)
    expect_derivatives(delta_output, [t + distance, t - distance], t)

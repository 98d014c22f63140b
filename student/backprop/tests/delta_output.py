"""Public checks of delta_output; the grader has more."""

import numpy as np

from checks import expect_close, test_case

OK_FORMAT = False
name = "delta_output"


@test_case(
    points=1,
    hidden=False,
    failure_message="The result differs from a calculation by hand. For t = 1, E_n is 2 at y = 3 "
    "and 2.02005 at y = 3.01, so the derivative at y = 3 is close to 2.",
)
def agrees_with_a_calculation_by_hand(delta_output):
    expect_close(delta_output(np.array([3.0]), 1.0), [2], name="delta")

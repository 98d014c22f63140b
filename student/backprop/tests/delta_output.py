"""Public checks of delta_output; the grader has more."""

import numpy as np

from checks import expect_close, test_case

OK_FORMAT = False
name = "delta_output"


@test_case(
    points=1,
    hidden=False,
    failure_message="A calculation by hand fails. With y = 3 and t = 1, E_n = 2. With y = 3.01 it "
    "is 2.02005, so the derivative is close to 2.",
)
def agrees_with_a_calculation_by_hand(delta_output):
    expect_close(delta_output(np.array([3.0]), 1.0), [2], name="delta")

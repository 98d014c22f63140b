"""Public checks of zero_in_chain; the grader has more."""

import numpy as np

from checks import expect_close, test_case

OK_FORMAT = False
name = "zero_in_chain"


def expect_zeros(zero_in_chain, on, zeros):
    """Fail unless the answer for a pattern is ``zeros``."""
    shown = "".join("01"[unit] for unit in on)
    found = zero_in_chain(on)
    expect_close(found, np.array(zeros), name=f"the answer for the pattern {shown}")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="With all units on, no gradient is zero. Return one boolean for each weight.",
)
def finds_no_zero_with_all_units_on(zero_in_chain):
    expect_zeros(zero_in_chain, [True] * 5, [False] * 4)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="In a chain of two weights whose only hidden unit is off, both gradients are "
    "zero.",
)
def finds_both_weights_of_a_unit_that_is_off(zero_in_chain):
    expect_zeros(zero_in_chain, [True, False, True], [True, True])

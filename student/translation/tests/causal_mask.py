"""Public checks of causal_mask; the grader has more."""

import numpy as np

from checks import expect_shape, numbers, test_case

OK_FORMAT = False
name = "causal_mask"


def forbidden(mask, length):
    """Return a mask as booleans; a mask of numbers forbids where it is minus infinity."""
    expect_shape(mask, (length, length), "the mask", "(length, length)")
    values = numbers(mask, "the mask")
    return values if values.dtype == bool else np.isneginf(values)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="For two positions, only one entry is forbidden: the first position must not "
    "attend to the second. True means forbidden.",
)
def lets_the_second_of_two_look_at_both(causal_mask):
    found = forbidden(causal_mask(2), 2).tolist()
    assert found == [[False, True], [False, False]], f"the mask for two positions is {found}"

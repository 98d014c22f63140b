"""Public checks of causal_mask; the grader has more."""

import numpy as np

from checks import as_shaped, expect_shape, numbers, test_case

OK_FORMAT = False
name = "causal_mask"


def forbidden(mask, length):
    """Return a mask as booleans; a mask of numbers forbids where it is minus infinity."""
    values = numbers(mask, "the mask")
    values = values if values.dtype == bool else np.isneginf(values)
    return as_shaped(values, (length, length), "the mask")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="For two positions, only one entry is forbidden: the first position must not "
    "attend to the second. True means forbidden.",
)
def lets_the_second_of_two_look_at_both(causal_mask):
    mask = causal_mask(2)
    expect_shape(mask, (2, 2), "the mask", "(length, length)")
    found = forbidden(mask, 2).tolist()
    assert found == [[False, True], [False, False]], f"the mask for two positions is {found}"

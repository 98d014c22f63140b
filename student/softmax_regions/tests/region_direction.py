"""Public checks of region_direction; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, or_replaced, test_case
from support import BY_HAND, same_for_all

OK_FORMAT = False
name = "region_direction"


@test_case(points=0.25, hidden=False, failure_message="The direction must have length one.")
@or_replaced(same_for_all)
def has_length_one(region_direction):
    direction = region_direction(2, BY_HAND)
    expect_shape(direction, (2,), "the direction")
    expect_close(np.linalg.norm(direction), 1, name="its length")


@test_case(
    points=0,
    hidden=False,
    failure_message="The result differs from a calculation by hand. With the activations x_1, x_2 "
    "and -x_1 - x_2, the red lines of class 2 have the directions (1, -2) and (-2, 1), up to "
    "their length, so its middle has the direction (-0.7071, -0.7071). This check gives no "
    "points. A hidden check does, and it also accepts an answer that follows from your own "
    "boundary_direction.",
)
def agrees_with_a_calculation_by_hand(region_direction):
    expect_close(region_direction(2, BY_HAND), [-np.sqrt(0.5)] * 2, name="the direction")

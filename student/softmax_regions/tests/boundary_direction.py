"""Public checks of boundary_direction; the grader has more."""

import numpy as np

from checks import expect_close, test_case
from support import BY_HAND

OK_FORMAT = False
name = "boundary_direction"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result differs from a calculation by hand. With the activations x_1, x_2 "
    "and -x_1 - x_2, the regions of classes 0 and 1 meet where x_1 = x_2 > 0, so the direction is "
    "(0.7071, 0.7071).",
)
def agrees_with_a_calculation_by_hand(boundary_direction):
    direction = boundary_direction(0, 1, BY_HAND)
    expect_close(direction, [np.sqrt(0.5), np.sqrt(0.5)], name="the direction")

"""Public checks of boundary_direction; the grader has more."""

import numpy as np

from checks import expect_close, test_case

OK_FORMAT = False
name = "boundary_direction"

BY_HAND = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. With the activations x_1, x_2 and -x_1 - x_2, "
    "the regions of the first two meet where x_1 and x_2 are equal and positive, which is the "
    "direction (0.7071, 0.7071).",
)
def agrees_with_a_calculation_by_hand(boundary_direction):
    direction = boundary_direction(0, 1, BY_HAND)
    expect_close(direction, [np.sqrt(0.5), np.sqrt(0.5)], name="the direction")

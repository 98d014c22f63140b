"""Cases for the direction of the middle of a region."""

import numpy as np

from checks import (
    attach_figure,
    expect_close,
    expect_finite,
    expect_shape,
    numbers,
    or_replaced,
    test_case,
)
from checks.carried import carried_from
from figures.regions import decision_regions
from oracle import OF_THE_HANDOUT, bisectors, boundary, draw_weights, right_functions
from support import BY_HAND, same_for_all

OK_FORMAT = False
name = "region_direction"

NAMES = [rf"$\mathcal{{C}}_{k}$" for k in (1, 2, 3)]


def directions_of(region_direction, W):
    """Return the student's direction of each region."""
    found = [region_direction(k, W) for k in range(3)]
    for direction in found:
        expect_shape(direction, (2,), "the direction")
        expect_finite(direction, "the direction")
    return numbers(found)


def origin(found, examples, boundary_direction):
    """Return which of the student's own functions the directions follow from; None if none."""
    own, right = {"boundary_direction": boundary_direction}, {"boundary_direction": boundary}
    follow = lambda functions, W: bisectors(functions["boundary_direction"], W)
    return carried_from(found, examples, follow, own, right)


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


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The direction is not the middle of its region. It makes different angles "
    "with the two red lines, lies in another region, or does not have length one.",
)
@or_replaced(right_functions, "boundary_direction")
def halves_the_angle_between_the_red_lines(region_direction, boundary_direction):
    examples = [draw_weights("first"), draw_weights("second")]
    found = [directions_of(region_direction, W) for W in examples]
    if origin(found, examples, boundary_direction) is None:
        for directions, W in zip(found, examples, strict=True):
            expected = bisectors(boundary, W)
            expect_close(directions, expected, atol=1e-5, name="the direction, one row per region")


@test_case(
    points=0,
    hidden=True,
    failure_message="For the activations of the handout, a direction is wrong. If it follows "
    "from your own boundary_direction, the error is carried forward and costs no points here.",
)
def is_right_for_the_regions_of_the_handout(region_direction, boundary_direction):
    W, b = OF_THE_HANDOUT
    found = directions_of(region_direction, W.copy())
    point = np.linalg.solve(W[1:] - W[0], b[0] - b[1:])
    lines = {f"{i + 1} and {j + 1}": boundary(i, j, W) for i, j in ((0, 1), (0, 2), (1, 2))}
    attach_figure(
        "The regions of the handout's activations, with the middles that region_direction gives",
        decision_regions(W, b, NAMES, point=point, boundaries=lines, middles=list(found)),
    )
    other = draw_weights()
    both = [found, directions_of(region_direction, other)]
    carried = origin(both, [W, other], boundary_direction)
    name = "the direction" + (" (carried forward from boundary_direction)" if carried else "")
    expect_close(found, bisectors(boundary, W), atol=1e-5, name=name)

"""Cases for the direction of the middle of a region."""

import numpy as np

from checks import attach_figure, expect_close, expect_finite, expect_shape, rng, test_case
from checks.carried import carried_from
from checks.regions import decision_regions

OK_FORMAT = False
name = "region_direction"

BY_HAND = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
OF_THE_HANDOUT = np.array([[3, 1], [1, 3], [-3, 1.5]]), np.array([1.0, 2, 2])
NAMES = [rf"$\mathcal{{C}}_{k}$" for k in (1, 2, 3)]


def draw(label=""):
    """Return weights whose rows are the corners of a triangle of a fair size."""
    angles = rng(f"angles {label}").uniform(0, 2 * np.pi) + np.arange(3) * 2 * np.pi / 3
    angles += rng(f"turns {label}").uniform(-0.5, 0.5, 3)
    lengths = rng(f"lengths {label}").uniform(1, 3, (3, 1))
    corners = lengths * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return corners + rng(f"shift {label}").normal(0, 2, 2)


def boundary(i, j, W):
    """Return the direction of the red line between two regions."""
    along = (W[i] - W[j]) @ np.array([[0, 1], [-1, 0]])
    away = np.sign(along @ (W[i] + W[j] - 2 * W[3 - i - j]))
    return away * along / np.linalg.norm(along)


def bisectors(functions, W):
    """Return the direction halfway between the two boundaries of each region."""
    pairs = {k: [c for c in range(3) if c != k] for k in range(3)}
    sums = [
        sum(np.ravel(functions["boundary_direction"](k, c, W)) for c in pairs[k]) for k in range(3)
    ]
    return np.array([total / np.linalg.norm(total) for total in sums])


def found_directions(region_direction, W):
    """Return the student's direction of each region."""
    found = [region_direction(k, W) for k in range(3)]
    for direction in found:
        expect_shape(direction, (2,), "the direction")
        expect_finite(direction, "the direction")
    return np.array(found)


def origin(found, examples, boundary_direction):
    """Return what the student's directions follow from."""
    own, right = {"boundary_direction": boundary_direction}, {"boundary_direction": boundary}
    return carried_from(found, examples, bisectors, own, right)


@test_case(points=0.25, hidden=False, failure_message="The direction must have length one.")
def has_length_one(region_direction):
    direction = region_direction(2, BY_HAND)
    expect_shape(direction, (2,), "the direction")
    expect_close(np.linalg.norm(direction), 1, name="its length")


@test_case(
    points=0,
    hidden=False,
    failure_message="A calculation by hand fails. With the activations x_1, x_2 and -x_1 - x_2, "
    "the red lines of the third region have the directions (1, -2) and (-2, 1), up to their "
    "length, so its middle has the direction (-0.7071, -0.7071). This check gives no points: a "
    "hidden one does, and accepts what follows from your own boundary_direction.",
)
def agrees_with_a_calculation_by_hand(region_direction):
    expect_close(region_direction(2, BY_HAND), [-np.sqrt(0.5)] * 2, name="the direction")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The direction is not that of the middle: it makes different angles with the "
    "two red lines of the region, lies in another region, or does not have length one.",
)
def halves_the_angle_between_the_red_lines(region_direction, boundary_direction):
    examples = [draw("first"), draw("second")]
    found = [found_directions(region_direction, W) for W in examples]
    if origin(found, examples, boundary_direction) is None:
        for directions, W in zip(found, examples, strict=True):
            expected = bisectors({"boundary_direction": boundary}, W)
            expect_close(directions, expected, atol=1e-5, name="the direction, region by row")


@test_case(
    points=0,
    hidden=True,
    failure_message="For the activations of the handout, a direction is wrong. Where it follows "
    "from your own boundary_direction, that error is carried forward and costs no points here.",
)
def is_right_for_the_regions_of_the_handout(region_direction, boundary_direction):
    W, b = OF_THE_HANDOUT
    found = found_directions(region_direction, W.copy())
    point = np.linalg.solve(W[1:] - W[0], b[0] - b[1:])
    lines = {f"{i + 1} and {j + 1}": boundary(i, j, W) for i, j in ((0, 1), (0, 2), (1, 2))}
    attach_figure(
        "The regions of the handout's activations, with the middles that region_direction gives",
        decision_regions(W, b, NAMES, point=point, boundaries=lines, middles=list(found)),
    )
    other = draw()
    both = [found, found_directions(region_direction, other)]
    carried = origin(both, [W, other], boundary_direction)
    name = "the direction" + (" (carried forward from boundary_direction)" if carried else "")
    expected = bisectors({"boundary_direction": boundary}, W)
    expect_close(found, expected, atol=1e-5, name=name)

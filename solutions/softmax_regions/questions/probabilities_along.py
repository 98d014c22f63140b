"""Cases for the probabilities along a ray."""

import numpy as np

from checks import expect_close, expect_shape, or_replaced, rng, test_case
from checks.carried import carried_from
from oracle import OF_THE_HANDOUT, right_functions, softmax
from support import same_for_all

OK_FORMAT = False
name = "probabilities_along"

GREEN = np.array([3 / 22, -4 / 11])  # of the handout


def unit(*direction):
    """Return a direction with length one."""
    return np.array(direction) / np.linalg.norm(direction)


def class_probabilities_of_ray(functions, ray):
    """Return the probabilities at the points of a ray, which is (points, W, b)."""
    return functions["class_probabilities"](*ray)


def expect_probabilities(functions, point, direction, distances, W, b, carried=True):
    """Fail unless the probabilities along a ray are right, or follow from the student's own."""
    probabilities_along, own = functions
    found, rays = [], []
    for part in (np.array(distances), np.array(distances) / 2 + 0.1):
        given = point.copy(), direction.copy(), part, W.copy(), b.copy()
        found.append(probabilities_along(*given))
        rays.append((np.array([point + s * direction for s in part]), W, b))
    named, right = {"class_probabilities": own}, {"class_probabilities": softmax}
    origin = carried_from(found, rays, class_probabilities_of_ray, named, right)
    if origin is None or (origin and not carried):
        name = "the result" + (" (carried forward)" if origin else "")
        for probabilities, ray in zip(found, rays, strict=True):
            expect_close(probabilities, softmax(*ray), atol=1e-6, name=name)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Return one row for each distance, with the probability of each class.",
)
@or_replaced(same_for_all)
def gives_a_row_for_each_distance(probabilities_along):
    W, b = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.zeros(3)
    found = probabilities_along(np.zeros(2), np.array([1.0, 0.0]), np.array([0, 1, 2, 3]), W, b)
    expect_shape(found, (4, 3), "the result", "(N, K)")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="For another ray and other weights, the probabilities are wrong.",
)
@or_replaced(right_functions, "class_probabilities")
def matches_the_definition_on_any_ray(probabilities_along, class_probabilities):
    functions = probabilities_along, class_probabilities
    shapes = ((2,), (2,), (4, 2), (4,))
    point, direction, W, b = (rng(f"{i}").normal(size=shape) for i, shape in enumerate(shapes))
    distances = rng("distances").uniform(0, 3, 5)
    expect_probabilities(functions, point, unit(*direction), distances, W, b)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="On the red line between the first two classes of the handout, the "
    "probabilities are wrong at a distance between 0 and ten thousand from the green point.",
)
@or_replaced(right_functions, "class_probabilities")
def reaches_one_half_far_along_a_red_line(probabilities_along, class_probabilities):
    functions = probabilities_along, class_probabilities
    expect_probabilities(functions, GREEN, unit(1, 1), [0, 0.5, 1, 10, 1e4], *OF_THE_HANDOUT)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="On a ray into the third region of the handout, the probabilities are wrong "
    "at a distance between 0 and ten thousand from the green point.",
)
@or_replaced(right_functions, "class_probabilities")
def reaches_certainty_far_inside_a_region(probabilities_along, class_probabilities):
    functions = probabilities_along, class_probabilities
    expect_probabilities(functions, GREEN, unit(-1, -0.14), [0, 0.5, 1, 10, 1e4], *OF_THE_HANDOUT)


@test_case(
    points=0,
    hidden=True,
    failure_message="The probabilities along a ray are wrong. If they follow from your own "
    "class_probabilities, the error is carried forward and costs no points in this question's "
    "hidden cases.",
)
def is_right_without_anything_carried_forward(probabilities_along, class_probabilities):
    functions = probabilities_along, class_probabilities
    distances = [0, 0.5, 1, 1e4]
    expect_probabilities(functions, GREEN, unit(1, 1), distances, *OF_THE_HANDOUT, carried=False)

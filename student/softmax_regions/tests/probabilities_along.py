"""Public checks of probabilities_along; the grader has more."""

import numpy as np

from checks import expect_shape, or_replaced, test_case
from support import same_for_all

OK_FORMAT = False
name = "probabilities_along"


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

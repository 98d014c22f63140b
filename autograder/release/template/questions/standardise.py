"""Cases for a function of numpy: shape, a value worked by hand, random tables."""

import numpy as np

from checks import expect_close, expect_shape, test_case
from support import draw_table

OK_FORMAT = False
name = "standardise"


@test_case(points=0.5, hidden=False, failure_message="The result must have the shape of x.")
def keeps_the_shape(standardise):
    expect_shape(standardise(draw_table("x", 5, 3)), (5, 3), "the result", "(N, D)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The columns (1, 3) and (2, 6) both become (-1, 1): subtract the mean of the "
    "column, then divide by its standard deviation.",
)
def is_right_for_a_small_table(standardise):
    x = np.array([[1.0, 2.0], [3.0, 6.0]])
    expect_close(standardise(x), np.array([[-1.0, -1.0], [1.0, 1.0]]), rtol=1e-6)


@test_case(points=1, hidden=True, failure_message="The columns do not have mean 0.")
def centres_every_column(standardise):
    z = standardise(draw_table("x", 7, 4))
    expect_close(np.asarray(z).mean(axis=0), np.zeros(4), atol=1e-6)  # float32 inside is accepted


@test_case(points=1, hidden=True, failure_message="The columns do not have deviation 1.")
def scales_every_column(standardise):
    z = standardise(draw_table("x", 7, 4))
    expect_close(np.asarray(z).std(axis=0), np.ones(4), rtol=1e-5)

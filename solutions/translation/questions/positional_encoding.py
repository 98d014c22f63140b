"""Cases for the encoding of positions: values by hand, the definition, another length."""

import numpy as np

from checks import as_shaped, expect_close, expect_shape, rng, test_case

OK_FORMAT = False
name = "positional_encoding"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="positional_encoding(length, d_model) must have the shape (length, d_model).",
)
def has_a_row_for_each_position(positional_encoding):
    expect_shape(positional_encoding(5, 8), (5, 8), "the encoding", "(length, d_model)")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Row 0 must alternate between 0 and 1, the sine and the cosine of 0.",
)
def starts_with_zeros_and_ones(positional_encoding):
    found = as_shaped(positional_encoding(3, 6), (3, 6), "the encoding")
    expect_close(found[0], [0, 1, 0, 1, 0, 1], atol=1e-6, name="row 0")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With d_model = 4, row t must contain sin(t), cos(t), sin(t / 100) and "
    "cos(t / 100), in radians.",
)
def turns_by_one_radian_and_by_a_hundredth(positional_encoding):
    expected = [
        [0.0, 1.0, 0.0, 1.0],
        [0.841471, 0.540302, 0.01, 0.99995],
        [0.909297, -0.416147, 0.019999, 0.9998],
    ]
    expect_close(positional_encoding(3, 4), expected, atol=1e-5, name="the encoding")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The encodings differ from the definition. Check the exponent of 10000 in "
    "every column, and the order of sines and cosines.",
)
def follows_the_definition(positional_encoding):
    length, d_model = int(rng("length").integers(20, 60)), 2 * int(rng("half").integers(4, 40))
    expected = np.empty((length, d_model))
    for i in range(d_model // 2):
        angle = np.arange(length) / 10_000 ** (2 * i / d_model)
        expected[:, 2 * i], expected[:, 2 * i + 1] = np.sin(angle), np.cos(angle)
    # float32 angles of up to 60 are right to about 4e-6
    expect_close(positional_encoding(length, d_model), expected, atol=1e-4, name="the encoding")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The encoding of a position must not depend on the argument length.",
)
def does_not_depend_on_the_length(positional_encoding):
    long = as_shaped(positional_encoding(30, 12), (30, 12), "the encoding of 30 positions")
    expect_close(positional_encoding(7, 12), long[:7], atol=1e-6, name="the first 7 of 30 rows")


@test_case(
    points=0.25,
    hidden=True,
    after="starts_with_zeros_and_ones",
    failure_message="positional_encoding(1, d_model) must have the shape (1, d_model), and its "
    "only row is the row of position 0.",
)
def works_for_a_single_position(positional_encoding):
    found = positional_encoding(1, 6)
    expect_shape(found, (1, 6), "the encoding", "(length, d_model)")
    expect_close(found, [[0, 1, 0, 1, 0, 1]], atol=1e-6, name="the encoding")

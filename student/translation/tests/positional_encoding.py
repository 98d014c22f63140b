"""Public checks of positional_encoding; the grader has more."""

from checks import as_shaped, expect_close, expect_shape, test_case

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

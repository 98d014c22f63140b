"""Public checks of predict_proba; the grader has more."""

from checks import as_shaped, expect_shape, numbers, test_case
from support import probabilities

OK_FORMAT = False
name = "predict_proba"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="predict_proba must return one number per image, of shape (N,).",
)
def returns_one_number_per_image(predict_proba, build_model):
    found, _, _ = probabilities(predict_proba, build_model)
    expect_shape(numbers(found, "the probabilities"), (17,), "the probabilities", axes="(N,)")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The result of predict_proba must be between 0 and 1.",
)
def returns_numbers_from_0_to_1(predict_proba, build_model):
    found, _, _ = probabilities(predict_proba, build_model)
    found = as_shaped(found, (17,), "the probabilities")
    assert found.min() >= 0, f"there is the number {found.min():.3f}"
    assert found.max() <= 1, f"there is the number {found.max():.3f}"

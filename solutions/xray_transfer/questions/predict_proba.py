"""Cases for the probabilities: a model with known logits."""

from checks import as_shaped, expect_close, expect_shape, numbers, test_case
from oracle import expect_moved
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


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The results are not the probabilities of pneumonia, class 1, in the order of "
    "the images.",
)
def gives_the_probability_of_pneumonia(predict_proba, build_model):
    found, expected, _ = probabilities(predict_proba, build_model)
    expect_close(found, expected, rtol=1e-3, atol=1e-4, name="the probabilities")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must predict in evaluation mode.",
)
def predicts_in_evaluation_mode(predict_proba, build_model):
    _, _, seen = probabilities(predict_proba, build_model, modes=True)
    modes = [training for training, _ in seen]
    assert not any(modes), f"{sum(modes)} of {len(modes)} batches ran in training mode"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The predictions need no gradients; switch the recording off.",
)
def records_no_gradients(predict_proba, build_model):
    _, _, seen = probabilities(predict_proba, build_model)
    assert not any(records for _, records in seen), "gradients are recorded"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Images are not moved to the device of the model, so the prediction fails on "
    "an accelerator.",
)
def moves_the_batches_to_the_device(predict_proba, build_model):
    expect_moved(predict_proba, False, build_model)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A dataloader with a single image must give a single probability.",
)
def works_for_a_single_image(predict_proba, build_model):
    found, expected, _ = probabilities(predict_proba, build_model, count=1)
    expect_close(found, expected, rtol=1e-3, atol=1e-4, name="the probability")

"""Cases for loss and accuracy: both numbers follow from the logits of a small network."""

from checks import expect_close, expect_finite, expect_parts, expect_shape, test_case
from oracle import expect_moved, losses_and_hits
from support import COUNTS, draw_parts, study

OK_FORMAT = False
name = "evaluate"

GIVEN = ("model", "dataloader", "device")


def expect_mean(evaluate, place, kind):
    """Fail unless a returned number is the mean over the images; 0 is the loss, 1 the accuracy."""
    parts = draw_parts()
    found = study(evaluate, GIVEN, ["result", "numbers", "logits"], parts)
    values = losses_and_hits(found["notes"], parts["test"])[place]
    result = expect_parts(found["result"], "loss", "accuracy")[place]
    expect_close(result, values.mean(), rtol=1e-4, name=f"the {kind}")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="evaluate must return two numbers: the loss and the accuracy.",
)
def returns_loss_and_accuracy(evaluate):
    result = study(evaluate, GIVEN, ["result"])["result"]
    expect_finite(expect_parts(result, "loss", "accuracy"))
    expect_shape(result, (2,), "the result")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Every image of the dataloader must be used once, also those of a short last "
    "batch.",
)
def uses_every_image_once(evaluate):
    notes = study(evaluate, GIVEN, ["numbers"])["notes"]
    used = sorted(number for note in notes for number in note["numbers"])
    assert used == list(range(COUNTS["test"])), f"it uses the images {used}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The loss is not the mean cross-entropy over the images. Every image has the "
    "same weight.",
)
def returns_the_mean_loss_per_image(evaluate):
    expect_mean(evaluate, 0, "loss")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The accuracy is not the fraction of images whose class has the largest logit.",
)
def returns_the_fraction_of_correct_predictions(evaluate):
    expect_mean(evaluate, 1, "accuracy")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The whole network must be in evaluation mode. In training mode, dropout is "
    "active and batch normalisation uses and changes other statistics.",
)
def evaluates_in_evaluation_mode(evaluate):
    notes = study(evaluate, GIVEN, ["in_training"], in_training=True)["notes"]
    modes = [note["in_training"] for note in notes]
    assert not any(map(any, modes)), f"head and backbone are in training mode: {modes[0]}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="evaluate needs no gradients; switch the recording off.",
)
def records_no_gradients(evaluate):
    notes = study(evaluate, GIVEN, ["records"])["notes"]
    assert not any(note["records"] for note in notes), "the logits require gradients"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="evaluate changes parameters of the network: nothing may be learned from these "
    "images.",
)
def changes_no_parameter(evaluate):
    changed = study(evaluate, GIVEN, ["changed_in_all"])["changed_in_all"]
    assert not changed, f"these parameters change: {', '.join(changed)}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Images or labels are not moved to the device, so it fails on an accelerator.",
)
def moves_the_batches_to_the_device(evaluate):
    expect_moved(evaluate, draw_parts(), GIVEN)

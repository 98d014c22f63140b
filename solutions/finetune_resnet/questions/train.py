"""Cases for the training loop: a small network notes each batch, each gradient, each step."""

from checks import expect_finite, test_case
from oracle import (
    expect_a_step_for_each_batch,
    expect_epochs,
    expect_gradient_of_the_batch,
    expect_mean_losses,
    expect_moved,
    expect_training_images_only,
    of_backbone,
    of_head,
    steps_of,
)
from support import draw_parts, losses_of, study_training

OK_FORMAT = False
name = "train"

WHICH = ("split", "numbers", "records")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return a list with one finite loss for each epoch.",
)
def returns_a_loss_for_each_epoch(train):
    found = study_training(train, ["result"], num_epochs=3)
    expect_finite(losses_of(found["result"], 3), "the list of losses")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Training must lower the loss: after some epochs it must be smaller than in "
    "the first one.",
)
def lowers_the_loss(train):
    losses = losses_of(study_training(train, ["result"], num_epochs=12)["result"], 12)
    assert losses[-1] < losses[0], f"the loss goes from {losses[0]:.4f} to {losses[-1]:.4f}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="train must learn from the training images only, and never use the test ones.",
)
def learns_from_training_images_only(train):
    expect_training_images_only(study_training(train, [*WHICH, "changed"]))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In each of the num_epochs epochs, every training image must be used once.",
)
def uses_each_image_once_per_epoch(train):
    parts = draw_parts()
    for epochs in (1, 3):
        found = study_training(train, WHICH, num_epochs=epochs, parts=parts)
        expect_epochs(found, parts, epochs)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A parameter of the backbone changes. The optimiser may hold them only if "
    "their gradients are switched off.",
)
def keeps_the_backbone(train):
    changed = of_backbone(study_training(train, ["changed_in_all"])["changed_in_all"])
    assert not changed, f"these parameters change: {', '.join(changed)}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each batch must change all parameters of the new layers.",
)
def makes_a_step_for_each_batch(train):
    found = study_training(train, [*WHICH, "changed", "parameters"])
    expect_a_step_for_each_batch(found, of_head(found["parameters"]))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradient of a step is not that of the mean cross-entropy of this batch "
    "alone. Check the loss, and what happens to older gradients.",
)
def follows_the_gradient_of_the_batch(train):
    parts = draw_parts()
    found = study_training(train, [*WHICH, "logits", "gradient", "alone"], parts=parts)
    expect_gradient_of_the_batch(found, parts)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The new layers must be in training mode in every epoch, so that dropout "
    "works.",
)
def trains_in_training_mode(train):
    modes = [note["training"] for note in steps_of(study_training(train, [*WHICH, "training"]))]
    assert all(modes), f"{modes.count(False)} of {len(modes)} batches ran in evaluation mode"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A loss that is returned is not the mean over all images of its epoch. Every "
    "image has the same weight, also those of a short last batch.",
)
def returns_the_mean_loss_per_image(train):
    parts = draw_parts()
    found = study_training(train, ["result", *WHICH, "logits"], parts=parts)
    expect_mean_losses(found, parts, 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Images or labels are not moved to the device, so the training fails on an "
    "accelerator.",
)
def moves_the_batches_to_the_device(train):
    expect_moved(train, draw_parts(), ["model", "dataloaders", "device", 2])

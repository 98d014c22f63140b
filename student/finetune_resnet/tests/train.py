"""Public checks of train; the grader has more."""

from checks import expect_finite, test_case
from support import losses_of, study_training

OK_FORMAT = False
name = "train"


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

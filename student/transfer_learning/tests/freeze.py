"""Public checks of freeze; the grader has more."""

from checks import test_case
from support import expect_one_training

OK_FORMAT = False
name = "freeze"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="freeze must call train_model once with the dataloaders and sizes that it "
    "gets, and return the model.",
)
def returns_a_trained_model(freeze):
    expect_one_training(freeze)

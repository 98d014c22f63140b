"""Public checks of finetune; the grader has more."""

from checks import test_case
from support import expect_one_training

OK_FORMAT = False
name = "finetune"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="finetune must call train_model once with the dataloaders and sizes that it "
    "gets, and return the model.",
)
def returns_a_trained_model(finetune):
    expect_one_training(finetune)

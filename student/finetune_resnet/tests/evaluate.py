"""Public checks of evaluate; the grader has more."""

from checks import expect_finite, expect_parts, expect_shape, test_case
from support import study

OK_FORMAT = False
name = "evaluate"

GIVEN = ("model", "dataloader", "device")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="evaluate must return two numbers: the loss and the accuracy.",
)
def returns_loss_and_accuracy(evaluate):
    result = study(evaluate, GIVEN, ["result"])["result"]
    expect_finite(expect_parts(result, "loss", "accuracy"))
    expect_shape(result, (2,), "the result")

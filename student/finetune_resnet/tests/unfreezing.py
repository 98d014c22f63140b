"""Public checks of unfreezing; the grader has more."""

from checks import expect_finite, expect_own_or_replaced, test_case
from support import harmless, losses_of, study_training

OK_FORMAT = False
name = "unfreezing"

HEAD, FULL = 3, 2  # epochs


def run(train_unfrozen, wanted, parts=None, head=HEAD, full=FULL):
    """Return what ``watch`` finds when train_unfrozen runs."""
    return study_training(train_unfrozen, [*wanted], head, (full,), parts=parts)


@test_case(
    points=1,
    hidden=False,
    failure_message="train_unfrozen must return a list with one finite loss for each epoch of both "
    "phases.",
)
def returns_a_loss_for_each_epoch(train_unfrozen):
    def check():
        losses = losses_of(run(train_unfrozen, ["result"])["result"], HEAD + FULL)
        expect_finite(losses, "the list of losses")

    expect_own_or_replaced(check, train_unfrozen, harmless)

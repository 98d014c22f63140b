"""Cases for unfreezing: which parameters change in each epoch of a small network."""

from checks import expect_finite, expect_own_or_replaced, test_case
from oracle import (
    epochs_of,
    expect_a_step_for_each_batch,
    expect_epochs,
    expect_gradient_of_the_batch,
    expect_mean_losses,
    expect_training_images_only,
    expect_with_right_functions,
    of_backbone,
    of_head,
    steps_of,
)
from support import COUNTS, draw_parts, harmless, losses_of, study_training

OK_FORMAT = False
name = "unfreezing"

HEAD, FULL = 3, 2  # epochs
WHICH = ("split", "numbers", "records")


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


@test_case(
    points=2,
    hidden=True,
    failure_message="In the first head_epochs epochs, no parameter of the backbone may change.",
)
def keeps_the_backbone_at_first(train_unfrozen):
    def check():
        found = run(train_unfrozen, [*WHICH, "changed"])
        for number, epoch in enumerate(epochs_of(found, COUNTS["train"])[:HEAD], 1):
            changed = of_backbone({name for note in epoch for name in note["changed"]})
            assert not changed, f"epoch {number} changes {', '.join(changed)}"

    expect_with_right_functions(check, train_unfrozen)


@test_case(
    points=2,
    hidden=True,
    failure_message="After head_epochs epochs, every step must change all parameters of the "
    "backbone: their gradients are on, and the optimiser holds them.",
)
def changes_the_backbone_afterwards(train_unfrozen):
    def check():
        found = run(train_unfrozen, [*WHICH, "changed", "parameters"])
        later = epochs_of(found, COUNTS["train"])[HEAD:]
        assert later, f"there are only {HEAD} epochs or fewer"
        notes = {"notes": [note for epoch in later for note in epoch]}
        expect_a_step_for_each_batch(notes, of_backbone(found["parameters"]))

    expect_with_right_functions(check, train_unfrozen)


@test_case(
    points=1,
    hidden=True,
    failure_message="The new layers must learn in both phases.",
)
def changes_the_new_layers_in_both_phases(train_unfrozen):
    def check():
        found = run(train_unfrozen, [*WHICH, "changed", "parameters"])
        expect_a_step_for_each_batch(found, of_head(found["parameters"]))

    expect_with_right_functions(check, train_unfrozen)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="There must be head_epochs + full_epochs epochs, each with every training "
    "image once and no other image.",
)
def uses_each_image_once_per_epoch(train_unfrozen):
    def check():
        parts = draw_parts()
        for head, full in ((1, 2), (2, 1)):
            found = run(train_unfrozen, [*WHICH, "changed"], parts, head, full)
            expect_epochs(found, parts, head + full)
            expect_training_images_only(found)

    expect_with_right_functions(check, train_unfrozen)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradient of a step is not that of the mean cross-entropy of this batch "
    "alone.",
)
def follows_the_gradient_of_the_batch(train_unfrozen):
    def check():
        parts = draw_parts()
        wanted = [*WHICH, "logits", "gradient", "alone"]
        expect_gradient_of_the_batch(run(train_unfrozen, wanted, parts), parts)

    expect_with_right_functions(check, train_unfrozen)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A loss that is returned is not the mean over all images of its epoch, or the "
    "new layers are not in training mode.",
)
def returns_the_mean_loss_per_image(train_unfrozen):
    def check():
        parts = draw_parts()
        found = run(train_unfrozen, ["result", *WHICH, "logits", "training"], parts)
        expect_mean_losses(found, parts, HEAD + FULL)
        assert all(note["training"] for note in steps_of(found)), "a batch is in evaluation mode"

    expect_with_right_functions(check, train_unfrozen)

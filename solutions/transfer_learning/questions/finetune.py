"""Cases for fine-tuning: a small pretrained network before and after a short training."""

from checks import test_case
from oracle import (
    expect_cross_entropy_and_own_scheduler,
    expect_moved_to_the_device,
    expect_one_output_per_class,
)
from support import expect_one_training, study_scenario

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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number of outputs must be the number of classes. Replace the last layer.",
)
def has_one_output_per_class(finetune):
    expect_one_output_per_class(finetune)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Training must start from the pretrained weights, except for the last layer.",
)
def starts_from_the_pretrained_weights(finetune):
    found = study_scenario(finetune)
    inner = [name for name in found["parameters"] if not name.startswith("fc")]
    other = sorted(set(inner) - set(found["pretrained"]))
    assert inner, "the layers of the pretrained network are missing"
    assert not other, f"these parameters start from other values: {', '.join(other)}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Training must change every parameter, those of the new last layer too.",
)
def trains_all_parameters(finetune):
    found = study_scenario(finetune)
    fixed = sorted(set(found["parameters"]) - set(found["changed"]))
    assert not fixed, f"these parameters do not change: {', '.join(fixed)}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss must be the cross-entropy of the logits, and the scheduler must "
    "belong to the optimiser.",
)
def uses_cross_entropy_and_its_own_scheduler(finetune):
    expect_cross_entropy_and_own_scheduler(finetune)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The network is not moved to the device, so the training fails on an "
    "accelerator.",
)
def moves_the_network_to_the_device(finetune):
    expect_moved_to_the_device(finetune)

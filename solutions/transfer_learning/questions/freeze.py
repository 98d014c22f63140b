"""Cases for the frozen network: which parameters a short training changes, and which it keeps."""

from checks import test_case
from oracle import (
    expect_cross_entropy_and_own_scheduler,
    expect_moved_to_the_device,
    expect_one_output_per_class,
)
from support import expect_one_training, study_scenario

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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number of outputs must be the number of classes. Replace the last layer.",
)
def has_one_output_per_class(freeze):
    expect_one_output_per_class(freeze)


@test_case(
    points=1,
    hidden=True,
    failure_message="Training changes a parameter outside the last layer, or does not start from "
    "the pretrained weights. All these parameters must keep their pretrained values.",
)
def keeps_all_other_parameters(freeze):
    found = study_scenario(freeze)
    inner = [name for name in found["parameters"] if not name.startswith("fc")]
    kept = set(found["pretrained"]) - set(found["changed"])
    other = sorted(set(inner) - kept)
    assert inner, "the layers of the pretrained network are missing"
    assert not other, f"these parameters have other values at the end: {', '.join(other)}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Training must change the parameters of the new last layer.",
)
def trains_the_last_layer(freeze):
    found = study_scenario(freeze)
    head = {name for name in found["parameters"] if name.startswith("fc")}
    fixed = sorted(head - set(found["changed"]))
    assert head, "the network has no layer fc"
    assert not fixed, f"these parameters do not change: {', '.join(fixed)}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss must be the cross-entropy of the logits, and the scheduler must "
    "belong to the optimiser.",
)
def uses_cross_entropy_and_its_own_scheduler(freeze):
    expect_cross_entropy_and_own_scheduler(freeze)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The network is not moved to the device, so the training fails on an "
    "accelerator.",
)
def moves_the_network_to_the_device(freeze):
    expect_moved_to_the_device(freeze)

"""Cases for the training: a scripted model tells what it met and which weights came back."""

from itertools import pairwise

import numpy as np
import torch

from checks import expect_close, rng, run_beside, test_case
from oracle import PATIENCE, epochs_of, expect_moved, of_part, own_or_right, peaked, rising, study
from support import train_to_tell_apart, with_logits

OK_FORMAT = False
name = "train_model"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train_model must return the model, and training must lower the loss.",
)
def learns_to_tell_two_classes_apart(train_model, build_model):
    generator = rng("points")
    labels = np.arange(40) % 2
    points = generator.normal(size=(40, 3, 2, 2)) + 2.0 * labels[:, None, None, None]
    images = torch.from_numpy(points).float(), torch.from_numpy(labels)

    def check(logits):
        found = run_beside(train_to_tell_apart, train_model, logits, *images)
        assert found["returns"] == "a model", f"it returns an object of type {found['returns']}"
        assert found["after"] < 0.95 * found["before"], (
            f"the loss goes from {found['before']:.3f} to {found['after']:.3f}"
        )

    with_logits(build_model, check)


def _returns_the_best_epoch(train_model, build_model):
    parts, best = peaked()
    found = study(train_model, build_model, parts)
    wanted = {met["weight"] for met in of_part(found, 1) if met["epoch"] == best}
    assert wanted, f"there is no validation after epoch {best}"
    gap = min(abs(found["weight"] - weight) for weight in wanted)
    assert gap < 1e-6, (
        f"the returned weight is {found['weight']:.4f}, in the best epoch it was {min(wanted):.4f}"
    )


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The returned model does not have the weights of the epoch that was best on "
    "the validation part.",
)
def returns_the_best_epoch(train_model, build_model):
    own_or_right(_returns_the_best_epoch, train_model, build_model)


def _returns_parameters_and_buffers_of_one_epoch(train_model, build_model):
    found = study(train_model, build_model, peaked()[0])
    count = len(peaked()[0][0][1])
    states = [(met["weight"], count * met["epoch"]) for met in of_part(found, 1)]
    near = min(abs(weight - found["weight"]) for weight, _ in states)
    values = {c for weight, c in states if abs(weight - found["weight"]) < near + 1e-7}
    assert found["count"] in values or near > 1e-6, "the buffers are from another epoch"
    assert of_part(found, 1), "there is no validation"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The returned model has the parameters of one epoch and the buffers of another "
    "one. Keep and load the whole state_dict.",
)
def returns_parameters_and_buffers_of_one_epoch(train_model, build_model):
    own_or_right(_returns_parameters_and_buffers_of_one_epoch, train_model, build_model)


def _stops_early(train_model, build_model):
    parts, best = peaked()
    epochs = len(epochs_of(study(train_model, build_model, parts)))
    assert best + PATIENCE <= epochs <= best + PATIENCE + 1, (
        f"epoch {best} is the best, the patience is {PATIENCE}, and {epochs} epochs are trained"
    )


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Training does not stop after `patience` epochs in a row that are not better "
    "than the best one.",
)
def stops_early(train_model, build_model):
    own_or_right(_stops_early, train_model, build_model)


def _trains_all_epochs_while_it_improves(train_model, build_model):
    for wanted in (2, 6):
        epochs = len(epochs_of(study(train_model, build_model, rising(), wanted)))
        assert epochs == wanted, f"with num_epochs={wanted}, {epochs} epochs are trained"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="If the validation improves in every epoch, all num_epochs epochs must be "
    "trained, and no more.",
)
def trains_all_epochs_while_it_improves(train_model, build_model):
    own_or_right(_trains_all_epochs_while_it_improves, train_model, build_model)


def _leaves_the_test_part_alone(train_model, build_model):
    found = study(train_model, build_model, peaked()[0])
    used = len(of_part(found, 2))
    assert not used, f"{used} batches of the test part are used"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="train_model uses the test part. It must neither train on it nor choose by it.",
)
def leaves_the_test_part_alone(train_model, build_model):
    own_or_right(_leaves_the_test_part_alone, train_model, build_model)


def _weighs_the_classes(train_model, build_model):
    weights, parts = rng("weights").permutation([0.7, 2.4]).tolist(), rising()
    first = of_part(study(train_model, build_model, parts, 1, weights), 0)[0]
    slopes, rows = np.abs(first["slopes"]), parts[0][0][:, 0, 0]
    assert len(slopes) == len(first["numbers"]), "no gradient reaches the logits"
    places = [rows[:, 0].round().int().tolist().index(number) for number in first["numbers"]]
    margins = first["weight"] * rows[places, 3].double().numpy()
    wanted = np.array(weights)[first["classes"]] / (1 + np.exp(margins))
    assert slopes.sum() > 0, "no gradient reaches the logits"
    shares = slopes / slopes.sum(), wanted / wanted.sum()
    expect_close(*shares, rtol=2e-3, name="the shares of the images in the gradient")


@test_case(
    points=1,
    hidden=True,
    failure_message="The loss is not the cross-entropy of the logits, weighted with the given "
    "weights of the classes.",
)
def weighs_the_classes(train_model, build_model):
    own_or_right(_weighs_the_classes, train_model, build_model)


def _makes_one_step_for_each_batch(train_model, build_model):
    parts = rising()
    found = study(train_model, build_model, parts, 3)
    for epoch in epochs_of(found):
        numbers = [n for met in epoch for n in met["numbers"]]
        assert len(numbers) == len(parts[0][1]), f"an epoch uses {len(numbers)} images"
    for before, after in pairwise(of_part(found, 0)):
        assert after["weight"] != before["weight"], "a batch changes no parameter"
        assert after["weight"] > before["weight"], "a step makes the loss of its batch larger"
        largest = abs(after["last"]) * 1.001 + 1e-9
        assert abs(after["gradient"]) <= largest, "the gradients of several batches add up"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="In an epoch, the model must see every training image once, and each batch "
    "must change the parameters by a step on its own gradient.",
)
def makes_one_step_for_each_batch(train_model, build_model):
    own_or_right(_makes_one_step_for_each_batch, train_model, build_model)


def _trains_in_training_mode(train_model, build_model):
    passes = of_part(study(train_model, build_model, rising(), 2), 0)
    modes = [met["training"] for met in passes]
    assert all(modes), f"{len(modes) - sum(modes)} of {len(modes)} batches ran in evaluation mode"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must be in training mode when it trains, also after a validation.",
)
def trains_in_training_mode(train_model, build_model):
    own_or_right(_trains_in_training_mode, train_model, build_model)


def _validates_in_evaluation_mode(train_model, build_model):
    passes = of_part(study(train_model, build_model, rising(), 2), 1)
    assert passes, "there is no validation"
    modes = [met["all_eval"] for met in passes]
    assert all(modes), f"{len(modes) - sum(modes)} of {len(modes)} batches ran in training mode"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must be in evaluation mode during validation.",
)
def validates_in_evaluation_mode(train_model, build_model):
    own_or_right(_validates_in_evaluation_mode, train_model, build_model)


def _learns_nothing_from_validation(train_model, build_model):
    passes = of_part(study(train_model, build_model, rising(), 2), 1)
    assert passes, "there is no validation"
    assert not any(met["records"] for met in passes), "the outputs require gradients"
    for epoch in {met["epoch"] for met in passes}:
        weights = {met["weight"] for met in passes if met["epoch"] == epoch}
        assert len(weights) == 1, "a parameter changes during the validation"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The validation must record no gradients and change no parameter.",
)
def learns_nothing_from_validation(train_model, build_model):
    own_or_right(_learns_nothing_from_validation, train_model, build_model)


def _leaves_frozen_layers_alone(train_model, build_model):
    found = study(train_model, build_model, rising(), 2)
    assert found["frozen"], "a parameter or running statistic of a frozen layer changes"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Frozen layers change: a parameter without requires_grad, or the running "
    "statistics of a batch normalisation without learning parameters.",
)
def leaves_frozen_layers_alone(train_model, build_model):
    own_or_right(_leaves_frozen_layers_alone, train_model, build_model)


def _moves_the_batches_to_the_device(train_model, build_model):
    expect_moved(train_model, True, build_model)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Images or labels are not moved to the device of the model, so the training "
    "fails on an accelerator.",
)
def moves_the_batches_to_the_device(train_model, build_model):
    own_or_right(_moves_the_batches_to_the_device, train_model, build_model)

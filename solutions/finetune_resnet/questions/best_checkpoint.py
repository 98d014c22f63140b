"""Cases for the best checkpoint: a network whose validation is scripted, epoch by epoch."""

import numpy as np
import torch

from checks import expect_own_or_replaced, rng, test_case
from oracle import expect_epochs, expect_with_right_functions, losses_and_hits
from support import BATCHES, CLASSES, draw_parts, harmless, study

OK_FORMAT = False
name = "best_checkpoint"

EPOCHS = 8
GIVEN = ("model", "dataloaders", "device", EPOCHS, "path")
WHICH = ("split", "numbers", "records")
COUNTS = {"train": 10, "val": 10, "test": 10}


def draw_script(parts):
    """Return what is added to the logits, by split and epoch: 0 is before the first one.

    The validation has its best accuracy in epoch 3 or 4, its lowest loss in epoch 5, its highest
    loss in epoch 2 and its worst accuracy in epoch 6; epoch 7 is the last one that is better than
    the one before. The test is best in epoch 2, the training in epoch 5.
    """
    draw = rng("script")
    middle = [8, 5] if draw.random() < 0.5 else [5, 8]
    rights = {
        "val": [9, 2, 4, *middle, 6, 1, 5, 3],
        "test": [3, 4, 9, 2, 3, 4, 2, 5, 3],
        "train": [9, 3, 4, 5, 4, 9, 5, 4, 3],
    }
    script = {}
    for split, counts in rights.items():
        labels = parts[split][1]
        sign = torch.nn.functional.one_hot(labels, CLASSES).double() - 1 / CLASSES
        rows = []
        for epoch, count in enumerate(counts):
            right = torch.from_numpy(draw.permutation(len(labels)) < count)
            depth = {2: 20.0, 5: 1.5, 6: 4.0}.get(epoch, 9.0) if split == "val" else 9.0
            height = torch.where(right, 9.0, -depth)
            rows.append(sign * height[:, None] * (0.4 if split == "train" else 1))
        script[split] = torch.stack(rows).float()
    return script


def run(train_best, wanted):
    """Return what ``watch`` finds, with the images."""
    parts = draw_parts(1.0, **COUNTS)
    given = {"script": draw_script(parts), "batches": BATCHES}
    return study(train_best, GIVEN, ["judge", *wanted], parts, **given), parts


def validations(found):
    """Return the batches of each validation, in order; other images have a case of their own."""
    groups, before = [], False
    for note in found["notes"]:
        own = note["split"] == found["judge"]
        validates = own and not (found["judge"] == "train" and note["records"])
        if validates and not before:
            groups.append([])
        if validates:
            groups[-1].append(note)
        before = validates
    assert groups, "the network is never validated"
    return groups


def expect_best(found, parts, key):
    """Fail unless the weights under ``key`` are those of a best validation."""
    groups = validations(found)
    measured = [losses_and_hits(group, parts[found["judge"]]) for group in groups]
    losses, accuracies = ([float(np.mean(m[i])) for m in measured] for i in (0, 1))
    first = len(groups) - EPOCHS  # one before the first epoch does not take part
    later = range(max(first, 0), len(groups))
    best = {i for i in later if accuracies[i] >= max(accuracies[k] for k in later) - 1e-9}
    best |= {i for i in later if losses[i] <= min(losses[k] for k in later) + 1e-9}
    best |= set(found["returned"]) if key == "saved" else set()  # penalised in another case
    epochs = [i - first + 1 for i in found[key]]
    assert best & set(found[key]), (
        f"the weights are those after epoch {epochs or 'unknown'}; the validation is best after "
        f"epoch {sorted(i - first + 1 for i in best)}"
    )


@test_case(
    points=1,
    hidden=False,
    failure_message="train_best must return the network and save a file at `path`.",
)
def returns_the_network_and_saves_a_file(train_best):
    def check():
        given = ["model", "dataloaders", "device", 2, "path"]
        found = study(train_best, given, ["kind", "has_file"])
        assert found["kind"] == "a model", f"it returns an object of type {found['kind']}"
        assert found["has_file"], "there is no file at `path`"

    expect_own_or_replaced(check, train_best, harmless)


@test_case(
    points=2,
    hidden=True,
    failure_message="The returned network does not have the weights of the epoch with the highest "
    "validation accuracy or the lowest validation loss.",
)
def returns_the_weights_of_the_best_epoch(train_best):
    def check():
        found, parts = run(train_best, ["returned", *WHICH, "logits"])
        expect_best(found, parts, "returned")

    expect_with_right_functions(check, train_best)


@test_case(
    points=1,
    hidden=True,
    failure_message="The saved file does not hold the weights of the best epoch.",
)
def saves_the_weights_of_the_best_epoch(train_best):
    def check():
        found, parts = run(train_best, ["saved", "returned", *WHICH, "logits"])
        expect_best(found, parts, "saved")

    expect_with_right_functions(check, train_best)


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The test images must not be used: the validation images choose the epoch.",
)
def validates_with_validation_images_only(train_best):
    def check():
        splits = {note["split"] for note in run(train_best, WHICH)[0]["notes"]}
        assert "test" not in splits, "the test images are used"
        assert "val" in splits, "the validation images are not used"

    expect_with_right_functions(check, train_best)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="There must be num_epochs epochs, each followed by one validation.",
)
def validates_after_each_epoch(train_best):
    def check():
        found, parts = run(train_best, WHICH)
        expect_epochs(found, parts, EPOCHS, only="train")
        groups = validations(found)
        assert EPOCHS <= len(groups) <= EPOCHS + 1, f"there are {len(groups)} validations"
        for group in groups[-EPOCHS:]:
            used = sorted({number for note in group for number in note["numbers"]})
            assert used == list(range(10)), f"a validation uses the images {used}"

    expect_with_right_functions(check, train_best)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Nothing may be learned from the validation images: no step, no gradients.",
)
def learns_nothing_from_the_validation(train_best):
    def check():
        for group in validations(run(train_best, [*WHICH, "changed"])[0]):
            assert not any(note["records"] for note in group), "gradients are recorded"
            changed = sorted({name for note in group[:-1] for name in note["changed"]})
            assert not changed, f"a validation changes {', '.join(changed)}"

    expect_with_right_functions(check, train_best)


@test_case(
    points=1,
    hidden=True,
    failure_message="The network must be in evaluation mode in each validation, and the new layers "
    "in training mode in each epoch.",
)
def changes_between_the_modes(train_best):
    def check():
        notes = run(train_best, [*WHICH, "training", "in_training"])[0]["notes"]
        for note in notes:
            if note["split"] == "val":
                assert not any(note["in_training"]), "a validation runs in training mode"
            elif note["records"]:
                assert note["training"], "an epoch of training runs in evaluation mode"

    expect_with_right_functions(check, train_best)

"""Expected values of a scripted training, and the held-out images.

For hidden cases only; this module is never shipped to students.
"""

import dataclasses
import functools
from contextlib import nullcontext

import numpy as np
import torch

from checks import expect_any, expect_close, expect_shape, replaced, rng, run_beside
from support import (
    MARGIN,
    PLACES,
    draw_script,
    is_training,
    of_kind,
    phases,
    study_scenario,
    train_and_predict,
)


def peaked_script():
    """Return a script whose validation is best in epoch 3 or 4 of 7, for batches of five.

    Each other rule chooses another epoch: the training is best in epoch 1, its loss in epoch 2. The
    validation is worst in epoch 4 or 3, its loss is best in epoch 5, and epoch 6 is the last one
    that is better than the one before.
    """
    generator = rng("peak")
    low, high = generator.integers(3, 6, 2)
    counts = np.array([2, low, 3, 9, 1, high, 7, 6, 5])  # right ones of 10, by place of the weight
    if generator.random() < 0.5:
        counts[3:5] = 1, 9
    val_right = np.stack([generator.permutation(10) < count for count in counts], axis=1)
    train_right = generator.random((15, PLACES)) < 0.5
    train_right[:, :2] = True
    return draw_script(train_right, val_right, batch_size=5, sure=(1, 5))


def best_epochs(found, script):
    """Return for each of the best epochs the weights that the model had in its validation.

    The weight of the next forward pass counts too, in case the validation has changed it.
    """
    groups = of_kind(found, training=False)
    accuracies = [_values(group, script)[2][0] for group in groups]
    following = [*(group[0]["weight"] for group in phases(found)[2::2]), None]
    return [
        [weight for weight in (*(met["weight"] for met in group), after) if weight is not None]
        for group, accuracy, after in zip(groups, accuracies, following, strict=False)
        if accuracy > max(accuracies) - 1e-9
    ]


def values_of(found, script):
    """Return pairs of a logged and the expected (phase, loss, accuracy), phase by phase."""
    groups = phases(found)
    lines = found["log"]
    assert len(lines) == len(groups), f"{len(groups)} phases have {len(lines)} lines in the log"
    return [(line, _values(group, script)) for line, group in zip(lines, groups, strict=True)]


def expect_mean(actual, expected, name):
    """Fail unless a number is one of the means; a NaN or another object fails too."""
    checks = [
        functools.partial(expect_close, actual, mean, rtol=1e-4, name=name) for mean in expected
    ]
    expect_any(*checks)


def _values(group, script):
    """Return the phase, the mean losses and the accuracies of the forward passes of one phase.

    There are two means: over the images that were used, and over those that should be.
    """
    phase = "train" if is_training(group[0]) else "val"
    images, labels = script.val if group[0]["is_val"] else script.train
    rows, sign = images[:, 0, 0].double(), 2.0 * labels - 1
    position = {round(float(number)): i for i, number in enumerate(rows[:, 0])}
    losses, hits = [], []
    for met in group:
        chosen = [position[number] for number in met["numbers"]]
        place = int(np.clip(round(met["weight"]), 0, PLACES - 1))
        logits = rows[chosen, 2] * met["weight"] + rows[chosen, 3 + place]
        losses += ((MARGIN - sign[chosen] * logits) / 2).tolist()
        hits += (sign[chosen] * logits > 0).tolist()
    counts = len(hits), len(script.val[1] if phase == "val" else script.train[1])
    return phase, [sum(losses) / n for n in counts], [sum(hits) / n for n in counts]


def moved(train_model, train, val):
    """Train as if on an accelerator; tell for each batch whether it was moved there."""
    import torch
    from torch import Tensor, nn
    from torch.overrides import TorchFunctionMode
    from torch.utils.data import DataLoader, TensorDataset

    def is_device(value):
        is_index = isinstance(value, int) and not isinstance(value, bool)
        return isinstance(value, torch.device | str) or is_index

    class PretendedAccelerator(TorchFunctionMode):
        """Mark what is moved to a device, and move nothing."""

        def __torch_function__(self, function, types, arguments=(), options=None):
            options = dict(options or {})
            if function in (Tensor.to, Tensor.cuda):
                device = options.pop("device", None)
                given = [v for v in arguments[1:] if is_device(v)] or [device]
                rest = [value for value in arguments[1:] if not is_device(value)]
                other = any(hasattr(value, "moved") for value in rest)
                result = Tensor.to(arguments[0], *rest, **options) if rest or options else None
                result = arguments[0].clone() if result is None else result.clone()
                if function == Tensor.cuda or given != [None] or other:
                    result.moved = True
                return result
            if options.get("device") is not None:
                options["device"] = "cpu"
            return function(*arguments, **options)

    class Flat(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(train[0][0].numel(), 2)

        def forward(self, images):
            found["images"].append(hasattr(images, "moved"))
            return self.linear(0.01 * images.flatten(1))

    def criterion(logits, labels):
        found["labels"].append(hasattr(labels, "moved"))
        return nn.functional.cross_entropy(logits, labels)

    found, model = {"images": [], "labels": []}, Flat()
    data = {"train": TensorDataset(*train), "val": TensorDataset(*val)}
    loaders = {phase: DataLoader(part, 4) for phase, part in data.items()}
    sizes = {phase: len(part) for phase, part in data.items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1)
    with PretendedAccelerator():
        device = torch.device("cuda", 0)
        train_model(device, loaders, sizes, model, criterion, optimizer, scheduler, num_epochs=2)
    return found


def predict_unseen(scenario):
    """Train on the images of the grader; return the classes of unseen images, and these.

    Which class has the label 0 is drawn anew, so that no weights from home are worth anything. Of
    the photographs, the unseen ones are every second validation image.
    """
    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import ants_bees, dataset

    size = data_size("ants_bees")
    train, val = (ants_bees.load(split, size) for split in ants_bees.SPLITS)
    if size == "sample":
        unseen = dataset("ants_bees").held_out.load()
    else:
        unseen = dataclasses.replace(val, images=val.images[1::2], labels=val.labels[1::2])
        val = dataclasses.replace(val, images=val.images[::2], labels=val.labels[::2])
    flip = int(rng("labels").integers(2))
    parts = [
        (torch.from_numpy(part.images), torch.from_numpy(part.labels ^ flip))
        for part in (train, val)
    ]
    names = [train.classes[label ^ flip] for label in (0, 1)]
    images = torch.from_numpy(unseen.images)
    own = run_beside(learns, scenario)
    with nullcontext() if own else replaced(scenario, right_training):
        found = run_beside(train_and_predict, scenario, *parts, images, names)
    expect_shape(found, (len(images),), "the predictions")
    return found.numpy() ^ flip, unseen


def right_training(scenario):
    """Return a right train_model in place of one that learns nothing."""
    import copy

    import torch

    def train_model(
        device, dataloaders, dataset_sizes, model, criterion, optimizer, scheduler, num_epochs=25
    ):
        best, weights = -1, model.state_dict()
        for _ in range(num_epochs):
            model.train()
            for images, labels in dataloaders["train"]:
                optimizer.zero_grad()
                criterion(model(images.to(device)), labels.to(device)).backward()
                optimizer.step()
            scheduler.step()
            model.eval()
            with torch.no_grad():
                hits = sum(
                    int((model(images.to(device)).argmax(1).cpu() == labels).sum())
                    for images, labels in dataloaders["val"]
                )
            if hits > best:
                best, weights = hits, copy.deepcopy(model.state_dict())
        model.load_state_dict(weights)
        return model

    return {"train_model": train_model}


def learns(scenario):
    """Tell whether a linear model learns four points by heart with the student's train_model.

    A module that has none needs none.
    """
    import inspect

    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    train_model = inspect.unwrap(scenario).__globals__.get("train_model")
    if train_model is None:
        return True
    points = TensorDataset(torch.eye(4), torch.tensor([0, 1, 0, 1]))
    loaders = dict.fromkeys(("train", "val"), DataLoader(points, 2))
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 100)
    given = torch.device("cpu"), loaders, {"train": 4, "val": 4}, model
    try:
        trained = train_model(*given, nn.CrossEntropyLoss(), optimizer, scheduler, 20)
        return trained(points.tensors[0]).argmax(1).tolist() == [0, 1, 0, 1]
    except Exception:
        return False


def expect_one_output_per_class(scenario):
    """Fail unless the network of finetune or freeze has two outputs for two classes."""
    outputs = study_scenario(scenario)["outputs"]
    assert outputs == 2, f"for two classes, the network has {outputs} outputs"


def expect_cross_entropy_and_own_scheduler(scenario):
    """Fail unless a shift of all logits changes no loss and the scheduler changes the optimiser."""
    found = study_scenario(scenario)
    assert found["ignores_a_shift"], "the loss changes if all logits grow by 3"
    assert found["schedules"], "the scheduler belongs to another optimiser"


def expect_moved_to_the_device(scenario):
    """Fail unless all parameters are on the device."""
    devices = study_scenario(scenario, device="meta")["devices"]
    assert devices == ["meta"], f"the parameters are on {' and '.join(devices)}"

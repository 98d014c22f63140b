"""Measures of transformed images, a scripted training, and the held-out X-rays.

For hidden cases only; this module is never shipped to students.
"""

import functools
from contextlib import nullcontext

import numpy as np
import torch

from checks import (
    as_shaped,
    expect_own_or_replaced,
    expect_shape,
    file_beside,
    replaced,
    rng,
    run_beside,
)
from support import with_logits

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the pixels in ImageNet
EPOCHS, PATIENCE = 10, 3


def pixels_of(value):
    """Undo the normalisation of a transformed image (3, P, P)."""
    found = as_shaped(value, np.shape(value), "the transformed image").astype(float)
    assert found.ndim == 3, "the transformed image does not have three axes"
    assert len(found) == 3, "the transformed image does not have three channels"
    scale = [np.array(numbers)[:, None, None] for numbers in (DEVIATION, MEAN)]
    return found * scale[0] + scale[1]


def tilt_of(image):
    """Return by how many degrees an image is turned that grew brighter downwards."""
    height, width = image.shape
    middle = image[height // 4 : -(height // 4), width // 4 : -(width // 4)]
    # medians, because corners that a rotation or a shift leaves empty have sharp edges
    down, right = np.median(middle[6:] - middle[:-6]), np.median(middle[:, 6:] - middle[:, :-6])
    return float(np.degrees(np.arctan2(right, down)))


def stripes_in(image, axis):
    """Return how many stripes an image shows along an axis, in its middle."""
    lines = image if axis == 0 else image.T
    middle = lines.shape[1] // 2
    line = lines[:, middle - 1 : middle + 2].mean(axis=1)
    signs = np.sign(line - np.median(line))
    signs = signs[signs != 0]
    return float((signs[1:] != signs[:-1]).sum()) / 2


def right_judges(owner, kind="tensor"):
    """Return a right predict_proba and evaluate, for models with one or two logits.

    The probabilities are a tensor or an array.
    """

    def predict_proba(model, loader):
        import torch

        model.eval()
        with torch.no_grad():
            found = [model(images) for images, _ in loader]
        logits = torch.cat([part.reshape(len(part), -1) for part in found])
        found = (logits[:, -1] - (logits[:, 0] if logits.shape[1] == 2 else 0)).sigmoid()
        return found.numpy() if kind == "array" else found

    def evaluate(model, loader):
        import torch

        found = torch.as_tensor(predict_proba(model, loader)).double()
        labels = torch.cat([labels for _, labels in loader])
        positive, negative = found[labels == 1], found[labels == 0]
        gaps = positive[:, None] - negative
        right = (found > 0.5) == (labels == 1)
        confusion = torch.zeros(2, 2, dtype=torch.int64)
        for row, column in zip(labels.tolist(), (found > 0.5).long().tolist(), strict=True):
            confusion[row, column] += 1
        return {
            "accuracy": float(right.double().mean()),
            "confusion": confusion,
            "fpr": torch.tensor([0.0, 1.0]),
            "tpr": torch.tensor([0.0, 1.0]),
            "auc": float(((gaps > 0).double() + 0.5 * (gaps == 0)).mean()),
        }

    return {"predict_proba": predict_proba, "evaluate": evaluate}


def own_or_right(check, function, build_model):
    """Fail unless a check passes with the student's earlier functions, or with right ones."""
    arguments = functools.partial(check, function, build_model)
    if run_beside(has_judges, function):
        expect_own_or_replaced(arguments, function, right_judges, (("tensor",), ("array",)))
    else:
        arguments()


def watch_training(train_model, logits, parts, weights, options):
    """Train a scripted model; return what each forward pass met, and the final model.

    An image (3, 2, M) holds its number, its part, the sign of its class and a strength, and in a
    second row the logit of pneumonia after each epoch, if it is for validation or test. The script
    counts the training images. A training image has the logit fc.weight * sign * strength.
    """
    import torch
    from torch import nn
    from torch.nn.functional import logsigmoid
    from torch.utils.data import DataLoader, TensorDataset

    class Scripted(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1))
            self.norm = nn.BatchNorm1d(1)
            self.fc = nn.Linear(1, 1, bias=False)
            self.register_buffer("count", torch.zeros(()))
            nn.init.constant_(self.fc.weight, 0.5)
            self.features.requires_grad_(False)
            self.fc.weight.register_hook(lambda gradient: steps.append(float(gradient)))

        def forward(self, images):
            number, part, sign, strength = (images[:, 0, 0, k] for k in range(4))
            if part[0] == 0 and torch.is_grad_enabled():
                self.count += len(number)
            epoch = min(int(self.count + 0.5) // len(parts[0][1]), images.shape[3] - 1)
            learned = self.fc((sign * strength)[:, None])[:, 0]
            logit = learned if part[0] == 0 else images[:, 0, 1, epoch] + 0 * learned
            still = self.features(number[:, None]) + self.norm(number[:, None])
            logit = logit + 0 * still[:, 0]
            gradient = self.fc.weight.grad
            met = {
                "part": int(part[0]),
                "numbers": [round(n) for n in number.tolist()],
                "classes": [int(s > 0) for s in sign.tolist()],
                "epoch": epoch,
                "training": self.norm.training,
                "all_eval": not any(module.training for module in self.modules()),
                "records": logit.requires_grad,
                "weight": self.fc.weight.item(),
                "gradient": 0.0 if gradient is None else float(gradient),
                "last": steps[-1] if steps else 0.0,
                "slopes": [],
            }
            if logit.requires_grad and part[0] == 0:
                logit.register_hook(lambda slopes: met["slopes"].extend(slopes.tolist()))
            seen.append(met)
            if logits == 1:
                return logit[:, None]
            return torch.stack([logsigmoid(-logit), logsigmoid(logit)], dim=1)

    seen, steps, model = [], [], Scripted()
    frozen = {k: v.clone() for k, v in model.features.state_dict().items()}
    loaders = {
        name: DataLoader(TensorDataset(*part), 6)
        for name, part in zip(("train", "val", "test"), parts, strict=True)
    }
    final = train_model(model, loaders, weights, **options)
    is_model = isinstance(final, Scripted)
    judged = final if is_model else model  # a missing model is penalised in a case of its own
    return {
        "seen": seen,
        "returns": "a model" if is_model else type(final).__name__,
        "weight": judged.fc.weight.item(),
        "count": float(judged.count),
        "frozen": all(torch.equal(v, frozen[k]) for k, v in judged.features.state_dict().items()),
    }


def script(qualities, other=None):
    """Return train, val and test parts; ``qualities`` are right images of 10 after each epoch.

    The test part has the qualities ``other``.
    """
    generator, parts = rng("script"), []
    for part, count in enumerate((23, 20, 20)):
        labels = np.arange(count) % 2
        sign = 2.0 * labels - 1
        images = torch.zeros(count, 3, 2, 12)
        images[:, 0, 0, 0] = torch.from_numpy(generator.permutation(count) + 100.0 * part)
        images[:, 0, 0, 1] = part
        images[:, 0, 0, 2] = torch.from_numpy(sign)
        images[:, 0, 0, 3] = torch.from_numpy(generator.uniform(0.6, 1.4, count))
        for epoch, right in enumerate(qualities if part < 2 else other or qualities):
            places = np.argsort(generator.random(count // 2))
            is_right = np.repeat(places < right, 2)[:count] if part else np.ones(count, bool)
            table = sign * np.where(is_right, 1.5, -1.5)
            images[:, 0, 1, epoch] = torch.from_numpy(table)
        parts.append((images, torch.from_numpy(labels)))
    return parts


def peaked():
    """Return a script whose validation is best after epoch 3 or 4 of 10, and that epoch.

    With a patience of 3, the training ends three epochs later: between them, one epoch is better
    than the one before, but not than the best.
    """
    best = int(rng("peak").integers(3, 5))
    before = [3, 5, 4, 4][:best]  # index 0: before any training
    after = [5, 6, 2, 4, 5, 4, 3, 5, 4]
    qualities = [*before, 9, *after][:12]
    other = [5] * 12
    other[best + 1 if rng("other").random() < 0.5 else best - 1] = 10
    return script(qualities, other), best


def rising():
    """Return a script whose validation is better after every epoch."""
    return script([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10])


def study(train_model, build_model, parts, epochs=EPOCHS, weights=(1.0, 1.0)):
    """Return what ``watch_training`` finds, with right judges in place of the student's."""
    options = {"num_epochs": epochs, "patience": PATIENCE, "learning_rate": 0.01}
    given = parts, torch.tensor(weights), options
    result = [None]

    def check(logits):
        result[0] = run_beside(watch_training, train_model, logits, *given)
        assert result[0]["seen"], "the model was never called"
        assert of_part(result[0], 0), "no batch was used for training"

    with_logits(build_model, check)
    return result[0]


def has_judges(owner):
    """Tell whether the student's module has predict_proba or evaluate."""
    import inspect

    names = getattr(inspect.unwrap(owner), "__globals__", {})
    return "predict_proba" in names or "evaluate" in names


def of_part(found, part):
    """Return the forward passes of a part: 0 training with gradients, 1 validation, 2 test."""
    kept = [met for met in found["seen"] if met["part"] == part]
    return kept if part else [met for met in kept if met["records"]]


def epochs_of(found):
    """Return the training passes of each epoch, as lists."""
    groups, used = [[]], set()
    for met in of_part(found, 0):
        if used & set(met["numbers"]):
            groups.append([])
            used = set()
        used |= set(met["numbers"])
        groups[-1].append(met)
    return groups


def moved(function, trains, logits, images, labels):
    """Call train_model or predict_proba as if on an accelerator; tell which batches were moved.

    Labels are seen where a loss of ``torch.nn.functional`` gets them.
    """
    import torch
    from torch import Tensor, nn
    from torch.nn.functional import logsigmoid
    from torch.overrides import TorchFunctionMode
    from torch.utils.data import DataLoader, TensorDataset

    class PretendedAccelerator(TorchFunctionMode):
        """Mark what is moved to a device and what is computed from it; move nothing."""

        def __torch_function__(self, function, types, arguments=(), options=None):
            options = options or {}
            given = [*arguments, *options.values()]
            tensors = [value for value in given if isinstance(value, Tensor)]
            marked = any(hasattr(tensor, "moved") for tensor in tensors)
            if marked and function in losses:
                target = options["target"] if "target" in options else arguments[1]
                found["labels"].append(hasattr(target, "moved"))
            result = function(*arguments, **options)
            if function == Tensor.to:
                marked |= any(isinstance(v, torch.device | str) for v in given)
            if not isinstance(result, Tensor) or not (marked or function == Tensor.cuda):
                return result
            result = result.clone() if any(result is tensor for tensor in tensors) else result
            result.moved = True
            return result

    class Flat(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(images[0].numel(), 1)

        def forward(self, batch):
            found["images"].append(hasattr(batch, "moved"))
            logit = self.fc(0.01 * batch.flatten(1))[:, 0]
            if logits == 1:
                return logit[:, None]
            return torch.stack([logsigmoid(-logit), logsigmoid(logit)], dim=1)

    losses = [
        nn.functional.cross_entropy,
        nn.functional.nll_loss,
        nn.functional.binary_cross_entropy_with_logits,
    ]
    found = {"images": [], "labels": []}
    loader = DataLoader(TensorDataset(images, labels), 4)
    with PretendedAccelerator():
        if trains:
            loaders = dict.fromkeys(("train", "val", "test"), loader)
            function(Flat(), loaders, torch.ones(2), num_epochs=1)
        else:
            function(Flat(), loader)
    return found


def expect_moved(function, trains, build_model):
    """Fail unless train_model or predict_proba moves each batch to the device of the model."""
    images = torch.from_numpy(rng("moved").normal(size=(10, 3, 2, 2))).float()
    labels = torch.arange(10) % 2

    def check(logits):
        found = run_beside(moved, function, trains, logits, images, labels)
        assert found["images"], "the model was never called"
        for kind, flags in found.items():
            stay = len(flags) - sum(flags)
            assert not stay, f"{stay} of {len(flags)} batches of {kind} are not moved"

    with_logits(build_model, check)


def predict_unseen(fit, most=None):
    """Load or train a model; return the way, and labels and probabilities of unseen X-rays.

    ``most`` is the largest number of X-rays to train with.
    """
    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import chest_xrays, dataset

    size = data_size("chest_xrays")
    parts = [chest_xrays.load(split, size) for split in ("train", "val")]
    given = [(part.images[:most], part.labels[:most]) for part in parts]
    images, labels = dataset("chest_xrays").held_out.raw()
    order = rng("unseen").permutation(len(images))
    images, labels = images[order], labels.reshape(-1)[order].astype(np.int64)
    weights = file_beside(fit, "xray_transfer.safetensors")
    way = "fit" if weights is None else "xray_transfer.safetensors"
    own = run_beside(learns, fit)
    with nullcontext() if own else replaced(fit, right_training):
        found = run_beside(train_and_predict, fit, *given, images, weights)
    expect_shape(found, (len(images),), "the probabilities")
    return way, labels, as_shaped(found, (len(images),), "the probabilities").astype(float)


def train_and_predict(fit, train, val, images, weights):
    """Load the student's weights, or train by fit; return the probabilities."""
    import collections
    import inspect

    import torch
    from PIL import Image

    def provided(names):
        """Return the names in helper.py."""
        for value in names.values():
            if getattr(value, "__module__", "") == "helper" and hasattr(value, "__globals__"):
                return value.__globals__
            if getattr(value, "__name__", "") == "helper":
                return vars(value)
        import helper

        return vars(helper)

    names = inspect.unwrap(fit).__globals__
    kind = names.get("XRays") or collections.namedtuple("XRays", ["images", "labels", "patients"])
    if weights is not None:
        model = names["build_model"]("full")
        provided(names)["load_model"](model, weights)
    else:
        model = fit(*(kind(*part, ()) for part in (train, val)))
    transform, found = names["make_transform"](False), []
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        for start in range(0, len(images), 50):
            some = [transform(Image.fromarray(image)) for image in images[start : start + 50]]
            logits = model(torch.stack(some).to(device)).reshape(len(some), -1).cpu()
            other = logits[:, 0] if logits.shape[1] == 2 else 0
            found.append((logits[:, -1] - other).sigmoid())
    return torch.cat(found)


def right_training(fit):
    """Return a right train_model in place of one that learns nothing."""
    import copy

    import torch
    from torch.nn import functional

    def loss_of(model, images, labels, weights):
        logits = model(images).reshape(len(labels), -1)
        if logits.shape[1] == 1:
            logits = torch.cat([torch.zeros_like(logits), logits], dim=1)
        return functional.cross_entropy(logits, labels, weight=weights)

    def train_model(model, loaders, weights, num_epochs=10, patience=3, learning_rate=1e-4):
        weights = torch.as_tensor(weights).float()
        learning = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.Adam(learning, lr=learning_rate)
        best, state = float("inf"), copy.deepcopy(model.state_dict())
        for _ in range(num_epochs):
            model.train()
            for images, labels in loaders["train"]:
                optimizer.zero_grad()
                loss_of(model, images, labels, weights).backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                loss = sum(
                    float(loss_of(model, images, labels, weights))
                    for images, labels in loaders["val"]
                )
            if loss < best:
                best, state = loss, copy.deepcopy(model.state_dict())
        model.load_state_dict(state)
        return model

    return {"train_model": train_model}


def learns(fit):
    """Tell whether a linear model learns four points with the student's train_model.

    A module that has none needs none.
    """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    train_model, build_model = (fit.__globals__.get(n) for n in ("train_model", "build_model"))
    if train_model is None or build_model is None:
        return True
    try:
        with torch.no_grad():
            logits = build_model("head").eval()(torch.zeros(2, 3, 64, 64)).reshape(2, -1).shape[1]
        images, labels = torch.eye(4).reshape(4, 1, 2, 2), torch.tensor([0, 1, 0, 1])
        loaders = dict.fromkeys(
            ("train", "val", "test"), DataLoader(TensorDataset(images, labels), 2)
        )
        model = nn.Sequential(nn.Flatten(), nn.Linear(4, logits))
        model = train_model(
            model, loaders, torch.ones(2), num_epochs=30, patience=30, learning_rate=0.1
        )
        model.eval()
        found = model(images).reshape(4, -1)
        score = found[:, -1] - (found[:, 0] if found.shape[1] == 2 else 0)
        return [bool(s > 0) for s in score] == [False, True, False, True]
    except Exception:
        return False

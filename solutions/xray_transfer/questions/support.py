"""Made-up X-rays, calls of the student's functions, and a scripted model."""

import numpy as np
import torch

from checks import as_shaped, expect_any, expect_parts, numbers, rng, run_beside
from checks.values import Unusable

NAMES = ("train", "val", "test")


def apply_transform(make_transform, images, training, pixels):
    """Return what the student's transform makes of each image."""
    return run_beside(_transform_all, make_transform, images, training, pixels)


def _transform_all(make_transform, images, training, pixels):
    from PIL import Image

    transform = make_transform(training, pixels)
    return [transform(Image.fromarray(image)) for image in images]


def uniform_images(label, count):
    """Return grey images (30, 36) of one level each, and the levels."""
    levels = rng(label).choice(range(60, 200), count, replace=False)
    return [np.full((30, 36), level, np.uint8) for level in levels], levels


def made_xrays(total=200):
    """Return the labels of ``total`` X-rays, and whose they are: up to four of a patient."""
    generator, labels, patients = rng("patients"), [], []
    for number in range(total):
        label, count = int(generator.random() < 0.6), int(generator.integers(1, 5))
        labels += [label] * count
        patients += [f"person{number}" if label else f"IM-{number:04}"] * count
    order = generator.permutation(total)
    return [labels[i] for i in order], [patients[i] for i in order]


def parts_of(value, count):
    """Return both parts of a split as lists of positions; fail with a sentence for others."""
    parts = []
    for part, name in zip(expect_parts(value, "training", "validation"), NAMES, strict=False):
        found = numbers(part, f"the {name} part").reshape(-1)
        if found.size and found.dtype.kind not in "iu":
            raise Unusable(f"the {name} part should hold whole numbers")
        parts.append([int(i) for i in found])
    wrong = [i for part in parts for i in part if not 0 <= i < count]
    assert not wrong, f"{wrong[0] if wrong else 0} is no position of {count} X-rays"
    return parts


def split_twice(split, labels, patients):
    """Return the parts of two calls with one seed, and of one with another seed."""
    return run_beside(_split_twice, split, labels, patients)


def _split_twice(split, labels, patients):
    import random

    import numpy
    import torch

    found = []
    for seed in (4, 4, 5):
        found.append([[int(i) for i in part] for part in split(labels, patients, 0.3, seed)])
        random.random(), numpy.random.rand(), torch.rand(1)
    return found


def study_loaders(make_dataloaders):
    """Return the batches of two epochs by dataloader, and labels and levels of each part.

    Every image has one grey level, by which a known transform lets it be recognised.
    """
    generator = rng("levels")
    levels = generator.choice(range(5, 250), 60, replace=False)
    parts, given = {}, []
    for name, some in zip(NAMES, np.split(levels, [30, 47]), strict=True):
        labels = generator.integers(0, 2, len(some))
        images = np.tile(some[:, None, None].astype(np.uint8), (1, 6, 6))
        given.append((images, labels))
        parts[name] = labels.tolist(), some.tolist()
    return run_beside(watch_loaders, make_dataloaders, given), parts


def watch_loaders(make_dataloaders, parts):
    """Return for each dataloader and epoch the batches that it gives.

    A known transform takes the place of the student's: its first channel is the level of the
    image, and the second one is noise for training.
    """
    import collections
    import inspect

    import torch

    def make_transform(training, pixels=64):
        def transform(image):
            found = torch.zeros(3, pixels, pixels)
            found[0] = float(image.convert("L").getpixel((0, 0)))
            found[1] = float(torch.rand(())) + 1 if training else 0.0
            return found

        return transform

    names = inspect.unwrap(make_dataloaders).__globals__
    kind = names.get("XRays") or collections.namedtuple("XRays", ["images", "labels", "patients"])
    before = names.get("make_transform")
    names["make_transform"] = make_transform
    try:
        loaders = make_dataloaders(*(kind(*part, ()) for part in parts), 5, 4)
    finally:
        names["make_transform"] = before
    return {
        name: [
            [
                {
                    "shapes": [list(images.shape), list(labels.shape)],
                    "levels": [round(x) for x in images.flatten(1)[:, 0].tolist()],
                    "noise": images[:, 1].flatten(1)[:, 0].tolist(),
                    "labels": labels.flatten().tolist(),
                }
                for images, labels in loaders[name]
            ]
            for _ in range(2)
        ]
        for name in ("train", "val", "test")
        if name in loaders
    }


def levels_of(epoch):
    """Return the grey levels of all images of an epoch, in order."""
    return [level for batch in epoch for level in batch["levels"]]


def train_shortly(build_model, strategy, images):
    """Build a model, train it for three steps; return what it is and which parameters change."""
    import inspect

    import torch

    def provided(names):
        """Return the names in helper.py."""
        for value in names.values():
            if getattr(value, "__module__", "") == "helper" and hasattr(value, "__globals__"):
                return value.__globals__
            if getattr(value, "__name__", "") == "helper":
                return vars(value)
        import helper

        return vars(helper)

    names = inspect.unwrap(build_model).__globals__
    original = provided(names)["pretrained_model"]().state_dict()
    model = build_model(strategy)
    parameters = dict(model.named_parameters())
    before = {name: value.detach().clone() for name, value in parameters.items()}
    same = [
        name for name, value in before.items()
        if name in original and original[name].shape == value.shape
        and torch.equal(original[name], value)
    ]  # fmt: skip
    learning = [value for value in parameters.values() if value.requires_grad]
    optimizer = torch.optim.SGD(learning, lr=0.01) if learning else None
    with torch.no_grad():
        large = model.eval()(100 * images)  # logits grow with the image, probabilities do not
    labels = torch.arange(len(images)) % 2
    model.train()
    shape = []
    for _ in range(3):
        outputs = model(images)
        shape = list(outputs.shape)
        if outputs.shape[-1] == 1:
            scores = outputs.reshape(-1)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, labels.float())
        else:
            loss = torch.nn.functional.cross_entropy(outputs, labels)
        if optimizer is None or not loss.requires_grad:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {
        "names": sorted(parameters),
        "changed": sorted(n for n, v in parameters.items() if not torch.equal(v, before[n])),
        "pretrained": sorted(same),
        "shape": shape,
        "range": [float(large.min()), float(large.max())],
    }


def study_model(build_model, strategy):
    """Return what ``train_shortly`` finds with random images."""
    images = torch.from_numpy(rng("images").normal(size=(6, 3, 48, 48))).float()
    return run_beside(train_shortly, build_model, strategy, images)


def of_layers(names, *layers):
    """Return the names that belong to one of the layers."""
    return [name for name in names if any(name.startswith(f"{layer}.") for layer in layers)]


def count_logits(build_model):
    """Return how many logits the student's model has for an image: 1 or 2."""
    import torch

    try:
        model = build_model("head").eval()
        with torch.no_grad():
            return int(model(torch.zeros(2, 3, 64, 64)).reshape(2, -1).shape[1])
    except Exception:
        return 0


def with_logits(build_model, check):
    """Call ``check`` with the number of logits of the student's model, or with 2 and 1."""
    found = run_beside(count_logits, build_model)
    if found in (1, 2):
        return check(found)
    return expect_any(lambda: check(2), lambda: check(1))


def known_batches(label, count):
    """Return images (N, 3, 4, 4) and labels (N,), and the logit of pneumonia of each image."""
    generator = rng(label)
    labels = np.arange(count) % 2
    generator.shuffle(labels)
    # some are equal in both classes, and some just below and above a probability of 0.5
    levels = np.array([-2.2, -1.4, -0.08, 0.08, 1.1, 1.9])
    values = levels[generator.integers(0, 5, count) + labels]
    images = torch.zeros(count, 3, 4, 4)
    images[:, 0, 0, 0] = torch.from_numpy(values)
    return images, torch.from_numpy(labels), values


def ask_known_model(function, images, labels, count, modes):
    """Call predict_proba or evaluate on a model with known logits, in batches of 7.

    With ``modes``, its logits are others in training mode. Returns what the function returns, and
    what the model met.
    """
    import torch
    from torch import nn
    from torch.nn.functional import logsigmoid
    from torch.utils.data import DataLoader, TensorDataset

    class Known(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(1, 1)

        def forward(self, images):
            seen.append([self.training, torch.is_grad_enabled()])
            logit = images[:, 0, 0, 0] + 0 * self.fc.weight.sum()
            if modes and self.training:
                logit = 0.3 - logit.flip(0)
            if count == 1:
                return logit[:, None]
            return torch.stack([logsigmoid(-logit), logsigmoid(logit)], dim=1)

    def plain(value):
        if isinstance(value, torch.Tensor):
            return value.detach().cpu()
        if isinstance(value, dict):
            return {str(key): plain(part) for key, part in value.items()}
        return value

    seen = []
    found = function(Known(), DataLoader(TensorDataset(images, labels), 7))
    return {"found": plain(found), "seen": seen}


def probabilities(predict_proba, build_model, count=17, modes=False):
    """Return what predict_proba gives for known logits, the right answer, and what it met."""
    images, labels, values = known_batches("logits", count)
    given = [None]

    def check(logits):
        found = run_beside(ask_known_model, predict_proba, images, labels, logits, modes)
        assert found["seen"], "the model was never called"
        given[0] = found
        if run_beside(count_logits, build_model) not in (1, 2):
            as_shaped(found["found"], (count,), "the probabilities")

    with_logits(build_model, check)
    return given[0]["found"], 1 / (1 + np.exp(-values)), given[0]["seen"]


def judged(evaluate, build_model):
    """Return the dict of evaluate for known logits, and the right labels and probabilities."""
    images, labels, values = known_batches("judged", 61)
    result = [None]

    def check(logits):
        found = run_beside(ask_known_model, evaluate, images, labels, logits, False)["found"]
        if not isinstance(found, dict):
            raise Unusable("evaluate should return a dict")
        result[0] = found

    with_logits(build_model, check)
    return result[0], labels.numpy(), 1 / (1 + np.exp(-values))


def entry(found, key, shape):
    """Return an entry of the result of evaluate as an array of a shape."""
    if key not in found:
        raise Unusable(f"the result of evaluate has no entry {key!r}")
    return as_shaped(found[key], shape, f"the entry {key}").astype(float)


def train_to_tell_apart(train_model, logits, images, labels):
    """Train a linear model; return its loss before and after, and what came back."""
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(12, logits)

        def forward(self, batch):
            outputs = self.fc(batch.flatten(1))
            # two logits may also be log-probabilities, and a loss may rely on that
            return outputs if logits == 1 else outputs.log_softmax(dim=1)

    def loss():
        with torch.no_grad():
            found = model(images)
        if logits == 1:
            found = torch.cat([torch.zeros_like(found), found], dim=1)
        return float(nn.functional.cross_entropy(found, labels))

    torch.manual_seed(0)
    model = Linear()
    nn.init.zeros_(model.fc.weight)
    loaders = dict.fromkeys(("train", "val"), DataLoader(TensorDataset(images, labels), 8))
    before = loss()
    final = train_model(model, loaders, torch.ones(2), num_epochs=8, patience=8, learning_rate=0.03)
    if isinstance(final, Linear):
        model = final
    return {
        "returns": "a model" if isinstance(final, Linear) else type(final).__name__,
        "before": before,
        "after": loss(),
    }


def watch_fit(fit, train, val, strategy, weights):
    """Call fit with recorders in place of the functions that it uses; return what they got."""
    import collections
    import inspect

    import torch
    from torch import nn

    def numbers_in(part):
        return sorted(int(image[0, 0]) for image in part[0])

    def make_dataloaders(train, val, test, pixels=64, batch_size=16):
        parts = {"train": train, "val": val, "test": test}
        loaders.update({name: Loader(part) for name, part in parts.items()})
        return dict(loaders)

    class Loader(list):
        def __init__(self, part):
            super().__init__()
            self.part, self.dataset, self.batch_size = part, part.labels, 16

    def class_weights(counts):
        got["counts"] = [int(n) for n in counts]
        return torch.tensor(weights)

    def build_model(strategy):
        got["strategy"] = strategy
        return nn.Linear(2, 2)

    def train_model(model, loaders, weights, *arguments, **options):
        given = torch.as_tensor(weights).cpu()
        got.update(
            calls=got.get("calls", 0) + 1,
            weights=given.tolist(),
            train=numbers_in(loaders["train"].part),
            val=numbers_in(loaders["val"].part),
        )
        return model

    got, loaders = {"calls": 0}, {}
    new = [make_dataloaders, class_weights, build_model, train_model]
    names = inspect.unwrap(fit).__globals__
    kind = names.get("XRays") or collections.namedtuple("XRays", ["images", "labels", "patients"])
    before = {f.__name__: names[f.__name__] for f in new if f.__name__ in names}
    names.update({f.__name__: f for f in new})
    try:
        final = fit(kind(*train, ()), kind(*val, ()), strategy)
    finally:
        names.update(before)
    got["returns"] = "a model" if isinstance(final, nn.Module) else type(final).__name__
    return got


def study_fit(fit, strategy="head"):
    """Return what ``watch_fit`` finds, and the parts that fit gets: levels and labels."""
    generator = rng("fit")
    levels = generator.choice(range(5, 250), 50, replace=False)
    labels = (generator.random(50) < 0.7).astype(np.int64)
    labels[:2] = labels[34:36] = 0, 1
    images = np.tile(levels[:, None, None].astype(np.uint8), (1, 6, 6))
    parts = [(images[:34], labels[:34]), (images[34:], labels[34:])]
    found = run_beside(watch_fit, fit, *parts, strategy, [1.75, 0.625])
    assert found["calls"], "train_model was never called"
    return found, [(sorted(x[:, 0, 0].tolist()), y.tolist()) for x, y in parts]


def train_and_ask(fit, train, val, images):
    """Train by fit on (images, labels); return the class with the larger logit of each image."""
    import collections
    import inspect

    import numpy
    import torch

    names = inspect.unwrap(fit).__globals__
    kind = names.get("XRays") or collections.namedtuple("XRays", ["images", "labels", "patients"])
    parts = [kind(*part, ()) for part in (train, val)]
    model = fit(*parts)
    unseen = kind(images, numpy.zeros(len(images), numpy.int64), ())
    device, found = next(model.parameters()).device, []
    model.eval()
    with torch.no_grad():
        for batch, _ in names["make_dataloaders"](*parts, unseen)["test"]:
            logits = model(batch.to(device)).reshape(len(batch), -1)
            found += (logits.argmax(1) if logits.shape[1] == 2 else logits[:, 0] > 0).tolist()
    return [int(number) for number in found]


def file_fits(fit, weights):
    """Return what is wrong with a file of weights, None if there is none; empty if it is right."""
    import inspect

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
    model = names["build_model"]("full")
    if weights is not None:
        try:
            provided(names)["load_model"](model, weights)
        except ValueError as error:
            return str(error)
    return ""

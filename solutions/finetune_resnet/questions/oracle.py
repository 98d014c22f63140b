"""Expected losses and gradients, right functions for later questions, and the held-out images.

For hidden cases only; this module is never shipped to students.
"""

import functools
import re
from contextlib import nullcontext
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import torch

from checks import (
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_shape,
    numbers,
    replaced,
    rng,
    run_beside,
)

ERROR = 0.0065  # of a probability with two decimals, and of a rounded percentage
_NUMBER = re.compile(r"(?<![\w.])-?\d*\.?\d+(?:[eE][-+]?\d+)?\s*%?")


def steps_of(found, only=None):
    """Return the batches that are learned, in order; fail where there is none.

    ``only`` is the split that counts; other images are penalised in a case of their own.
    """
    steps = [note for note in found["notes"] if note["records"]]
    steps = [note for note in steps if only in (None, note["split"])]
    assert steps, "no gradient is recorded for any image"
    return steps


def epochs_of(found, count, only=None):
    """Return the training batches of each epoch; fail unless each uses every image once."""
    epochs, seen = [[]], []
    for note in steps_of(found, only):
        if len(seen) >= count:
            epochs.append([])
            seen = []
        epochs[-1].append(note)
        seen += note["numbers"]
    for number, epoch in enumerate(epochs, 1):
        used = sorted(n for note in epoch for n in note["numbers"])
        assert used == list(range(count)), f"epoch {number} uses the images {used}"
    return epochs


def expect_epochs(found, parts, num_epochs, only=None):
    """Fail unless each of the epochs uses every training image once."""
    made = len(epochs_of(found, len(parts["train"][1]), only))
    assert made == num_epochs, f"there are {made} epochs, not {num_epochs}"


def expect_training_images_only(found):
    """Fail if something is learned from other images, or the test images are used."""
    for note in found["notes"]:
        split = note["split"]
        learns = note["records"] or note["changed"]
        assert split == "train" or not learns, f"it learns from images of {split!r}"
        assert split != "test", "it uses test images"


def expect_a_step_for_each_batch(found, names):
    """Fail unless each training batch changes all the parameters ``names``."""
    for number, note in enumerate(steps_of(found), 1):
        fixed = sorted(set(names) - set(note["changed"]))
        assert not fixed, f"batch {number} does not change {', '.join(fixed)}"


def expect_gradient_of_the_batch(found, parts):
    """Fail unless each gradient is that of the mean cross-entropy of its batch alone."""
    for number, note in enumerate(steps_of(found), 1):
        assert note["gradient"] is not None, f"batch {number} has no gradient"
        assert note["alone"], f"at batch {number}, earlier gradients are still there"
        labels = parts[note["split"]][1][note["numbers"]]
        target = torch.nn.functional.one_hot(labels, note["logits"].shape[1])
        expected = (note["logits"].double().softmax(dim=1) - target).mean(dim=0)
        # of the output's bias; float32
        expect_close(note["gradient"], expected, rtol=1e-3, atol=1e-5, name="a gradient")


def losses_and_hits(notes, part):
    """Return the cross-entropy and the correctness of each image in some batches."""
    logits, labels = _logits_and_labels(notes, part)
    losses = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
    return losses.numpy(), (logits.argmax(dim=1) == labels).numpy()


def _logits_and_labels(notes, part):
    rows = [n for note in notes for n in note["numbers"]]
    return torch.cat([note["logits"] for note in notes]).double(), part[1][rows]


def _other_losses(notes, part):
    """Return other losses of each image; the case about the gradient penalises them."""
    logits, labels = _logits_and_labels(notes, part)
    target, chances = torch.nn.functional.one_hot(labels, logits.shape[1]), logits.softmax(dim=1)
    return [
        torch.nn.functional.cross_entropy(chances, labels, reduction="none"),
        -(logits * target).sum(dim=1),
        ((chances - target) ** 2).mean(dim=1),
    ]


def expect_mean_losses(found, parts, num_epochs):
    """Fail unless the returned losses are the means over the images of each epoch."""
    assert found["result"] is not None, "the losses are no list"
    steps = steps_of(found)
    count = len(steps) // num_epochs
    assert count, f"{len(steps)} batches are fewer than {num_epochs} epochs"
    groups = [steps[i * count : (i + 1) * count] for i in range(num_epochs)]
    by_epoch = []
    for group in groups:
        part = parts[group[0]["split"]]
        group = [note for note in group if note["split"] == group[0]["split"]]
        losses = [torch.from_numpy(losses_and_hits(group, part)[0]), *_other_losses(group, part)]
        by_epoch.append([float(values.mean()) for values in losses])
    expect_shape(found["result"], (num_epochs,), "the list of losses")
    checks = [
        functools.partial(expect_close, found["result"], means, rtol=1e-4, name="the losses")
        for means in zip(*by_epoch, strict=True)
    ]
    expect_any(*checks)


def of_backbone(names):
    """Return the names of parameters of the backbone."""
    return sorted(name for name in names if name.startswith("backbone"))


def of_head(names):
    """Return the names of parameters of the head."""
    return sorted(set(names) - set(of_backbone(names)))


def expect_with_right_functions(check, function):
    """Fail unless ``check()`` passes, perhaps with right functions of the earlier parts."""
    expect_own_or_replaced(check, function, right_functions)


def right_functions(function):
    """Return right functions of the base in place of wrong ones in the student's module."""
    import torch
    from torch import nn

    def train(model, dataloaders, device, num_epochs=5):
        optimizer = torch.optim.SGD(model.head.parameters(), lr=0.0005, momentum=0.9)
        losses = []
        for _ in range(num_epochs):
            model.train()
            found = []
            for images, labels in dataloaders["train"]:
                logits, labels = model(images.to(device)), labels.to(device)
                each = nn.functional.cross_entropy(logits, labels, reduction="none")
                optimizer.zero_grad()
                each.mean().backward()
                optimizer.step()
                found += each.tolist()
            losses.append(sum(found) / len(found))
        return losses

    def evaluate(model, dataloader, device):
        model.eval()
        losses, hits = [], []
        with torch.no_grad():
            for images, labels in dataloader:
                logits, labels = model(images.to(device)), labels.to(device)
                losses += nn.functional.cross_entropy(logits, labels, reduction="none").tolist()
                hits += (logits.argmax(dim=1) == labels).tolist()
        return sum(losses) / len(losses), sum(hits) / len(hits)

    def cache_features(model, dataloader, device):
        model.eval()
        with torch.no_grad():
            pairs = [(model.backbone(x.to(device)).cpu(), y) for x, y in dataloader]
        return tuple(torch.cat(parts) for parts in zip(*pairs))  # noqa: B905

    return {"train": train, "evaluate": evaluate, "cache_features": cache_features}


def mixed(function, parts, given):
    """Call a function as if on an accelerator; tell which of its batches stay on the CPU."""
    import torch
    from torch import Tensor, nn
    from torch.overrides import TorchFunctionMode
    from torch.utils.data import DataLoader, TensorDataset

    class PretendedAccelerator(TorchFunctionMode):
        """Mark what is moved and all that is computed from it; move nothing."""

        def __torch_function__(self, function, types, arguments=(), options=None):
            options, is_left = dict(options or {}), False
            tensors = [value for value in arguments if isinstance(value, Tensor)]
            is_moved = any(hasattr(tensor, "moved") for tensor in tensors)
            if function in (Tensor.to, Tensor.cuda):
                others = [v for v in arguments[1:] if isinstance(v, torch.dtype)]
                result = arguments[0].to(*others, copy=True)
                is_moved |= others != list(arguments[1:]) or "device" in options
                is_moved |= function == Tensor.cuda
            elif function == Tensor.cpu:
                return arguments[0].detach().clone()
            else:
                left = [t for t in tensors if hasattr(t, "loaded") and not hasattr(t, "moved")]
                is_left = bool(left) and not is_moved
                if is_moved and left:
                    kinds = {"images" if t.is_floating_point() else "labels" for t in left}
                    stay.update(kinds)
                if options.get("device") is not None:
                    options["device"] = "cpu"
                result = function(*arguments, **options)
            for tensor in result if isinstance(result, tuple | list) else (result,):
                if isinstance(tensor, Tensor) and is_moved:
                    tensor.moved = True
                elif isinstance(tensor, Tensor) and is_left:
                    tensor.loaded = True
            return result

    class Loader(DataLoader):
        """Mark the tensors of its batches."""

        def __iter__(self):
            for images, labels in super().__iter__():
                images.loaded = labels.loaded = True
                counts.append(len(labels))
                yield images, labels

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(nn.Flatten(), nn.Linear(30, 6))
            self.head = nn.Linear(6, 3)

        def forward(self, images):
            return self.head(self.backbone(images))

    stay, counts, model = set(), [], Small()
    for parameter in model.parameters():
        parameter.moved = True
    loaders = {split: Loader(TensorDataset(*part), 4) for split, part in parts.items()}
    known = {"model": model, "dataloaders": loaders, "dataloader": loaders["test"]}
    with PretendedAccelerator():
        known["device"] = torch.device("cuda", 0)
        function(*[known.get(a, a) if isinstance(a, str) else a for a in given])
    return {"batches": len(counts), "stay": sorted(stay)}


def expect_moved(function, parts, given):
    """Fail unless images and labels are moved to the device."""
    found = run_beside(mixed, function, parts, list(given))
    assert found["batches"], "no batch was used"
    assert not found["stay"], f"{' and '.join(found['stay'])} are not moved"


def blurred_by_numpy(image, sigma, truncate):
    """Return an image (3, P, Q) blurred by a Gaussian that ends at ``truncate`` sigma."""
    radius = int(np.ceil(truncate * sigma))
    distance = np.arange(-radius, radius + 1)
    weights = np.exp(-(distance**2) / (2 * sigma**2))
    weights /= weights.sum()
    padded = np.pad(numbers(image).astype(np.float64), ((0, 0), *[(radius, radius)] * 2), "reflect")
    for axis in (1, 2):
        padded = np.apply_along_axis(np.convolve, axis, padded, weights, "valid")
    return padded, radius


def predict_unseen(network, train, count):
    """Train on the images of the grader; return the classes of unseen images, and these.

    The classes are numbered anew in each run, so that no weights from home are worth anything.
    """
    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import cifar10, dataset

    size = data_size("cifar10")
    part = cifar10.load("train", size)
    unseen = cifar10.load("test", size) if size != "sample" else dataset("cifar10").held_out.load()
    order = rng("classes").permutation(10)
    images = torch.from_numpy(part.images[:count])
    labels = torch.from_numpy(order[part.labels[:count]])
    own = run_beside(learns, train)
    with nullcontext() if own else replaced(train, right_functions):
        given = network, train, (images, labels), torch.from_numpy(unseen.images)
        found = run_beside(train_and_predict, *given)
    expect_shape(found, (len(unseen.labels),), "the predictions")
    return np.argsort(order)[numbers(found)], unseen


def learns(train):
    """Tell whether a small network learns four points with the student's train."""
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone, self.head = nn.Flatten(), nn.Linear(12, 2)

        def forward(self, images):
            return self.head(self.backbone(images))

    images = 20 * torch.eye(12)[:4].reshape(4, 3, 2, 2)
    points = TensorDataset(images, torch.tensor([0, 1, 0, 1]))
    loaders = dict.fromkeys(("train", "val", "test"), DataLoader(points, 2))
    model = Small()
    try:
        train(model, loaders, torch.device("cpu"), 100)
        return model.eval()(images).argmax(dim=1).tolist() == [0, 1, 0, 1]
    except Exception:
        return False


def train_and_predict(network, train, part, unseen):
    """Train the student's network with images (N, 3, 32, 32); return the classes of ``unseen``."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    from data import squeezenet

    def inputs(images):
        mean, deviation = (
            torch.tensor(numbers).view(1, 3, 1, 1)
            for numbers in (squeezenet.MEAN, squeezenet.DEVIATION)
        )
        large = torch.nn.functional.interpolate(images.float(), (64, 64), mode="bilinear")
        return (large / 255 - mean) / deviation

    model = network()
    data = TensorDataset(inputs(part[0]), part[1])
    loaders = {"train": DataLoader(data, 16, shuffle=True)}
    others = DataLoader(TensorDataset(*(tensor[:8] for tensor in data.tensors)), 8)
    loaders |= dict.fromkeys(("val", "test"), others)
    train(model, loaders, torch.device("cpu"))
    model.eval()
    with torch.no_grad():
        outputs = [model(inputs(batch)) for batch in unseen.split(50)]
    return torch.cat(outputs).argmax(dim=1)


@dataclass
class Row:
    """One row: its text in order, which picture of the file is its first one, how many it has."""

    text: list = field(default_factory=list)
    picture: int = -1
    count: int = 0
    tokens: list = field(default_factory=list)

    @property
    def numbers(self):
        """Return the numbers of the row in order."""
        return [token for token in self.tokens if isinstance(token, float)]


class Reader(HTMLParser):
    """Collect rows; what is outside a row does not count."""

    def __init__(self):
        super().__init__()
        self.rows, self.open, self.pictures = [], None, 0

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.open = Row()
            self.rows.append(self.open)
        if tag == "img":
            if self.open is not None:
                self.open.count += 1
                if self.open.picture < 0:
                    self.open.picture = self.pictures
            self.pictures += 1
        elif self.open is not None:
            self.open.text.append(" | ")
            for name, value in attributes:  # bars: <progress value>, <meter value>, style="width"
                if name in ("value", "title", "aria-valuenow") and value:
                    self.open.text.append(f" {value} ")
                elif name == "style" and value:
                    self.open.text += re.findall(r"width\s*:\s*[\d.]+%", value)

    def handle_endtag(self, tag):
        if tag == "tr":
            self.open = None

    def handle_data(self, data):
        if self.open is not None:
            self.open.text.append(data)


def read_rows(text, class_names):
    """Return the rows that hold a picture."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    rows = [row for row in reader.rows if row.count]
    names = "|".join(re.escape(name) for name in class_names)
    pattern = re.compile(f"(?P<name>{names})|(?P<number>{_NUMBER.pattern})")
    for row in rows:
        found = pattern.finditer("".join(row.text))
        row.tokens = [m["name"] or _value(m["number"]) for m in found]
    return rows


def matches(row, chances, class_names):
    """Tell whether a row holds all probabilities of an image, or the largest with its class."""
    wanted, found, count = chances.tolist(), row.numbers, len(class_names)
    for first in range(len(found) - count + 1):
        if all(map(_near, found[first : first + count], wanted)):
            return True
    if _by_name(row, wanted, class_names):
        return True
    named = [token for token in row.tokens if isinstance(token, str)]
    best = max(range(count), key=wanted.__getitem__)
    largest = any(_near(number, wanted[best]) for number in found)
    # the true class may be named, too
    return largest and class_names[best] in named and len(set(named)) <= 2


def similar(row, chances):
    """Return the image whose logits are most like some numbers of a row, as a list, or nothing."""
    logs, found = chances.log(), torch.tensor(row.numbers, dtype=torch.float64)
    logs = logs - logs.mean(dim=1, keepdim=True)
    count, best = logs.shape[1], (0.9, None)
    for first in range(len(found) - count + 1):
        part = found[first : first + count]
        for values in (part, part.clamp(min=1e-6).log()):
            values = values - values.mean()
            sizes = values.norm() * logs.norm(dim=1) + 1e-9
            top = float((logs @ values / sizes).max())
            best = max(best, (top, int((logs @ values / sizes).argmax())), key=lambda b: b[0])
    return [] if best[1] is None else [best[1]]


def _by_name(row, wanted, class_names):
    """Tell whether each class is followed, or preceded, by its probability."""
    for tokens in (row.tokens, row.tokens[::-1]):
        values = {}
        for name, number in pairwise(tokens):
            if isinstance(name, str) and isinstance(number, float):
                values.setdefault(name, []).append(number)
        expected = zip(class_names, wanted, strict=True)
        if all(any(_near(number, p) for number in values.get(name, ())) for name, p in expected):
            return True
    return False


def _near(number, chance):
    return abs(number - chance) < ERROR


def _value(text):
    number = float(text.rstrip("% \n\t\xa0"))
    return number / 100 if text.endswith("%") else number

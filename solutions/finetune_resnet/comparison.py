"""Provided: train the base and your extensions, report accuracies and times, save figures.

This file is complete. Run it in this folder: `python comparison.py`. It leaves out extensions that
are not written. The environment variable `BACKBONE` chooses the network: `squeezenet1_1` (the
default) or `resnet50`. Up to 1,200 images of each part are used; `python comparison.py 300` uses
300.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where data/ and figures/ are

import helper
import imagenet_finetune as own
import torch
from torch import nn

from data import cifar10
from figures import bars, curves

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 1_200  # images of each part
EPOCHS = 5


class Trained(NamedTuple):
    """One training: its test accuracy, its seconds, and its losses where it returns them."""

    accuracy: float
    seconds: float
    losses: list[float]
    model: nn.Module


class Page(NamedTuple):
    """The text of an HTML file, which a notebook shows as a page."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


def trainings(device: torch.device, most: int | None) -> dict[str, Callable[[], Any]]:
    """Return the trainings by name; each returns a network and its losses."""
    loaders, classes = helper.make_dataloaders(most=most)

    def run(train: Callable[..., Any], *more: Any, head: Any = None, given: Any = loaders) -> Any:
        model = own.FineTunedNet(len(classes), head or own.new_head).to(device)
        found = train(model, given, device, *more)
        return found if isinstance(found, nn.Module) else model, found

    def augmented() -> Any:
        training, test = own.make_transforms(helper.PIXELS)
        more = helper.make_dataloaders(None, 16, training, test, most)[0]
        return run(own.train, EPOCHS, given=more)

    return {
        "base": lambda: run(own.train, EPOCHS),
        "2 best checkpoint": lambda: run(own.train_best, EPOCHS, "best.pt"),
        "3 L2 penalty": lambda: run(own.train_l2, EPOCHS),
        "5 other head": lambda: run(own.train, EPOCHS, head=own.other_head),
        "6 augmentation": augmented,
        "7 cached features": lambda: run(own.train_cached, EPOCHS),
        "8 unfreezing": lambda: run(own.train_unfrozen, 3, EPOCHS - 3),
    }


def compare(device: torch.device, most: int | None = MOST) -> dict[str, Trained]:
    """Run all trainings that are written; measure each on the test images."""
    test = helper.make_dataloaders(most=most)[0]["test"]
    found = {}
    for name, run in trainings(device, most).items():
        start = time.perf_counter()
        try:
            model, result = run()
        except NotImplementedError:
            continue
        seconds = time.perf_counter() - start
        losses = list(map(float, result)) if isinstance(result, list | tuple) else []
        found[name] = Trained(own.evaluate(model, test, device)[1], seconds, losses, model)
    return found


def seconds_per_epoch(
    train: Callable[..., Any], device: torch.device, more: int, most: int | None = MOST
) -> float:
    """Return the seconds of an epoch of `train` or `train_cached`, measured with `more` epochs."""
    loaders, classes = helper.make_dataloaders(most=most)
    times = []
    for epochs in (1, 1 + more):
        model = own.FineTunedNet(len(classes)).to(device)
        start = time.perf_counter()
        train(model, loaders, device, epochs)
        times.append(time.perf_counter() - start)
    return (times[1] - times[0]) / more


def table(found: dict[str, Trained]) -> str:
    """Return accuracies and times of all trainings, with the network and the images."""
    title = f"{helper.TITLES.get(helper.BACKBONE, helper.BACKBONE)}, {cifar10.load('test').title}"
    lines = [title, f"{'':<20}{'test accuracy':>15}{'seconds':>10}"]
    for name, entry in found.items():
        lines.append(f"{name:<20}{entry.accuracy:>15.1%}{entry.seconds:>10.1f}")
    return "\n".join(lines)


def draw(found: dict[str, Trained]) -> dict[str, Figure]:
    """Return the figures by file name: accuracies, and the losses of all epochs."""
    names = list(found)
    values = [100 * entry.accuracy for entry in found.values()]
    drawn = {"accuracies.png": bars(values, names, unit="test accuracy in %", limits=(0, 100))}
    lines = {name: entry.losses for name, entry in found.items() if entry.losses}
    if lines:
        drawn["losses.png"] = curves(lines, x="epoch", y="training loss per image")
    return drawn


def main() -> None:
    """Run all trainings, print the table, save the figures and the HTML table."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    most = int(sys.argv[1]) if len(sys.argv) > 1 else MOST
    found = compare(device, most)
    print(table(found))
    files = []
    for name, figure in draw(found).items():
        figure.savefig(name, dpi=160)
        files.append(name)
    if "7 cached features" in found:
        slow = seconds_per_epoch(own.train, device, 2, most)
        fast = seconds_per_epoch(own.train_cached, device, 40, most)
        print(f"an epoch takes {slow:.2f} s, with cached features {fast:.3f} s: {slow / fast:.0f}x")
    try:
        loaders, classes = helper.make_dataloaders(most=60)
        own.write_html(found["base"].model, loaders["test"], classes, "table.html", device)
        files.append("table.html")
    except NotImplementedError:
        pass
    print(f"files: {', '.join(files)}")


if __name__ == "__main__":
    main()
